"""What becomes of a series' chat on a holiday: left out, a week later, or as its hosts say."""

from datetime import timedelta

import pytest
from simcord.results import to_discord_message

from bot.domain.chat import ChatState
from bot.rehearsal.play import answer_of
from tests.support import desk, evening
from tests.support.obstacles import told

# 19 January 2026 is Martin Luther King Jr. Day, the third Monday of the month; 16 February is Washington's Birthday.
MONDAYS = "every Monday, 8-9 pm America/New_York time"


async def planned(stage, **options):
    series = await evening.saved_series(stage, when=MONDAYS, holidays="US", **options)
    return [f"{chat.starts_at - timedelta(hours=5):%d %b}" for chat in await evening.chats_of(stage, series)]


async def test_left_out_the_preview_names_the_date_and_why(stage):
    shown = answer_of(await evening.drafted_series(stage, when=MONDAYS, holidays="US", on_holiday="skip"))
    assert "On public holidays (US) it is left out." in shown
    assert "19 January 2026 is left out: Martin Luther King Jr. Day" in shown
    assert await planned(stage, on_holiday="skip") == ["05 Jan", "12 Jan", "26 Jan"]


async def test_a_week_later_nothing_is_doubled_where_it_meets_anyway(stage):
    assert await planned(stage, on_holiday="week_later") == ["05 Jan", "12 Jan", "26 Jan"]


async def test_a_monthly_series_is_held_a_week_later(stage):
    shown = answer_of(
        await evening.drafted_series(
            stage, when="3rd Monday of the month at 8 pm New York time", holidays="US", on_holiday="week_later"
        )
    )
    assert "Jan 26, 2026" in shown
    assert "moved from a holiday: Martin Luther King Jr. Day" in shown


@pytest.mark.parametrize("words", ["unless it is a holiday", "except on holidays"])
async def test_said_in_words_the_country_is_taken_from_the_zone_and_can_be_named(stage, words):
    shown = answer_of(await evening.drafted_series(stage, when=f"{MONDAYS}, {words}"))
    assert "On public holidays (US) it is left out." in shown
    assert "I took the country from the time zone" in shown
    shown = answer_of(await evening.drafted_series(stage, when=f"{MONDAYS}, {words}", holidays="Germany"))
    assert "On public holidays (DE) it is left out." in shown
    assert "from the time zone" not in shown


@pytest.fixture
async def asked(stage):
    """A chat on a holiday about which its host was asked; the chat and the message."""
    series = await evening.saved_series(stage, when=MONDAYS, holidays="US", on_holiday="ask", announce="a day")
    chat = (await evening.chats_of(stage, series))[2]
    await stage.pass_time(20)
    (message,) = told(stage)
    assert "falls on a holiday: Martin Luther King Jr. Day." in message
    return chat, _last_private(stage, stage.host)


def _last_private(stage, who):
    channel_id = stage.env.backend.dm_channels[who.id]
    return to_discord_message(stage.env, list(stage.env.backend.messages[channel_id].values())[-1])


async def test_asked_the_host_may_leave_it_out(stage, asked):
    chat, message = asked
    assert "is called off" in answer_of(await stage.host.user.click(message, label="Leave it out"))
    assert (await evening.reload(stage, chat)).state is ChatState.CANCELLED


async def test_asked_the_host_may_hold_it_a_week_later(stage, asked):
    chat, message = asked
    refused = answer_of(await stage.host.user.click(message, label="A week later"))
    assert "meets on" in refused
    assert "Leave this one out instead" in refused
    assert (await evening.reload(stage, chat)).state is ChatState.PLANNED


async def test_asked_and_kept_or_never_answered_it_takes_place(stage, asked):
    chat, message = asked
    assert "takes place as planned" in answer_of(await stage.host.user.click(message, label="It takes place"))
    await evening.until(stage, chat.starts_at, plus=30)
    assert (await evening.reload(stage, chat)).state is ChatState.GATHERING
    assert sum("falls on a holiday" in text for text in told(stage)) == 1


async def test_all_its_hosts_are_asked_also_once_its_planner_has_left(stage):
    cohost = desk.add_host(stage, "Oda")
    series = await evening.saved_series(
        stage,
        when="3rd Monday of the month at 8 pm New York time",
        holidays="US",
        on_holiday="ask",
        hosts=f"<@{cohost.id}>",
    )
    chat = (await evening.chats_of(stage, series))[0]
    stage.guild.remove_member(stage.host)
    await stage.pass_time(20)
    assert sum("falls on a holiday" in text for text in told(stage, cohost)) == 1
    posted = _last_private(stage, cohost)
    assert "is changed" in answer_of(await cohost.user.click(posted, label="A week later"))
    again = answer_of(await cohost.user.click(posted, label="A week later"))
    assert "moved already" in again
    moved = await evening.reload(stage, chat)
    assert moved.starts_at - chat.starts_at == timedelta(weeks=1)


async def test_somebody_else_who_sees_the_button_can_not_decide(stage, asked):
    chat, message = asked
    control = message.components[0].children[2].custom_id
    assert f"{chat.id}:holiday" in control
    await stage.newcomer.slash(stage.channel, "chat cancel", number=chat.id)
    assert (await evening.reload(stage, chat)).state is ChatState.PLANNED
