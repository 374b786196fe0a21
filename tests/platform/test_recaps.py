"""A chat's digest is posted when it is over, if its host wished; once, and without what is taken back later."""

import pytest

from bot.rehearsal.play import answer_of, texts_in
from tests.support import evening
from tests.support.guillotine import cut_off_after


def recaps(stage):
    """The texts of each recap's page in the channel."""
    found = []
    for message in stage.env.backend.messages[stage.channel.id].values():
        texts = list(texts_in(message.components))
        if texts and message.author_id == stage.app.bot.user.id:
            found.append("\n".join(texts))
    return found


async def over(stage, **options):
    """A chat that is over, in which three people answered."""
    chat, thread = await evening.begun_chat(stage, **({"recap": True} | options))
    for name, place in (("Ana", "window"), ("Tomás", "stairs"), ("Odile", "bakery")):
        await stage.person(name).send(thread, f"A1: By the {place}, where it smells of warm bread and rain")
    await evening.until(stage, chat.closes_at, plus=60)
    return chat, thread


async def test_the_digest_is_posted_in_the_channel_when_the_chat_is_over(stage):
    chat, thread = await over(stage)
    (recap,) = recaps(stage)
    assert "over. 3 messages by 3 people" in recap
    assert "**Ana**: By the window" in recap
    assert "Only you see this" not in recap
    assert f"https://discord.com/channels/{stage.guild.id}/{thread.id}/" in recap
    (message,) = [m for m in stage.channel.history() if m.flags.components_v2]
    mine = await stage.newcomer.click(message, label="Only for me")
    assert mine.ephemeral
    assert "Only you see this" in answer_of(mine)
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_nothing_is_posted_unless_the_host_wished_or_where_nothing_was_said(stage):
    await over(stage, recap=False)
    assert recaps(stage) == []
    chat, _ = await evening.begun_chat(stage, recap=True)
    await evening.until(stage, chat.closes_at, plus=60)
    assert recaps(stage) == []


async def test_what_is_taken_back_goes_from_it(stage, settings):
    _, thread = await over(stage)
    ana, tomas, odile = (stage.person(name) for name in ("Ana", "Tomás", "Odile"))
    first, _second, third = [m for m in thread.history() if m.content.startswith("A1: By the")]
    await ana.delete(first)
    await stage.pass_time(20)
    (recap,) = recaps(stage)
    assert "window" not in recap
    assert "Ana" not in recap
    assert "stairs" in recap
    await tomas.slash(stage.channel, "privacy leave-me-out")
    await stage.pass_time(20)
    assert "stairs" not in recaps(stage)[0]
    link = f"https://discord.com/channels/{stage.guild.id}/{thread.id}/{third.id}"
    await stage.restart(settings)
    await odile.slash(stage.channel, "privacy withdraw", message=link)
    await stage.pass_time(20)
    (recap,) = recaps(stage)
    assert "bakery" not in recap
    assert "Odile" not in recap


async def test_a_long_one_takes_several_messages_in_order_and_they_are_put_right_too(stage):
    questions = [f"{number}. " + "Why do you read on the bus? " * 12 for number in range(1, 9)]
    chat, thread = await evening.begun_chat(stage, recap=True, quiet=True, questions=questions, minutes=120, asked=8)
    names = [f"Reader {number}" for number in range(1, 7)]
    for number in range(1, 9):
        for name in names:
            words = " ".join(f"word{number}x{name[-2:].strip()}x{i}" for i in range(24))
            await stage.person(name).send(thread, f"A{number}: {words}")
    await evening.until(stage, chat.closes_at, plus=60)
    found = recaps(stage)
    assert len(found) >= 2
    assert [f"Page {n} of {len(found)}" in page for n, page in enumerate(found, start=1)] == [True] * len(found)
    for name in names:
        await stage.person(name).slash(stage.channel, "privacy leave-me-out")
    await stage.pass_time(60)
    after = recaps(stage)
    assert len(after) == len(found)
    assert not any("word" in page for page in after)
    assert "This page is empty now." in after[-1]


@pytest.mark.parametrize("effects", range(12))
async def test_wherever_the_bot_is_cut_off_it_is_posted_once(stage, settings, caplog, effects):
    chat, thread = await evening.begun_chat(stage, recap=True)
    await stage.person("Ana").send(thread, "A1: By the window, where it is light")
    await evening.until(stage, chat.closes_at, plus=-1)
    await cut_off_after(stage, settings, effects)
    caplog.clear()
    assert len(recaps(stage)) == 1
