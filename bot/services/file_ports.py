"""What keeping files needs from outside, in the domain's own words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.files import Kind, Refusal
from bot.domain.messages import Attachment


class ExpiredError(Exception):
    """Discord doesn't hand a file out under this address any more."""


class RefusedError(Exception):
    """A file isn't kept.

    Args:
        why: the reason.
    """

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file that is to be fetched.

    Attributes:
        file: its particulars.
        message_id: the message it came with.
        thread_id: where that stands.
        tries: how often it couldn't be fetched.
    """

    file: Attachment
    message_id: int
    thread_id: int
    tries: int


class Files(Protocol):
    """The files that are kept, and those that are still to be."""

    async def next_due(self, now: datetime) -> DueFile | None:
        """A file to be fetched now (aware UTC); None if there is none."""
        ...

    async def next_try_at(self) -> datetime | None:
        """When the earliest of those that couldn't be fetched is tried again (aware UTC)."""
        ...

    async def keep(self, due: DueFile, kind: Kind, content: AsyncIterator[bytes]) -> None:
        """Write a file to the disk, then record it; nothing stays of one whose message went meanwhile.

        Raises:
            RefusedError: it isn't what it says.
            TryLater: the disk doesn't take it now.
        """
        ...

    async def move(self, due: DueFile, url: str) -> None:
        """Remember a file's new address."""
        ...

    async def refuse(self, due: DueFile, why: Refusal) -> None:
        """It is never kept."""
        ...

    async def put_off(self, due: DueFile, until: datetime) -> None:
        """It couldn't be fetched, and is tried again then (aware UTC)."""
        ...

    async def tidy(self) -> None:
        """Remove from the disk what no message has any more."""
        ...

    async def sweep(self) -> None:
        """At a start: remove what a crash left, and fetch again what is missing or was refused by other settings."""
        ...


class FileSource(Protocol):
    """Where files come from."""

    def stream(self, url: str, most_bytes: int) -> AsyncIterator[bytes]:
        """What stands under an address.

        Raises:
            ExpiredError: Discord doesn't hand it out any more.
            RefusedError: it is larger, or isn't Discord's.
            TryLater: it is out of reach.
        """
        ...
