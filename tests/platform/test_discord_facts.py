"""A thread is locked, put away or deleted, a permission is lost: the host is told once, and the chat goes on."""

import discord
import pytest
from simcord.results import to_discord_message

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk, at_the_desk
from tests.support.guillotine import Guillotine, cut_and_restart
from tests.support.obstacles import allow, deny, shut, state_of, told

IN_THREAD = ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]
TO_LOCK = ("manage_threads", "manage_channels")


async def due(stage, chat, number):
    """When a question is due now."""
    actions = await stage.app.services.planning.agenda(chat)
    return next(action.due_at for action in actions if action.kind == "ask" and action.number == number)


async def to_the_end(stage, chat, minutes=120):
    await evening.until(stage, chat.closes_at, plus=minutes * 60)


async def test_a_permission_lost_in_mid_chat_is_told_once_and_the_chat_goes_on_as_soon_as_it_is_back(stage):
    chat, thread, host = await at_the_desk(stage)
    deny(stage, "send_messages_in_threads")
    await stage.pass_time(1)
    assert "I lack **Send Messages in Threads**" in host.text
    (message,) = told(stage)
    assert "Reading on the bus" in message
    assert f"I lack **Send Messages in Threads** in <#{stage.channel.id}>" in message
    assert "goes on by itself" in message
    at = await due(stage, chat, 2)
    await evening.until(stage, at, plus=15)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1"]
    allow(stage)
    # Not at the next try half a minute after the last, but with the news from Discord.
    await stage.pass_time(1)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2"]
    assert "I lack" not in host.text
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD
    assert len(told(stage)) == 1


