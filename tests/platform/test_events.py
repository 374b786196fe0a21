"""Discord's list of events shows each chat once, as it stands, and never keeps a chat from going on."""

import logging
from datetime import timedelta

import aiohttp
import discord
import pytest

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.guillotine import cut_off_after
from tests.support.obstacles import everyone_sees

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
AGAIN, ONCE = "kept", "once"


@pytest.fixture
def stage(stage):
    """With Manage Events, which SimCord asks for where Discord asks for Create Events."""
    allow_events(stage)
    return stage


def allow_events(stage, *, allowed=True):
    (role,) = [r for r in stage.guild.roles.values() if r.name == stage.app.bot.user.name]
    simulated = stage.env.backend.guilds[stage.guild.id].roles[role.id]
    own = discord.Permissions(simulated.permissions)
    own.update(manage_events=allowed, create_events=allowed)
    stage.env.backend.edit_role(stage.guild.id, role.id, {"permissions": own.value})


def events(stage):
    """What the list has, by what is still on."""
    return list(stage.env.backend.guilds[stage.guild.id].scheduled_events.values())


def only(stage):
    (event,) = events(stage)
    return event


def said(event):
    return event.name, event.scheduled_start_time[:16], event.scheduled_end_time[:16], event.status


def as_planned(chat, status=SCHEDULED):
    start, end = (f"{at:%Y-%m-%dT%H:%M}" for at in (chat.starts_at, chat.ends_at))
    return f"#{chat.hashtag}: {chat.title}", start, end, status


async def planned(stage, wish=AGAIN, minutes=120, **options):
    chat = await evening.planned_chat(stage, event=wish, start=evening.start_text(stage, minutes), **options)
    await stage.pass_time(1)
    return chat


def requests(stage, method):
    """Which requests about events the bot makes from now on."""
    http, seen = stage.app.bot.http, []
    request = http.request

    async def watched(route, **arguments):
        if route.method == method and "scheduled-events" in route.path:
            seen.append(route.path)
        return await request(route, **arguments)

    http.request = watched
    return seen


async def test_a_chat_has_an_entry_from_its_planning_to_its_end(stage):
    chat = await planned(stage)
    event = only(stage)
    assert said(event) == as_planned(chat)
    assert event.entity_metadata["location"] == f"https://discord.com/channels/{stage.guild.id}/{stage.channel.id}"
    await evening.until(stage, chat.starts_at, plus=30)
    assert said(only(stage)) == as_planned(chat, ACTIVE)
    await evening.until(stage, chat.closes_at, plus=60)
    assert said(only(stage)) == as_planned(chat, COMPLETED)


async def test_without_the_wish_there_is_none(stage):
    await evening.planned_chat(stage)
    await stage.pass_time(5)
    assert events(stage) == []


async def test_it_moves_and_is_renamed_with_the_chat_and_is_changed_only_then(stage):
    chat = await planned(stage)
    changes = requests(stage, "PATCH")
    start = evening.start_text(stage, 300)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, start=start, title="Weeding", minutes=50)
    await stage.pass_time(5)
    after = await evening.reload(stage, chat)
    assert said(only(stage)) == as_planned(after)
    assert after.starts_at > chat.starts_at
    assert len(changes) == 1
    await stage.host.slash(stage.channel, "chat questions", number=chat.id, questions="One? | Two?")
    await stage.pass_time(5)
    assert len(changes) == 1


async def test_it_is_called_off_with_the_chat(stage):
    chat = await planned(stage)
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(5)
    assert only(stage).status == CANCELED


async def test_it_ends_when_a_host_ends_the_chat(stage):
    chat = await planned(stage)
    await evening.until(stage, chat.starts_at, plus=60)
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(5)
    assert only(stage).status == COMPLETED


