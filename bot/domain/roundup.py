"""A round-up tells of all chats of a server that ended in a week or a month, in a channel or to one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from bot.domain.chat import Chat
from bot.domain.run import Action, ActionKind

_AT = time(9)


class Every(StrEnum):
    """How often: on Mondays, or on the first of each month."""

    WEEK = auto()
    MONTH = auto()


@dataclass(frozen=True, slots=True)
class Roundup:
    """A wish for round-ups.

    Attributes:
        guild_id: of which server's chats.
        every: how often.
        zone: IANA name; it comes at nine o'clock there.
        locale: its language, as Discord writes it.
        channel_id: where it is posted; 0 for a private message.
        person_id: who gets it in private; 0 for a channel.
        is_active: False once it was taken back; what was posted until then is still put right.
        id: the archive's own number; 0 before it is saved.
    """

    guild_id: int
    every: Every
    zone: str
    locale: str
    channel_id: int = 0
    person_id: int = 0
    is_active: bool = True
    id: int = 0


def due_after(every: Every, zone: str, at: datetime) -> datetime:
    """The next morning of a round-up after an instant (both aware UTC)."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while True:
        due = datetime.combine(day, _AT, ZoneInfo(zone)).astimezone(UTC)
        is_its_day = day.weekday() == 0 if every is Every.WEEK else day.day == 1
        if is_its_day and due > at:
            return due
        day += timedelta(days=1)


def roundup_action(chat: Chat, roundup: Roundup, at: datetime) -> Action:
    """What tells of a chat that is over since an instant (aware UTC), together with the others of its period."""
    due = due_after(roundup.every, roundup.zone, at)
    return Action(chat.id, ActionKind.ROUNDUP, due_at=due, number=roundup.id, lane=f"roundup:{roundup.id}")