async def test_what_was_told_is_not_told_again_after_a_restart_or_when_it_comes_back(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    for _ in range(2):
        deny(stage, "send_messages_in_threads")
        await stage.pass_time(60)
        await stage.restart(settings)
        await stage.pass_time(60)
        allow(stage)
        await stage.pass_time(60)
    assert len(told(stage)) == 1
    deny(stage, "send_messages_in_threads", "read_message_history")
    await stage.pass_time(60)
    assert len(told(stage)) == 2
    assert "**Read Message History**" in told(stage)[1]
    allow(stage)
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD


async def test_wherever_the_bot_is_cut_off_the_host_is_told_once(stage, settings, caplog):
    await evening.begun_chat(stage)
    guillotine, rounds = Guillotine(), 0
    with guillotine.standing():
        guillotine.watch(stage.app)
        for effects, names in enumerate([["send_messages_in_threads"], ["read_message_history"], ["manage_threads"]]):
            guillotine.fall_after(effects)
            deny(stage, *names)
            await stage.pass_time(45)
            await cut_and_restart(stage, guillotine, settings)
            await stage.pass_time(45)
            allow(stage)
            await stage.pass_time(45)
            rounds += 1
            assert len(told(stage)) == rounds
    caplog.clear()


async def test_the_desk_opens_from_the_private_message(stage):
    await evening.begun_chat(stage)
    deny(stage, "send_messages_in_threads")
    await stage.pass_time(1)
    channel_id = stage.env.backend.dm_channels[stage.host.id]
    stored = list(stage.env.backend.messages[channel_id].values())[-1]
    message = to_discord_message(stage.env, stored)
    result = await stage.host.user.click(message, label="Host's desk")
    assert "**Host's desk" in answer_of(result)
    assert "I lack **Send Messages in Threads**" in answer_of(result)


async def test_a_host_who_takes_no_private_messages_misses_nothing_but_the_message(stage, caplog):
    caplog.set_level("INFO")
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    chat, thread, host = await at_the_desk(stage)
    deny(stage, "send_messages_in_threads")
    await evening.until(stage, await due(stage, chat, 2), plus=40)
    assert "I lack **Send Messages in Threads**" in host.text
    allow(stage)
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD
    assert told(stage) == []
    assert "its host can't be told in private" in caplog.text


async def test_a_permission_that_the_running_chat_does_not_need_is_no_obstacle(stage):
    chat, thread, host = await at_the_desk(stage)
    deny(stage, "send_messages", "create_public_threads")
    await stage.pass_time(60)
    assert "I lack" not in host.text
    assert told(stage) == []
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD


async def test_without_a_permission_at_the_start_the_host_is_told_and_the_chat_begins_when_it_is_granted(stage):
    chat = await evening.planned_chat(stage)
    await stage.pass_time(60)
    deny(stage, "create_public_threads")
    await evening.until(stage, chat.starts_at, plus=20)
    assert not stage.channel.threads
    assert "**Create Public Threads**" in told(stage)[0]
    allow(stage)
    await stage.pass_time(31)
    assert evening.posts(stage.channel.threads[0]) == ["1:welcome:0"]


async def test_a_refusal_that_no_permission_explains_is_told_too(stage):
    chat, thread = await evening.begun_chat(stage)
    stage.env.inject_error("POST", f"/channels/{thread.id}/messages", status=403, code=50001, times=3)
    await evening.until(stage, await due(stage, chat, 2), plus=100)
    (message,) = told(stage)
    assert "the permissions I need" in message
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2"]


async def test_a_locked_thread_is_unlocked_when_the_next_question_comes(stage):
    chat, thread, host = await at_the_desk(stage)
    shut(stage, thread, locked=True, archived=True)
    await stage.pass_time(1)
    assert "The thread is locked" in host.text
    (message,) = told(stage)
    assert "I unlock it when I post next" in message
    assert state_of(stage, thread) == (True, True)
    await evening.until(stage, await due(stage, chat, 2), plus=1)
    assert evening.posts(thread)[-1] == "1:ask:2"
    assert state_of(stage, thread) == (False, False)
    assert "locked" not in host.text
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD
    assert state_of(stage, thread) == (True, True)
    assert len(told(stage)) == 1


async def test_a_locked_thread_that_the_bot_may_not_unlock_is_waited_for(stage):
    chat, thread, host = await at_the_desk(stage)
    deny(stage, *TO_LOCK)
    shut(stage, thread, locked=True)
    await evening.until(stage, await due(stage, chat, 2), plus=65)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1"]
    assert "I may not unlock it: I lack **Manage Threads**" in host.text
    shut(stage, thread, locked=False)
    await stage.pass_time(1)
    assert evening.posts(thread)[-1] == "1:ask:2"
    allow(stage)
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD
    assert len(told(stage)) <= 2


async def test_an_answer_by_button_gets_through_a_lock_without_opening_it(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    shut(stage, thread, locked=True)
    await ana.submit_modal(shown, {"text": "By the window"})
    assert "By the window" in thread.history()[-1].content
    assert state_of(stage, thread) == (True, False)


@pytest.mark.parametrize("code", [50083, 160005])
async def test_a_thread_shut_in_the_same_moment_is_opened_and_posted_to_once(stage, code):
    chat, thread = await evening.begun_chat(stage)
    at = await due(stage, chat, 2)
    await evening.until(stage, at, plus=-1)
    # The news from Discord hasn't arrived: what the bot knows of the thread is old.
    stage.env.backend.channels[thread.id].thread_metadata.archived = True
    stage.env.backend.channels[thread.id].thread_metadata.locked = True
    stage.env.inject_error("POST", f"/channels/{thread.id}/messages", status=400, code=code)
    await stage.pass_time(2)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2"]
    assert state_of(stage, thread) == (False, False)


async def test_a_thread_that_archives_itself_while_a_slow_chat_rests_opens_for_the_next_question(stage):
    chat, thread = await evening.begun_chat(stage, asked=1, minutes=1440)
    host = await HostAtDesk(stage, stage.host).open(chat, thread)
    shut(stage, thread, archived=True)
    await stage.pass_time(5)
    assert "The thread is put away" in host.text
    at = await due(stage, chat, 2)
    assert (at - stage.env.now()).total_seconds() > 6 * 3600
    await evening.until(stage, at, plus=5)
    assert evening.posts(thread)[-1] == "1:ask:2"
    assert state_of(stage, thread) == (False, False)
    assert told(stage) == []


async def test_an_archived_thread_is_found_after_a_restart(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    await stage.app.close()
    shut(stage, thread, archived=True)
    await stage.restart(settings)
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD


async def test_an_answer_edited_in_an_archived_thread_is_changed(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    await ana.slash(thread, "answer", text="By the door")
    shut(stage, thread, archived=True)
    await ana.slash(thread, "answer", text="By the window")
    assert "By the window" in thread.history()[-1].content
    said = [m.text for m in (await evening.record(stage, chat)).messages]
    assert said == ["By the window"]


async def test_a_deleted_thread_ends_the_chat_at_once_and_what_was_said_stays(stage):
    chat, thread, host = await at_the_desk(stage)
    await stage.person("Ana").send(thread, "A1: By the window")
    stage.env.backend.delete_channel(thread.id)
    await stage.pass_time(1)
    (message,) = told(stage)
    assert "The thread was deleted" in message
    assert (await evening.reload(stage, chat)).state == "closed"
    await host.command(stage.channel, "desk", chat=chat.id)
    assert host.labels == ["Refresh"]
    await to_the_end(stage, chat)
    assert len(told(stage)) == 1
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.text, said.questions) == ("A1: By the window", (1,))
    assert "By the window" in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_a_thread_deleted_while_the_bot_was_away_ends_the_chat_at_the_next_question(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    await stage.app.close()
    stage.env.backend.delete_channel(thread.id)
    await stage.restart(settings)
    await evening.until(stage, await due(stage, chat, 2), plus=5)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert len(told(stage)) == 1


async def test_an_answer_on_its_way_when_the_thread_is_deleted_is_archived(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    stage.env.inject_error("POST", f"/channels/{thread.id}/messages", status=500)
    await ana.slash(stage.channel, "answer", text="By the window")
    stage.env.backend.delete_channel(thread.id)
    await stage.pass_time(60)
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.author_name, said.text, said.questions) == ("Ana", "By the window", (1,))


async def test_a_deleted_channel_takes_the_thread_with_it(stage):
    other = stage.guild.create_text_channel("other-chats")
    chat = await evening.planned_chat(stage, channel=other)
    await evening.until(stage, chat.starts_at, plus=400)
    for thread in list(other.threads):
        del stage.env.backend.channels[thread.id]
    stage.env.backend.delete_channel(other.id)
    await stage.pass_time(5)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert "The thread was deleted" in told(stage)[0]


async def test_slow_mode_holds_nobody_up_who_answers_by_button(stage):
    chat, thread = await evening.begun_chat(stage)
    stage.env.backend.edit_channel(thread.id, {"rate_limit_per_user": 21_600})
    ana = stage.person("Ana")
    await ana.slash(thread, "answer", text="By the window")
    await stage.person("Tomás").slash(thread, "answer", text="By the door")
    assert [m.author_name for m in (await evening.record(stage, chat)).messages] == ["Ana", "Tomás"]
    await to_the_end(stage, chat)
    assert [key for key in evening.posts(thread) if ":relay:" not in key] == IN_THREAD


async def test_a_member_without_send_messages_answers_by_button_and_learns_of_it(stage):
    chat, thread = await evening.begun_chat(stage)
    everyone = stage.env.backend.guilds[stage.guild.id].roles[stage.guild.id]
    may = discord.Permissions(everyone.permissions)
    may.update(send_messages=False, send_messages_in_threads=False)
    everyone.permissions = may.value
    ana = stage.person("Ana")
    with pytest.raises(Exception, match="Missing Permissions"):
        await ana.send(thread, "A1: By the window")
    shown = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await ana.submit_modal(shown, {"text": "By the window"})
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.author_name, said.text, said.questions) == ("Ana", "By the window", (1,))
    assert "If you can't write in the thread" in answer_of(await ana.slash(thread, "help"))


async def test_who_leaves_keeps_the_name_under_which_they_spoke(stage):
    chat, thread, host = await at_the_desk(stage)
    ana = stage.person("Ana")
    await ana.send(thread, "A1: By the window")
    stage.guild.remove_member(ana)
    await host.press("Refresh")
    assert "[Ana]" in host.text
    await to_the_end(stage, chat)
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.author_name, said.text, said.questions) == ("Ana", "A1: By the window", (1,))
    assert "Ana" in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_the_chat_goes_on_when_its_host_has_left(stage):
    chat, thread = await evening.begun_chat(stage)
    stage.guild.remove_member(stage.host)
    stage.env.inject_error("POST", "/users/@me/channels", status=400, code=50033, times=None)
    deny(stage, "send_messages_in_threads")
    await evening.until(stage, await due(stage, chat, 2), plus=40)
    allow(stage)
    await to_the_end(stage, chat)
    assert evening.posts(thread) == IN_THREAD
    assert (await evening.reload(stage, chat)).host_name == "Maren"
