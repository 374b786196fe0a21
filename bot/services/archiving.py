"""Only what is said in a chat's own thread is kept; everything else of the server is passed over unread."""

from __future__ import annotations

import logging
from asyncio import Future
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.chat import Chat
from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.messages import Incoming, Kept
from bot.services.ports import Archive, Chats, Clock, Platform
from bot.services.sealing_ports import Seals
from bot.services.values import Look

_log = logging.getLogger(__name__)

_STILL_LOOKED_AFTER = timedelta(days=30)
# After a change in a chat that is over, it is compared with Discord so much later: others may follow.
_SETTLING = timedelta(minutes=2)
# What happened to more messages while a thread was fetched is left to the next time.
_MOST_ASKED_SINGLY = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a chat in Discord.

    Attributes:
        threads: those that could be read.
        messages: what stands in them, each thread's oldest first.
        until: until when it was looked for (aware UTC), or None for no end.
        also_new: whether all of it belongs to the chat, so that it is archived.
    """

    threads: tuple[int, ...]
    messages: Sequence[Incoming]
    until: datetime | None
    also_new: bool


class Archiving:
    """Keeps what comes in, in the order in which it comes.

    The `on_*` methods don't wait: each queues its work before it returns, so that an edit can't overtake its
    message. But for new messages, of which `attend` tells later, they return the queued work, or None if the message
    isn't in a chat's thread.
    """

    def __init__(self, archive: Archive, seals: Seals, chats: Chats, platform: Platform, clock: Clock) -> None:
        self._archive = archive
        self._seals = seals
        self._chats = chats
        self._platform = platform
        self._clock = clock
        self._open: dict[int, int] = {}
        self._closed: dict[int, int] = {}
        self._watchers: dict[int, list[set[int]]] = {}
        # Called when a chat that is over is to be compared with Discord again.
        self.wake: Callable[[], None] = lambda: None

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
            del self._open[thread_id]
        self._closed[thread_id] = chat_id

    def chat_of(self, thread_id: int) -> int | None:
        """The number of the chat whose thread this is, open or closed."""
        return self._open.get(thread_id, self._closed.get(thread_id))

    def attend(self, kept: Callable[[Sequence[Kept]], None], lost: Callable[[BaseException], None]) -> None:
        """Say who is to learn what became of new messages, and of any that couldn't be saved."""
        self._archive.attend(kept, lost)

    def on_message(self, message: Incoming) -> None:
        """A new message, or Discord's notice of something."""
        if message.pins_id is not None and self.chat_of(message.thread_id) is not None:
            self._note(message.thread_id, [message.pins_id])
            self._archive.keep_pinned(message.pins_id)
            return
        chat_id = self._open.get(message.thread_id)
        if chat_id is not None and not message.is_own and not message.is_system:
            self._archive.take(chat_id, message)

    def on_edit(self, message: Incoming) -> Future[Kept | None] | None:
        """A message was edited; in a closed chat too the words are its author's."""
        chat_id = self.chat_of(message.thread_id)
        if chat_id is None or message.is_own or message.is_system:
            return None
        kept = self._archive.keep_message(chat_id, message)
        self._note(message.thread_id, [message.id])
        return kept

    def on_delete(self, thread_id: int, message_ids: Sequence[int]) -> Future[None] | None:
        """Messages were deleted."""
        if self.chat_of(thread_id) is None:
            return None
        gone = self._archive.keep_deletion(tuple(message_ids), self._clock.now())
        self._note(thread_id, message_ids)
        return gone

    def on_reaction(self, thread_id: int, message_id: int, emoji: str, change: int) -> Future[None] | None:
        """Somebody added (+1) or took back (-1) a reaction."""
        if self.chat_of(thread_id) is None:
            return None
        changed = self._archive.keep_reaction(message_id, emoji, change)
        self._note(thread_id, [message_id])
        return changed

    def on_reactions_cleared(self, thread_id: int, message_id: int, emoji: str | None) -> Future[None] | None:
        """A moderator took reactions off a message: one emoji, or all where it is None."""
        if self.chat_of(thread_id) is None:
            return None
        changed = self._archive.keep_reactions_cleared(message_id, emoji)
        self._note(thread_id, [message_id])
        return changed

    def on_vote(self, thread_id: int, message_id: int, answer: int, change: int) -> Future[None] | None:
        """Somebody voted (+1) in a poll or took the vote back (-1); the answers count from 0."""
        if self.chat_of(thread_id) is None:
            return None
        changed = self._archive.keep_vote(message_id, answer, change)
        self._note(thread_id, [message_id])
        return changed

    async def catch_up(self, chat: Chat) -> None:
        """Fetch a chat's threads and put right what was missed: messages, edits, deletions, reactions.

        Raises:
            MissingPermissions: the bot may not read the main thread now.
            TryLater: Discord is out of reach.
        """
        await self.put_right(chat)

    async def look_last(self, chat: Chat) -> None:
        """A chat closes: what was missed of it is fetched before anything is made of it.

        Raises:
            TryLater: Discord is out of reach.
        """
        with suppress(MissingPermissions):
            await self.put_right(chat, closes=True)

    async def put_right(self, chat: Chat, *, closes: bool = False) -> Seen:
        """The same for open chats and those that are over; what was seen in Discord.

        Args:
            chat: as it stands.
            closes: nobody can write in its thread any more, and it isn't recorded yet when it ended.

        Raises:
            MissingPermissions: the bot may not read the main thread now.
            TryLater: Discord is out of reach.
        """
        until = await self._archive.closing_at(chat)
        also_new = chat.is_open or closes or until is not None
        threads: list[int] = []
        messages: list[Incoming] = []
        for thread_id in chat.threads:
            try:
                messages += await self._put_right_thread(chat, thread_id, until, also_new=also_new)
            except MissingPermissions:
                if thread_id == chat.thread_id:
                    raise
                # A question's own thread was deleted; what was said in it stays archived.
                continue
            threads.append(thread_id)
        return Seen(tuple(threads), messages, until, also_new)

    async def _put_right_thread(
        self, chat: Chat, thread_id: int, until: datetime | None, *, also_new: bool
    ) -> Sequence[Incoming]:
        with self._watching(thread_id) as touched:
            known = await self._archive.known(chat.id, thread_id, until)
            asked_at = self._clock.now()
            found = await self._platform.history(thread_id, chat.opened_by or 0, until)
            found = await self._named(chat, found, known)
            await self._archive.reconcile(chat.id, Look(found, known, touched, asked_at), also_new=also_new)
        for message_id in sorted(touched)[:_MOST_ASKED_SINGLY]:
            await self._put_right_message(chat, thread_id, message_id)
        return found

    async def _put_right_message(self, chat: Chat, thread_id: int, message_id: int) -> None:
        """Something happened to a message while its thread was fetched: what it was before that isn't known."""
        with self._watching(thread_id) as touched:
            asked_at = self._clock.now()
            message = await self._platform.message(thread_id, message_id)
            if message is not None:
                look = Look((message,), {message_id}, touched, asked_at)
                await self._archive.reconcile(chat.id, look, also_new=False)

    async def _named(self, chat: Chat, found: Sequence[Incoming], known: AbstractSet[int]) -> Sequence[Incoming]:
        """What was missed, with its authors' names as they are shown in the server: a history has none of them."""
        new = [m for m in found if m.id not in known and not (m.is_own or m.is_system or m.by_machine)]
        if not new:
            return found
        names = await self._archive.names(chat.id)
        for author_id in sorted({message.author_id for message in new} - names.keys()):
            name = await self._platform.name_of(chat.guild_id, author_id)
            if name is not None:
                names[author_id] = name
        named = {m.id: replace(m, author_name=names.get(m.author_id, m.author_name)) for m in new}
        return [named.get(message.id, message) for message in found]

    @contextmanager
    def _watching(self, thread_id: int) -> Iterator[AbstractSet[int]]:
        """The messages of a thread of which Discord tells anything from now on."""
        touched: set[int] = set()
        watchers = self._watchers.setdefault(thread_id, [])
        watchers.append(touched)
        try:
            yield touched
        finally:
            watchers.remove(touched)
            if not watchers:
                self._watchers.pop(thread_id, None)

    def _note(self, thread_id: int, message_ids: Sequence[int]) -> None:
        """Something happened to messages that are known."""
        for touched in self._watchers.get(thread_id, ()):
            touched.update(message_ids)
        if thread_id in self._closed:
            # Its record changed since it was compared with Discord; in a channel the next chat may be on already.
            work = self._seals.changed(message_ids, self._clock.now() + _SETTLING)
            work.add_done_callback(self._unsealed)

    def _unsealed(self, work: Future[None]) -> None:
        if not work.cancelled() and work.exception() is None:
            self.wake()

    async def catch_up_all(self, *, also_closed: bool = True) -> None:
        """Fetch what was missed in each open chat; chats that closed lately are due to be compared with Discord.

        In those nothing new was said, but their authors may have edited or deleted what was.

        Raises:
            TryLater: Discord is out of reach; asked again, it starts over.
            Exception: what nobody foresaw in one of the chats; the others have been caught up with.
        """
        chats = await self._chats.open_threads()
        failures: list[TryLater] = []
        defects: list[Exception] = []
        for chat in chats:
            if not chat.is_open:
                continue
            try:
                await self.catch_up(chat)
            except MissingPermissions as error:
                _log.warning("chat %d can't be caught up with: %s", chat.id, error)
            except TryLater as error:
                # One chat's trouble doesn't keep the others waiting.
                failures.append(error)
            except Exception as error:
                # Raised below, when the others have had their turn.
                defects.append(error)
            else:
                _log.info("caught up with chat %d", chat.id)
        if also_closed:
            now = self._clock.now()
            lately = [c.id for c in chats if not c.is_open and c.closes_at >= now - _STILL_LOOKED_AFTER]
            await self._seals.look_again(lately, now)
        for problem in (*failures, *defects):
            raise problem
