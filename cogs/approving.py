"""A host reads the anonymous answers that wait, and approves or declines each."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.anonymity import Decision
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of
from bot.ui import approval
from bot.ui.controls import Control
from cogs.hosts import allow_host


class Approving(commands.Cog):
    """The list behind the desk's button."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._anonymous = bot.services.anonymous

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The list is opened, or something in it is decided."""
        kind = control.doing.kind
        if kind == "approvals":
            async with kindly(interaction):
                await allow_host(self.bot, interaction, control.chat_id)
                await self._show(interaction, control.chat_id, "")
        elif kind in set(Decision):
            async with kindly(interaction):
                await self._decide(interaction, control, Decision(kind))

    async def _decide(self, interaction: Interaction, control: Control, decision: Decision) -> None:
        await allow_host(self.bot, interaction, control.chat_id)
        done = await self._anonymous.decide(control.chat_id, control.doing.value, decision)
        self.bot.wake()
        self.bot.boards.changed(control.chat_id)
        say = texts_of(interaction)
        notes = {
            Decision.APPROVE: say("Approved; it is on its way."),
            Decision.DECLINE: say("Declined. Its words are gone."),
            Decision.BLOCK: say("Declined. I take no more anonymous answers from whoever wrote it in this chat."),
        }
        undecided = say("That one was decided before, or its author took it back or changed it.")
        await self._show(interaction, control.chat_id, notes[decision] if done else undecided)

    async def _show(self, interaction: Interaction, chat_id: int, note: str) -> None:
        chat, waiting = await self._anonymous.waiting(chat_id)
        if not waiting:
            await self.bot.boards.show(interaction, chat_id, note)
            return
        text, view = approval.render(chat, waiting, note, texts_of(interaction))
        self.bot.boards.leave(chat_id, interaction.user.id)
        await interaction.response.edit_message(content=text, view=view)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Approving(bot))
