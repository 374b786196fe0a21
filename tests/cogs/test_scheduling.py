"""A host plans, looks at and calls off a chat; whoever is no host is told so kindly, and in private."""

from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.chat import UPCOMING_STATES
from bot.rehearsal.play import answer_of
from tests.support import evening


async def chats_of(stage):
    return await stage.app.chats.list(stage.guild.id, UPCOMING_STATES)


async def test_a_chat_is_planned_with_one_command(stage):
    result = await evening.plan(stage)
    assert result.ephemeral
    text = answer_of(result)
    assert "Chat 1 is planned" in text
    start = stage.env.now().replace(second=0, microsecond=0) + timedelta(minutes=20)
    assert discord.utils.format_dt(start, "F") in text
    assert "12:20 AM UTC in UTC" in text
    assert evening.posts(stage.channel) == ["1:announce:0"]


async def test_a_chat_is_planned_with_the_form(stage):
    shown = await stage.host.slash(
        stage.channel,
        "chat plan",
        title="Maps",
        hashtag="mapchat",
        start=evening.start_text(stage),
    )
    assert shown.modal["title"] == "Questions for #mapchat"
    sent = await stage.host.submit_modal(shown, {"text": "Q1: Which map?\n\n2. Whose map?\n"})
    assert sent.ephemeral
    assert "Q1. Which map?\nQ2. Whose map?" in answer_of(sent)
    (chat,) = await chats_of(stage)
    assert chat.minutes == 60


async def test_questions_that_cannot_be_used_are_kept_for_another_try(stage):
    shown = await stage.host.slash(
        stage.channel, "chat plan", title="Maps", hashtag="mapchat", start=evening.start_text(stage)
    )
    refused = await stage.host.submit_modal(shown, {"text": "Only one?"})
    assert refused.ephemeral
    assert "I found 1 question; a chat needs at least 2" in answer_of(refused)
    again = await stage.host.click(refused.response, label="Change the questions")
    (label,) = again.modal["components"]
    assert label["component"]["value"] == "Only one?"
    sent = await stage.host.submit_modal(again, {"text": "Only one?\nOr two?"})
    assert "is planned" in answer_of(sent)


async def test_a_form_opened_before_a_restart_can_be_sent_after_it(stage, settings):
    shown = await stage.host.slash(
        stage.channel, "chat plan", title="Maps", hashtag="mapchat", start=evening.start_text(stage)
    )
    await stage.restart(settings)
    sent = await stage.host.submit_modal(shown, {"text": "One?\nTwo?"})
    assert "is planned" in answer_of(sent)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": "2025-12-03 20:00"}, "has passed already"),
        ({"start": "2026-03-29 02:30", "zone": "Europe/London"}, None),
        ({"start": "2026-03-29 01:30", "zone": "Europe/London"}, "Clocks in Europe/London skip 01:30"),
        ({"start": "next Thursday"}, "can't read “next Thursday” as a date and a time"),
        ({"start": "2030-01-01 20:00"}, "days away"),
        ({"zone": "Middle/Earth"}, "don't know a time zone “Middle/Earth”"),
        ({"zone": "Lodnon"}, "Did you mean `Europe/London`"),
        ({"minutes": 5}, "not 5"),
        ({"minutes": 5000}, "not 5000"),
        ({"title": "   "}, "needs a title"),
        ({"title": "x" * 120}, "has 120 characters"),
        ({"hashtag": "two words"}, "can't be a hashtag"),
        ({"hashtag": "@everyone"}, "can't be a hashtag"),
        ({"questions": "   |  | "}, "I found 0 questions"),
        ({"questions": " | ".join(f"Number {n}?" for n in range(30))}, "I found 30 questions"),
        ({"questions": "Short? | " + "long " * 320}, "Question 2 has"),
    ],
)
async def test_what_cannot_be_used_gets_a_kind_sentence_in_private(stage, options, words):
    result = await evening.plan(stage, **options)
    assert result.ephemeral
    if words is None:
        assert "is planned" in answer_of(result)
    else:
        assert words in answer_of(result)
        assert not await chats_of(stage)
        assert not evening.posts(stage.channel)


async def test_two_chats_cannot_have_one_channel_at_one_time(stage):
    await evening.plan(stage)
    result = await evening.plan(stage, start=evening.start_text(stage, 40), hashtag="other")
    assert "#buschat already has this channel" in answer_of(result)
    later = await evening.plan(stage, start=evening.start_text(stage, 61), hashtag="other")
    assert "is planned" in answer_of(later)


async def test_two_chats_at_one_time_in_two_channels_are_fine(stage):
    other = stage.guild.create_text_channel("other-chats")
    await evening.plan(stage)
    result = await evening.plan(stage, hashtag="other", channel=other)
    assert "is planned" in answer_of(result)
    assert evening.posts(other) == ["2:announce:0"]


