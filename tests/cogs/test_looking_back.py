"""A reader looks back on a series: its latest chats in brief, each with the way to its digest."""

from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.rehearsal.play import answer_of
from tests.support import evening

SAID = {
    0: "A garden behind the mill is where our winter readers meet.",
    1: "The porch by the harbour suits those who read in the rain.",
}


async def look_back(stage, who=None, channel=None, **options):
    return await (who or stage.newcomer).slash(channel or stage.channel, "digest", **options)


async def two_evenings(stage, **options):
    """A series of which two chats are over; it and the two chats."""
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm ET", format="informal", **options)
    chats = list(await evening.chats_of(stage, series))[:2]
    for number, chat in enumerate(chats):
        await evening.until(stage, chat.starts_at, plus=60)
        thread = stage.channel.threads[-1]
        await stage.person("Ana").send(thread, SAID[number])
        await stage.person("Bea").send(thread, SAID[number])
        await evening.until(stage, chat.closes_at, plus=60)
    return series, [await evening.reload(stage, chat) for chat in chats]


async def test_the_latest_chats_of_a_series_come_first_with_a_button_to_each_ones_digest(stage, settings):
    _, chats = await two_evenings(stage)
    result = await look_back(stage, series="Library chat")
    assert result.ephemeral
    said = answer_of(result)
    assert said.startswith("**#libchat: Library chat**, the latest first. Only you see this.")
    assert said.index("porch") < said.index("garden")
    assert said.count("2 messages by 2 people") == 2
    assert (
        f"**Next:** #libchat: Library chat, <t:{int((chats[1].starts_at + timedelta(days=7)).timestamp())}:F>" in said
    )
    await stage.restart(settings)
    label = f"Digest of {chats[0].starts_at - timedelta(hours=12):%b %-d, %Y}"
    opened = answer_of(await stage.newcomer.click(result.response, label=label))
    assert "over. 2 messages by 2 people" in opened
    assert "garden" in opened
    assert "porch" not in opened


async def test_words_taken_back_are_not_in_it(stage):
    await two_evenings(stage)
    assert "porch" in answer_of(await look_back(stage, series="Library chat"))
    for name in ("Ana", "Bea"):
        await stage.person(name).slash(stage.channel, "privacy leave-me-out")
    said = answer_of(await look_back(stage, series="Library chat"))
    assert "porch" not in said
    assert "garden" not in said


async def test_its_name_completes_for_those_who_may_read_its_channel_and_for_nobody_else(stage):
    series, _ = await two_evenings(stage)
    elsewhere = stage.guild.create_text_channel("elsewhere")
    complete = stage.newcomer.autocomplete
    assert [choice["value"] for choice in await complete(elsewhere, "digest", "series", "libr")] == [str(series.id)]
    deny = Overwrite(
        target_id=stage.newcomer.id,
        type=OverwriteType.MEMBER,
        allow=0,
        deny=discord.Permissions(view_channel=True).value,
    )
    stage.env.backend.set_overwrite(stage.channel.id, deny)
    assert await complete(elsewhere, "digest", "series", "libr") == []
    refused = answer_of(await look_back(stage, channel=elsewhere, series="Library chat"))
    assert "There is no series “Library chat” here" in refused
    assert "garden" not in refused


async def test_a_series_in_which_nothing_was_said_tells_when_it_meets(stage):
    await evening.saved_series(stage)
    said = answer_of(await look_back(stage, series="libchat"))
    assert "There is nothing to read yet. The next chat is #libchat" in said


@pytest.mark.parametrize("options", [{"chat": 1}, {"since": 10}, {"day": 1}])
async def test_it_goes_alone(stage, options):
    await evening.saved_series(stage)
    assert "it goes alone or with `length:`" in answer_of(await look_back(stage, series="libchat", **options))
