"""The menu of a message: file it under a question, take it back, save it; and `/saved`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui import words
from bot.ui.controls import Control, ControlButton, Doing, free_control_id, view_of
from cogs.hosts import is_host
from cogs.readers import may_see


class Wording(commands.Cog):
    """`File under …`, `Withdraw` and `Save` on a message, and `/saved`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._wording = bot.services.wording
        self._menus = [
            app_commands.ContextMenu(name="File under …", callback=self.file_under),
            app_commands.ContextMenu(name="Withdraw", callback=self.withdraw),
            app_commands.ContextMenu(name="Save", callback=self.save),
        ]
        for menu in self._menus:
            menu.guild_only = True

    async def cog_load(self) -> None:
        """Put the menus beside the commands."""
        for menu in self._menus:
            self.bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus away."""
        for menu in self._menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    async def file_under(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask which questions a message answers."""
        async with kindly(interaction):
            standing = await self._wording.to_file(message.id, interaction.user.id, is_host=self._is_host(interaction))
            text, view = words.file_under(standing, texts_of(interaction))
            await whisper(interaction, text, view)

    async def withdraw(self, interaction: Interaction, message: discord.Message) -> None:
        """Take one's words out of the archive."""
        async with kindly(interaction):
            was_posted_by_bot = await self._wording.withdraw(message.id, interaction.user.id)
            self.bot.wake()
            say = texts_of(interaction)
            await whisper(interaction, words.withdrawn(was_posted_by_bot=was_posted_by_bot, say=say))

    async def save(self, interaction: Interaction, message: discord.Message) -> None:
        """Set a bookmark, or take it away."""
        async with kindly(interaction):
            is_saved = await self._wording.save(message.id, interaction.user.id)
            await whisper(interaction, words.saved_or_not(is_saved=is_saved, say=texts_of(interaction)))

    @app_commands.command(description="The messages that you saved; only you see them")
    @app_commands.guild_only()
    async def saved(self, interaction: Interaction) -> None:
        """One's own bookmarks."""
        async with kindly(interaction):
            await self._show_saved(interaction, page=1)

    @commands.Cog.listener()
    async def on_choice(self, interaction: Interaction, control: Control, values: list[str]) -> None:
        """Questions were chosen for a message."""
        if control.doing.kind == "file":
            async with kindly(interaction):
                chosen = [int(value) for value in values if value.isdecimal()]
                kept = await self._wording.file(
                    control.doing.value, chosen, interaction.user.id, is_host=self._is_host(interaction)
                )
                self.bot.marks.confirm(kept)
                self.bot.boards.changed(kept.chat.id)
                text = words.filed_under(kept.filed, texts_of(interaction))
                await interaction.response.edit_message(content=text, view=None)

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The buttons that turn the pages of `/saved`."""
        if control.doing.kind == "saved":
            async with kindly(interaction):
                await self._show_saved(interaction, page=control.doing.value)

    async def _show_saved(self, interaction: Interaction, page: int) -> None:
        say = texts_of(interaction)
        found = await self._wording.saved(interaction.user.id, interaction.guild_id or 0, may_see(interaction))
        pages = max(1, -(-len(found) // words.SAVED_ON_A_PAGE))
        shown = min(max(page, 1), pages)
        buttons = [
            ControlButton(free_control_id(0, Doing("saved", number)), label)
            for number, label in ((shown - 1, say("Back")), (shown + 1, say("Next")))
            if 1 <= number <= pages
        ]
        view = view_of(*buttons) if buttons else None
        text = words.saved(found, shown, say)
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content=text, view=view)
        else:
            await whisper(interaction, text, view)

    def _is_host(self, interaction: Interaction) -> bool:
        return is_host(interaction, self.bot.host_role)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Wording(bot))
