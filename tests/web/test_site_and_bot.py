"""While the bot runs it keeps published folders right: a choice made in Discord reaches the pages by itself."""

import asyncio
from dataclasses import replace

from bot.runtime.health import Heartbeat
from bot.serving import Pulse
from tests.support.pages import Pages, what_was_said

ROUNDS = 200


async def test_a_choice_made_in_discord_reaches_the_pages_with_the_next_beat(stage, tmp_path):
    pages = Pages(stage.app.database, tmp_path)
    said = [replace(message, author_id=stage.newcomer.id) for message in what_was_said()[:1]]
    chat = await pages.over(*said, guild_id=stage.guild.id)
    await stage.newcomer.slash(stage.channel, "privacy choose", how="named")
    await pages.building().build()
    page = pages.folder / "chats" / f"{chat.id}.html"
    assert "quiet" in page.read_text(encoding="utf-8")
    await stage.newcomer.slash(stage.channel, "privacy choose", how="left_out")
    pulse = Pulse(stage.app, Heartbeat(tmp_path / "heartbeat.json"))
    pulse.beat()
    pulse.stop()
    for _ in range(ROUNDS):
        if not (await pages.published.stale(str(pages.folder))).chats:
            break
        await asyncio.sleep(0.1)
    assert "quiet" not in page.read_text(encoding="utf-8")
    assert "agreed to be shown here" in page.read_text(encoding="utf-8")
