"""What a host sees of series fits in a message however long everything is, and says what there is to decide."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.chat import MAX_DESCRIPTION_LENGTH, MAX_HASHTAG_LENGTH, MAX_TITLE_LENGTH, Belonging, ChatState, Guest
from bot.domain.manner import Ahead, Anonymous, EventWish, Format, Layout, Notice, Pace, Rhythm
from bot.domain.recurrence.holidays import HolidayCalendar
from bot.domain.recurrence.preview import preview
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.schedule import HolidayPolicy
from bot.domain.series import Lineup, Series, SeriesState
from bot.services.series import Draft
from bot.ui import manner
from bot.ui import series as series_ui
from bot.ui.texts import Texts
from tests.domain.making import NOW, a_chat

SAY = Texts()
BIG = 2**63 - 1


def a_draft(phrase="every Thursday 8 pm America/Argentina/ComodRivadavia", filling="w", **changes):
    """A draft in which everything that people type is as long as it may be."""

    def fill(length):
        return (filling * length)[:length]

    reading = read_phrase(phrase, "UTC", NOW)
    model = a_chat(
        (),
        id=0,
        guild_id=BIG,
        channel_id=BIG,
        title=fill(MAX_TITLE_LENGTH),
        hashtag="w" * MAX_HASHTAG_LENGTH,
        host_name=fill(32),
        starts_at=NOW,
        zone=reading.schedule.zone,
        description=fill(MAX_DESCRIPTION_LENGTH),
        layout=Layout.FORUM,
        forum_id=BIG,
        anonymous=Anonymous.APPROVED,
        recap=True,
        notice=Notice(tuple(range(6, 0, -1)), Ahead.ALL, BIG, EventWish.KEPT),
    )
    series = Series(model, reading.schedule, phrase, host_role_id=BIG, id=BIG, **changes)
    dates = tuple(preview(series.schedule, NOW, series.calendar, series.policy))
    hosts = tuple(Guest(n, BIG) for n in range(10))
    return Draft(series, NOW, dates, reading.notes * 9, hosts)


def chats(count, filling="w"):
    one = replace(a_chat(12, title=(filling * 70)[:70]), id=BIG, belonging=Belonging(1, "2026-01-01"))
    return tuple(one for _ in range(count))


@pytest.mark.parametrize("filling", ["w", "*", "||", "本", "😀", "w "])
def test_everything_fits_in_a_message(filling):
    draft = a_draft(
        "5th Friday of the month, 8 pm",
        filling,
        calendar=HolidayCalendar("US"),
        policy=HolidayPolicy.SKIP,
        replaces=7,
    )
    names = ("Wonderfully long name of a holiday, observed",) * 3
    full = replace(draft, prepared=chats(30, filling), left_out=((date(2026, 12, 25), names),) * 9)
    many = chats(30, filling)
    lineup = Lineup(change=((many[0], replace(many[0], starts_at=NOW)),) * 9, drop=many)
    texts = [
        series_ui.preview(full, SAY)[0],
        series_ui.shown(full, many, SAY),
        series_ui.saved(full.series, lineup, many, SAY),
        series_ui.resumed(full.series, many, SAY),
        series_ui.listed([(full.series, full.dates[0])] * 50, SAY),
        series_ui.ask_letting_go(full.series, many, SAY, ends=True)[0],
        series_ui.let_go(full.series, lineup, SAY),
        series_ui.changed(many[0], replace(many[0], guests=full.hosts), SAY),
    ]
    assert all(0 < len(text) <= 2_000 for text in texts)
    assert len(series_ui.choice(full.series)) <= 100


@pytest.mark.parametrize(("prepared", "labels"), [(0, 2), (1, 3)])
async def test_a_preview_asks_about_prepared_chats_only_where_there_are_some(prepared, labels):
    _, view = series_ui.preview(replace(a_draft(), prepared=chats(prepared)), SAY)
    assert len(view.children) == labels
    assert all(len(item.item.label) <= 80 for item in view.children)
    assert all(len(item.custom_id) <= 100 for item in view.children)


def test_a_list_says_what_is_paused_and_what_is_over():
    draft = a_draft()
    paused = replace(draft.series, state=SeriesState.PAUSED)
    shown = series_ui.listed([(draft.series, draft.dates[0]), (paused, None), (draft.series, None)], SAY).split("\n")
    assert "<t:" in shown[1]
    assert ": paused," in shown[2]
    assert ": no date lies ahead," in shown[3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "How: questions and answers, spread evenly over the time"),
        ({"pace": Pace(rhythm=Rhythm.FIXED, every=10)}, "one every 10 minutes"),
        ({"pace": Pace(rhythm=Rhythm.BY_HAND)}, "each when a host says so"),
        ({"pace": Pace(rhythm=Rhythm.SLOW)}, "slowly, one a day"),
        ({"format": Format.JAR}, "questions drawn from the jar"),
        ({"format": Format.INFORMAL}, "How: informally, without host and questions"),
        ({"layout": Layout.CHANNEL}, "Where: in <#2> itself; 60 minutes"),
        ({"layout": Layout.QUESTIONS}, "and one more for each question"),
        ({"minutes": 7 * 1440}, "; 7 days"),
        ({"notice": Notice(())}, "Announced: at the start"),
        ({"notice": Notice((10_080, 1_440, 120, 90), Ahead.ALL, 9)}, "1 week before, 1 day before, 2 hours before, 90"),
        ({"notice": Notice((), Ahead.ALL, 9)}, "with its questions; pings <@&9>"),
        ({"notice": Notice(event=EventWish.ONCE)}, "Discord's list of events shows it."),
    ],
)
def test_how_it_is_held_is_said_in_words(changes, words):
    assert words in "\n".join(manner.lines(a_chat(2, **changes), (), SAY))


def test_a_chat_that_was_moved_says_that_it_was_announced():
    before = a_chat(2)
    after = replace(before, starts_at=before.starts_at + timedelta(hours=1))
    assert "announced before" not in series_ui.changed(replace(before, state=ChatState.PLANNED), after, SAY)
    assert "announced before" in series_ui.changed(replace(before, state=ChatState.ANNOUNCED), after, SAY)
