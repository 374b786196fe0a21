"""The port `ServerEvents` on discord.py: entries are found again by their last line, so that none is made twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import discord

from bot.domain.chat import UPCOMING_STATES, Chat
from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.manner import EventHindrance, EventWish
from bot.platform.budget import Budget, Priority
from bot.platform.permissions import event_hindrance
from bot.platform.translating import translated
from bot.ui.events import Entry, entry

_log = logging.getLogger(__name__)

# Discord's own limit of events that are still to come or going on, in one server.
MOST_EVENTS = 100
_TOO_MANY = 30_038
_UNUSABLE = 400
_TRY_AGAIN_SECONDS = 6 * 3_600.0
_OVER = frozenset({discord.EventStatus.completed, discord.EventStatus.canceled})


class DiscordEvents:
    """Implements the port `ServerEvents` for one client.

    Args:
        client: logged in before the first call.
        budget: shared by everything that leaves for Discord.
    """

    def __init__(self, client: discord.Client, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    async def keep(self, chat: Chat, event_id: int | None, now: datetime) -> int | None:
        """Make a chat's event, or change it to what it should be; its id."""
        guild = self._guild(chat)
        if guild.get_channel(chat.home_id) is None:
            raise MissingPermissions(chat.home_id, ("view_channel",))
        if event_hindrance(guild, chat.home_id) is EventHindrance.PRIVATE:
            _log.warning("chat %d gets no event: not everybody may see its channel", chat.id)
            if event_id is not None:
                await self.finish(chat, event_id)
            return event_id
        wanted = entry(chat)
        with _asked(chat):
            known = await self._known(guild, event_id) if event_id is not None else None
            if known is None and event_id is not None and chat.notice.event is not EventWish.KEPT:
                return None
            if known is None:
                return await self._find_or_make(guild, chat, wanted, now)
            await self._change(known, chat, wanted)
            return known.id

    async def _known(self, guild: discord.Guild, event_id: int) -> discord.ScheduledEvent | None:
        await self._budget.turn(Priority.LOOK)
        with suppress(discord.NotFound):
            found = await guild.fetch_scheduled_event(event_id)
            return None if found.status in _OVER else found
        return None

    async def _find_or_make(self, guild: discord.Guild, chat: Chat, wanted: Entry, now: datetime) -> int | None:
        """An earlier try may have made it, also where somebody deleted the one before it."""
        await self._budget.turn(Priority.LOOK)
        everything = [one for one in await guild.fetch_scheduled_events() if one.status not in _OVER]
        own_id = self._client.user.id if self._client.user is not None else 0
        for one in everything:
            if one.creator_id == own_id and (one.description or "").rpartition("\n")[2] == wanted.mark:
                await self._change(one, chat, wanted)
                return one.id
        if chat.starts_at <= now:
            # Discord takes none that has begun.
            return None
        if len(everything) >= MOST_EVENTS:
            raise TryLater(f"the server has {len(everything)} events, as many as Discord allows", _TRY_AGAIN_SECONDS)
        return await self._make(guild, chat, wanted)

    async def _make(self, guild: discord.Guild, chat: Chat, wanted: Entry) -> int:
        await self._budget.turn(Priority.POST)
        try:
            made = await guild.create_scheduled_event(
                name=wanted.name,
                description=wanted.description,
                location=wanted.location,
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                start_time=chat.starts_at,
                end_time=chat.ends_at,
            )
        except discord.HTTPException as error:
            if error.code == _TOO_MANY:
                raise TryLater("the server has as many events as Discord allows", _TRY_AGAIN_SECONDS) from error
            raise
        return made.id

    async def _change(self, event: discord.ScheduledEvent, chat: Chat, wanted: Entry) -> None:
        is_on = chat.state not in UPCOMING_STATES
        if is_on and event.status is discord.EventStatus.scheduled:
            await self._budget.turn(Priority.POST)
            await event.start()
            return
        has = (event.name, event.description, event.location, event.start_time, event.end_time)
        should = (wanted.name, wanted.description, wanted.location, chat.starts_at, chat.ends_at)
        if not is_on and has != should:
            await self._budget.turn(Priority.POST)
            await event.edit(
                name=wanted.name,
                description=wanted.description,
                location=wanted.location,
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                start_time=chat.starts_at,
                end_time=chat.ends_at,
            )

    async def finish(self, chat: Chat, event_id: int) -> None:
        """A chat is over or was called off: so is its event. Does nothing if it is gone."""
        guild = self._guild(chat)
        with _asked(chat):
            await self._budget.turn(Priority.LOOK)
            try:
                event = await guild.fetch_scheduled_event(event_id)
            except discord.NotFound:
                return
            if event.status is discord.EventStatus.active:
                await self._budget.turn(Priority.POST)
                await event.end()
            elif event.status is discord.EventStatus.scheduled:
                await self._budget.turn(Priority.POST)
                await event.cancel()

    def _guild(self, chat: Chat) -> discord.Guild:
        guild = self._client.get_guild(chat.guild_id)
        if guild is None and self._client.is_ready():
            raise Gone(chat.channel_id)
        if guild is None or guild.unavailable:
            raise TryLater("Discord doesn't tell of that server just now")
        return guild


@contextmanager
def _asked(chat: Chat) -> Iterator[None]:
    """Translate what Discord answers; a request that it will never take is given up like one that it refuses."""
    with translated(chat.channel_id, ("create_events",)):
        try:
            yield
        except discord.HTTPException as error:
            if error.status != _UNUSABLE:
                raise
            _log.warning("chat %d: Discord doesn't take its event: %s", chat.id, error)
            raise MissingPermissions(chat.channel_id) from error
