"""Participants: what they write in a chat's thread is archived, and the Answer button posts for them."""

from __future__ import annotations

import logging
from asyncio import Future
from dataclasses import replace
from typing import TypeVar

import discord
from discord.ext import commands

from bot.domain.errors import TryLater
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.platform.values import incoming
from bot.ui.controls import Control, read_control
from bot.ui.forms import answer_form, typed_into

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Answering(commands.Cog):
    """Hears messages, edits, deletions and reactions, and forms that are sent."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._archiving = bot.services.archiving
        self._answering = bot.services.answering

    # Each listener queues its work before its first await, so that events are kept in their order.

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A new message."""
        kept = await self._kept(self._archiving.on_message(incoming(message, self._own_id())))
        if kept is not None:
            self.bot.marks.confirm(kept)
            self.bot.boards.changed(kept.chat.id)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message was edited, or Discord added a preview to it."""
        # What people react with comes in events of its own.
        edited = replace(incoming(payload.message, self._own_id()), reactions=None)
        kept = await self._kept(self._archiving.on_edit(edited))
        if kept is not None:
            self.bot.marks.confirm(kept)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        await self._kept(self._archiving.on_delete(payload.channel_id, [payload.message_id]))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        await self._kept(self._archiving.on_delete(payload.channel_id, sorted(payload.message_ids)))

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Somebody reacted; the bot's own marks don't count."""
        if payload.user_id == self._own_id():
            return
        work = self._archiving.on_reaction(payload.channel_id, payload.message_id, str(payload.emoji), 1)
        await self._kept(work)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Somebody took a reaction back."""
        if payload.user_id == self._own_id():
            return
        work = self._archiving.on_reaction(payload.channel_id, payload.message_id, str(payload.emoji), -1)
        await self._kept(work)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """All reactions of a message were taken off."""
        await self._kept(self._archiving.on_reactions_cleared(payload.channel_id, payload.message_id, None))

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        """All reactions of one kind were taken off."""
        work = self._archiving.on_reactions_cleared(payload.channel_id, payload.message_id, str(payload.emoji))
        await self._kept(work)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form was sent; its id says which, so this works for a form opened before a restart too."""
        if interaction.type is discord.InteractionType.modal_submit:
            data: object = interaction.data
            control = read_control(str(data.get("custom_id"))) if isinstance(data, dict) else None
            if control is not None:
                self.bot.dispatch("form", interaction, control)

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The Answer button."""
        if control.doing.kind == "answer":
            async with kindly(interaction):
                chat, question = await self._answering.open_question(
                    control.chat_id, control.doing.value, interaction.user.id
                )
                await interaction.response.send_modal(answer_form(chat, question, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """The answer's form was sent."""
        if control.doing.kind == "answer":
            typed = typed_into(interaction)
            async with kindly(interaction, keep=typed):
                question = await self._answering.answer(
                    control.chat_id,
                    control.doing.value,
                    press_id=interaction.id,
                    person_id=interaction.user.id,
                    name=interaction.user.display_name,
                    text=typed,
                )
                self.bot.wake()
                say = texts_of(interaction)
                await whisper(
                    interaction, say("Thank you. Your answer to Q{number} is on its way.", number=question.number)
                )

    async def _kept(self, work: Future[T] | None) -> T | None:
        if work is None:
            return None
        try:
            return await work
        except TryLater as error:
            # Discord still has it: catching up fetches it once the disk takes it again.
            _log.warning("what was said couldn't be saved, will be fetched again: %s", error)
            self.bot.catch_up_later()
            return None

    def _own_id(self) -> int:
        return self.bot.user.id if self.bot.user is not None else 0


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Answering(bot))
