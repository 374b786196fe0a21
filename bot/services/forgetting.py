"""What is kept no longer is erased: of servers that removed the bot, and where the operator said how long to keep.

What is due is told by rows, so a restart changes nothing; it is looked at every few hours.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import TryLater
from bot.services.ports import Clock

_log = logging.getLogger(__name__)


class Clearing(Protocol):
    """Whole chats and servers are erased."""

    async def servers(self) -> Mapping[int, datetime | None]:
        """The servers of which anything is kept, and when one removed the bot (aware UTC); None if it has it."""
        ...

    async def note_left(self, guild_id: int, at: datetime) -> bool:
        """Remember that a server removed the bot (aware UTC); an earlier note stays. Whether it is news."""
        ...

    async def note_back(self, guild_id: int) -> bool:
        """The bot is in a server again, or still; whether a removal had been noted."""
        ...

    async def over_before(self, at: datetime) -> Sequence[int]:
        """The numbers of the chats that were over at an instant (aware UTC), the earliest first."""
        ...

    async def clear_chat(self, chat_id: int) -> int:
        """Erase a chat with all that was said in it; how many messages. Safe to repeat."""
        ...

    async def clear_server(self, guild_id: int) -> int:
        """Erase everything of a server; how many messages. Safe to repeat."""
        ...

    async def tidy(self) -> None:
        """Overwrite what an index still has of what was erased; safe to repeat."""
        ...


class Presence(Protocol):
    """Where the bot is."""

    def is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server.

        Raises:
            TryLater: Discord doesn't tell just now.
        """
        ...


class Forgetting:
    """Erases what is due.

    Args:
        clearing: what can be erased.
        presence: where the bot is.
        clock: when it is now.
        after_removal: how long a server's data are kept once it removed the bot; None for ever.
        retention: how long a chat is kept once it is over; None for ever.
    """

    def __init__(
        self,
        clearing: Clearing,
        presence: Presence,
        clock: Clock,
        *,
        after_removal: timedelta | None,
        retention: timedelta | None,
    ) -> None:
        self._clearing = clearing
        self._presence = presence
        self._clock = clock
        self._after_removal = after_removal
        self._retention = retention

    async def left(self, guild_id: int) -> None:
        """A server removed the bot."""
        if await self._clearing.note_left(guild_id, self._clock.now()):
            if self._after_removal is None:
                _log.warning("server %d removed the bot; its data are kept, as the settings say", guild_id)
            else:
                _log.warning("server %d removed the bot; its data are erased in %s", guild_id, self._after_removal)

    async def came(self, guild_id: int) -> None:
        """The bot is in a server."""
        if await self._clearing.note_back(guild_id):
            _log.info("server %d has the bot again; its data stay", guild_id)

    async def look(self) -> None:
        """See which servers are gone, and erase what is due; safe to repeat, and to be ended anywhere."""
        now = self._clock.now()
        for guild_id, left_at in (await self._clearing.servers()).items():
            gone_at = await self._gone_at(guild_id, left_at, now)
            if gone_at is not None and self._after_removal is not None and gone_at <= now - self._after_removal:
                count = await self._clearing.clear_server(guild_id)
                _log.warning("erased server %d, which removed the bot: %d messages", guild_id, count)
        if self._retention is not None:
            for chat_id in await self._clearing.over_before(now - self._retention):
                count = await self._clearing.clear_chat(chat_id)
                _log.info("erased chat %d, which is older than what is kept: %d messages", chat_id, count)

        await self._clearing.tidy()

    async def _gone_at(self, guild_id: int, left_at: datetime | None, now: datetime) -> datetime | None:
        """When a server removed the bot, which is noted; None where it has it, or where Discord doesn't tell."""
        try:
            is_in = self._presence.is_in(guild_id)
        except TryLater:
            return None
        if is_in:
            if left_at is not None:
                await self.came(guild_id)
            return None
        if left_at is None:
            await self.left(guild_id)
        return left_at or now
