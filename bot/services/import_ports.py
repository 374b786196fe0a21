"""What bringing in a chat from a file needs: the chat with its lasting name, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.messages import ChatRecord


@dataclass(frozen=True, slots=True)
class Arrival:
    """A chat that is to come in.

    Attributes:
        key: what the chat is known by in its server, whichever file it comes from; brought in twice, it is one.
        record: the chat, closed, with all that was said in it, filed; its number is a wish.
        hosts: who hosts it beside `record.chat.host_id`.
        as_is: it comes from Shelftalk itself, and everything in it is kept, other people's rulings too.
    """

    key: str
    record: ChatRecord
    hosts: tuple[int, ...] = ()
    as_is: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chat, or would become of it.

    Attributes:
        chat_id: its number in the archive; 0 where it isn't there (yet).
        is_new: it wasn't in the archive before.
        taken: how many messages came in.
        known: how many it had already; these stay as they are.
        elsewhere: how many stand in other chats of the archive, by the chats' numbers; these stay there.
        left_out: of how many messages that came in the author asked to be left out.
        is_recorded: the bot recorded it itself, so nothing of the file is taken.
    """

    chat_id: int = 0
    is_new: bool = False
    taken: int = 0
    known: int = 0
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    left_out: int = 0
    is_recorded: bool = False


class Imports(Protocol):
    """Chats that come in from files."""

    async def look(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """What would become of some chats; nothing is changed."""
        ...

    async def take(self, arrivals: Sequence[Arrival], at: datetime) -> Sequence[Outcome]:
        """Take some chats in, all of them or none; once more, it changes nothing."""
        ...

    async def finish(self) -> None:
        """Make everything that came in findable."""
        ...
