"""Discord fails, refuses or is out of reach: what was due stays due, comes once, and nothing else stops."""

import aiohttp
import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.services.archiving import Archiving
from tests.support import evening

IN_THREAD = ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]


def bot_overwrite(stage, **denied):
    (role,) = [r for r in stage.guild.roles.values() if r.name == stage.app.bot.user.name]
    deny = discord.Permissions(**dict.fromkeys(denied, True)).value
    return Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=0, deny=deny)


async def run_to_the_end(stage, chat):
    await evening.until(stage, chat.closes_at, plus=120)


def due_seconds(stage, chat, thread):
    """How many seconds after its due time each prompt was posted."""
    from bot.domain.agenda import question_times

    prompts = [evening.prompt(stage, chat, q.number) for q in chat.questions]
    return [(m.created_at - at).total_seconds() for m, at in zip(prompts, question_times(chat), strict=True)]


async def test_prompts_go_out_in_their_due_second(stage):
    chat = await evening.planned_chat(stage)
    await run_to_the_end(stage, chat)
    assert all(0 <= late < 1 for late in due_seconds(stage, chat, None))
    welcome, *_ = [m for m in stage.channel.threads[0].history() if m.author.bot]
    assert 0 <= (welcome.created_at - chat.starts_at).total_seconds() < 1


@pytest.mark.parametrize("status", [500, 502, 429])
@pytest.mark.parametrize("kind", ["announce", "open", "thread", "welcome", "ask", "close"])
async def test_one_failed_request_is_repeated_once(stage, status, kind):
    path = {"thread": "/channels/*/messages/*/threads", "close": "/channels/*"}.get(kind, "/channels/*/messages")
    method = "PATCH" if kind == "close" else "POST"
    if kind == "announce":
        stage.env.inject_error(method, path, status=status)
    chat = await evening.planned_chat(stage)
    if kind != "announce":
        wait_until = {"ask": chat.starts_at, "close": chat.ends_at}.get(kind)
        if wait_until is None:
            await stage.pass_time(10 * 60)
        else:
            await evening.until(stage, wait_until, plus=5)
        stage.env.inject_error(method, path, status=status)
    await run_to_the_end(stage, chat)
    assert not stage.env.backend.faults
    assert evening.posts(stage.channel) == ["1:announce:0", "1:remind:15", "1:open:0"]
    (thread,) = stage.channel.threads
    assert evening.posts(thread) == IN_THREAD
    assert stage.env.backend.channels[thread.id].thread_metadata.locked


async def test_a_post_that_arrived_although_discord_answered_500_is_not_repeated(stage):
    chat = await evening.planned_chat(stage)
    http, lost = stage.app.bot.http, []
    request = http.request

    async def arrives_but_fails(route, **arguments):
        answer = await request(route, **arguments)
        if route.method == "POST" and route.path == "/channels/{channel_id}/messages" and len(lost) < 4:
            lost.append(answer)
            raise aiohttp.ServerDisconnectedError
        return answer

    http.request = arrives_but_fails
    await run_to_the_end(stage, chat)
    assert len(lost) == 4
    assert evening.posts(stage.channel) == ["1:announce:0", "1:remind:15", "1:open:0"]
    assert evening.posts(stage.channel.threads[0]) == IN_THREAD


@pytest.mark.parametrize("error", [aiohttp.ClientConnectionError("gone"), OSError("gone"), TimeoutError()])
async def test_discord_is_out_of_reach_for_two_minutes_at_the_start(stage, error):
    chat = await evening.planned_chat(stage)
    http = stage.app.bot.http
    request = http.request

    async def unreachable(*_route, **_arguments):
        raise error

    await evening.until(stage, chat.starts_at, plus=-1)
    http.request = unreachable
    await stage.pass_time(121)
    assert not stage.channel.threads
    http.request = request
    await stage.pass_time(31)
    (thread,) = stage.channel.threads
    assert evening.posts(thread) == ["1:welcome:0"]
    await run_to_the_end(stage, chat)
    assert evening.posts(stage.channel) == ["1:announce:0", "1:remind:15", "1:open:0"]
    assert evening.posts(thread) == IN_THREAD
    assert all(0 <= late < 1 for late in due_seconds(stage, chat, thread))


async def test_one_chats_trouble_does_not_delay_another_chat(stage):
    other = stage.guild.create_text_channel("other-chats")
    first = await evening.planned_chat(stage)
    second = await evening.planned_chat(stage, channel=other, hashtag="other")
    stage.env.backend.set_overwrite(stage.channel.id, bot_overwrite(stage, send_messages=True))
    await evening.until(stage, second.starts_at, plus=1)
    assert not stage.channel.threads
    assert other.threads
    stage.env.backend.delete_overwrite(stage.channel.id, bot_overwrite(stage).target_id)
    await stage.pass_time(31)
    assert stage.channel.threads
    assert (await evening.reload(stage, first)).state == "gathering"


async def test_a_permission_lost_in_mid_chat_is_waited_for_and_the_chat_goes_on(stage):
    chat, thread = await evening.begun_chat(stage, asked=1)
    stage.env.backend.set_overwrite(stage.channel.id, bot_overwrite(stage, send_messages_in_threads=True))
    await stage.pass_time(15 * 60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1"]
    stage.env.backend.delete_overwrite(stage.channel.id, bot_overwrite(stage).target_id)
    await stage.pass_time(3600 * 3)
    assert evening.posts(thread) == IN_THREAD
    # The questions that fell due meanwhile did not come at once.
    q2, q3 = (evening.prompt(stage, chat, n).created_at for n in (2, 3))
    assert (q3 - q2).total_seconds() >= 60


async def test_a_chat_that_was_missed_as_a_whole_is_not_run_at_the_wrong_time(stage, settings):
    chat = await evening.planned_chat(stage)
    await stage.app.close()
    await stage.pass_time(3600 * 5)
    await stage.restart(settings)
    await stage.pass_time(60)
    assert evening.posts(stage.channel) == ["1:announce:0", "1:call_off:1"]
    assert (await evening.reload(stage, chat)).state == "cancelled"


async def test_a_deleted_thread_ends_in_peace(stage):
    chat, thread = await evening.begun_chat(stage, asked=1)
    stage.env.backend.delete_channel(thread.id)
    await stage.pass_time(3600 * 4)
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_what_nobody_foresaw_in_one_chat_keeps_no_other_from_being_caught_up_with(
    stage, settings, monkeypatch, caplog
):
    other = stage.guild.create_text_channel("second")
    first = await evening.planned_chat(stage)
    second = await evening.planned_chat(stage, channel=other)
    await evening.until(stage, second.starts_at, plus=60)
    (thread,) = other.threads
    await stage.app.close()
    await stage.person("Ana").send(thread, "A1: while nobody listens")
    put_right = Archiving.put_right

    async def fails(self, chat, **options):
        if chat.id == first.id:
            raise ValueError("nobody foresaw this")
        return await put_right(self, chat, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Archiving, "put_right", fails)
        await stage.restart(settings)
        await stage.pass_time(30)
    assert [m.text for m in (await evening.record(stage, second)).messages] == ["A1: while nobody listens"]
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told
    assert all(record.getMessage().startswith("incident ") for record in told)
    assert {str(record.exc_info[1]) for record in told} == {"nobody foresaw this"}
    caplog.clear()
