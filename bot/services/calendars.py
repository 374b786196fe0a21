"""What stands in a server's calendars: its chats and the coming dates of its series, as far as everybody may know."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.errors import BadInput, MissingPermissions, Problem
from bot.domain.recurrence.preview import upcoming
from bot.domain.series import Series, SeriesState, as_chat
from bot.services.ports import Chats, Clock, Platform
from bot.services.series_ports import AllSeries

_PAST = timedelta(days=90)
_AHEAD = timedelta(days=366)
# A daily chat's year would make a file that phones choke on.
_MOST_OF_A_SERIES = 60
_MOST_CHATS = 300
_SHOWN = UPCOMING_STATES | RUNNING_STATES | {ChatState.CLOSED, ChatState.CANCELLED}
_KEY_BYTES = 18


class Notes(Protocol):
    """Short texts by key."""

    async def get(self, key: str) -> str | None:
        """The text under a key, or None."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Set the text under a key."""
        ...


class Calendars:
    """Use cases of whoever wants a server's chats in a calendar of their own."""

    def __init__(self, series: AllSeries, chats: Chats, notes: Notes, platform: Platform, clock: Clock) -> None:
        self._series = series
        self._chats = chats
        self._notes = notes
        self._platform = platform
        self._clock = clock

    async def address(self, guild_id: int) -> str:
        """The part of a feed's address that nobody can guess; it stays the same for a server."""
        known = await self._notes.get(_note(guild_id))
        if known is None:
            known = secrets.token_urlsafe(_KEY_BYTES)
            await self._notes.put(_note(guild_id), known)
        return f"{guild_id}-{known}"

    async def guild_at(self, address: str) -> int | None:
        """The server whose feed has this address, if there is one."""
        number, _, key = address.partition("-")
        if not number.isascii() or not number.isdigit() or not key:
            return None
        known = await self._notes.get(_note(int(number)))
        return int(number) if known is not None and secrets.compare_digest(known.encode(), key.encode()) else None

    async def entries(self, guild_id: int, series_id: int | None = None) -> Sequence[Chat]:
        """What stands in a server's calendar, or in a series', by start.

        Chats of the last three months and all that are planned, also those that were called off; then the coming
        year's dates of the series that no chat stands planned for yet. Nothing of a channel that not everybody may
        read.

        Raises:
            BadInput: there is no such series here.
        """
        now = self._clock.now()
        wanted = [one for one in await self._series.of_guild(guild_id) if series_id in {None, one.id}]
        if series_id is not None and not wanted:
            raise BadInput(Problem.SERIES_UNKNOWN, name=str(series_id))
        stored = await self._chats.list(guild_id, _SHOWN, newest_first=True, limit=_MOST_CHATS)
        found = [chat for chat in stored if chat.starts_at > now - _PAST and _is_in(chat, series_id)]
        for one in wanted:
            if one.state is SeriesState.ACTIVE:
                found += await self._further(one, now)
        open_to_all = {place: await self._is_public(guild_id, place) for place in {chat.home_id for chat in found}}
        return sorted((c for c in found if open_to_all[c.home_id]), key=lambda chat: (chat.starts_at, chat.id))

    async def _further(self, series: Series, now: datetime) -> list[Chat]:
        standing = await self._series.standing(series.id, now)
        known = {chat.belonging.key for chat in standing if chat.belonging is not None}
        found = []
        for count, occurrence in enumerate(upcoming(series.schedule, now, series.calendar, series.policy)):
            if count >= _MOST_OF_A_SERIES or occurrence.starts_at > now + _AHEAD:
                break
            if str(occurrence.key) not in known:
                found.append(replace(as_chat(series, occurrence), state=ChatState.PLANNED))
        return found

    async def _is_public(self, guild_id: int, channel_id: int) -> bool:
        try:
            return await self._platform.may_read(guild_id, channel_id, 0)
        except MissingPermissions:
            return False


def _is_in(chat: Chat, series_id: int | None) -> bool:
    return series_id is None or (chat.belonging is not None and chat.belonging.series_id == series_id)


def _note(guild_id: int) -> str:
    return f"calendar:{guild_id}"
