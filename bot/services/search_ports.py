"""What searching needs: an index of what was said, and the messages that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.messages import ArchivedMessage
from bot.domain.search import Query


@dataclass(frozen=True, slots=True)
class Scope:
    """Where is searched.

    Attributes:
        guild_id: the server.
        hidden: channels that the asker may not read; what was said in their chats isn't found.
        chats: only these, if any are named here or in `series`.
        series: only the chats of these.
        without: people whose words aren't found.
    """

    guild_id: int
    hidden: tuple[int, ...] = ()
    chats: tuple[int, ...] = ()
    series: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found.

    Attributes:
        message: the message.
        chat_id: in which chat.
        before: the message before it in that chat, if it can be read.
        after: the one after it.
    """

    message: ArchivedMessage
    chat_id: int
    before: ArchivedMessage | None = None
    after: ArchivedMessage | None = None


class Searchable(Protocol):
    """The index."""

    async def find(self, query: Query, scope: Scope, limit: int, *, best: bool = False) -> Sequence[int]:
        """The ids of the newest messages that fit, at most `limit`, the newest or with `best` the best match first."""
        ...

    async def homes(self, guild_id: int) -> Sequence[int]:
        """The channels whose readers may read a server's chats."""
        ...

    async def hits(self, message_ids: Sequence[int]) -> Sequence[Hit]:
        """Some messages with their neighbours, in the order asked for; what can't be read any more is passed over."""
        ...
