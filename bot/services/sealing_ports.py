"""What sealing needs from outside, in the domain's own words."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.sealing import Seal


class Seals(Protocol):
    """What the last look at Discord found in chats that are over."""

    async def save(self, seal: Seal) -> None:
        """Record what was found; where nothing is missing, the chat is sealed."""
        ...

    async def of(self, chat_id: int) -> Seal | None:
        """What the last look found; None if nobody looked yet."""
        ...

    async def look_again(self, chat_ids: Sequence[int], at: datetime) -> None:
        """Make it due at a moment (aware UTC) to look once more."""
        ...

    def changed(self, message_ids: Sequence[int], at: datetime) -> Future[None]:
        """Messages changed: where they belong to a chat that was looked at, it is due to look once more."""
        ...
