"""A calendar file says when each chat is, what it is about and whether it takes place, and no more than people know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat import RUNNING_STATES, Belonging, Chat, ChatState, Question
from bot.domain.manner import Ahead, Format, Notice
from bot.ui.calendars import feed, uid_of
from bot.ui.texts import Texts
from bot.ui.timezones import timezone_of
from tests.support.calendars import as_read, as_written, read

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SAY = Texts()
ZONES = ["America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]


def chat_of(number=5, **differing):
    values = {
        "guild_id": 1,
        "channel_id": 2,
        "title": "Reading on the bus",
        "hashtag": "buschat",
        "starts_at": datetime(2026, 3, 6, 1, tzinfo=UTC),
        "zone": "America/New_York",
        "minutes": 60,
        "host_id": 7,
        "host_name": "Maren",
        "state": ChatState.PLANNED,
        "id": number,
    }
    return Chat(**values | differing)


def made_of(*chats, name=""):
    return feed(chats, name, NOW, SAY)


def only(made):
    (entry,) = read(made).values()
    return entry


@pytest.mark.parametrize("zone", [*ZONES, "Asia/Kolkata", "Etc/UTC", "GMT", "America/Argentina/Buenos_Aires"])
def test_a_year_of_weeks_is_read_at_the_same_instants(zone):
    chats = [chat_of(n, zone=zone, starts_at=NOW + timedelta(weeks=n, hours=n % 24)) for n in range(1, 53)]
    found = read(made_of(*chats))
    assert [as_read(found[uid_of(chat)]) for chat in chats] == [as_written(chat) for chat in chats]


def onsets_of(zone):
    """What a VTIMEZONE says, as RFC 5545 means it: from which instant on clocks show which offset."""
    found = []
    for part in zone.subcomponents:
        before, after = part["tzoffsetfrom"].td, part["tzoffsetto"].td
        rest = part.get("rdate")
        walls = [part["dtstart"].dt, *([one.dt for one in rest.dts] if rest is not None else [])]
        found += [((wall - before).replace(tzinfo=UTC), after, part.name) for wall in walls]
    return sorted(found)


@pytest.mark.parametrize("zone", [*ZONES, "Asia/Kolkata", "Pacific/Chatham"])
def test_a_zones_clock_changes_are_told_to_the_second(zone):
    first_at, last_at = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    text = timezone_of(zone, first_at, last_at).to_ical()
    onsets = onsets_of(icalendar.Timezone.from_ical(text))
    assert onsets[0][0] == first_at
    told = iter([*onsets[1:], (last_at, None, "")])
    offset, (change_at, coming, _) = onsets[0][1], next(told)
    at = first_at
    while at < last_at:
        if at >= change_at:
            assert at == change_at, f"{zone}: clocks change at {change_at}, which is no half hour"
            offset, (change_at, coming, _) = coming, next(told)
        assert at.astimezone(ZoneInfo(zone)).utcoffset() == offset, at
        at += timedelta(minutes=30)


def test_a_file_brings_the_zones_of_its_chats_and_no_others():
    made = made_of(chat_of(1), chat_of(2, zone="Europe/Berlin"), chat_of(3, zone="UTC"))
    calendar = icalendar.Calendar.from_ical(made)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["America/New_York", "Europe/Berlin"]
    clocks = {str(event["uid"]): event["dtstart"].to_ical() for event in calendar.walk("VEVENT")}
    assert list(clocks.values()) == [b"20260305T200000", b"20260306T020000", b"20260306T010000Z"]


@pytest.mark.parametrize("minutes", [30, 60, 90, 120])
@pytest.mark.parametrize("hour", [4, 5, 6, 7])
def test_around_the_hour_that_clocks_show_twice_start_and_end_are_right(hour, minutes):
    chat = chat_of(starts_at=datetime(2026, 11, 1, hour, 30, tzinfo=UTC), minutes=minutes)
    assert as_read(only(made_of(chat))) == as_written(chat)


@pytest.mark.parametrize(
    "title",
    [
        "Soup; bread, and\\books",
        "\\n is no new line",
        "📚👩‍👩‍👧‍👦 families 🇳🇿 read " * 8,
        "x" * 300,
        "é" * 200,
        'He said: "BEGIN:VEVENT"',
        "100 % ;;,,\\\\;",
        "عربى עברית 中文",
    ],
)
def test_what_a_title_may_hold_is_read_as_it_was_written(title):
    made = made_of(chat_of(title=title, description=f"{title}\n{title}"), name=title)
    entry = only(made)
    assert entry.summary == f"#buschat: {title}"
    assert entry.description.startswith(f"{title}\n{title}\nHost: Maren\n")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert all(line.decode() is not None for line in made.split(b"\r\n"))


@given(title=st.text(min_size=1, max_size=120), name=st.text(max_size=40))
def test_whatever_is_typed_makes_one_readable_entry(title, name):
    chat = chat_of(title=" ".join(title.split()) or "x", host_name=name)
    entry = only(made_of(chat, name=name))
    assert (entry.starts_at, entry.uid) == (chat.starts_at, uid_of(chat))


def test_control_characters_are_left_out():
    made = made_of(chat_of(title="bell\x07 and\x00 nothing", host_name="A\rB\x1b"))
    assert only(made).summary == "#buschat: bell and nothing"
    assert not set(made) & (set(range(32)) - {10, 13})


def test_what_is_called_off_stays_as_cancelled_with_a_higher_sequence():
    before = only(made_of(chat_of(sequence=3)))
    after = only(made_of(chat_of(sequence=3, state=ChatState.CANCELLED)))
    assert (before.status, after.status) == ("CONFIRMED", "CANCELLED")
    assert after.uid == before.uid
    assert after.sequence > before.sequence


def test_an_entry_keeps_its_name_whatever_becomes_of_its_place_in_the_series():
    place = chat_of(0, belonging=Belonging(4, "2026-03-05/1", first_key="2026-03-05/1"))
    planned = replace(place, id=9)
    moved = replace(planned, belonging=Belonging(4, "2026-03-11", own=True, first_key="2026-03-05/1"))
    let_go = replace(planned, belonging=Belonging(4, "", first_key="2026-03-05/1"))
    assert {uid_of(one) for one in (place, planned, moved, let_go)} == {"series-4-2026-03-05-1@1.shelftalk"}


QUESTIONS = (Question(1, "Why?"), Question(2, "Where?"))
HALF_ASKED = (Question(1, "Why?", message_id=11, asked_at=NOW), Question(2, "Where?"))


def shown(chat):
    description = only(made_of(chat)).description
    return [text for text in ("Why?", "Where?", "2 questions") if text in description]


@pytest.mark.parametrize(
    ("ahead", "state", "known"),
    [
        (Ahead.ALL, ChatState.PLANNED, ["2 questions"]),
        (Ahead.ALL, ChatState.ANNOUNCED, ["Why?", "Where?"]),
        (Ahead.ALL, ChatState.GATHERING, ["Why?", "Where?"]),
        (Ahead.ALL, ChatState.CANCELLED, ["2 questions"]),
        (Ahead.NUMBER, ChatState.ANNOUNCED, ["2 questions"]),
        (Ahead.NUMBER, ChatState.GATHERING, ["2 questions"]),
        (Ahead.NOTHING, ChatState.ANNOUNCED, []),
        (Ahead.NOTHING, ChatState.CANCELLED, []),
    ],
)
def test_questions_that_nobody_was_told_are_not_in_it(ahead, state, known):
    assert shown(chat_of(questions=QUESTIONS, state=state, notice=Notice(ahead=ahead))) == known


@pytest.mark.parametrize("state", sorted(RUNNING_STATES | {ChatState.CLOSED, ChatState.CANCELLED}))
@pytest.mark.parametrize("ahead", [Ahead.NUMBER, Ahead.NOTHING])
def test_a_question_is_in_it_from_when_it_was_asked(state, ahead):
    assert shown(chat_of(questions=HALF_ASKED, state=state, notice=Notice(ahead=ahead))) == ["Why?"]


@pytest.mark.parametrize(
    ("before", "in_series", "known"),
    [((), False, ["2 questions"]), ((), True, ["2 questions"]), ((0,), True, ["2 questions"]), ((0,), False, None)],
)
def test_without_an_announcement_nobody_was_told(before, in_series, known):
    belonging = Belonging(4, "2026-03-05", first_key="2026-03-05") if in_series else None
    notice = Notice(before=before, ahead=Ahead.ALL)
    chat = chat_of(questions=QUESTIONS, state=ChatState.GATHERING, notice=notice, belonging=belonging)
    assert shown(chat) == (known or ["Why?", "Where?"])


def test_what_is_drawn_from_the_jar_is_not_in_it_ahead():
    notice = Notice(ahead=Ahead.ALL)
    chat = chat_of(questions=QUESTIONS, format=Format.JAR, state=ChatState.ANNOUNCED, notice=notice)
    assert shown(chat) == []


def test_an_empty_feed_is_a_readable_file():
    assert read(made_of(name="Chats of the library")) == {}
