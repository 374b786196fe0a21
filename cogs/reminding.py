"""The buttons under an announcement: be reminded in private, put the chat in one's own calendar."""

from __future__ import annotations

import io

import discord
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui.calendars import calendar_of
from bot.ui.controls import Control


class Reminds(commands.Cog):
    """`Remind me` and `Add to calendar`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._reminding = bot.services.reminding

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """One of the two buttons."""
        if control.doing.kind == "remind":
            async with kindly(interaction):
                await self._remind(interaction, control.chat_id)
        elif control.doing.kind == "calendar":
            async with kindly(interaction):
                await self._calendar(interaction, control.chat_id)

    async def _remind(self, interaction: Interaction, chat_id: int) -> None:
        chat = await self._reminding.upcoming(chat_id, interaction.guild_id)
        is_on = await self._reminding.switch(chat, interaction.user.id, interaction.locale.value)
        self.bot.wake()
        say = texts_of(interaction)
        if is_on:
            text = say(
                "I send you a private message a quarter of an hour before #{hashtag} begins, if your settings let "
                "people of this server write to you. Press again and I don't.",
                hashtag=chat.hashtag,
            )
        else:
            text = say("No reminder of #{hashtag}, then. Press again and I send one.", hashtag=chat.hashtag)
        await whisper(interaction, text)

    async def _calendar(self, interaction: Interaction, chat_id: int) -> None:
        chat = await self._reminding.upcoming(chat_id, interaction.guild_id)
        made = calendar_of(chat, interaction.created_at, texts_of(interaction))
        say = texts_of(interaction)
        text = say("Open this file, and your calendar takes the chat in your own time.")
        file = discord.File(io.BytesIO(made), f"{chat.hashtag.lower()}-{chat.starts_at:%Y-%m-%d}.ics")
        await interaction.response.send_message(text, file=file, ephemeral=True)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Reminds(bot))
