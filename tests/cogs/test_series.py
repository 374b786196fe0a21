"""A host plans a series in words, looks at it, saves it; then edits, pauses, resumes and ends it."""

from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.chat import ChatState
from bot.domain.errors import WrongMoment
from bot.domain.series import SeriesState
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.obstacles import told

SCHEDULED = frozenset({ChatState.PLANNED, ChatState.ANNOUNCED})


async def command(stage, name, /, *, who=None, **options):
    return answer_of(await (who or stage.host).slash(stage.channel, name, **options))


async def edit(stage, label, **options):
    """Change the series and press one of the preview's buttons; what the bot answered to each."""
    result = await stage.host.slash(stage.channel, "series edit", series="Library chat", **options)
    shown = answer_of(result)
    return shown, answer_of(await stage.host.click(result.response, label=label))


def starts(chats):
    return [f"{chat.starts_at:%Y-%m-%d %H:%M}" for chat in chats]


async def test_the_preview_says_what_was_understood_before_anything_is_saved(stage):
    shown = answer_of(
        await evening.drafted_series(
            stage, when="2nd Thursday of the month, 9-10:30 pm ET, unless it is a holiday", holidays="US"
        )
    )
    lines = shown.replace("\u202f", " ").split("\n")
    assert lines[:4] == [
        "**#libchat: Library chat**: look at it, then save it.",
        "The second Thursday of every month, 9 pm to 10:30 pm New York time.",
        "Next:",
        "- Thu, Jan 8, 2026, 9:00 PM EST: <t:1767924000:f>",
    ]
    assert lines[5].endswith("clocks have changed since the date before")
    assert "On public holidays (US) it is left out." in lines
    assert f"Where: a thread in <#{stage.channel.id}>; 90 minutes" in lines
    assert "Announced: 1 week before, 1 day before, 15 minutes before, at the start" in lines
    assert await stage.app.services.series.of_guild(stage.guild.id) == []
    assert await stage.app.chats.list(stage.guild.id, SCHEDULED) == []


async def test_saved_it_has_its_next_three_chats_each_at_its_wall_clock_time(stage):
    series = await evening.saved_series(stage, when="last Sunday of the month, 8 pm London time")
    chats = await evening.chats_of(stage, series)
    # Summer time begins in London on 29 March 2026.
    assert starts(chats) == ["2026-01-25 20:00", "2026-02-22 20:00", "2026-03-29 19:00"]
    assert {chat.title for chat in chats} == {"Library chat"}
    await evening.until(stage, chats[0].starts_at, plus=400)
    assert starts(await evening.chats_of(stage, series))[-1] == "2026-04-26 19:00"


async def test_pressed_twice_it_is_saved_once(stage):
    result = await evening.drafted_series(stage)
    first = await stage.host.click(result.response, label="Save")
    assert "is saved" in answer_of(first)
    again = await stage.app.bot.services.series.get(1, stage.guild.id)
    with pytest.raises(WrongMoment):
        await stage.app.services.series.save(again.id, stage.guild.id, also_prepared=True)
    assert len(await stage.app.services.series.of_guild(stage.guild.id)) == 1


async def test_the_schedule_can_be_said_otherwise_before_it_is_saved(stage, settings):
    result = await evening.drafted_series(stage, when="every Thursday 8 pm ET")
    await stage.restart(settings)
    form = await stage.host.click(result.response, label="Change the schedule")
    assert "every Thursday 8 pm ET" in str(form.modal)
    refused = answer_of(await stage.host.submit_modal(form, {"text": "every blursday"}))
    assert "I don't understand “every blursday”" in refused
    assert refused.endswith(">>> every blursday")
    form = await stage.host.click(result.response, label="Change the schedule")
    changed = await stage.host.submit_modal(form, {"text": "every other Monday at noon ET, starting 12 January"})
    assert "Every other Monday, 12 pm to 1 pm New York time" in answer_of(changed)
    await stage.host.click(changed.response or result.response, label="Save")
    (series,) = await stage.app.services.series.of_guild(stage.guild.id)
    assert starts(await evening.chats_of(stage, series))[0] == "2026-01-12 17:00"