async def test_it_begins_though_discord_has_not_begun_it_by_itself(stage, monkeypatch):
    monkeypatch.setattr(type(stage.env.backend), "activate_due_scheduled_events", lambda backend: None)
    monkeypatch.setattr(type(stage.env.backend), "next_scheduled_event_deadline", lambda backend: None)
    chat = await planned(stage)
    await evening.until(stage, chat.starts_at, plus=30)
    assert only(stage).status == ACTIVE
    await evening.until(stage, chat.closes_at, plus=60)
    assert only(stage).status == COMPLETED


async def test_who_wishes_it_no_more_has_it_no_more_and_may_wish_it_again(stage):
    chat = await planned(stage)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, event="no")
    await stage.pass_time(5)
    assert only(stage).status == CANCELED
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, event=ONCE)
    await stage.pass_time(5)
    assert [event.status for event in events(stage)] == [CANCELED, SCHEDULED]


@pytest.mark.parametrize("how", ["deleted", "called off"])
async def test_who_wishes_it_kept_has_it_again_when_somebody_deletes_it(stage, how):
    chat = await planned(stage)
    remove(stage, only(stage), how)
    await stage.pass_time(5)
    assert [said(event) for event in events(stage) if event.status == SCHEDULED] == [as_planned(chat)]


@pytest.mark.parametrize("how", ["deleted", "called off"])
async def test_who_wishes_it_once_has_it_no_more_when_somebody_deletes_it(stage, how):
    chat = await planned(stage, ONCE)
    remove(stage, only(stage), how)
    await stage.pass_time(5)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, title="Another topic")
    await stage.pass_time(5)
    await evening.until(stage, chat.starts_at, plus=60)
    assert [event for event in events(stage) if event.status in {SCHEDULED, ACTIVE}] == []
    assert (await evening.reload(stage, chat)).state == "gathering"


def remove(stage, event, how):
    if how == "deleted":
        stage.env.backend.delete_scheduled_event(stage.guild.id, event.id)
    else:
        stage.env.backend.edit_scheduled_event(stage.guild.id, event.id, {"status": CANCELED})


@pytest.mark.parametrize("wish", [AGAIN, ONCE])
async def test_what_was_deleted_while_the_bot_was_away_is_noticed_at_its_next_start(stage, settings, wish):
    chat = await planned(stage, wish)
    far = await planned(stage, wish, 60 * 24 * 20, title="In three weeks")
    await stage.app.close()
    for event in events(stage):
        remove(stage, event, "deleted")
    await stage.restart(settings)
    await stage.pass_time(5)
    assert [said(event) for event in events(stage)] == ([as_planned(chat)] if wish == AGAIN else [])
    assert (await evening.reload(stage, far)).state == "announced"


async def test_a_start_at_which_all_is_as_it_should_be_changes_nothing(stage, settings):
    chat = await planned(stage)
    await stage.restart(settings)
    await stage.pass_time(5)
    assert said(only(stage)) == as_planned(chat)


@pytest.mark.parametrize("effects", range(7))
async def test_wherever_the_bot_is_cut_off_it_is_made_once(stage, settings, caplog, effects):
    chat = await planned(stage, announce="none")
    remove(stage, only(stage), "deleted")
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    assert said(only(stage)) == as_planned(chat)


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("effects", range(3, 8, 2))
async def test_wherever_the_bot_is_cut_off_the_entry_moves_or_is_made_anew(stage, settings, caplog, effects, is_lost):
    # What is so far ahead isn't looked after at the start, so that a lost one is missed at the change.
    chat = await planned(stage, minutes=60 * 24 * 20, announce="none")
    other = await planned(stage, minutes=60 * 24 * 30, announce="none", title="Another")
    if is_lost:
        await stage.app.close()
        remove(stage, events(stage)[0], "deleted")
        await stage.restart(settings)
    # Nothing is done about the new time before the other chat's entry is deleted.
    wake, stage.app.bot._wake = stage.app.bot._wake, lambda: None
    start = evening.start_text(stage, 60 * 24 * 21)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, start=start)
    *rest, last = events(stage)
    assert [said(event) for event in rest] == ([] if is_lost else [as_planned(chat)])
    stage.app.bot._wake = wake
    remove(stage, last, "deleted")
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    # What the bot hadn't heard of before it ended is found out at the next change, however far ahead it is.
    await stage.host.slash(stage.channel, "chat edit", number=other.id, description="All about it")
    await stage.pass_time(10)
    after = await evening.reload(stage, chat)
    assert after.starts_at > chat.starts_at
    assert sorted(map(said, events(stage))) == sorted([as_planned(after), as_planned(other)])


