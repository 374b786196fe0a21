"""Round-ups of a server's chats, for a channel or one person; each is posted once, and put right later.

What is due belongs to a chat: when one is over, its round-ups are made due on their mornings. The last chat of a
period brings all of the period; without a chat there is nothing to tell.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.domain.chat import Chat
from bot.domain.digest import Digest, Length
from bot.domain.roundup import Every, Roundup, roundup_action
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.digesting import Digesting
from bot.services.ports import Agenda, Chats, Clock, Platform
from bot.services.roundup_ports import RoundupWishes
from bot.services.values import Post, Posted

_log = logging.getLogger(__name__)


class Roundups:
    """Wishes for round-ups, and their posts."""

    def __init__(
        self,
        wishes: RoundupWishes,
        digesting: Digesting,
        chats: Chats,
        agenda: Agenda,
        platform: Platform,
        clock: Clock,
        zone: str,
    ) -> None:
        self._wishes = wishes
        self._digesting = digesting
        self._chats = chats
        self._agenda = agenda
        self._platform = platform
        self._clock = clock
        self._zone = zone

    async def wish(
        self, guild_id: int, every: Every, locale: str, *, channel_id: int = 0, person_id: int = 0
    ) -> Roundup:
        """Have a server's chats rounded up from now on, in a channel or for one person in private."""
        return await self._wishes.add(Roundup(guild_id, every, self._zone, locale, channel_id, person_id))

    async def stop(self, guild_id: int, *, channel_id: int = 0, person_id: int = 0) -> bool:
        """No more of them there; whether there were any."""
        return await self._wishes.remove(guild_id, channel_id, person_id)

    async def actions(self, chat: Chat) -> tuple[Action, ...]:
        """What falls due because a chat is over."""
        now = self._clock.now()
        return tuple(roundup_action(chat, wish, now) for wish in await self._wishes.of_guild(chat.guild_id))

    async def perform(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        """Post one round-up, or put it right; safe to repeat."""
        roundup = await self._wishes.get(action.number)
        ids = await self._wishes.chats_of(action.number, action.due_at)
        digests = await self._digests(roundup, ids) if roundup is not None and ids[-1:] == [chat.id] else []
        if roundup is None or (action.kind is ActionKind.ROUNDUP and not (digests and roundup.is_active)):
            # Nobody wants it any more, a later chat brings it, or nothing was said that may be shown there.
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        place = roundup.channel_id or await self._platform.private_channel(roundup.person_id)
        posting = replace(action, kind=ActionKind.ROUNDUP)
        post = Post(posting, chat, place, roundup=roundup, digests=tuple(digests))
        if action.kind is ActionKind.REVISE:
            message_id = await self._agenda.message_of(chat.id, ActionKind.ROUNDUP, action.number)
            if message_id is not None:
                await self._platform.edit(post, message_id)
            await self._agenda.record(action)
            return
        await self._agenda.record(action, posted=await post_once(post))

    async def _digests(self, roundup: Roundup, ids: Sequence[int]) -> list[Digest]:
        found = []
        for chat_id in ids:
            chat = await self._chats.get(chat_id)
            if chat is None or not await self._may_be_shown(roundup, chat):
                continue
            digest = await self._digesting.digest(chat, Length.GLANCE)
            if digest is not None and digest.messages:
                found.append(digest)
        return found

    async def _may_be_shown(self, roundup: Roundup, chat: Chat) -> bool:
        # In a channel stands what everybody may read, and what was said there anyway.
        if roundup.channel_id == chat.home_id:
            return True
        return await self._platform.may_read(chat.guild_id, chat.home_id, roundup.person_id)
