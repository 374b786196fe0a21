"""What a chat's host has to know, as values with a number each, so that each is told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Self

from bot.domain.chat import Chat, ChatState
from bot.domain.manner import Layout

# What a chat needs in its channel, by discord.py's names. Threads have permissions of their own: Send Messages is not
# enough in one. The numbers of obstacles that were told are stored and count these: add new ones at the end.
NEEDED = (
    "view_channel",
    "send_messages",
    "create_public_threads",
    "send_messages_in_threads",
    "manage_threads",
    "read_message_history",
)
_IN_THREAD = frozenset({"view_channel", "send_messages_in_threads", "manage_threads", "read_message_history"})
_IN_CHANNEL = frozenset({"view_channel", "send_messages", "read_message_history"})
_KIND_SHIFT = 16


class ObstacleKind(StrEnum):
    """What stands in the way."""

    PERMISSIONS = auto()
    LOCKED = auto()
    DELETED = auto()
    ARCHIVED = auto()
    NO_TEXT = auto()
    APPROVAL = auto()
    NO_CHANNEL = auto()
    OVERLAP = auto()


# The place in this row is stored; add new ones at the end. What isn't here is shown at the desk only.
_TOLD = (
    ObstacleKind.PERMISSIONS,
    ObstacleKind.LOCKED,
    ObstacleKind.DELETED,
    ObstacleKind.APPROVAL,
    ObstacleKind.NO_CHANNEL,
    ObstacleKind.OVERLAP,
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in a chat's way.

    Attributes:
        kind: what it is.
        missing: the permissions that the bot would need to go on, by discord.py's names; empty if it needs none or
            Discord didn't say which.
    """

    kind: ObstacleKind
    missing: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """A number that stands for it for good.

        Raises:
            ValueError: it is one of those that are not told.
        """
        mask = sum(1 << place for place, name in enumerate(NEEDED) if name in self.missing)
        return (_TOLD.index(self.kind) << _KIND_SHIFT) | mask

    @classmethod
    def of_number(cls, number: int) -> Self:
        """The obstacle that a number stands for."""
        missing = tuple(name for place, name in enumerate(NEEDED) if number & (1 << place))
        return cls(_TOLD[number >> _KIND_SHIFT], missing)


def needed_in(chat: Chat) -> tuple[str, ...]:
    """The permissions that a chat needs from now on: once its thread is open, those of its thread alone."""
    if chat.layout is Layout.CHANNEL:
        return tuple(name for name in NEEDED if name in _IN_CHANNEL)
    return NEEDED if chat.thread_id is None else tuple(name for name in NEEDED if name in _IN_THREAD)


def in_the_way(
    chat: Chat, missing: Sequence[str], *, exists: bool, locked: bool, archived: bool, reads_text: bool
) -> tuple[Obstacle, ...]:
    """What stands in a chat's way, the worst first.

    When the hour is over, a thread may be shut: the bot does so itself.

    Args:
        chat: as it stands.
        missing: the permissions that the bot lacks, of those that the chat needs.
        exists: whether its thread is there; True if it has none yet.
        locked: whether only moderators may write in it.
        archived: whether it is put away.
        reads_text: whether Discord lets the bot read what people write.
    """
    found = []
    matters = chat.state not in {ChatState.LATE, ChatState.CLOSED, ChatState.CANCELLED}
    lacking = set(missing) & set(needed_in(chat))
    if not exists:
        found.append(Obstacle(ObstacleKind.DELETED))
        lacking.clear()
    elif locked and matters:
        found.append(Obstacle(ObstacleKind.LOCKED, ("manage_threads",) if "manage_threads" in lacking else ()))
        lacking.discard("manage_threads")
    elif archived and matters:
        found.append(Obstacle(ObstacleKind.ARCHIVED))
    if lacking:
        found.append(Obstacle(ObstacleKind.PERMISSIONS, tuple(name for name in NEEDED if name in lacking)))
    if not reads_text:
        found.append(Obstacle(ObstacleKind.NO_TEXT))
    return tuple(found)


def untold(found: Iterable[Obstacle], told: Iterable[int]) -> tuple[Obstacle, ...]:
    """The obstacles that are news to whoever planned the chat.

    Args:
        found: what stands in the way now.
        told: the numbers of those that were told before, in this chat.
    """
    known = [Obstacle.of_number(number) for number in told]
    kinds = {obstacle.kind for obstacle in known}
    missing = {name for obstacle in known for name in obstacle.missing}

    def is_news(obstacle: Obstacle) -> bool:
        return not set(obstacle.missing) <= missing if obstacle.missing else obstacle.kind not in kinds

    return tuple(obstacle for obstacle in found if obstacle.kind in _TOLD and is_news(obstacle))
