"""Hosts' desks that are open are kept current, as long as Discord lets a private answer be changed.

What is open is remembered in memory only: after a restart a host presses once more. A busy chat redraws a desk at
most every few seconds; what a host or the clock did shows at once.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import discord

from bot.domain.desk import MoveKind
from bot.domain.errors import ShelftalkError
from bot.platform.replies import Interaction, texts_of, whisper
from bot.runtime.tasks import Tasks
from bot.services.hosting import Hosting
from bot.services.ports import Clock
from bot.ui import desk

_log = logging.getLogger(__name__)

# A press is answered by a sentence above the desk, which stays for a moment even if the desk is drawn anew.
_NOTE_STAYS = timedelta(seconds=15)
# Seconds between two redrawings for messages that come in.
_QUIET = 10.0
_LATER = 25.0


@dataclass(slots=True)
class _Open:
    interaction: Interaction
    opened_at: datetime
    note: str
    confirm: MoveKind | None


@dataclass(slots=True)
class _Chat:
    desks: dict[int, _Open] = field(default_factory=dict)
    drawn: float = float("-inf")
    timer: asyncio.TimerHandle | None = None
    again: bool = False


class Boards:
    """The open desks of all chats.

    Args:
        hosting: tells how a chat stands.
        clock: for how long a desk can be changed.
        tasks: where redrawing runs.
    """

    def __init__(self, hosting: Hosting, clock: Clock, tasks: Tasks) -> None:
        self._hosting = hosting
        self._clock = clock
        self._tasks = tasks
        self._chats: dict[int, _Chat] = {}

    async def show(
        self, interaction: Interaction, chat_id: int, note: str = "", confirm: MoveKind | None = None
    ) -> None:
        """Answer a host with the desk, in the place of the one pressed if there was one, and keep it current."""
        now = self._clock.now()
        board = await self._hosting.board(chat_id)
        text, view = desk.render(board, note, now, texts_of(interaction), confirm)
        pressed = interaction.message
        if pressed is not None and pressed.flags.ephemeral and not interaction.response.is_done():
            await interaction.response.edit_message(content=text, view=view)
        else:
            await whisper(interaction, text, view)
        self._chats.setdefault(chat_id, _Chat()).desks[interaction.user.id] = _Open(interaction, now, note, confirm)

    def leave(self, chat_id: int, person_id: int) -> None:
        """A host looks at something else in the place of the desk; it isn't drawn over."""
        chat = self._chats.get(chat_id)
        if chat is not None:
            chat.desks.pop(person_id, None)

    def changed(self, chat_id: int, *, at_once: bool = False) -> None:
        """Something happened in a chat; its open desks are drawn anew, soon or at once."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return
        loop = asyncio.get_running_loop()
        if at_once or loop.time() - chat.drawn >= _QUIET:
            if chat.timer is not None:
                chat.timer.cancel()
                chat.timer = None
            self._draw(chat_id)
        elif chat.timer is None:
            chat.timer = loop.call_later(_LATER, self._draw_later, chat_id)

    def stop(self) -> None:
        """Draw nothing more."""
        for chat in self._chats.values():
            if chat.timer is not None:
                chat.timer.cancel()
        self._chats.clear()

    def _draw_later(self, chat_id: int) -> None:
        chat = self._chats.get(chat_id)
        if chat is not None:
            chat.timer = None
            self._draw(chat_id)

    def _draw(self, chat_id: int) -> None:
        chat = self._chats[chat_id]
        chat.drawn = asyncio.get_running_loop().time()
        started = self._tasks.start(f"desks {chat_id}", self._draw_all(chat_id), then=lambda: self._drawn(chat_id))
        chat.again = not started

    def _drawn(self, chat_id: int) -> None:
        chat = self._chats.get(chat_id)
        if chat is not None and chat.again:
            self._draw(chat_id)

    async def _draw_all(self, chat_id: int) -> None:
        chat = self._chats[chat_id]
        oldest = self._clock.now() - desk.KEPT_CURRENT
        chat.desks = {who: seen for who, seen in chat.desks.items() if seen.opened_at > oldest}
        if not chat.desks:
            del self._chats[chat_id]
            return
        try:
            board = await self._hosting.board(chat_id)
        except ShelftalkError as error:
            _log.warning("the desks of chat %d can't be drawn: %s", chat_id, error)
            return
        for who, seen in list(chat.desks.items()):
            note = seen.note if seen.confirm or board.at - seen.opened_at < _NOTE_STAYS else ""
            text, view = desk.render(board, note, seen.opened_at, texts_of(seen.interaction), seen.confirm)
            try:
                await seen.interaction.edit_original_response(content=text, view=view)
            except (discord.HTTPException, OSError) as error:
                # Dismissed, or Discord is out of reach: the next press shows a new one.
                _log.info("a desk of chat %d is gone: %s", chat_id, type(error).__name__)
                if chat.desks.get(who) is seen:
                    del chat.desks[who]