async def test_one_that_was_made_although_discord_answered_500_is_not_made_twice(stage):
    http, lost = stage.app.bot.http, []
    request = http.request

    async def arrives_but_fails(route, **arguments):
        answer = await request(route, **arguments)
        if route.method == "POST" and route.path.endswith("/scheduled-events") and not lost:
            lost.append(answer)
            raise aiohttp.ServerDisconnectedError
        return answer

    http.request = arrives_but_fails
    chat = await planned(stage)
    await stage.pass_time(30)
    assert len(lost) == 1
    assert said(only(stage)) == as_planned(chat)


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_a_failed_request_is_repeated(stage, status):
    stage.env.inject_error("POST", "/guilds/*/scheduled-events", status=status)
    chat = await planned(stage)
    await stage.pass_time(60)
    assert said(only(stage)) == as_planned(chat)


@pytest.mark.parametrize("answer", [{"status": 403, "code": 50013}, {"status": 400, "code": 50035}])
async def test_where_discord_refuses_it_nothing_else_waits(stage, caplog, answer):
    stage.env.inject_error("POST", "/guilds/*/scheduled-events", times=None, **answer)
    chat = await planned(stage)
    assert f"{chat.id}:event:0 is left out" in caplog.text
    await evening.until(stage, chat.closes_at, plus=60)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert events(stage) == []


async def test_a_host_is_told_that_the_permission_is_missing_before_anything_is_saved(stage):
    allow_events(stage, allowed=False)
    await stage.pass_time(1)
    missing = "the bot lacks the permission **Create Events**"
    assert missing in answer_of(await evening.drafted_series(stage, event=AGAIN))
    assert missing in answer_of(await evening.plan(stage, event=AGAIN))
    chats = await stage.app.chats.list(stage.guild.id, frozenset({"planned", "announced"}))
    assert missing in answer_of(await stage.host.slash(stage.channel, "chat show", number=chats[0].id))
    assert missing not in answer_of(await evening.drafted_series(stage))
    allow_events(stage)
    await stage.pass_time(1)
    granted = answer_of(await evening.drafted_series(stage, event=AGAIN))
    assert missing not in granted
    assert "Discord's list of events shows it." in granted


async def test_a_permission_that_is_granted_later_counts_at_once(stage, caplog):
    allow_events(stage, allowed=False)
    chat = await planned(stage)
    assert "missing permissions" in caplog.text
    allow_events(stage)
    await stage.pass_time(5)
    assert said(only(stage)) == as_planned(chat)


