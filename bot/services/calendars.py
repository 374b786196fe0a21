"""What stands in a server's calendars: its chats and the coming dates of its series, as far as everybody may know."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Protocol

from bot.domain.chat import OVER_STATES, RUNNING_STATES, UPCOMING_STATES, Belonging, Chat
from bot.domain.errors import BadInput, MissingPermissions, Problem
from bot.domain.masks import Masks
from bot.domain.recurrence.preview import upcoming
from bot.domain.series import Series, SeriesState, as_chat, first_key
from bot.services.ports import Chats, Clock, Platform
from bot.services.series_ports import AllSeries
from bot.services.showing import Showings

_PAST = timedelta(days=90)
_AHEAD = timedelta(days=366)
# A daily chat's year would make a file that phones choke on.
_MOST_OF_A_SERIES = 60
_MOST_CHATS = 300
_SHOWN = UPCOMING_STATES | RUNNING_STATES | OVER_STATES
_KEY_BYTES = 18
_IS_ID = re.compile(r"[0-9]{1,20}")


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

    def __init__(
        self, series: AllSeries, chats: Chats, notes: Notes, showings: Showings, platform: Platform, clock: Clock
    ) -> None:
        self._series = series
        self._showings = showings
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
        if not _IS_ID.fullmatch(number) or not key:
            return None
        known = await self._notes.get(_note(int(number)))
        return int(number) if known is not None and _same(known, key) else None

    async def entries(self, guild_id: int, series_id: int | None = None) -> Sequence[Chat]:
        """What stands in a server's calendar, or in a series', by start.

        Chats of the last three months and all that are planned, also those that were called off; then the coming
        year's dates of the series that no chat stands planned for yet. Nothing of a channel that not everybody may
        read.

        Raises:
            BadInput: there is no such series here, or the bot has left the server.
            TryLater: Discord doesn't tell of that server just now.
        """
        now = self._clock.now()
        if not self._platform.is_in(guild_id):
            raise BadInput(Problem.NOT_IN_A_SERVER)
        wanted = await self._wanted(guild_id, series_id)
        active = [one for one in wanted if one.state is SeriesState.ACTIVE]
        further = [chat for one in active for chat in await self._further(one, now)]
        stored = await self._chats.list(guild_id, _SHOWN, newest_first=True, limit=_MOST_CHATS)
        found = [chat for chat in stored if chat.starts_at > now - _PAST and _is_in(chat, series_id)]
        # One that was planned a moment ago stands in both.
        names = {_name(chat) for chat in found}
        found += [chat for chat in further if _name(chat) not in names]
        open_to_all = {place: await self._is_public(guild_id, place) for place in {chat.home_id for chat in found}}
        consent = await self._showings.consent(guild_id)
        shown = (Masks(chat, consent, ()).chat() for chat in found if open_to_all[chat.home_id])
        return sorted(shown, key=lambda chat: (chat.starts_at, chat.id))

    async def _wanted(self, guild_id: int, series_id: int | None) -> Sequence[Series]:
        if series_id is None:
            return await self._series.of_guild(guild_id)
        found = await self._series.get(series_id)
        # One that has ended stays: it tells calendars what was called off.
        if found is None or found.guild_id != guild_id or found.state is SeriesState.DRAFT:
            raise BadInput(Problem.SERIES_UNKNOWN, name=str(series_id))
        return [found]

    async def _further(self, series: Series, now: datetime) -> list[Chat]:
        standing = await self._series.standing(series.id, now)
        taken = {chat.belonging.key for chat in standing if chat.belonging is not None}
        names = await self._series.first_keys(series.id)
        # A year of a busy series takes a while to reckon.
        return await asyncio.to_thread(_dates, series, taken, names, now)

    async def _is_public(self, guild_id: int, channel_id: int) -> bool:
        try:
            return await self._platform.may_read(guild_id, channel_id, 0)
        except MissingPermissions:
            return False


def _dates(series: Series, taken: Collection[str], names: Sequence[str], now: datetime) -> list[Chat]:
    found = []
    coming = islice(upcoming(series.schedule, now, series.calendar, series.policy), _MOST_OF_A_SERIES)
    for occurrence in takewhile(lambda one: one.starts_at <= now + _AHEAD, coming):
        key = str(occurrence.key)
        if key not in taken:
            # As it will be called once it stands planned.
            belonging = Belonging(series.id, key, first_key=first_key(key, names))
            found.append(replace(as_chat(series, occurrence), belonging=belonging))
    return found


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(*(text.encode(errors="surrogatepass") for text in (one, other)))


def _name(chat: Chat) -> tuple[int, str]:
    belonging = chat.belonging
    return (belonging.series_id, belonging.first_key) if belonging is not None else (0, str(chat.id))


def _is_in(chat: Chat, series_id: int | None) -> bool:
    return series_id is None or (chat.belonging is not None and chat.belonging.series_id == series_id)


def _note(guild_id: int) -> str:
    return f"calendar:{guild_id}"
