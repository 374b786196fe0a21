"""Finding what was said: `/search`, and the buttons below what it found; always private, and nothing is noted of it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, in_time, kindly, show, texts_of
from bot.services.searching import SearchWish
from bot.ui.controls import Control
from bot.ui.searching import read, results
from cogs.readers import complete_readable, may_see

_BEST = "best"


class Searches(commands.Cog):
    """`/search`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._searching = bot.services.searching

    @app_commands.command(description="Find what was said in this server's chats; only you see it")
    @app_commands.guild_only()
    @app_commands.rename(author="from")
    @app_commands.describe(
        words='Words, "some in a row", a beginning*, -not; also question:2 has:link in:name after:2026-01',
        author="Only what this person said",
        chat="Only in this chat: type part of its name",
        order="The newest first, if you say nothing",
    )
    @app_commands.choices(
        order=[
            app_commands.Choice(name="Newest first", value="newest"),
            app_commands.Choice(name="Best match first", value=_BEST),
        ]
    )
    @app_commands.autocomplete(chat=complete_readable)
    async def search(
        self,
        interaction: Interaction,
        words: app_commands.Range[str, 1, 200] = "",
        author: discord.User | None = None,
        chat: int | None = None,
        order: str = "newest",
    ) -> None:
        """Look for something."""
        async with kindly(interaction, keep=words):
            wish = SearchWish(words, author.id if author is not None else 0, chat or 0, order == _BEST)
            await self._show(interaction, wish, turns=False)

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """Another page, or another order."""
        if control.doing.kind == "search" and interaction.message is not None:
            async with kindly(interaction):
                await self._show(interaction, read(control.doing.value, interaction.message.components), turns=True)

    async def _show(self, interaction: Interaction, wish: SearchWish, *, turns: bool) -> None:
        work = self._searching.search(interaction.guild_id or 0, may_see(interaction), interaction.user.id, wish)
        found = await in_time(interaction, work, turns=turns)
        await show(interaction, results(found, texts_of(interaction)), turns=turns)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Searches(bot))
