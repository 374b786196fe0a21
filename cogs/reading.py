"""Readers and newcomers: the digest, the programme, how to take part; always private, and nothing is noted of it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui import digest as digest_ui
from bot.ui import help as help_ui
from bot.ui import lists
from bot.ui.controls import Control, ControlButton, Doing, free_control_id, view_of
from cogs.readers import may_see


class Reading(commands.Cog):
    """`/digest`, `/chats`, `/help`, and the buttons that do the same."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._reading = bot.services.reading

    @app_commands.command(description="What was said in a chat, in three minutes; only you see it")
    @app_commands.guild_only()
    @app_commands.describe(chat="The chat's number, from /chats; else the running one or the latest")
    async def digest(self, interaction: Interaction, chat: int | None = None) -> None:
        """Catch up in private."""
        async with kindly(interaction):
            await self._show_digest(interaction, chat, page=1)

    @app_commands.command(description="What is running, coming and archived; only you see it")
    @app_commands.guild_only()
    async def chats(self, interaction: Interaction) -> None:
        """The programme."""
        async with kindly(interaction):
            await self._show_programme(interaction)

    @app_commands.command(description="How to take part, read along, or be left out; only you see it")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """One screen of help."""
        async with kindly(interaction):
            await whisper(interaction, self._help(interaction))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The buttons under announcements, wrap-ups and digests."""
        async with kindly(interaction):
            match control.doing.kind:
                case "digest":
                    await self._show_digest(interaction, control.chat_id, page=control.doing.value)
                case "programme":
                    await self._show_programme(interaction)
                case "help":
                    await whisper(interaction, self._help(interaction))

    def _help(self, interaction: Interaction) -> str:
        return help_ui.how_to_take_part(texts_of(interaction), reads_text=self.bot.reads_text)

    async def _show_programme(self, interaction: Interaction) -> None:
        listed = await self._reading.programme(interaction.guild_id or 0, may_see(interaction))
        await whisper(interaction, lists.programme(listed, texts_of(interaction)))

    async def _show_digest(self, interaction: Interaction, chat_id: int | None, page: int) -> None:
        say = texts_of(interaction)
        found = await self._reading.digest(interaction.guild_id or 0, may_see(interaction), chat_id)
        pages = digest_ui.pages(found, say)
        # Page 0 is the button under a wrap-up: it opens the first page beside it.
        shown = min(max(page, 1), len(pages))
        buttons = [
            ControlButton(free_control_id(found.chat.id, Doing("digest", number)), label)
            for number, label in ((shown - 1, say("Back")), (shown + 1, say("Next")))
            if 1 <= number <= len(pages)
        ]
        view = view_of(*buttons) if buttons else None
        turns = interaction.type is discord.InteractionType.component and page > 0
        if turns:
            await interaction.response.edit_message(content=pages[shown - 1], view=view)
        else:
            await whisper(interaction, pages[shown - 1], view)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Reading(bot))
