"""A week's chats are told of once, where somebody wants it, and only to those who may read them."""

from datetime import UTC, datetime

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.rehearsal.play import answer_of, texts_in
from tests.support import evening
from tests.support.guillotine import cut_off_after

# The simulated Discord's clock begins on Thursday, 1 January 2026.
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def posts_in(stage, channel_id):
    """The texts of each round-up in a channel."""
    found = []
    for message in stage.env.backend.messages.get(channel_id, {}).values():
        texts = "\n".join(texts_in(message.components))
        if "chats**" in texts and message.author_id == stage.app.bot.user.id:
            found.append(texts)
    return found


def sent_to(stage, who):
    return posts_in(stage, stage.env.backend.dm_channels.get(who.id, 0))


async def a_chat(stage, who, said, **options):
    """A chat that is over, in which one person said something."""
    chat, thread = await evening.begun_chat(stage, **options)
    await stage.person(who).send(thread, f"A1: {said}")
    await evening.until(stage, chat.closes_at, plus=60)
    return chat, thread


async def test_a_weeks_chats_are_told_of_on_monday_in_one_message(stage, settings):
    said = answer_of(await stage.host.slash(stage.channel, "roundup post"))
    assert "I round up the chats" in said
    _, thread = await a_chat(stage, "Ana", "By the window, where it smells of bread")
    await a_chat(stage, "Tomás", "On the stairs, with the cat beside me", hashtag="#second")
    assert posts_in(stage, stage.channel.id) == []
    await stage.restart(settings)
    await evening.until(stage, MONDAY, plus=30)
    (post,) = posts_in(stage, stage.channel.id)
    assert "**The week's chats**" in post
    assert "#buschat" in post
    assert "#second" in post
    assert "1 message by 1 person" in post
    assert "> Q1 **Ana**: By the window" in post
    assert f"https://discord.com/channels/{stage.guild.id}/{thread.id}/" in post
    # A week without chats is passed over.
    await evening.until(stage, MONDAY, plus=7 * 86_400 + 60)
    assert len(posts_in(stage, stage.channel.id)) == 1


async def test_only_what_its_readers_may_read_is_told(stage):
    board = stage.guild.create_text_channel("board")
    await stage.host.slash(stage.channel, "roundup post")
    await stage.newcomer.slash(stage.channel, "roundup send-me")
    await stage.host.slash(stage.channel, "roundup send-me")
    await a_chat(stage, "Ana", "By the window, where it smells of bread")
    chat = await evening.planned_chat(stage, channel=board, hashtag="#secret")
    await evening.until(stage, chat.starts_at, plus=400)
    await stage.person("Tomás").send(board.threads[0], "A1: On the stairs, with the cat beside me")
    await evening.until(stage, chat.closes_at, plus=60)
    hidden = discord.Permissions(view_channel=True).value
    stage.env.backend.set_overwrite(board.id, Overwrite(stage.guild.id, OverwriteType.ROLE, 0, hidden))
    stage.env.backend.set_overwrite(board.id, Overwrite(stage.host.id, OverwriteType.MEMBER, hidden, 0))
    await evening.until(stage, MONDAY, plus=30)
    for post in (*posts_in(stage, stage.channel.id), *sent_to(stage, stage.newcomer)):
        assert "By the window" in post
        assert "secret" not in post
        assert "stairs" not in post
    (mine,) = sent_to(stage, stage.host)
    assert "On the stairs" in mine
    assert "You asked for this" in mine


async def test_what_is_taken_back_goes_from_all_that_was_posted(stage):
    await stage.host.slash(stage.channel, "roundup post")
    await stage.newcomer.slash(stage.channel, "roundup send-me")
    await a_chat(stage, "Ana", "By the window, where it smells of bread")
    await a_chat(stage, "Tomás", "On the stairs, with the cat beside me", hashtag="#second")
    await evening.until(stage, MONDAY, plus=30)
    # Also once nobody wants it any more.
    await stage.host.slash(stage.channel, "roundup stop")
    await stage.person("Ana").slash(stage.channel, "privacy leave-me-out")
    await stage.pass_time(60)
    for (post,) in (posts_in(stage, stage.channel.id), sent_to(stage, stage.newcomer)):
        assert "window" not in post
        assert "Ana" not in post
        assert "On the stairs" in post


async def test_stopped_it_comes_no_more_and_wished_twice_it_comes_once(stage):
    await stage.host.slash(stage.channel, "roundup post")
    await stage.host.slash(stage.channel, "roundup post", every="week")
    await stage.newcomer.slash(stage.channel, "roundup send-me")
    await a_chat(stage, "Ana", "By the window, where it smells of bread")
    assert "no round-ups" in answer_of(await stage.newcomer.slash(stage.channel, "roundup send-me", every="never"))
    await evening.until(stage, MONDAY, plus=30)
    assert len(posts_in(stage, stage.channel.id)) == 1
    assert sent_to(stage, stage.newcomer) == []
    assert "No more round-ups" in answer_of(await stage.host.slash(stage.channel, "roundup stop"))
    assert "No round-ups were posted" in answer_of(await stage.host.slash(stage.channel, "roundup stop"))
    await a_chat(stage, "Ana", "By the door this time, where it is colder")
    await evening.until(stage, MONDAY, plus=7 * 86_400 + 60)
    assert len(posts_in(stage, stage.channel.id)) == 1


async def test_who_takes_no_private_messages_keeps_nobody_else_from_theirs(stage, caplog):
    await stage.host.slash(stage.channel, "roundup post")
    await stage.newcomer.slash(stage.channel, "roundup send-me")
    await a_chat(stage, "Ana", "By the window, where it smells of bread")
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await evening.until(stage, MONDAY, plus=60)
    assert len(posts_in(stage, stage.channel.id)) == 1
    assert "is left out" in caplog.text


@pytest.mark.parametrize("effects", range(10))
async def test_wherever_the_bot_is_cut_off_it_is_posted_once(stage, settings, caplog, effects):
    await stage.host.slash(stage.channel, "roundup post")
    await a_chat(stage, "Ana", "By the window, where it smells of bread")
    await a_chat(stage, "Tomás", "On the stairs, with the cat beside me", hashtag="#second")
    await evening.until(stage, MONDAY, plus=-1)
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    assert len(posts_in(stage, stage.channel.id)) == 1


@pytest.mark.parametrize("effects", [0, 1, 2, 3, 5])
async def test_wherever_the_bot_is_cut_off_what_is_taken_back_goes_from_recap_and_round_up(
    stage, settings, caplog, effects
):
    await stage.host.slash(stage.channel, "roundup post")
    await a_chat(stage, "Ana", "By the window, where it smells of bread", recap=True)
    await evening.until(stage, MONDAY, plus=30)
    await stage.person("Ana").slash(stage.channel, "privacy leave-me-out")
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    posts = ["\n".join(texts_in(m.components)) for m in stage.env.backend.messages[stage.channel.id].values()]
    assert sum("chats**" in post for post in posts) == 1
    assert sum(", over. " in post for post in posts) == 1
    assert not [post for post in posts if "window" in post or "Ana" in post]
