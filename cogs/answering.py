"""Participants: what they write in a chat's thread is archived, and the Answer button posts for them."""

from __future__ import annotations

import logging
from asyncio import Future
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import TryLater
from bot.domain.messages import Incoming, Kept
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.platform.values import incoming, name_shown
from bot.runtime.logging import new_incident_id
from bot.ui.controls import Control, read_control
from bot.ui.forms import anonymous_form, answer_form, typed_into
from bot.ui.help import given_anonymously
from bot.ui.texts import texts_for

T = TypeVar("T")

_log = logging.getLogger(__name__)

_FORMS = frozenset({"answer", "anonymous"})


class Answering(commands.Cog):
    """Hears messages, edits, deletions and reactions, and forms that are sent."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._archiving = bot.services.archiving
        self._answering = bot.services.answering
        self._anonymous = bot.services.anonymous
        self._archiving.attend(self._heard, self._lost)
        bot.hears = self._hears

    # Each listener queues its work before its first await, so that events are kept in their order.

    def _hears(self, message: discord.Message) -> None:
        """A new message."""
        # Most of what is said in a server is said elsewhere.
        if self._archiving.chat_of(message.channel.id) is not None:
            self._archiving.on_message(self._incoming(message))

    def _heard(self, everything: Sequence[Kept]) -> None:
        """New messages are kept and filed."""
        for kept in everything:
            self.bot.marks.confirm(kept)
        for chat_id in {kept.chat.id for kept in everything}:
            self.bot.boards.changed(chat_id)

    def _lost(self, problem: BaseException) -> None:
        """New messages couldn't be saved; Discord still has them."""
        if isinstance(problem, TryLater):
            _log.warning("what was said couldn't be saved, will be fetched again: %s", problem)
        else:
            _log.error("incident %s: what was said couldn't be saved", new_incident_id(), exc_info=problem)
        self.bot.catch_up_later()

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message was edited, or Discord added a preview to it."""
        # What people react with comes in events of its own.
        edited = replace(self._incoming(payload.message), reactions=None)
        kept = await self._kept(self._archiving.on_edit(edited))
        if kept is not None:
            self.bot.marks.confirm(kept)
            self.bot.wake()

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        await self._kept(self._archiving.on_delete(payload.channel_id, [payload.message_id]))
        self.bot.wake()

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        await self._kept(self._archiving.on_delete(payload.channel_id, sorted(payload.message_ids)))
        self.bot.wake()

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
    async def on_raw_poll_vote_add(self, payload: discord.RawPollVoteActionEvent) -> None:
        """Somebody voted in a poll; who, isn't kept."""
        await self._vote(payload, 1)

    @commands.Cog.listener()
    async def on_raw_poll_vote_remove(self, payload: discord.RawPollVoteActionEvent) -> None:
        """Somebody took a vote back."""
        await self._vote(payload, -1)

    async def _vote(self, payload: discord.RawPollVoteActionEvent, change: int) -> None:
        # Discord numbers a poll's answers from 1.
        work = self._archiving.on_vote(payload.channel_id, payload.message_id, payload.answer_id - 1, change)
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
        """The buttons below a question."""
        if control.doing.kind in _FORMS:
            async with kindly(interaction):
                anonymous = control.doing.kind == "anonymous"
                await self._open_form(interaction, control.chat_id, control.doing.value, anonymous=anonymous)

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """The answer's form was sent."""
        if control.doing.kind in _FORMS:
            typed = typed_into(interaction)
            async with kindly(interaction, keep=typed):
                give = self._answer_anonymously if control.doing.kind == "anonymous" else self._answer
                await give(interaction, control.chat_id, control.doing.value, typed)

    @app_commands.command(description="Answer a question of the running chat; it is posted in its thread for you")
    @app_commands.guild_only()
    @app_commands.describe(
        text="Your answer; leave it out and a form opens",
        question="The question's number; the latest one, if you say nothing",
        anonymously="Yes: without your name, where the chat allows it",
    )
    async def answer(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, 4000] | None = None,
        question: app_commands.Range[int, 1, 99] | None = None,
        anonymously: bool = False,  # noqa: FBT001, FBT002 - Discord calls it by name
    ) -> None:
        """Answer without looking for the button."""
        async with kindly(interaction, keep=text or ""):
            guild_id, place_id = interaction.guild_id or 0, interaction.channel_id or 0
            chat, number = await self._answering.find_question(guild_id, place_id, question)
            if text is None:
                await self._open_form(interaction, chat.id, number, anonymous=anonymously)
            else:
                give = self._answer_anonymously if anonymously else self._answer
                await give(interaction, chat.id, number, text)

    async def _open_form(self, interaction: Interaction, chat_id: int, number: int, *, anonymous: bool) -> None:
        service, form = (self._anonymous, anonymous_form) if anonymous else (self._answering, answer_form)
        found = await service.open_question(chat_id, number, interaction.user.id)
        await interaction.response.send_modal(form(found.chat, found.question, found.answered, texts_of(interaction)))

    async def _answer_anonymously(self, interaction: Interaction, chat_id: int, number: int, text: str) -> None:
        # The post is in the server's language, as the chat is.
        posted_in = texts_for((interaction.guild_locale or interaction.locale).value)
        chat, given = await self._anonymous.give(
            chat_id,
            number,
            press_id=interaction.id,
            person_id=interaction.user.id,
            nobody=posted_in("Anonymous"),
            text=text,
        )
        self.bot.wake()
        self.bot.boards.changed(chat.id)
        await whisper(interaction, given_anonymously(given, number, texts_of(interaction)))

    async def _answer(self, interaction: Interaction, chat_id: int, number: int, text: str) -> None:
        changed = await self._answering.answer(
            chat_id,
            number,
            press_id=interaction.id,
            person_id=interaction.user.id,
            name=name_shown(interaction.user),
            text=text,
        )
        self.bot.wake()
        say = texts_of(interaction)
        if changed:
            await whisper(interaction, say("Your answer to Q{number} has its new words.", number=number))
        else:
            await whisper(interaction, say("Thank you. Your answer to Q{number} is on its way.", number=number))

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
        except Exception:
            self.bot.catch_up_later()
            raise

    def _incoming(self, message: discord.Message) -> Incoming:
        return incoming(message, self._own_id(), reads_text=self.bot.reads_text)

    def _own_id(self) -> int:
        return self.bot.user.id if self.bot.user is not None else 0


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Answering(bot))
