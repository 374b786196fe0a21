"""What was announced is put right when a plan changes, and hosts are told in private what a chat still needs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.domain.chat import UPCOMING_STATES, Chat
from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.recurrence.holidays import holidays_on
from bot.domain.recurrence.schedule import Key
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.ports import Agenda, Platform
from bot.services.series_ports import AllSeries
from bot.services.values import Post, Posted

_log = logging.getLogger(__name__)

_TOLD_IN_CHANNEL = (ActionKind.ANNOUNCE, ActionKind.REMIND)
# An announcement that is on its way while the plan changes is put right once it stands.
_ON_ITS_WAY_SECONDS = 1.0


class Announcing:
    """Corrections of announcements, and private messages to hosts."""

    def __init__(self, agenda: Agenda, series: AllSeries, platform: Platform) -> None:
        self._agenda = agenda
        self._series = series
        self._platform = platform

    async def perform(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        """Do one of them; safe to repeat."""
        if action.kind is ActionKind.REWORD:
            await self._reword(action, chat)
        elif action.kind is ActionKind.NOTE:
            await self._note(action, chat, post_once)
        else:
            await self._ask_host(action, chat, post_once)

    async def _reword(self, action: Action, chat: Chat) -> None:
        told = [one for one in await self._agenda.of_chat(chat.id) if one.kind in _TOLD_IN_CHANNEL]
        if any(one.state is ActionState.TRIED for one in told):
            raise TryLater("an announcement is on its way", _ON_ITS_WAY_SECONDS)
        for one in told:
            # It may stand in the channel that the chat has left; where it doesn't stand, nothing is edited.
            for place in _places(chat) if one.message_id is not None else ():
                try:
                    await self._platform.edit(Post(one, chat, place), one.message_id or 0)
                except MissingPermissions as error:
                    _log.warning("%s can't be put right: %s", one.key, error)
        await self._agenda.record(action)

    async def _note(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        """Say what changed; of several changes that weren't said yet only the last is."""
        # Who read of it in another channel looks there.
        post = Post(action, chat, chat.announced_in or chat.channel_id)
        if action.number == chat.sequence:
            await self._agenda.record(action, posted=await post_once(post))
            return
        tried_at = action.first_tried_at if action.state is ActionState.TRIED else None
        found = await self._platform.find(post, tried_at) if tried_at is not None else None
        outcome = ActionState.DROPPED if found is None else ActionState.DONE
        await self._agenda.record(action, posted=found, outcome=outcome)

    async def _ask_host(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        person_id = _whom(action, chat)
        needless = action.kind is ActionKind.MISSING and bool(chat.questions)
        if person_id is None or needless or chat.state not in UPCOMING_STATES:
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        place = await self._platform.private_channel(person_id)
        names = await self._holidays(chat) if action.kind is ActionKind.HOLIDAY else ()
        posted = await post_once(Post(action, chat, place, holidays=tuple(names)))
        await self._agenda.record(action, posted=posted)

    async def _holidays(self, chat: Chat) -> Sequence[str]:
        series = await self._series.get(chat.belonging.series_id) if chat.belonging is not None else None
        if series is None or series.calendar is None or chat.belonging is None or not chat.belonging.key:
            return ()
        return holidays_on(series.calendar, Key.read(chat.belonging.key).on)


def _places(chat: Chat) -> list[int]:
    return [chat.channel_id, *([chat.announced_in] if chat.announced_in is not None else [])]


def _whom(action: Action, chat: Chat) -> int | None:
    if not action.number:
        return chat.host_id
    hosts = {host.id: host.person_id for host in (*chat.guests, *chat.cohosts)}
    return hosts.get(action.number)
