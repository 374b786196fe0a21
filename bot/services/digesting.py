"""Digests are made once for what the archive holds: asked again, the same is shown until something there changes.

The archive tells by a stamp, so that whatever is withdrawn is gone from the next answer. In a fast hour a digest of a
few seconds ago will do if nothing was taken back since, and what was worked out of messages that stay as they are is
kept. Making one runs beside the event loop, one at a time for a chat.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.chat import Chat
from bot.domain.consent import masks_of, shown
from bot.domain.digest import Digest, Length, Memory, day_of, digest_day, make_digest, since
from bot.domain.messages import ChatRecord
from bot.domain.showing import Consent
from bot.services.ports import Archive, Clock
from bot.services.showing import Showings
from bot.services.values import Stamp

_MOST_DIGESTS = 100
_MOST_RUNNING = 10
_RECENT = timedelta(seconds=10)

# A chat, the length, from when on, and which day.
_Key = tuple[int, Length, datetime | None, int]


@dataclass(frozen=True, slots=True)
class _Made:
    stamp: Stamp
    chat: Chat
    at: datetime
    digest: Digest

    def will_do(self, stamp: Stamp, chat: Chat, now: datetime) -> bool:
        """Whether it may be shown for what the archive holds now."""
        if self.stamp.gone != stamp.gone or self.chat != chat:
            return False
        return self.stamp == stamp or now - self.at < _RECENT


@dataclass(slots=True)
class _Running:
    """What is kept of a chat that goes on.

    Attributes:
        memory: what was worked out.
        read: all that was said when it was read last, and the stamp taken before that.
    """

    memory: Memory = field(default_factory=Memory)
    read: tuple[Stamp, ChatRecord] | None = None


class GrowingArchive(Archive, Protocol):
    """An archive that tells what is new in a chat."""

    async def grown(self, record: ChatRecord, before: Stamp) -> ChatRecord | None:
        """A record with what was said since, or None if anything else changed since the stamp taken before it."""
        ...


class Digesting:
    """Makes digests and keeps the latest."""

    def __init__(self, archive: GrowingArchive, showings: Showings, clock: Clock) -> None:
        self._archive = archive
        self._showings = showings
        self._clock = clock
        self._made: OrderedDict[_Key, _Made] = OrderedDict()
        self._running: OrderedDict[int, _Running] = OrderedDict()
        self._turns: dict[int, asyncio.Lock] = {}

    async def digest(self, chat: Chat, length: Length, at: datetime | None = None, day: int = 0) -> Digest | None:
        """A chat's digest, or None if the chat is gone.

        Args:
            chat: as it stands.
            length: how many quotes.
            at: only what was said from then on (aware UTC).
            day: only what was said on this day of a chat over days; 0 for all.
        """
        key = (chat.id, length, at, day)
        turn = self._turns.setdefault(chat.id, asyncio.Lock())
        async with turn:
            stamp = await self._archive.stamp(chat.id)
            made = self._made.get(key)
            now = self._clock.now()
            if made is None or not made.will_do(stamp, chat, now):
                running = self._running_of(chat)
                record = await self._record(chat, running, stamp)
                if record is None:
                    self._forget(chat.id)
                    return None
                consent = await self._showings.consent(chat.guild_id)
                newcomers = await self._archive.newcomers(chat.id)
                memory = running.memory if running is not None else None
                digest = await asyncio.to_thread(_make, record, consent, key, newcomers, memory)
                digest = replace(digest, to_greet=await self._archive.to_greet(chat.id))
                made = _Made(stamp, chat, now, digest)
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > _MOST_DIGESTS:
                self._made.popitem(last=False)
        if not turn.locked():
            self._turns.pop(chat.id, None)
        return made.digest

    def _forget(self, chat_id: int) -> None:
        """A chat was erased; nothing of it stays in memory."""
        self._running.pop(chat_id, None)
        for key in [key for key in self._made if key[0] == chat_id]:
            del self._made[key]

    async def _record(self, chat: Chat, running: _Running | None, stamp: Stamp) -> ChatRecord | None:
        """All that was said; of a chat that goes on, only what is new is read where nothing else changed."""
        record = None
        if running is not None and running.read is not None:
            before, known = running.read
            record = await self._archive.grown(known, before)
        record = record or await self._archive.record_of(chat.id)
        if running is not None:
            running.read = (stamp, record) if record is not None else None
        return record

    def _running_of(self, chat: Chat) -> _Running | None:
        if not chat.is_open:
            # What is over changes no more; its digests are kept whole.
            self._running.pop(chat.id, None)
            return None
        running = self._running.setdefault(chat.id, _Running())
        self._running.move_to_end(chat.id)
        while len(self._running) > _MOST_RUNNING:
            self._running.popitem(last=False)
        return running


def _make(record: ChatRecord, consent: Consent, key: _Key, newcomers: frozenset[int], memory: Memory | None) -> Digest:
    _, length, at, day = key
    if consent.hides_anybody:
        masks = masks_of(record, consent)
        newcomers = frozenset(masks.id_of(person_id) for person_id in newcomers)
        record = shown(record, consent)
    # Of a part of the chat little is left to be remembered, and it must not crowd out the rest.
    if day:
        return digest_day(record, day_of(record.chat, day), length, newcomers)
    if at is not None:
        return make_digest(since(record, at), length.quotes, length.per_person, newcomers)
    return make_digest(record, length.quotes, length.per_person, newcomers, memory)