async def test_an_edit_moves_the_chats_and_their_questions_and_says_so_where_it_was_announced(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="3 weeks")
    first, *_ = chats = await evening.chats_of(stage, series)
    assert starts(chats)[:3] == ["2026-01-01 20:00", "2026-01-08 20:00", "2026-01-15 20:00"]
    await command(stage, "chat questions", number=chats[1].id, questions="Why? | How?")
    await stage.pass_time(5)
    shown, saved = await edit(stage, "Save; prepared chats follow", when="every Wednesday, 7-8 pm UTC")
    assert "**1 chat is prepared already**" in shown
    assert "chats have a new time" in saved
    await stage.pass_time(20)
    moved = await evening.chats_of(stage, series)
    assert starts(moved)[:3] == ["2026-01-07 19:00", "2026-01-14 19:00", "2026-01-21 19:00"]
    assert [chat.id for chat in moved[:2]] == [first.id, chats[1].id]
    assert [question.text for question in moved[1].questions] == ["Why?", "How?"]
    notes = [m.content for m in stage.channel.history() if "has moved" in m.content]
    # The fourth, three weeks ahead, wasn't announced yet.
    assert len(notes) == len(chats) - 1 == 3
    assert all(chat.moved_from is not None for chat in moved[:2])


async def test_prepared_chats_may_stay_as_they_are(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC")
    chats = await evening.chats_of(stage, series)
    await command(stage, "chat edit", number=chats[1].id, title="Weeding")
    await edit(stage, "Save; prepared chats stay as they are", name="Book chat", minutes=30)
    now = {chat.id: chat for chat in await evening.chats_of(stage, series)}
    assert (now[chats[0].id].title, now[chats[0].id].minutes) == ("Book chat", 30)
    assert (now[chats[1].id].title, now[chats[1].id].minutes) == ("Weeding", 60)


async def test_a_topic_of_its_own_is_kept_by_a_chat_that_follows(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC")
    chats = await evening.chats_of(stage, series)
    await command(stage, "chat edit", number=chats[1].id, title="Weeding")
    await edit(stage, "Save; prepared chats follow", name="Book chat", minutes=30)
    now = {chat.id: chat for chat in await evening.chats_of(stage, series)}
    assert (now[chats[1].id].title, now[chats[1].id].minutes) == ("Weeding", 30)


async def test_called_off_by_hand_it_is_not_planned_again(stage, settings):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="15 min")
    second = (await evening.chats_of(stage, series))[1]
    assert "is called off" in await command(stage, "chat cancel", number=second.id)
    await stage.restart(settings)
    await stage.pass_time(20)
    assert second.starts_at not in {chat.starts_at for chat in await evening.chats_of(stage, series)}


async def test_pausing_calls_off_what_nobody_prepared_and_asks_about_the_rest(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="2 days")
    chats = await evening.chats_of(stage, series)
    await command(stage, "chat questions", number=chats[2].id, questions="Why? | How?")
    await stage.pass_time(5)
    asked = await stage.host.slash(stage.channel, "series pause", series="libchat")
    assert "**1 chat is prepared already**" in answer_of(asked)
    assert "2 chats that nobody has prepared are called off" in answer_of(asked)
    done = await stage.host.click(asked.response, label="Pause; prepared chats take place")
    assert "2 chats are called off" in answer_of(done)
    await stage.pass_time(20)
    assert [chat.id for chat in await evening.chats_of(stage, series)] == [chats[2].id]
    assert any("does not take place" in m.content for m in stage.channel.history())
    assert any(m.content.startswith("Called off:") for m in stage.channel.history())
    assert "is paused already" in answer_of(
        await stage.host.click(
            (await stage.host.slash(stage.channel, "series pause", series="libchat")).response,
            label="Pause; prepared chats take place",
        )
    )


async def test_resumed_it_goes_on_and_what_was_called_off_with_it_is_planned_anew(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC")
    before = await evening.chats_of(stage, series)
    asked = await stage.host.slash(stage.channel, "series pause", series="libchat")
    await stage.host.click(asked.response, label="Yes, pause it")
    assert await evening.chats_of(stage, series) == []
    assert "goes on" in await command(stage, "series resume", series="libchat")
    after = await evening.chats_of(stage, series)
    assert starts(after) == starts(before)
    assert "isn't paused" in await command(stage, "series resume", series="libchat")


async def test_ended_it_is_gone_from_the_list_and_its_name_is_free(stage):
    series = await evening.saved_series(stage)
    asked = await stage.host.slash(stage.channel, "series delete", series="libchat")
    assert "Its past chats stay archived" in answer_of(asked)
    await stage.host.click(asked.response, label="Yes, end it")
    assert await evening.chats_of(stage, series) == []
    assert "There is no series yet" in await command(stage, "series list")
    assert (await stage.app.services.series.get(series.id, stage.guild.id)).state is SeriesState.ENDED
    assert (await evening.saved_series(stage)).id != series.id


async def test_a_list_and_one_series_say_when_it_meets_next(stage):
    await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", description="For **everyone**")
    listed = await command(stage, "series list")
    assert "#libchat: Library chat: <t:1767297600:F>" in listed
    shown = await command(stage, "series show", series="lib")
    assert "Every Thursday, 8 pm to 9 pm" in shown
    assert r"For \*\*everyone\*\*" in shown
    assert "- chat 1: Library chat, <t:1767297600:f>, no questions yet" in shown


async def test_names_and_zones_complete_as_one_types(stage):
    await evening.saved_series(stage)
    found = await stage.host.autocomplete(stage.channel, "series show", "series", "lib")
    assert [choice["name"] for choice in found] == ["Library chat (#libchat)"]
    zones = await stage.host.autocomplete(stage.channel, "series create", "zone", "new y")
    assert [choice["value"] for choice in zones] == ["America/New_York"]
    numbers = await stage.host.autocomplete(stage.channel, "chat show", "number", "libr")
    assert len(numbers) >= 3
    assert await stage.newcomer.autocomplete(stage.channel, "chat show", "number", "libr") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"when": "31 February at 8 pm ET"}, "No year has a “31 February”"),
        ({"when": "every Monday the Tuesday at 8 pm ET"}, "contradict"),
        ({"when": "every minute"}, "too often"),
        ({"when": "FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z"}, "not both"),
        ({"when": "8 pm ET, 2 May 2013"}, "passed"),
        ({"when": "every Thursday 8 pm ET until 1 January 2020"}, "would end on 1 January 2020, before it starts"),
        ({"when": "every Thursday 8 pm ET, from 1 June 2027 until 1 May 2027"}, "before it starts"),
        ({"holidays": "Germny"}, "Did you mean Germany (DE), Guernsey (GG)?"),
        ({"announce": "a fortnight"}, "as a time before the start"),
        ({"announce": "1 day, 2 days, 3 days, 4 days, 5 days, 6 days, 7 days"}, "up to 6 times"),
        ({"pace": "briskly"}, "as a pace"),
        ({"hosts": "my team"}, "no member in “my team”"),
        ({"hashtag": "my chat"}, "can't be a hashtag"),
        ({"zone": "Nowhere"}, "don't know a time zone"),
        ({"minutes": 3}, "can take 11 to 1440 minutes"),
        ({"layout": "forum"}, "choose the forum too"),
        ({"description": "w" * 501}, "has 501 characters"),
    ],
)
async def test_what_can_not_be_used_is_said_kindly_and_nothing_is_saved(stage, options, words):
    shown = await evening.drafted_series(stage, **options)
    assert words in answer_of(shown)
    assert shown.ephemeral
    assert await stage.app.services.series.of_guild(stage.guild.id) == []


