"""What the jar's service needs: a place that keeps each server's questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.jar import Added, JarQuestion


class JarContents(Protocol):
    """The questions in each server's jar."""

    async def add(self, guild_id: int, questions: Sequence[JarQuestion]) -> Sequence[Added]:
        """Put questions into a server's jar, at once; what became of each, as `admit` decides."""
        ...

    async def of_guild(self, guild_id: int) -> Sequence[JarQuestion]:
        """Everything in a server's jar, as it was added."""
        ...

    async def get(self, guild_id: int, question_id: int) -> JarQuestion | None:
        """A question, if it is in this server's jar."""
        ...

    async def approve(self, guild_id: int, question_id: int) -> bool:
        """Let a suggestion be drawn; False if it isn't waiting any more."""
        ...

    async def decline(self, guild_id: int, question_id: int) -> bool:
        """Take a suggestion out; False if it isn't waiting any more."""
        ...

    async def remove(self, guild_id: int, question_id: int) -> bool:
        """Take a question out; False if it isn't there."""
        ...

    async def retag(self, guild_id: int, question_id: int, tags: Sequence[str]) -> bool:
        """Give a question other tags; False if it isn't there."""
        ...

    async def mark_used(self, guild_id: int, question_id: int, at: datetime) -> bool:
        """Remember that a question was asked (aware UTC); False if it isn't there."""
        ...
