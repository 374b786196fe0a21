"""Discord's own list of events is kept in step with the chats, and none is made twice."""

from datetime import timedelta

import pytest

from bot.domain.manner import EventWish
from bot.services.changing import NewPlan
from bot.services.manner import Manner
from tests.support import evening
from tests.support.guillotine import cut_off_after


def events(stage):
    """The server's events: name, start and state."""
    found = stage.env.backend.guilds[stage.guild.id].scheduled_events.values()
    return [(event.name, str(event.scheduled_start_time)[:16], int(event.status)) for event in found]


SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4


async def chat_with_event(stage, minutes=120, **options):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, minutes), event="kept", **options)
    await stage.pass_time(10)
    return chat


async def test_it_is_made_moved_renamed_begun_and_ended_with_the_chat(stage):
    chat = await chat_with_event(stage)
    at = chat.starts_at
    assert events(stage) == [("#buschat: Reading on the bus", f"{at:%Y-%m-%dT%H:%M}", SCHEDULED)]
    await stage.host.slash(
        stage.channel, "chat edit", number=chat.id, title="Weeding", start=evening.start_text(stage, 180)
    )
    await stage.pass_time(10)
    at = (await evening.reload(stage, chat)).starts_at
    assert events(stage) == [("#buschat: Weeding", f"{at:%Y-%m-%dT%H:%M}", SCHEDULED)]
    await evening.until(stage, at, plus=30)
    assert [state for *_, state in events(stage)] == [ACTIVE]
    await evening.until(stage, at + timedelta(minutes=40), plus=60)
    assert [state for *_, state in events(stage)] == [COMPLETED]


async def test_called_off_with_the_chat(stage):
    chat = await chat_with_event(stage)
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(10)
    assert [state for *_, state in events(stage)] in ([CANCELED], [])


@pytest.mark.parametrize(("wish", "left"), [("kept", 1), ("once", 0)])
async def test_deleted_by_somebody_it_is_made_again_where_that_is_wished(stage, wish, left):
    await evening.planned_chat(stage, start=evening.start_text(stage, 120), event=wish)
    await stage.pass_time(10)
    (number,) = stage.env.backend.guilds[stage.guild.id].scheduled_events
    stage.env.backend.delete_scheduled_event(stage.guild.id, number)
    await stage.pass_time(10)
    assert len(events(stage)) == left


@pytest.mark.parametrize("effects", range(5))
async def test_cut_off_at_any_moment_there_is_one(stage, settings, effects):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 120), announce="none")
    with stage.env._bot_scope():
        await stage.app.services.changing.change(chat, NewPlan(manner=Manner(event=EventWish.KEPT)))
        stage.app.bot.wake()
    await cut_off_after(stage, settings, effects)
    assert len(events(stage)) == 1


async def test_what_discord_refuses_holds_nothing_up(stage, caplog):
    stage.env.inject_error("POST", f"/guilds/{stage.guild.id}/scheduled-events", status=403, code=50013, times=None)
    chat = await chat_with_event(stage, 30)
    await evening.until(stage, chat.starts_at, plus=30)
    assert (await evening.reload(stage, chat)).thread_id is not None
    assert "is left out" in caplog.text
    assert events(stage) == []


async def test_with_a_hundred_events_it_waits_and_the_chat_goes_on(stage, caplog):
    for number in range(100):
        stage.guild.create_scheduled_event(f"E{number}", start_time="2027-01-01T00:00:00+00:00", entity_type=3)
    chat = await chat_with_event(stage, 30)
    await evening.until(stage, chat.starts_at, plus=30)
    assert len(events(stage)) == 100
    assert "as many as Discord allows" in caplog.text
    assert (await evening.reload(stage, chat)).thread_id is not None
