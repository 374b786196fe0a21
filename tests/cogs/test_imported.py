"""Chats that came from files are read, searched and put right in Discord like those that were held there."""

import asyncio
from datetime import timedelta

from bot.importing import Order, bring_in
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk
from tests.support.foreign_files import START, short_tweets, tweet

TALK = [
    ("maren", "Hello, who is here?"),
    ("maren", "Q1: Which shelf do you visit first on a quiet morning?"),
    ("ana", "@maren A1: the returns trolley, cc @never_wrote"),
    ("bo", "A1 poetry, before anybody moves it"),
    ("maren", "Q2: And which shelf would you move to the front door?"),
    ("bo", "A2: cookery, for the smell of it"),
    ("ana", "the trolley, obviously, it has everything"),
]


async def brought_in(stage, settings, tmp_path):
    """A Twitter chat is brought in while the bot is stopped."""
    file = tmp_path / "tweets.jsonl"
    back = (stage.env.now() - timedelta(days=60) - START) // timedelta(minutes=1)
    lines = [tweet(f"t{n}", back + 4 * n, who, f"{text} #shelfchat") for n, (who, text) in enumerate(TALK)]
    file.write_text(short_tweets(*lines), encoding="utf-8")
    await stage.app.close()
    order = Order((file,), stage.guild.id, channel=stage.channel.id)
    await asyncio.to_thread(bring_in, settings, order, stage.env.now(), lambda _line: None)
    await stage.restart(settings)
    (chat,) = await stage.app.chats.list(stage.guild.id, frozenset({"closed"}))
    return chat


async def test_a_host_puts_a_tweet_under_its_question(stage, settings, tmp_path):
    chat = await brought_in(stage, settings, tmp_path)
    host = await HostAtDesk(stage, stage.host).command(stage.channel, "desk", chat=chat.id)
    assert "**It is over.**" in host.text
    assert "**In all:** 7 messages by 3 people" in host.text
    assert "/0/" not in host.text
    await host.press("File 1 message")
    assert "1. ana: the trolley, obviously" in host.text
    await host.press("1: Q1")
    assert "**It is over.**" in host.text
    last = (await evening.said(stage, chat))[-1]
    assert last == ("the trolley, obviously, it has everything #shelfchat", [1])


async def test_readers_find_it_and_are_told_where_it_was(stage, settings, tmp_path):
    chat = await brought_in(stage, settings, tmp_path)
    newcomer = stage.newcomer
    listed = answer_of(await newcomer.slash(stage.channel, "chats"))
    assert f"Chat {chat.id}: #shelfchat: Twitter chat, {chat.starts_at:%Y-%m-%d}" in listed
    digest = answer_of(await newcomer.slash(stage.channel, "digest"))
    assert "**bo**: poetry, before anybody moves it" in digest
    found = answer_of(await newcomer.slash(stage.channel, "search", words="trolley question:1"))
    assert "the returns **trolley**" in found
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=chat.id))
    assert "Where: on Twitter" in shown
    for text in (listed, digest, found, shown):
        assert "discord.com" not in text
