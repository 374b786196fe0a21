"""What showing chats outside their server needs: which ones, and how their people want to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.chat import Chat
from bot.domain.consent import Consent, Showing


@dataclass(frozen=True, slots=True)
class PublishingRules:
    """What a server's hosts decided.

    Attributes:
        publishes: whether chats that everybody in the server may read are published without asking for each.
        showing: how those are shown outside the server who chose nothing; never by their name.
    """

    publishes: bool = False
    showing: Showing = Showing.LEFT_OUT


@dataclass(frozen=True, slots=True)
class Stale:
    """What has to be put right in a folder of pages.

    Attributes:
        chats: the numbers of the chats whose pages differ from what may be shown now, in no order; such a chat may be
            withdrawn, private or erased by now, and then its pages have to go.
        mark: what to hand to `built` once all of them are right.
    """

    chats: tuple[int, ...]
    mark: int


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a channel now.

    Attributes:
        everybody: whether everybody in the server may.
        roles: the names of the roles whose members may, if not everybody.
        people: how many more were let in one by one.
    """

    everybody: bool
    roles: tuple[str, ...] = ()
    people: int = 0


class Doors(Protocol):
    """Who may read which channel, as Discord has it now."""

    def readers(self, guild_id: int, channel_id: int) -> Readers | None:
        """Who may read a channel and what was said in it; None if there is no such channel any more.

        Raises:
            TryLater: Discord doesn't tell of that server just now.
        """
        ...


class Publications(Protocol):
    """Which chats may be shown outside their server, and how."""

    async def rules(self, guild_id: int) -> PublishingRules:
        """What a server's hosts decided."""
        ...

    async def decide(self, guild_id: int, rules: PublishingRules) -> None:
        """Save what they decided."""
        ...

    async def publish(self, chat_id: int, *, published: bool | None) -> None:
        """Say of one chat whether it may be shown outside; None for what its server does."""
        ...

    async def places(self, guild_id: int) -> Sequence[int]:
        """The channels whose readers may read a server's chats."""
        ...

    async def note_readers(self, guild_id: int, channel_id: int, *, everybody: bool) -> Sequence[int]:
        """Remember whether everybody in the server may read the chats of a channel; those for which that is news.

        What hosts said yes to while everybody might read it isn't published any more once not everybody may.
        """
        ...

    async def servers(self) -> Sequence[int]:
        """The servers that have chats."""
        ...

    async def chats(self, guild_id: int) -> Sequence[Chat]:
        """The chats of a server that are over and may be shown outside, the earliest first."""
        ...

    async def consent(self, guild_id: int, *, outside: bool) -> Consent:
        """How people are shown, outside their server or within it."""
        ...

    async def folders(self) -> Sequence[str]:
        """The folders into which pages were written, by their absolute paths."""
        ...

    async def stale(self, folder: str) -> Stale:
        """What changed since a folder was built last; everything that was ever marked, for one that is new.

        Whoever changes what may be shown of a chat marks it in the same transaction: a choice, an erasure, a deletion
        or an edit, hosts' decisions, a channel that was made private, a chat that is over. Ask before reading the
        records, so that a change meanwhile isn't lost.
        """
        ...

    async def built(self, folder: str, mark: int) -> None:
        """A folder has everything that was marked until `mark`; it is known from now on. Safe to repeat."""
        ...

    async def forget_folder(self, folder: str) -> None:
        """A folder of pages is no more."""
        ...