def fill(stage, count=100):
    """Others have put so many events on the list."""
    start = (stage.env.now() + timedelta(days=40)).isoformat()
    end = (stage.env.now() + timedelta(days=40, hours=1)).isoformat()
    return [
        stage.env.backend.create_scheduled_event(
            stage.guild.id,
            name=f"Story time {number}",
            entity_type=3,
            scheduled_start_time=start,
            scheduled_end_time=end,
            creator_id=stage.host.id,
            entity_metadata={"location": "Reading room"},
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("told_by", ["count", "answer"])
async def test_where_the_list_is_full_it_waits_and_everything_else_goes_on(stage, caplog, told_by):
    others = fill(stage) if told_by == "count" else []
    if told_by == "answer":
        stage.env.inject_error("POST", "/guilds/*/scheduled-events", status=400, code=30038)
    chat = await planned(stage, minutes=60 * 20)
    assert "as many" in caplog.text
    other = await evening.planned_chat(stage, title="Another", start=evening.start_text(stage, 30))
    await evening.until(stage, other.starts_at, plus=60)
    assert (await evening.reload(stage, other)).state == "gathering"
    assert len(events(stage)) == len(others)
    if others:
        remove(stage, others[0], "deleted")
    await stage.pass_time(6 * 3600 + 60)
    assert [said(event) for event in events(stage) if event.creator_id == stage.app.bot.user.id] == [as_planned(chat)]


async def test_what_somebody_else_put_there_is_left_alone(stage):
    chat = await planned(stage)
    mark = only(stage).description
    remove(stage, only(stage), "deleted")
    (copied,) = fill(stage, 1)
    stage.env.backend.edit_scheduled_event(stage.guild.id, copied.id, {"description": mark})
    await stage.pass_time(5)
    own = [event for event in events(stage) if event.creator_id == stage.app.bot.user.id]
    assert [said(event) for event in own] == [as_planned(chat)]
    assert copied.name == "Story time 0"


async def test_a_channel_that_not_everybody_may_see_gets_none_and_the_host_is_told_so(stage, caplog):
    everyone_sees(stage, seen=False)
    await stage.pass_time(1)
    preview = answer_of(await evening.drafted_series(stage, event=AGAIN))
    assert "Discord's list of events doesn't show it: not everybody may see" in preview
    chat = await planned(stage)
    assert events(stage) == []
    assert "not everybody may see its channel" in caplog.text
    await evening.until(stage, chat.starts_at, plus=60)
    assert (await evening.reload(stage, chat)).state == "gathering"


async def test_a_channel_that_becomes_private_takes_its_entry_along_with_the_next_change(stage):
    chat = await planned(stage)
    everyone_sees(stage, seen=False)
    await stage.pass_time(1)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, title="A secret")
    await stage.pass_time(5)
    assert only(stage).status == CANCELED
    assert "secret" not in only(stage).name


async def test_a_server_that_the_bot_has_left_is_not_asked_for_ever(stage, caplog):
    caplog.set_level(logging.INFO)
    chat = await planned(stage)
    stage.env.backend.emit("GUILD_DELETE", {"id": str(stage.guild.id)})
    await stage.pass_time(1)
    await evening.until(stage, chat.closes_at, plus=3600)
    tries = [record for record in caplog.records if f"{chat.id}:event:0" in record.getMessage()]
    assert len(tries) <= 4
    caplog.clear()


async def test_the_chats_of_a_series_each_have_one(stage):
    series = await evening.saved_series(stage, event=AGAIN)
    await stage.pass_time(5)
    chats = await evening.chats_of(stage, series)
    assert sorted(said(event) for event in events(stage)) == sorted(as_planned(chat) for chat in chats)
    when = "every Wednesday, 8-9 pm ET"
    result = await stage.host.slash(stage.channel, "series edit", series="Library chat", when=when)
    await stage.host.click(result.response, label="Save")
    await stage.pass_time(5)
    moved = await evening.chats_of(stage, series)
    assert sorted(said(event) for event in events(stage)) == sorted(as_planned(chat) for chat in moved)
    result = await stage.host.slash(stage.channel, "series pause", series="Library chat")
    await stage.host.click(result.response, label="Yes, pause it")
    await stage.pass_time(5)
    assert {event.status for event in events(stage)} == {CANCELED}


async def test_long_words_are_cut_so_that_discord_takes_them(stage):
    description = "All about it. " * 35
    await planned(stage, title="A" * 70, hashtag="b" * 25, description=description)
    event = only(stage)
    assert len(event.name) <= 100
    assert len(event.description) <= 1000
    assert event.description.splitlines()[-1] == "Shelftalk chat 1"
