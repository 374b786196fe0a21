"""Whoever wants the chats in a calendar of their own: a file to open, or an address to subscribe to."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, in_time, kindly, texts_of
from bot.ui.calendars import feed
from cogs.options import complete_series


class CalendarsCog(commands.Cog):
    """`/calendar`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._calendars = bot.services.calendars

    @app_commands.command(description="The coming chats for your own calendar, in your own time; only you see it")
    @app_commands.guild_only()
    @app_commands.describe(series="Only one series: type part of its name; else all chats of this server")
    @app_commands.autocomplete(series=complete_series)
    async def calendar(self, interaction: Interaction, series: app_commands.Range[str, 1, 200] | None = None) -> None:
        """A file, and an address where there is one."""
        async with kindly(interaction):
            say, guild_id = texts_of(interaction), interaction.guild_id or 0
            found = await self.bot.services.series.find(guild_id, series) if series is not None else None
            number = found.id if found is not None else None
            entries = await in_time(interaction, self._calendars.entries(guild_id, number))
            name = found.name if found is not None else say("Chats of {server}", server=_server(interaction))
            # A busy server's year takes a while to write.
            made = await asyncio.to_thread(feed, entries, name, interaction.created_at.replace(microsecond=0), say)
            lines = [say("Open this file, and your calendar takes the chats in your own time.")]
            if not entries:
                lines = [say("Nothing is planned that everybody may see; the file is empty yet.")]
            if self.bot.web_address is not None:
                path = await self._calendars.address(guild_id) + (f"/{number}" if number is not None else "")
                address = f"{self.bot.web_address()}/calendars/{path}.ics"
                lines.append(
                    say("To keep it up to date, subscribe to this address instead: <{address}>", address=address)
                )
                lines.append(say("-# Whoever has the address can read the chats' times and topics."))
            file = discord.File(io.BytesIO(made), "chats.ics")
            text = "\n".join(lines)
            if interaction.response.is_done():
                await interaction.followup.send(text, file=file, ephemeral=True, suppress_embeds=True)
            else:
                await interaction.response.send_message(text, file=file, ephemeral=True, suppress_embeds=True)


def _server(interaction: Interaction) -> str:
    return interaction.guild.name if interaction.guild is not None else "Discord"


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(CalendarsCog(bot))
