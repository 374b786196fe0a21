"""The digest of a chat that is over, posted in its channel if its host wished; corrected when words are taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.agenda import recap_actions
from bot.domain.chat import Chat
from bot.domain.digest import Length
from bot.domain.manner import Layout
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.digesting import Digesting
from bot.services.ports import Agenda, Clock, Platform
from bot.services.values import Post, Posted


class Recapping:
    """Posts a page after the other, and puts each right later."""

    def __init__(self, digesting: Digesting, agenda: Agenda, platform: Platform, clock: Clock) -> None:
        self._digesting = digesting
        self._agenda = agenda
        self._platform = platform
        self._clock = clock

    async def perform(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        """Post one page, or correct it; safe to repeat."""
        digest = await self._digesting.digest(chat, Length.STANDARD)
        if digest is None or (action.kind is ActionKind.RECAP and not digest.messages):
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        # Who may not read the forum may not read its digest either.
        place = chat.thread_id if chat.layout is Layout.FORUM and chat.thread_id is not None else chat.channel_id
        post = Post(replace(action, kind=ActionKind.RECAP), chat, place, digest=digest)
        if action.kind is ActionKind.CORRECT:
            message_id = await self._agenda.message_of(chat.id, ActionKind.RECAP, action.number)
            if message_id is not None:
                await self._platform.edit(post, message_id)
            await self._agenda.record(action)
            return
        posted = await post_once(post)
        more = range(2, self._platform.pages_of(post) + 1) if action.number == 1 else ()
        await self._agenda.record(action, posted=posted, then=recap_actions(chat, more, self._clock.now()))
