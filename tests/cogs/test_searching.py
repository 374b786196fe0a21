"""Somebody looks for what was said and finds it, in private, as far as they may read."""

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.rehearsal.play import answer_of
from tests.support import evening


async def search(stage, words=None, who=None, channel=None, **options):
    said = {"words": words} if words is not None else {}
    return await (who or stage.newcomer).slash(channel or stage.channel, "search", **said, **options)


async def an_evening(stage):
    """A chat in which several people spoke of lanterns; the chat and its thread."""
    chat, thread = await evening.begun_chat(stage, asked=2)
    await stage.person("Ana").send(thread, "A1: Our lantern walk, with **bold** verses and ||a ghost||")
    await stage.person("Bea").send(thread, "A2: No lanterns in our branch. Fines, though!")
    await stage.person("Omar").send(thread, "Who lends a lantern? https://example.org/lantern")
    return chat, thread


async def test_what_was_said_is_found_in_private_with_its_place_and_neighbours(stage):
    _, thread = await an_evening(stage)
    result = await search(stage, "lantern")
    assert result.ephemeral
    said = answer_of(result)
    assert "**Search:** `lantern`\n2 hits, the newest first. Page 1 of 1. Only you see this." in said
    assert said.index("**Omar**, #buschat: Reading on the bus") < said.index("**Ana**, #buschat")
    assert "> Who lends a **lantern**? <https://example.org/lantern>" in said
    assert "> A1: Our **lantern** walk, with \\*\\*bold\\*\\* verses and ||a ghost||" in said
    assert ", Q1 [open](<https://discord.com/channels/" in said
    assert "-# Before: Bea: A2: No lanterns in our branch. Fines, though!" in said
    assert f"/{thread.id}/" in said


async def test_words_phrases_beginnings_and_filters(stage):
    await an_evening(stage)
    assert "3 hits" in answer_of(await search(stage, "lantern*"))
    assert "1 hit," in answer_of(await search(stage, '"lantern walk"'))
    assert "1 hit," in answer_of(await search(stage, "lantern has:link"))
    assert "1 hit," in answer_of(await search(stage, "question:2 fines"))
    assert "2 hits" in answer_of(await search(stage, "in:buschat lantern"))
    assert "**Bea**" in answer_of(await search(stage, "from:bea"))


async def test_one_persons_words_one_chats_and_my_own(stage):
    chat, _ = await an_evening(stage)
    ana = stage.person("Ana")
    said = answer_of(await search(stage, **{"from": ana}))
    assert "**Search:** everything" in said
    assert f"Said by <@{ana.id}>" in said
    assert "1 hit," in said
    assert "1 hit," in answer_of(await search(stage, "lantern from:me", who=ana))
    assert "2 hits" in answer_of(await search(stage, "lantern", chat=chat.id))
    assert "no chat number 99" in answer_of(await search(stage, "lantern", chat=99))


async def test_pages_and_orders_are_buttons_that_outlive_a_restart(stage, settings):
    _, thread = await evening.begun_chat(stage)
    for number in range(1, 8):
        await stage.person(f"Reader {number}").send(thread, f"A1: lantern number {number}" + " lantern" * (number == 3))
    result = await search(stage, "lantern")
    assert "7 hits, the newest first. Page 1 of 2." in answer_of(result)
    await stage.restart(settings)
    second = await stage.newcomer.click(result.response, label="Next")
    assert "**Search:** `lantern`\n7 hits, the newest first. Page 2 of 2." in answer_of(second)
    assert "number 1" in answer_of(second)
    best = await stage.newcomer.click(second.response, label="Best match first")
    assert "the best match first. Page 1 of 2." in answer_of(best)
    first = answer_of(best).split("**Reader ")[1]
    assert first.startswith("3**")
    assert "Page 1 of 2" in answer_of(await stage.newcomer.click(best.response, label="Newest first"))


async def test_nothing_found_says_what_to_try(stage):
    await an_evening(stage)
    said = answer_of(await search(stage, "unheard `of`"))
    assert "**Search:** `unheard \u2019of\u2019`" in said
    assert "Nothing was found in the chats that you may read." in said


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (None, "Tell me a word to look for"),
        ("!!", "Tell me a word to look for"),
        ("question:two", "I don't understand “question:two”"),
        ("in:nowhere tea", "No series and no chat that you may read is called “nowhere”"),
        ("a*", "at least 3 letters"),
    ],
)
async def test_what_can_not_be_understood_is_said_kindly(stage, words, answer):
    await an_evening(stage)
    result = await search(stage, words)
    assert result.ephemeral
    assert answer in answer_of(result)


async def test_who_may_not_read_a_channel_finds_nothing_of_it(stage):
    chat, _ = await an_evening(stage)
    elsewhere = stage.guild.create_text_channel("elsewhere")
    deny = Overwrite(
        target_id=stage.newcomer.id,
        type=OverwriteType.MEMBER,
        allow=0,
        deny=discord.Permissions(view_channel=True).value,
    )
    stage.env.backend.set_overwrite(stage.channel.id, deny)
    assert "Nothing was found" in answer_of(await search(stage, "lantern", channel=elsewhere))
    assert "No series and no chat" in answer_of(await search(stage, "in:buschat", channel=elsewhere))
    assert "no chat number" in answer_of(await search(stage, "lantern", channel=elsewhere, chat=chat.id))
    assert "2 hits" in answer_of(await search(stage, "lantern", who=stage.host, channel=elsewhere))


async def test_what_is_withdrawn_is_gone_from_the_next_search_and_from_the_next_page(stage):
    _, thread = await an_evening(stage)
    result = await search(stage, "lantern*")
    assert "ghost" in answer_of(result)
    ana = stage.person("Ana")
    await ana.slash(stage.channel, "privacy leave-me-out")
    turned = await stage.newcomer.click(result.response, label="Best match first")
    assert "ghost" not in answer_of(turned)
    assert "2 hits" in answer_of(turned)
    message = next(m for m in thread.history() if "Fines" in m.content)
    await stage.person("Bea").delete(message)
    assert "Nothing was found" in answer_of(await search(stage, "fines"))
