"""Searching published chats: what is found is looked up once more in what may be shown, and only that counts.

The index knows what was said. Whatever isn't shown, or is shown in other words, mustn't be found by it, and nobody may
learn by a person's name what is shown under another one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.chat import Chat
from bot.domain.digest import spoilers
from bot.domain.messages import ArchivedMessage
from bot.domain.search import Query, Snippet, has_all, read_query, snippet
from bot.services.search_ports import Scope, Searchable
from bot.services.shown_chats import Shelf, ShownChat

MOST = 50
# Of so many newest hits in a server as many as may be shown are shown.
_LOOKED_THROUGH = 200
_AT_ONCE = 25
_MENTION = re.compile(r"<@[!&]?\d+>")
_HIDDEN = "\u2588\u2588\u2588"

Lookup = Callable[[int], Awaitable[ShownChat | None]]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A message that was found and may be shown.

    Attributes:
        chat: where it was said.
        message: as its author wants to be shown.
        part: the part of its words to show, what was looked for marked; hidden words stay hidden.
    """

    chat: Chat
    message: ArchivedMessage
    part: Snippet


@dataclass(frozen=True, slots=True)
class ShownFound:
    """What was found.

    Attributes:
        hits: the newest first.
        by_person: whether people or places were asked for, which is passed over.
    """

    hits: tuple[ShownHit, ...]
    by_person: bool


class ShownSearching:
    """The use case of somebody outside Discord who looks for something; nothing about it is kept."""

    def __init__(self, index: Searchable) -> None:
        self._index = index

    async def search(self, typed: str, shelf: Shelf, lookup: Lookup) -> ShownFound:
        """What of the published chats fits, as it may be shown.

        Args:
            typed: as it was typed.
            shelf: what is published.
            lookup: gives a published chat with what may be shown of it.

        Raises:
            BadInput: it can't be understood.
        """
        asked = read_query(typed, "UTC")
        query = replace(asked, author="", author_id=None, place="")
        by_person = query != asked
        if query == Query():
            return ShownFound((), by_person)
        found: list[ShownHit] = []
        for guild_id in sorted({entry.chat.guild_id for entry in shelf.entries}):
            chats = tuple(entry.chat.id for entry in shelf.entries if entry.chat.guild_id == guild_id)
            numbers = await self._index.find(query, Scope(guild_id, chats=chats), _LOOKED_THROUGH)
            found += await self._shown(numbers, query, lookup)
        found.sort(key=lambda hit: hit.message.id, reverse=True)
        return ShownFound(tuple(found[:MOST]), by_person)

    async def _shown(self, numbers: Sequence[int], query: Query, lookup: Lookup) -> list[ShownHit]:
        found: list[ShownHit] = []
        for start in range(0, len(numbers), _AT_ONCE):
            if len(found) >= MOST:
                break
            found += await self._some(numbers[start : start + _AT_ONCE], query, lookup)
        return found

    async def _some(self, numbers: Sequence[int], query: Query, lookup: Lookup) -> list[ShownHit]:
        found: list[ShownHit] = []
        for hit in await self._index.hits(numbers):
            chat = await lookup(hit.chat_id)
            message = chat.message(hit.message.id) if chat is not None else None
            if chat is None or message is None or not message.is_readable:
                continue
            text = _in_plain_sight(message.text or "")
            if has_all(text, query.terms) and not any(has_all(text, [term]) for term in query.without):
                found.append(ShownHit(chat.record.chat, message, snippet(text, query.terms)))
        return found


def _in_plain_sight(text: str) -> str:
    """A text without what is hidden in it, and without people's numbers."""
    parts, done = [], 0
    for start, end in spoilers(text):
        parts += [text[done:start], _HIDDEN]
        done = end
    return _MENTION.sub("@\u2026", "".join([*parts, text[done:]]))
