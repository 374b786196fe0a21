"""What the services need to keep series and to change chats that haven't begun; `bot/storage` provides it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.chat import Chat, Guest
from bot.domain.series import Lineup, Series, SeriesState

# What to do with a series' chats, once it is known how they stand; called inside the transaction.
Decide = Callable[[Series, Sequence[Chat]], Lineup]


class AllSeries(Protocol):
    """The series and their hosts."""

    async def add(self, series: Series, hosts: Sequence[int], now: datetime) -> Series:
        """Save a draft; it comes back with its number."""
        ...

    async def redraft(self, series: Series) -> Series:
        """Give a draft another schedule.

        Raises:
            WrongMoment: it was saved meanwhile.
        """
        ...

    async def get(self, series_id: int) -> Series | None:
        """A series or a draft."""
        ...

    async def hosts(self, series_id: int) -> tuple[Guest, ...]:
        """Who hosts a series beside the one who planned it."""
        ...

    async def of_guild(self, guild_id: int) -> Sequence[Series]:
        """A server's series, active and paused, by name."""
        ...

    async def active(self) -> Sequence[Series]:
        """All series for which chats are planned."""
        ...

    async def standing(self, series_id: int, now: datetime) -> Sequence[Chat]:
        """The chats of a series that it hasn't let go of, from two days before now on, by start."""
        ...

    async def first_keys(self, series_id: int) -> Sequence[str]:
        """By which names calendars know the chats that a series planned."""
        ...

    async def save(self, draft_id: int, decide: Decide, now: datetime) -> tuple[Series, Lineup]:
        """Make a draft a series, or what it says that of the series it replaces, and plan its chats, at once.

        Raises:
            WrongMoment: it was saved before, or is gone.
            BadInput: the name is taken, the server has too many, or a chat's channel is taken at its time.
        """
        ...

    async def set_state(
        self, series_id: int, before: SeriesState, after: SeriesState, decide: Decide, now: datetime
    ) -> tuple[Series, Lineup]:
        """Pause, resume or end a series, with what that means for its chats, at once.

        Raises:
            WrongMoment: it isn't in the state expected any more.
        """
        ...

    async def extend(self, series_id: int, decide: Decide, now: datetime) -> Lineup:
        """Plan what is missing of a series' chats; what stands already stays. Safe to repeat."""
        ...


class Changes(Protocol):
    """Chats that haven't begun get another plan."""

    async def change(self, before: Chat, after: Chat, now: datetime) -> Chat:
        """Give a chat its new plan, with all that follows from it, at once.

        Raises:
            WrongMoment: it has begun, or was called off.
        """
        ...

    async def add_guest(self, chat: Chat, person_id: int, now: datetime) -> Chat:
        """Let somebody host one chat.

        Raises:
            BadInput: they do so already.
        """
        ...

    async def remove_guest(self, chat: Chat, person_id: int, now: datetime) -> Chat:
        """Let somebody host one chat no more.

        Raises:
            BadInput: they weren't a guest of it.
        """
        ...


class EventIds(Protocol):
    """Which of Discord's events belongs to which chat."""

    async def event_of(self, chat_id: int) -> int | None:
        """Discord's id of a chat's event, if it has one."""
        ...

    async def chat_of(self, event_id: int) -> Chat | None:
        """The chat of an event, if it is one of ours."""
        ...

    async def set_event(self, chat_id: int, event_id: int) -> None:
        """Remember a chat's event."""
        ...

    async def forget_event(self, chat_id: int, *, again: bool) -> None:
        """A chat's event is gone; with `again` a new one is due."""
        ...

    async def look_again(self, since: datetime, until: datetime) -> None:
        """Make it due to look after the events of planned chats that begin between two instants (aware UTC).

        Only where one is wanted whatever becomes of it, or where none could be made so far.
        """
        ...


class ServerEvents(Protocol):
    """A server's list of events in Discord.

    Both methods may raise `MissingPermissions` or `TryLater`.
    """

    async def keep(self, chat: Chat, event_id: int | None, now: datetime) -> int | None:
        """Make a chat's event, or change it to what it should be now (aware UTC); its id.

        An earlier try may have made it: then that one is taken. None where it was deleted and isn't to be made again.
        """
        ...

    async def finish(self, chat: Chat, event_id: int) -> None:
        """A chat is over or was called off: so is its event. Does nothing if it is gone."""
        ...
