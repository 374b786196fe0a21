"""Chats that are held in the channel itself: what is said meanwhile is kept, and nothing else."""

import asyncio
from datetime import timedelta

import pytest

from bot.rehearsal.play import answer_of
from bot.services.archiving import Archiving
from bot.storage.agenda import AgendaStore
from tests.support import evening
from tests.support.desk import HostAtDesk
from tests.support.obstacles import allow, deny, told

IN_CHANNEL = [
    "1:announce:0",
    "1:remind:15",
    "1:open:0",
    "1:welcome:0",
    "1:ask:1",
    "1:ask:2",
    "1:ask:3",
    "1:wrap_up:0",
]


async def begun_in_channel(stage, *, asked=1, **options):
    chat = await evening.planned_chat(stage, layout="channel", **options)
    await evening.until(stage, chat.starts_at, plus=1)
    actions = await stage.app.services.planning.agenda(chat)
    due = {action.number: action.due_at for action in actions if action.kind == "ask"}
    if asked:
        await evening.until(stage, due[asked], plus=1)
    return await evening.reload(stage, chat)


async def test_what_is_said_in_the_channel_during_the_chat_is_kept_and_nothing_else(stage):
    ana = stage.person("Ana")
    before = await ana.send(stage.channel, "A1: long before")
    chat = await begun_in_channel(stage)
    assert "It takes place right here." in stage.channel.history()[-3].content
    said = await ana.send(stage.channel, "A1: a cookbook")
    await ana.edit(before, "A1: long before, and with a typo less")
    await ana.edit(said, "A1: a cookbook, from cover to cover")
    shown = await ana.click(evening.prompt_in(stage.channel, chat, 1), label="Answer Q1")
    await ana.submit_modal(shown, {"text": "And a map"})
    await evening.until(stage, chat.ends_at, plus=60)
    await ana.send(stage.channel, "A2: late, on the stairs")
    await evening.until(stage, chat.closes_at, plus=60)
    await ana.send(stage.channel, "A2: much too late")
    assert await evening.said(stage, chat) == [
        ("A1: a cookbook, from cover to cover", [1]),
        ("And a map", [1]),
        ("A2: late, on the stairs", [2]),
    ]
    assert [key for key in evening.posts(stage.channel) if "relay" not in key] == IN_CHANNEL
    wrap_up = next(m.content for m in stage.channel.history() if "Wrapping up" in m.content)
    assert "what is said here after that isn't archived" in wrap_up
    assert "thread" not in wrap_up
    assert not stage.channel.threads
    assert not [m for m in stage.channel.history() if "much too late" in m.content and m.reactions]


async def test_what_comes_between_the_opening_message_and_its_record_is_kept(stage, monkeypatch):
    chat = await evening.planned_chat(stage, layout="channel")
    ana, message_of = stage.person("Ana"), AgendaStore.message_of
    await evening.until(stage, chat.starts_at, plus=-1)

    async def after_a_word(*known):
        stage.env.backend.create_message(stage.channel.id, ana.id, "Hello from the second row")
        await asyncio.sleep(0.05)
        return await message_of(*known)

    # It is asked once, before the bot listens to the channel.
    monkeypatch.setattr(AgendaStore, "message_of", after_a_word)
    await stage.pass_time(5)
    assert await evening.said(stage, chat) == [("Hello from the second row", [])]


async def test_a_restart_in_the_middle_keeps_what_was_said_since_the_opening(stage, settings):
    ana = stage.person("Ana")
    await ana.send(stage.channel, "A1: long before")
    chat = await begun_in_channel(stage)
    gone = await ana.send(stage.channel, "A1: this goes again")
    await ana.send(stage.channel, "A1: a cookbook")
    await stage.app.close()
    await ana.send(stage.channel, "A1: and a map")
    await ana.delete(gone)
    await stage.restart(settings)
    await stage.pass_time(30)
    assert await evening.said(stage, chat) == [(None, [1]), ("A1: a cookbook", [1]), ("A1: and a map", [1])]
    await evening.until(stage, chat.closes_at, plus=60)
    assert evening.posts(stage.channel) == IN_CHANNEL


@pytest.mark.parametrize("is_slower", [False, True])
async def test_a_restart_after_the_close_keeps_what_was_said_until_it_and_nothing_after(
    stage, settings, monkeypatch, is_slower
):
    """Also where the closing is done before the bot has looked what it missed."""
    chat = await begun_in_channel(stage)
    ana = stage.person("Ana")
    await stage.app.close()
    await ana.send(stage.channel, "A1: a cookbook")
    await evening.until(stage, chat.closes_at, plus=600)
    await ana.send(stage.channel, "A1: much too late")
    if is_slower:
        monkeypatch.setattr(Archiving, "catch_up_all", lambda _self, **_: asyncio.sleep(0))
    await stage.restart(settings)
    await stage.pass_time(7200)
    assert await evening.said(stage, chat) == [("A1: a cookbook", [1])]
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_what_was_said_after_a_moved_end_survives_a_restart(stage, settings):
    """The end as it was planned says nothing of a chat that hosts made longer."""
    chat = await begun_in_channel(stage, pace="by hand", asked=0)
    for _ in range(10):
        await stage.host.slash(stage.channel, "host later")
        await stage.pass_time(4)
    await evening.until(stage, chat.closes_at, plus=10 * 60)
    await stage.person("Ana").send(stage.channel, "Still here, and still reading")
    await stage.app.close()
    await stage.person("Ana").send(stage.channel, "Is anybody there?")
    await stage.restart(settings)
    await stage.pass_time(30)
    assert [text for text, _ in await evening.said(stage, chat)] == [
        "Still here, and still reading",
        "Is anybody there?",
    ]