async def test_a_fifth_friday_names_the_months_that_have_none(stage):
    shown = answer_of(await evening.drafted_series(stage, when="every 5th Friday at 7 pm ET"))
    assert "Not every month has such a day" in shown
    assert "these have none: February, March, April," in shown


async def test_a_schedule_that_is_not_understood_costs_nothing_else_of_what_was_typed(stage, settings):
    result = await evening.drafted_series(stage, when="every blursday 8 pm ET", announce="2 hours", minutes=45)
    assert "“every blursday”" in answer_of(result)
    assert answer_of(result).endswith(">>> every blursday 8 pm ET")
    await stage.restart(settings)
    form = await stage.host.click(result.response, label="Change the schedule")
    assert "every blursday 8 pm ET" in str(form.modal)
    again = await stage.host.submit_modal(form, {"text": "31 February 8 pm ET"})
    assert "No year has a “31 February”" in answer_of(again)
    form = await stage.host.click(again.response or result.response, label="Change the schedule")
    assert "31 February 8 pm ET" in str(form.modal)
    shown = await stage.host.submit_modal(form, {"text": "every Monday 8 pm ET"})
    assert "Announced: 2 hours before, at the start" in answer_of(shown)
    await stage.host.click(shown.response or again.response, label="Save")
    (series,) = await stage.app.services.series.of_guild(stage.guild.id)
    assert (series.name, series.model.minutes) == ("Library chat", 45)