async def test_typed_in_a_thread_its_channel_is_meant(stage):
    _, thread = await evening.begun_chat(stage, asked=0)
    start = evening.start_text(stage, 24 * 60)
    result = await stage.host.slash(
        thread, "chat plan", title="Next time", hashtag="next", start=start, questions="Why? | How?"
    )
    assert "is planned" in answer_of(result)
    chats = await chats_of(stage)
    assert {chat.channel_id for chat in chats} == {stage.channel.id}
    assert "3:announce:0" not in evening.posts(thread)


async def test_where_no_chat_can_be_held_a_channel_is_asked_for(stage):
    voice = stage.guild.create_voice_channel("Reading room")
    result = await stage.host.slash(voice, "chat plan", title="T", hashtag="t", start=evening.start_text(stage))
    assert "choose one with the option `channel`" in answer_of(result)
    assert not await chats_of(stage)


@pytest.mark.parametrize(
    ("denied", "name"),
    [
        ({"view_channel": False}, "View Channel"),
        ({"send_messages": False}, "Send Messages"),
        ({"create_public_threads": False}, "Create Public Threads"),
        ({"send_messages_in_threads": False}, "Send Messages in Threads"),
        ({"manage_threads": False}, "Manage Threads"),
        ({"read_message_history": False}, "Read Message History"),
    ],
)
async def test_a_channel_in_which_the_bot_cannot_work_is_named_with_what_to_grant(stage, denied, name):
    (bot_role,) = [role for role in stage.guild.roles.values() if role.name == stage.app.bot.user.name]
    closed = stage.guild.create_text_channel("closed", overwrites={bot_role: discord.PermissionOverwrite(**denied)})
    result = await evening.plan(stage, channel=closed)
    assert f"<#{closed.id}>" in answer_of(result)
    assert f"**{name}**" in answer_of(result)
    assert not await chats_of(stage)


async def test_whoever_is_no_host_cannot_plan(stage):
    result = await evening.plan(stage, who=stage.newcomer)
    assert result.ephemeral
    assert "Only hosts can do this: people with the role “Chat host”" in answer_of(result)
    assert not await chats_of(stage)


async def test_who_may_manage_events_may_plan(stage):
    role = stage.guild.create_role("Programme", permissions=discord.Permissions(manage_events=True))
    planner = stage.guild.add_member(stage.env.create_user("programme"), roles=[role])
    assert "is planned" in answer_of(await evening.plan(stage, who=planner))


async def test_show_tells_a_host_the_plan_and_nobody_else(stage):
    chat = await evening.planned_chat(stage)
    shown = await stage.host.slash(stage.channel, "chat show", number=chat.id)
    assert shown.ephemeral
    assert "Q3 (due" in answer_of(shown)
    refused = await stage.newcomer.slash(stage.channel, "chat show", number=chat.id)
    assert "Only hosts" in answer_of(refused)
    unknown = await stage.host.slash(stage.channel, "chat show", number=99)
    assert "no chat number 99" in answer_of(unknown)


async def test_show_names_what_stands_in_the_way(stage):
    chat = await evening.planned_chat(stage)
    (bot_role,) = [role for role in stage.guild.roles.values() if role.name == stage.app.bot.user.name]
    overwrite = Overwrite(
        target_id=bot_role.id, type=OverwriteType.ROLE, allow=0, deny=discord.Permissions(send_messages=True).value
    )
    stage.env.backend.set_overwrite(stage.channel.id, overwrite)
    shown = await stage.host.slash(stage.channel, "chat show", number=chat.id)
    assert "**Send Messages**" in answer_of(shown)


async def test_a_planned_chat_is_called_off_and_the_channel_is_told(stage):
    chat = await evening.planned_chat(stage)
    refused = await stage.newcomer.slash(stage.channel, "chat cancel", number=chat.id)
    assert "Only hosts" in answer_of(refused)
    result = await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    assert result.ephemeral
    assert "is called off" in answer_of(result)
    await stage.pass_time(3600 * 3)
    assert evening.posts(stage.channel) == ["1:announce:0", "1:call_off:0"]
    assert not stage.channel.threads
    again = await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    assert "has been called off already" in answer_of(again)


async def test_a_running_chat_is_ended_and_its_thread_closed(stage):
    chat, thread = await evening.begun_chat(stage, asked=1)
    await stage.person("Ana").send(thread, "A1: a timetable")
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(3600 * 3)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:call_off:0"]
    assert stage.env.backend.channels[thread.id].thread_metadata.locked
    assert [m.text for m in (await evening.record(stage, chat)).messages] == ["A1: a timetable"]


async def test_what_was_typed_comes_back_with_a_refusal(stage):
    said = answer_of(
        await stage.host.slash(
            stage.channel, "chat plan", title="Weeding", hashtag="#libchat", start="3/12 8pm", questions="Why? | How?"
        )
    )
    assert said.endswith(
        "Here is what you typed:\n>>> title: Weeding\nhashtag: #libchat\nstart: 3/12 8pm\nquestions: Why? | How?"
    )