async def test_two_chats_one_after_the_other_keep_their_messages_apart(stage, settings):
    first = await evening.planned_chat(stage, layout="channel")
    late = first.closes_at
    second = await evening.planned_chat(
        stage, layout="channel", hashtag="#next", announce="none", start=f"{late:%Y-%m-%d %H:%M}"
    )
    ana = stage.person("Ana")
    await evening.until(stage, first.starts_at, plus=400)
    said = [await ana.send(stage.channel, text) for text in ("A1: a cookbook", "A1: a map")]
    # A host makes the first longer, so that it closes when the second runs already.
    await evening.until(stage, first.ends_at, plus=-6 * 60)
    await stage.host.slash(stage.channel, "host later")
    await evening.until(stage, second.starts_at, plus=400)
    await ana.send(stage.channel, "A1: the timetable")
    seal = await stage.app.services.sealing.seal_of(first)
    await ana.edit(said[0], "A1: a cookbook, from cover to cover")
    await ana.delete(said[1])
    await stage.pass_time(180)
    # What is over is compared with Discord again, though the next chat is on in its channel.
    sealed_again = await stage.app.services.sealing.seal_of(first)
    assert (seal.messages, sealed_again.messages) == (2, 1)
    assert sealed_again.checked_at > seal.checked_at
    apart = [[("A1: a cookbook, from cover to cover", [1]), (None, [1])], [("A1: the timetable", [1])]]
    assert [await evening.said(stage, first), await evening.said(stage, second)] == apart
    await stage.restart(settings)
    await stage.pass_time(30)
    assert [await evening.said(stage, first), await evening.said(stage, second)] == apart
    await evening.until(stage, second.closes_at, plus=60)
    await ana.edit(said[0], "A1: no cookbook at all")
    assert (await evening.said(stage, first))[0] == ("A1: no cookbook at all", [1])
    assert await evening.said(stage, second) == apart[1]


async def test_the_channel_is_taken_until_late_answers_are_in(stage):
    chat = await evening.planned_chat(stage, layout="channel")

    async def answer(minutes, **options):
        at = chat.ends_at + timedelta(minutes=minutes)
        return answer_of(await evening.plan(stage, start=f"{at:%Y-%m-%d %H:%M}", hashtag="#next", **options))

    assert "already has this channel" in await answer(-10)
    assert "already has this channel" in await answer(29, layout="channel")
    assert "already has this channel" in await answer(29)
    assert "is planned" in await answer(30)
    # Nor can a chat beside it move into the channel afterwards.
    other = await evening.planned_chat(
        stage, hashtag="#third", start=f"{chat.ends_at + timedelta(days=1):%Y-%m-%d %H:%M}"
    )
    beside = chat.ends_at + timedelta(days=1, minutes=50)
    fourth = await evening.planned_chat(stage, hashtag="#fourth", start=f"{beside:%Y-%m-%d %H:%M}")
    refused = await stage.host.slash(stage.channel, "chat edit", number=other.id, layout="channel")
    assert "already has this channel" in answer_of(refused)
    assert (await evening.reload(stage, fourth)).layout == "thread"


async def test_a_channel_is_not_locked_and_what_the_bot_lacks_there_is_told(stage):
    chat = await begun_in_channel(stage)
    deny(stage, "send_messages")
    await stage.pass_time(5)
    assert "I lack **Send Messages** in" in told(stage)[-1]
    assert len(told(stage)) == 1
    allow(stage)
    deny(stage, "manage_threads", "send_messages_in_threads")
    await stage.pass_time(5)
    assert len(told(stage)) == 1
    allow(stage)
    await evening.until(stage, chat.closes_at, plus=60)
    assert (await evening.reload(stage, chat)).state == "closed"
    await stage.person("Ana").send(stage.channel, "The channel is open")
    assert evening.posts(stage.channel) == IN_CHANNEL


async def test_a_deleted_channel_ends_its_chat(stage):
    other = stage.guild.create_text_channel("second")
    chat = await evening.planned_chat(stage, channel=other, layout="channel")
    await evening.until(stage, chat.starts_at, plus=400)
    await stage.person("Ana").send(other, "A1: a cookbook")
    stage.env.backend.delete_channel(other.id)
    await stage.pass_time(60)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert await evening.said(stage, chat) == [("A1: a cookbook", [1])]


async def test_the_desk_and_the_digest_work_in_the_channel(stage):
    chat = await begun_in_channel(stage)
    host = await HostAtDesk(stage, stage.host).open(chat, stage.channel)
    await host.press("Ask Q2 now")
    message = await stage.person("Ana").send(stage.channel, "A2: on the top deck, at the very front of the bus")
    await stage.pass_time(5)
    link = f"https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{message.id}"
    assert f"[Ana]({link})" in answer_of(await stage.host.slash(stage.channel, "host desk"))
    digest = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert link in digest
    assert (
        f"The whole chat: https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{chat.opened_by}" in digest
    )
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(30)
    assert "The host ends" in stage.channel.history()[-1].content
    await stage.person("Ana").send(stage.channel, "Alas")
    assert len(await evening.said(stage, chat)) == 1


async def test_an_anonymous_answer_approved_after_the_close_is_kept(stage):
    chat = await begun_in_channel(stage, anonymous="approved")
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt_in(stage.channel, chat, 1), label="Answer anonymously")
    await ana.submit_modal(shown, {"text": "I read what I should not"})
    await evening.until(stage, chat.closes_at, plus=60)
    host = await HostAtDesk(stage, stage.host).command(stage.channel, "desk", chat=chat.id)
    await stage.host.click(host.panel, label="Read 1 anonymous answer")
    await stage.host.click(host.panel, label="Approve")
    await stage.pass_time(30)
    assert await evening.said(stage, chat) == [("I read what I should not", [1])]