async def test_everybody_may_see_the_series_of_channels_that_they_may_read(stage):
    ana = stage.person("Ana")
    await evening.saved_series(stage)
    assert "#libchat: Library chat" in await command(stage, "series list", who=ana)
    assert "Every Thursday, 8 pm to 9 pm New York time" in await command(
        stage, "series show", who=ana, series="libchat"
    )
    everyone = Overwrite(stage.guild.id, OverwriteType.ROLE, allow=0, deny=discord.Permissions(view_channel=True).value)
    hidden = stage.channel.id
    elsewhere = stage.guild.create_text_channel("elsewhere")
    stage.env.backend.set_overwrite(hidden, everyone)
    listed = await ana.slash(elsewhere, "series list")
    assert answer_of(listed) == "There is no series here yet. `/chats` shows what is coming."
    assert "Only hosts" in answer_of(await ana.slash(elsewhere, "series show", series="libchat"))


async def test_a_name_that_is_taken_is_refused_at_saving(stage):
    await evening.saved_series(stage)
    result = await evening.drafted_series(stage, when="every Monday 7 pm ET")
    refused = answer_of(await stage.host.click(result.response, label="Save"))
    assert "called “Library chat” here already" in refused
    assert len(await stage.app.services.series.of_guild(stage.guild.id)) == 1


async def test_a_taken_channel_is_refused_at_saving_and_the_draft_is_kept(stage):
    await evening.plan(stage, start="2026-01-08 20:30", minutes=60)
    result = await evening.drafted_series(stage, when="every Thursday, 8-9 pm UTC")
    refused = answer_of(await stage.host.click(result.response, label="Save"))
    assert "#buschat already has this channel" in refused
    assert await stage.app.services.series.of_guild(stage.guild.id) == []
    form = await stage.host.click(result.response, label="Change the schedule")
    changed = await stage.host.submit_modal(form, {"text": "every Friday, 8-9 pm UTC"})
    assert "is saved" in answer_of(await stage.host.click(changed.response or result.response, label="Save"))


