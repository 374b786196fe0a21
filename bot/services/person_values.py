"""What is kept of one person, as told to that person alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.showing import Showing

# A row as its person reads it: names and values, in order; a value may be such a row, or several.
Entry = Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class HeldHere:
    """What is kept of a person in one server.

    Attributes:
        guild_id: the server.
        messages: how many messages with their words or name.
        chats: in how many chats.
        others: how many other things: bookmarks, reminders, questions suggested, chats hosted and the like.
        choice: how they chose to be shown; None if they chose nothing.
    """

    guild_id: int
    messages: int = 0
    chats: int = 0
    others: int = 0
    choice: Showing | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing that could be erased."""
        return not (self.messages or self.others)


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a person everywhere.

    Attributes:
        servers: one entry for each server in which anything is.
        is_left_out: they asked to be left out.
        is_greeted: they agreed to be named as somebody to say hello to.
        remembers_looks: they want it remembered when they look at a digest.
    """

    servers: tuple[HeldHere, ...]
    is_left_out: bool = False
    is_greeted: bool = False
    remembers_looks: bool = False

    def of(self, guild_id: int) -> HeldHere:
        """The same for one server."""
        return next((one for one in self.servers if one.guild_id == guild_id), HeldHere(guild_id))

    @property
    def everywhere(self) -> HeldHere:
        """All servers together, as if they were one."""
        sums = [sum(getattr(one, name) for one in self.servers) for name in ("messages", "chats", "others")]
        return HeldHere(0, *sums)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is given to a person who asks for everything.

    Attributes:
        name: what it is, as a word that programs can read.
        entries: its rows.
    """

    name: str
    entries: tuple[Entry, ...]
