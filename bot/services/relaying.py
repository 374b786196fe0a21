"""Answers given through a form: posted for their authors, given new words, taken down again."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Protocol

from bot.domain.chat import Chat
from bot.domain.errors import Gone
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.ports import Agenda, Archive, Chats, Platform
from bot.services.values import Post, Posted


class PostOnce(Protocol):
    """Says something unless an earlier try did, there or in one of the other places."""

    def __call__(self, post: Post, *elsewhere: int) -> Awaitable[Posted]:
        """The message, new or found."""
        ...


class Relaying:
    """Does what is due for answers that the bot posts."""

    def __init__(self, agenda: Agenda, chats: Chats, archive: Archive, platform: Platform) -> None:
        self._agenda = agenda
        self._chats = chats
        self._archive = archive
        self._platform = platform

    async def perform(self, action: Action, chat: Chat, post_once: PostOnce) -> None:
        """Do one of them; safe to repeat."""
        if action.kind is ActionKind.RELAY:
            await self._relay(action, chat, post_once)
        elif action.kind is ActionKind.AMEND:
            await self._amend(action, chat)
        else:
            await self._retract(action, chat)

    async def keep_unposted(self, action: Action, chat: Chat) -> None:
        """Archive an answer that can't be posted any more, under its own number in place of a message's."""
        relay = await self._archive.relay(action.number)
        thread_id = chat.thread_of(relay.question) if relay is not None else None
        if relay is not None and thread_id is not None:
            await self._archive.relay_posted(relay, thread_id, Posted(relay.id, relay.given_at))

    async def _relay(self, action: Action, chat: Chat, post_once: PostOnce) -> None:
        relay = await self._archive.relay(action.number)
        place = chat.thread_of(relay.question) if relay is not None else None
        if relay is None or place is None:
            await self._take_back(action, chat)
            return
        post = Post(action, chat, place, question=chat.question(relay.question), relay=relay)
        try:
            posted = await post_once(post, *(thread for thread in chat.threads if thread != place))
        except Gone:
            if place == chat.thread_id:
                raise
            # A question's own thread was deleted: its answers go where the rest of the chat is.
            await self._chats.forget_thread(place)
            await self._relay(action, await self._chats.get(chat.id) or chat, post_once)
            return
        await self._archive.relay_posted(relay, place, posted)
        await self._agenda.record(action, posted=posted)

    async def _amend(self, action: Action, chat: Chat) -> None:
        relay = await self._archive.relay(action.number)
        message_id = relay.message_id if relay is not None else None
        place = await self._archive.thread_of(message_id) if message_id is not None else None
        if relay is not None and message_id is not None and place is not None:
            # The post keeps the controls by which it is found.
            posting = replace(action, kind=ActionKind.RELAY)
            question = chat.question(relay.question)
            await self._platform.edit(Post(posting, chat, place, question=question, relay=relay), message_id)
        await self._agenda.record(action)

    async def _take_back(self, action: Action, chat: Chat) -> None:
        # Its author was erased between the post and its record: what may stand in a thread goes too.
        for place in chat.threads if action.first_tried_at is not None else ():
            found = await self._platform.find(Post(action, chat, place), action.first_tried_at or action.due_at)
            if found is not None:
                await self._platform.delete(place, found.message_id)
        await self._agenda.record(action, outcome=ActionState.DROPPED)

    async def _retract(self, action: Action, chat: Chat) -> None:
        place = await self._archive.thread_of(action.message_id) if action.message_id is not None else None
        if action.message_id is not None:
            # One that was taken back before it was archived may stand in any of them.
            for thread_id in (place,) if place is not None else chat.threads:
                await self._platform.delete(thread_id, action.message_id)
        await self._agenda.record(action)
