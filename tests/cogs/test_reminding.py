"""Whoever presses Remind me gets one private message before the chat, and whoever presses again gets none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bot.domain.chat import Chat, Question
from bot.rehearsal.play import answer_of
from bot.ui.calendars import calendar_of
from bot.ui.texts import Texts
from tests.support import evening
from tests.support.guillotine import cut_off_after
from tests.support.obstacles import told


def announcement(stage):
    return stage.channel.history()[-1]


async def press(stage, who, label="Remind me"):
    return answer_of(await who.click(announcement(stage), label=label))


async def test_it_comes_a_quarter_of_an_hour_before_to_those_who_asked(stage, settings):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 90))
    await stage.pass_time(5)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    assert "a quarter of an hour before" in await press(stage, ana)
    await press(stage, tomas)
    assert "No reminder of #" in await press(stage, tomas)
    await evening.until(stage, chat.starts_at - timedelta(minutes=15), plus=-5)
    assert told(stage, ana) == []
    await stage.restart(settings)
    await stage.pass_time(20)
    (message,) = told(stage, ana)
    assert "#buschat: Reading on the bus" in message
    assert f"<#{stage.channel.id}>" in message
    await evening.until(stage, chat.closes_at, plus=60)
    assert len(told(stage, ana)) == 1
    assert told(stage, tomas) == []


async def test_of_a_chat_that_is_called_off_nobody_is_reminded(stage):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 90))
    await stage.pass_time(5)
    ana = stage.person("Ana")
    await press(stage, ana)
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await evening.until(stage, chat.starts_at, plus=60)
    assert told(stage, ana) == []


async def test_once_it_has_begun_there_is_nothing_to_be_reminded_of(stage):
    chat = await evening.planned_chat(stage)
    await stage.pass_time(5)
    shown = announcement(stage)
    await evening.until(stage, chat.starts_at, plus=400)
    ana = stage.person("Ana")
    for label in ("Remind me", "Add to calendar"):
        refused = answer_of(await ana.click(shown, label=label))
        assert "It has begun already" in refused
    assert told(stage, ana) == []


async def test_who_takes_no_private_messages_gets_none_and_nothing_else_waits(stage, caplog):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 60))
    await stage.pass_time(5)
    await press(stage, stage.person("Ana"))
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await evening.until(stage, chat.starts_at, plus=60)
    assert "is left out" in caplog.text
    assert (await evening.reload(stage, chat)).state == "gathering"


async def test_leave_me_out_takes_the_wish_back(stage):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 60))
    await stage.pass_time(5)
    ana = stage.person("Ana")
    await press(stage, ana)
    await ana.slash(stage.channel, "privacy leave-me-out")
    await evening.until(stage, chat.starts_at, plus=60)
    assert told(stage, ana) == []


@pytest.mark.parametrize("effects", range(6))
async def test_wherever_the_bot_is_cut_off_it_comes_once(stage, settings, caplog, effects):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, 60))
    await stage.pass_time(5)
    ana = stage.person("Ana")
    await press(stage, ana)
    await evening.until(stage, chat.starts_at - timedelta(minutes=15), plus=-1)
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    assert len(told(stage, ana)) == 1


async def test_a_file_for_ones_calendar_comes_in_private(stage):
    await evening.planned_chat(stage, start=evening.start_text(stage, 90))
    await stage.pass_time(5)
    result = await stage.newcomer.click(announcement(stage), label="Add to calendar")
    assert result.ephemeral
    (file,) = result.response.attachments
    assert file.filename == "buschat-2026-01-01.ics"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"])
def test_the_file_says_when_in_the_hosts_zone_and_escapes_what_it_must(zone):
    chat = Chat(
        guild_id=1,
        channel_id=2,
        title="Soup; bread, and\\books",
        hashtag="soup",
        starts_at=datetime(2026, 3, 30, 1, tzinfo=UTC),
        zone=zone,
        minutes=60,
        host_id=7,
        host_name="Maren",
        questions=(Question(1, "Why?"), Question(2, "Who?")),
        id=5,
    )
    made = calendar_of(chat, datetime(2026, 3, 1, tzinfo=UTC), Texts())
    calendar = icalendar.Calendar.from_ical(made)
    (event,) = calendar.walk("VEVENT")
    assert event["summary"] == "#soup: Soup; bread, and\\books"
    assert event["dtstart"].dt.astimezone(UTC) == chat.starts_at
    assert event["dtend"].dt.astimezone(UTC) == chat.ends_at
    assert event["uid"] == "chat-5@1.shelftalk"
    assert "2 questions" in event["description"]
    zones = [str(found["tzid"]) for found in calendar.walk("VTIMEZONE")]
    assert zones == ([] if zone == "UTC" else [zone])
    assert (
        event["dtstart"].dt.astimezone(ZoneInfo(zone)).utcoffset()
        == chat.starts_at.astimezone(ZoneInfo(zone)).utcoffset()
    )
