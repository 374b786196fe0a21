"""People and their own words: to be left out, or to be kept again."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui import help as help_ui


class Privacy(commands.GroupCog, name="privacy", description="Decide what becomes of your own words"):
    """`/privacy leave-me-out`, `/privacy include-me`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._privacy = bot.services.privacy

    @app_commands.command(
        name="leave-me-out", description="Take all your words out of the archive, now and from now on"
    )
    async def leave_me_out(self, interaction: Interaction) -> None:
        """Erase and keep out."""
        async with kindly(interaction):
            erased = await self._privacy.leave_out(interaction.user.id)
            self.bot.wake()
            await whisper(interaction, help_ui.left_out(erased.messages, erased.chats, texts_of(interaction)))

    @app_commands.command(name="include-me", description="Let what you write from now on be archived again")
    async def include_me(self, interaction: Interaction) -> None:
        """Keep again."""
        async with kindly(interaction):
            was = await self._privacy.include(interaction.user.id)
            await whisper(interaction, help_ui.included(was_left_out=was, say=texts_of(interaction)))


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Privacy(bot))
