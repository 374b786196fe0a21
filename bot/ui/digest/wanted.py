"""What a reader asked for of a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.chat import Chat
from bot.domain.desk import Lane
from bot.domain.digest import Length


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for.

    Attributes:
        length: how much.
        since: only what was said from then on (aware UTC); None for everything.
        day: only what was said on this day of a chat over days; 0 for all of them. Never together with `since`.
        days: how many of the chat's days have begun.
        upcoming: the next chat that this reader may come to, or None.
        is_kept: whether it is taken along, as a file or in a private message.
        lane: what is still to come of a running chat, or None.
    """

    length: Length = Length.STANDARD
    since: datetime | None = None
    day: int = 0
    days: int = 1
    upcoming: Chat | None = None
    is_kept: bool = False
    lane: Lane | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is about all that was said."""
        return self.since is None and not self.day
