"""A chat that is over is compared with Discord once more, and its record sealed once both are the same."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import timedelta

from bot.domain.chat import Chat
from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.run import Action
from bot.domain.sealing import Seal, SealState, differences, spoken
from bot.services.archiving import Archiving
from bot.services.ports import Agenda, Archive, Clock
from bot.services.sealing_ports import Seals

_log = logging.getLogger(__name__)

# What still differs after this isn't on its way any more.
_PATIENCE = timedelta(minutes=15)
_AGAIN_SECONDS = 20.0


class Sealing:
    """Does the action `seal`."""

    def __init__(self, seals: Seals, archive: Archive, archiving: Archiving, agenda: Agenda, clock: Clock) -> None:
        self._seals = seals
        self._archive = archive
        self._archiving = archiving
        self._agenda = agenda
        self._clock = clock
        # After a restart many chats are looked at; one after another they stand in nobody's way.
        self._one = asyncio.Lock()

    async def perform(self, action: Action, chat: Chat) -> None:
        """Put a chat right and see that it is.

        Raises:
            TryLater: Discord is out of reach, or the two still differ and may not in a moment.
        """
        async with self._one:
            seal = await self._look(action, chat)
        await self._seals.save(seal)
        await self._agenda.record(action)

    async def seal_of(self, chat: Chat) -> Seal | None:
        """What the last look at a chat found; None if nobody looked yet."""
        return await self._seals.of(chat.id)

    async def _look(self, action: Action, chat: Chat) -> Seal:
        now = self._clock.now()
        try:
            seen = await self._archiving.put_right(chat)
        except Gone:
            _log.warning("chat %d: its thread is gone from Discord; what was said stays archived", chat.id)
            return Seal(chat.id, SealState.GONE, 0, 0, now)
        except MissingPermissions as error:
            _log.warning("chat %d can't be compared with Discord: %s", chat.id, error)
            return Seal(chat.id, SealState.UNREADABLE, 0, 0, now)
        record = await self._archive.record_of(chat.id)
        places = set(seen.threads)
        here = [m for m in record.messages if m.thread_id in places] if record is not None else []
        if seen.until is not None:
            here = [m for m in here if m.posted_at <= seen.until]
        differing = differences(seen.messages, here, also_new=seen.also_new)
        count = spoken(seen.messages, {message.id: message for message in here})
        if not differing:
            return Seal(chat.id, SealState.MATCHED, count, 0, now)
        if now - (action.first_tried_at or now) < _PATIENCE:
            raise TryLater(f"{len(differing)} messages of chat {chat.id} changed meanwhile", _AGAIN_SECONDS)
        what = Counter(name for names in differing.values() for name in names)
        _log.error("chat %d: %d of %d messages differ from Discord: %s", chat.id, len(differing), count, dict(what))
        return Seal(chat.id, SealState.DIFFERS, count, len(differing), now)
