"""Filing is confirmed by a reaction with the question's number, never by a message in the flow.

A mark is a courtesy: it isn't saved, waits behind everything else that leaves for Discord, and is passed over in a
rush or where the bot may not react. Setting the same mark twice changes nothing in Discord.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass

import aiohttp
import discord

from bot.domain.messages import Kept
from bot.platform.budget import Budget, Priority
from bot.runtime.tasks import Tasks

_log = logging.getLogger(__name__)

WAVE = "\N{WAVING HAND SIGN}"
_DIGITS = tuple(f"{digit}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}" for digit in range(1, 10))
_TEN = "\N{KEYCAP TEN}"
# Beyond ten there is no sign of a number's own.
_FILED = "\N{WHITE HEAVY CHECK MARK}"
# In a rush the newest messages are marked, and the oldest that still wait are not.
_MOST_WAITING = 50
OWN_MARKS = frozenset({*_DIGITS, _TEN, _FILED, WAVE})


@dataclass(frozen=True, slots=True)
class _Mark:
    thread_id: int
    message_id: int
    emoji: str
    is_set: bool


def sign_of(question: int) -> str:
    """The reaction that stands for a question's number."""
    if question <= len(_DIGITS):
        return _DIGITS[question - 1]
    return _TEN if question == len(_DIGITS) + 1 else _FILED


class Marks:
    """Sets and takes off the bot's own reactions, one after another.

    Args:
        client: who is connected to Discord.
        budget: what leaves passes it, last of all.
        tasks: where it runs.
    """

    def __init__(self, client: discord.Client, budget: Budget, tasks: Tasks) -> None:
        self._client = client
        self._budget = budget
        self._tasks = tasks
        self._waiting: deque[_Mark] = deque(maxlen=_MOST_WAITING)
        self._refused: set[int] = set()

    def confirm(self, kept: Kept) -> None:
        """Show on a message where it stands, and greet somebody new; a quiet chat shows nothing."""
        thread_id = kept.thread_id
        # What came from Twitter stands in no thread.
        if kept.chat.quiet or not thread_id or thread_id in self._refused:
            return
        if kept.is_first:
            self._waiting.append(_Mark(thread_id, kept.message_id, WAVE, is_set=True))
        for number in kept.before:
            if number not in kept.filed:
                self._waiting.append(_Mark(thread_id, kept.message_id, sign_of(number), is_set=False))
        for number in kept.filed:
            if number not in kept.before:
                self._waiting.append(_Mark(thread_id, kept.message_id, sign_of(number), is_set=True))
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting:
            self._tasks.start("marks", self._set_all(), then=self._go_on)

    async def _set_all(self) -> None:
        while self._waiting:
            mark = self._waiting.popleft()
            await self._budget.turn(Priority.LOOK)
            try:
                await self._set(mark)
            except discord.Forbidden:
                _log.info("thread %d: I may not add reactions there, so answers aren't confirmed", mark.thread_id)
                self._refused.add(mark.thread_id)
                self._waiting = deque((m for m in self._waiting if m.thread_id != mark.thread_id), _MOST_WAITING)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                _log.debug("a mark in thread %d is left out: %s", mark.thread_id, type(error).__name__)

    async def _set(self, mark: _Mark) -> None:
        message = self._client.get_partial_messageable(mark.thread_id).get_partial_message(mark.message_id)
        user = self._client.user
        if mark.is_set:
            await message.add_reaction(mark.emoji)
        elif user is not None:
            await message.remove_reaction(mark.emoji, user)
