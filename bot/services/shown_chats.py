"""Published chats as they may be shown outside Discord: nothing else of them leaves these use cases."""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.consent import Consent, Showing, is_published, shown
from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.services.publishing_ports import PublishingRules
from bot.services.values import Stamp

_MENTION = re.compile(r"<@!?\d+>")
_SOMEBODY = "@\u2026"
_MOST_COMING = 50


class Records(Protocol):
    """What was said."""

    async def record_of(self, chat_id: int) -> ChatRecord | None:
        """A chat with everything that was said in it."""
        ...

    async def stamp(self, chat_id: int) -> Stamp:
        """Something that changes whenever anything a digest of the chat could show changes."""
        ...

    async def counts(self, chat_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Messages and people of each chat."""
        ...


class PlannedChats(Protocol):
    """The chats of a server."""

    async def get(self, chat_id: int) -> Chat | None:
        """A chat with its questions."""
        ...

    async def list(
        self,
        guild_id: int,
        states: frozenset[ChatState],
        *,
        newest_first: bool = False,
        limit: int = 25,
        series_id: int | None = None,
    ) -> Sequence[Chat]:
        """A server's chats in some states, by start."""
        ...


class Published(Protocol):
    """Which chats may be shown, and how; a part of the port `Publications`."""

    async def rules(self, guild_id: int) -> PublishingRules:
        """What a server's hosts decided."""
        ...

    async def servers(self) -> Sequence[int]:
        """The servers that have chats."""
        ...

    async def chats(self, guild_id: int) -> Sequence[Chat]:
        """The chats of a server that are over and may be shown outside, the earliest first."""
        ...

    async def consent(self, guild_id: int, *, outside: bool) -> Consent:
        """How people are shown."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A published chat in a list.

    Attributes:
        chat: the chat, its host as they want to be shown.
        messages: how many people wrote in it, those included whose words aren't shown; deleted ones don't count.
        people: how many people wrote them.
    """

    chat: Chat
    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that is published.

    Attributes:
        entries: chats that are over, the newest first.
        coming: chats still to come or under way, the next first.
    """

    entries: tuple[Entry, ...] = ()
    coming: tuple[Chat, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownChat:
    """A published chat with all of it that may be shown.

    Attributes:
        record: what was said, as its people want to be shown.
        people: the names of those who wrote in it and agreed to be named, in the order of the alphabet.
        messages: how many people wrote, those included whose words aren't shown; deleted ones don't count.
        writers: how many people wrote them.
    """

    record: ChatRecord
    people: tuple[str, ...]
    messages: int
    writers: int

    def message(self, message_id: int) -> ArchivedMessage | None:
        """One of its messages."""
        # In Discord's order, as the archive gives them.
        place = bisect_left(self.record.messages, message_id, key=lambda message: message.id)
        found = self.record.messages[place] if place < len(self.record.messages) else None
        return found if found is not None and found.id == message_id else None


# What tells whether a chat would be shown the same again.
Key = tuple[Chat, Stamp, Consent, int, int]


class ShownChats:
    """Use cases of whoever shows chats to people outside Discord.

    Args:
        published: which chats may be shown, and how.
        chats: all chats.
        records: what was said in them.
        only: the servers whose chats are shown; all if empty.
    """

    def __init__(self, published: Published, chats: PlannedChats, records: Records, only: Collection[int] = ()) -> None:
        self._published = published
        self._chats = chats
        self._records = records
        self._only = frozenset(only)

    async def servers(self) -> Sequence[int]:
        """The servers whose chats are shown."""
        return [number for number in await self._published.servers() if not self._only or number in self._only]

    async def shelf(self) -> Shelf:
        """All that is published, without what was said."""
        entries: list[Entry] = []
        coming: list[Chat] = []
        for guild_id in await self.servers():
            consent = await self._published.consent(guild_id, outside=True)
            over = await self._published.chats(guild_id)
            counts = await self._records.counts([chat.id for chat in over])
            entries += [Entry(_chat_of(chat, consent), *counts.get(chat.id, (0, 0))) for chat in over]
            coming += [_chat_of(chat, consent) for chat in await self._coming(guild_id)]
        entries.sort(key=lambda entry: (entry.chat.starts_at, entry.chat.id), reverse=True)
        return Shelf(tuple(entries), tuple(sorted(coming, key=lambda chat: (chat.starts_at, chat.id))))

    async def _coming(self, guild_id: int) -> Sequence[Chat]:
        rules = await self._published.rules(guild_id)
        states = UPCOMING_STATES | RUNNING_STATES
        planned = await self._chats.list(guild_id, states, limit=_MOST_COMING)
        return [chat for chat in planned if is_published(chat, publishes=rules.publishes)]

    async def key(self, chat_id: int) -> Key | None:
        """What tells whether a chat would be shown the same again; None if it isn't published."""
        chat = await self._chats.get(chat_id)
        if chat is None or chat.state is not ChatState.CLOSED or (self._only and chat.guild_id not in self._only):
            return None
        rules = await self._published.rules(chat.guild_id)
        if not is_published(chat, publishes=rules.publishes):
            return None
        consent = await self._published.consent(chat.guild_id, outside=True)
        counts = await self._records.counts([chat_id])
        return (chat, await self._records.stamp(chat_id), consent, *counts.get(chat_id, (0, 0)))

    async def chat(self, chat_id: int) -> ShownChat | None:
        """A published chat with what may be shown of it, or None if it isn't published."""
        key = await self.key(chat_id)
        record = await self._records.record_of(chat_id) if key is not None else None
        if key is None or record is None:
            return None
        _, _, consent, messages, writers = key
        return await asyncio.to_thread(_shown, record, consent, messages, writers)


def _shown(record: ChatRecord, consent: Consent, messages: int, writers: int) -> ShownChat:
    safe = shown(record, consent)
    named = {
        message.author_id: message.author_name
        for message in safe.messages
        if message.is_readable and not message.by_machine and consent.of(message.author_id) is Showing.NAMED
    }
    people = sorted({name for name in named.values() if name}, key=lambda name: (name.casefold(), name))
    return ShownChat(replace(safe, chat=_without_numbers(safe.chat)), tuple(people), messages, writers)


def _chat_of(chat: Chat, consent: Consent) -> Chat:
    return _without_numbers(shown(ChatRecord(chat), consent).chat)


def _without_numbers(chat: Chat) -> Chat:
    """The chat without the numbers of people: outside Discord they say nothing, and are nobody's business."""
    questions = tuple(replace(question, text=_MENTION.sub(_SOMEBODY, question.text)) for question in chat.questions)
    return replace(
        chat,
        title=_MENTION.sub(_SOMEBODY, chat.title),
        description=_MENTION.sub(_SOMEBODY, chat.description),
        questions=questions,
        guests=(),
        cohosts=(),
    )