async def test_hosts_of_a_series_may_edit_it_and_nobody_else_of_the_members(stage):
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    await evening.saved_series(stage, hosts=f"<@{ana.id}> <@{stage.host.id}>")
    assert "Hosts: Maren, <@" in await command(stage, "series show", series="libchat")
    assert "with your changes" in await command(stage, "series edit", who=ana, series="libchat", minutes=45)
    assert "Only hosts" in await command(stage, "series edit", who=tomas, series="libchat", minutes=45)
    assert "Only hosts" in await command(
        stage, "series create", who=ana, name="A", hashtag="a", when="every Monday 8 pm ET"
    )
    number = (await evening.chats_of(stage, (await stage.app.services.series.of_guild(stage.guild.id))[0]))[0].id
    assert "are saved" in await command(stage, "chat questions", who=ana, number=number, questions="Why? | How?")


async def test_planned_late_it_is_announced_at_once_and_only_the_rest_comes_later(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="a week, a day, 15 min")
    first = (await evening.chats_of(stage, series))[0]
    await stage.pass_time(20)
    assert [key for key in evening.posts(stage.channel) if key.startswith(f"{first.id}:")] == [f"{first.id}:announce:0"]
    await evening.until(stage, first.starts_at, plus=30)
    keys = [key for key in evening.posts(stage.channel) if key.startswith(f"{first.id}:")]
    assert keys == [f"{first.id}:announce:0", f"{first.id}:remind:15", f"{first.id}:open:0"]


async def test_after_a_long_absence_the_coming_chats_are_planned_and_past_ones_not_made_up_for(stage, settings):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="15 min")
    await stage.app.close()
    await stage.env.advance_time(timedelta(days=40).total_seconds())
    await stage.restart(settings)
    await stage.pass_time(30)
    chats = await evening.chats_of(stage, series)
    assert len(chats) == 3
    assert all(chat.starts_at > stage.env.now() for chat in chats)
    assert not any("begins now" in m.content for m in stage.channel.history())


async def test_leaving_oneself_out_takes_the_name_off_the_series_and_off_its_hosts(stage):
    ana = stage.person("Ana")
    series = await evening.saved_series(stage, hosts=f"<@{ana.id}>")
    await ana.slash(stage.channel, "privacy leave-me-out")
    await stage.host.slash(stage.channel, "privacy leave-me-out")
    shown = await command(stage, "series show", series="libchat")
    assert "Maren" not in shown
    assert str(ana.id) not in shown
    assert await stage.app.services.series.hosts_of(series) == ()


async def test_an_edit_onto_another_chats_time_changes_nothing(stage):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC")
    before = await evening.chats_of(stage, series)
    await evening.plan(stage, start="2026-01-09 20:30", minutes=60)
    result = await stage.host.slash(stage.channel, "series edit", series="libchat", when="every Friday, 8-9 pm UTC")
    refused = answer_of(await stage.host.click(result.response, label="Save"))
    assert "#buschat already has this channel" in refused
    assert await evening.chats_of(stage, series) == before


async def test_an_edit_of_the_zone_alone_keeps_the_length(stage):
    series = await evening.saved_series(stage, when="every Thursday at 8 pm", zone="Europe/London", minutes=45)
    await edit(stage, "Save", zone="America/New_York")
    chats = await evening.chats_of(stage, series)
    assert {(chat.zone, chat.minutes) for chat in chats} == {("America/New_York", 45)}


async def test_in_a_channel_that_was_deleted_the_host_is_told_and_the_series_can_move(stage, settings, caplog):
    other = stage.guild.create_text_channel("elsewhere")
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="15 min", channel=other)
    first = (await evening.chats_of(stage, series))[0]
    stage.env.backend.delete_channel(other.id)
    await evening.until(stage, first.closes_at, plus=600)
    (message,) = told(stage)
    assert "The channel of this chat was deleted." in message
    assert len(await evening.chats_of(stage, series)) >= 3
    await edit(stage, "Save", channel=stage.channel)
    assert {chat.channel_id for chat in await evening.chats_of(stage, series)} == {stage.channel.id}
    assert "incident" not in caplog.text
