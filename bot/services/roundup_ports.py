"""What round-ups need from outside, in the domain's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.roundup import Roundup


class RoundupWishes(Protocol):
    """Who wants round-ups, and where."""

    async def add(self, roundup: Roundup) -> Roundup:
        """Save a wish; it takes the place of an earlier one for the same channel or person."""
        ...

    async def remove(self, guild_id: int, channel_id: int, person_id: int) -> bool:
        """Take a wish back; whether there was one."""
        ...

    async def get(self, roundup_id: int) -> Roundup | None:
        """A wish, taken back or not; None if there never was one, or its person was erased."""
        ...

    async def of_guild(self, guild_id: int) -> Sequence[Roundup]:
        """All wishes of a server that weren't taken back."""
        ...

    async def chats_of(self, roundup_id: int, due_at: datetime) -> Sequence[int]:
        """The numbers of the chats that one round-up tells of, in order."""
        ...
