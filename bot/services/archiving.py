"""Only what is said in a chat's own thread is kept; everything else of the server is passed over unread."""

from __future__ import annotations

import logging
from asyncio import Future
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.domain.chat import Chat
from bot.domain.errors import MissingPermissions
from bot.domain.manner import Layout
from bot.domain.messages import Incoming, Kept
from bot.services.ports import Archive, Chats, Clock, Platform

_log = logging.getLogger(__name__)

_STILL_LOOKED_AFTER = timedelta(days=30)


class Archiving:
    """Keeps what comes in, in the order in which it comes.

    The `on_*` methods don't wait: each queues its work before it returns, so that an edit can't overtake its
    message. They return the queued work, or None if the message isn't in a chat's thread.
    """

    def __init__(self, archive: Archive, chats: Chats, platform: Platform, clock: Clock) -> None:
        self._archive = archive
        self._chats = chats
        self._platform = platform
        self._clock = clock
        self._open: dict[int, int] = {}
        self._closed: dict[int, int] = {}

    async def start(self) -> None:
        """Learn which threads are chats; called once, before anything is received."""
        for chat in await self._chats.open_threads():
            for thread_id in chat.threads:
                (self._open if chat.is_open else self._closed)[thread_id] = chat.id

    def watch(self, chat_id: int, thread_id: int) -> None:
        """Keep what is said in this thread from now on."""
        self._open[thread_id] = chat_id

    def unwatch(self, chat_id: int, thread_id: int) -> None:
        """Take no new message of a chat from this thread; edits and deletions of kept ones still count."""
        # In a channel the next chat may have begun already.
        if self._open.get(thread_id) == chat_id:
            self._closed[thread_id] = self._open.pop(thread_id)

    def chat_of(self, thread_id: int) -> int | None:
        """The number of the chat whose thread this is, open or closed."""
        return self._open.get(thread_id, self._closed.get(thread_id))

    def on_message(self, message: Incoming) -> Future[Kept | None] | None:
        """A new message."""
        chat_id = self._open.get(message.thread_id)
        if chat_id is None or message.is_own or message.is_system:
            return None
        return self._archive.keep_message(chat_id, message)

    def on_edit(self, message: Incoming) -> Future[Kept | None] | None:
        """A message was edited; in a closed chat too the words are its author's."""
        chat_id = self.chat_of(message.thread_id)
        if chat_id is None or message.is_own or message.is_system:
            return None
        return self._archive.keep_message(chat_id, message)

    def on_delete(self, thread_id: int, message_ids: Sequence[int]) -> Future[None] | None:
        """Messages were deleted."""
        if self.chat_of(thread_id) is None:
            return None
        return self._archive.keep_deletion(tuple(message_ids), self._clock.now())

    def on_reaction(self, thread_id: int, message_id: int, emoji: str, change: int) -> Future[None] | None:
        """Somebody added (+1) or took back (-1) a reaction."""
        if self.chat_of(thread_id) is None:
            return None
        return self._archive.keep_reaction(message_id, emoji, change)

    def on_reactions_cleared(self, thread_id: int, message_id: int, emoji: str | None) -> Future[None] | None:
        """A moderator took reactions off a message: one emoji, or all where it is None."""
        if self.chat_of(thread_id) is None:
            return None
        return self._archive.keep_reactions_cleared(message_id, emoji)

    async def catch_up(self, chat: Chat) -> None:
        """Fetch a chat's threads and put right what was missed: messages, edits, deletions, reactions.

        Raises:
            MissingPermissions: the bot may not read the main thread now.
            TryLater: Discord is out of reach.
        """
        # Nobody locked the channel when the chat's time was over and the bot was away.
        until = await self._archive.closing_at(chat.id) if chat.layout is Layout.CHANNEL else None
        for thread_id in chat.threads:
            asked_at = self._clock.now() if until is None else min(until, self._clock.now())
            try:
                found = await self._platform.history(thread_id, chat.opened_by or 0, until)
            except MissingPermissions:
                if thread_id == chat.thread_id:
                    raise
                # A question's own thread was deleted; what was said in it stays archived.
                continue
            await self._archive.reconcile(chat.id, thread_id, found, asked_at, also_new=chat.is_open)

    async def look_last(self, chat: Chat) -> None:
        """A chat that is held in a channel closes: what was said while the bot was away is kept now or never.

        Raises:
            TryLater: Discord is out of reach.
        """
        if chat.layout is Layout.CHANNEL:
            with suppress(MissingPermissions):
                await self.catch_up(chat)

    async def catch_up_all(self) -> None:
        """After every READY: fetch what was missed in each open chat, and in chats that closed lately.

        In a closed chat nothing new is archived, but its authors may have edited or deleted what is.

        Raises:
            TryLater: Discord is out of reach; asked again, it starts over.
        """
        for chat in await self._chats.open_threads():
            if not chat.is_open and chat.closes_at < self._clock.now() - _STILL_LOOKED_AFTER:
                continue
            try:
                await self.catch_up(chat)
            except MissingPermissions as error:
                _log.warning("chat %d can't be caught up with: %s", chat.id, error)
            else:
                _log.info("caught up with chat %d", chat.id)
