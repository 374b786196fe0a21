"""What was said in chats, as it is written down: filed as it comes, in the order in which it came."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.manner import Layout
from bot.domain.messages import ChatRecord, Incoming, Kept
from bot.domain.run import Action, ActionKind
from bot.services.values import Look, Posted, Relay, Stamp
from bot.storage import extras, reconciling, records, relays
from bot.storage import tables as t
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database
from bot.storage.filings import Rooms, review
from bot.storage.indexing import Indexing
from bot.storage.intake import Intake, is_plain
from bot.storage.keeping import forget_words, keep, reword


class ArchiveStore:
    """Implements the port `Archive`."""

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()
        self._indexing = Indexing(database)
        self._intake = Intake(database, self._rooms, self._indexing)

    def attend(self, kept: Callable[[Sequence[Kept]], None], lost: Callable[[BaseException], None]) -> None:
        """Say who is to learn what became of messages that were taken in, and of any that couldn't be saved."""
        self._intake.on_kept, self._intake.on_lost = kept, lost
        # What was written down before the last end, and not filed any more.
        self._intake.stir()

    def take(self, chat_id: int, message: Incoming) -> None:
        """A message that was posted: written down at once, filed when nothing else waits."""
        if is_plain(message):
            self._intake.take(chat_id, message)
        else:
            self.keep_message(chat_id, message).add_done_callback(self._intake.is_kept)

    def keep_message(self, chat_id: int, message: Incoming) -> Future[Kept | None]:
        """A message that was posted or edited; filed as it is kept."""

        async def job(conn: AsyncConnection) -> Kept | None:
            chat = await load_chat(conn, chat_id)
            return await keep(conn, self._rooms, chat, message) if chat is not None else None

        kept = self._database.submit(job)
        self._indexing.stir()
        return kept

    def keep_deletion(self, message_ids: Sequence[int], at: datetime) -> Future[None]:
        """Messages that were deleted: their words go at once."""

        async def job(conn: AsyncConnection) -> None:
            await forget_words(conn, message_ids, deleted_at=at)
            self._rooms.forget(message_ids)

        return self._database.submit(job)

    def keep_reaction(self, message_id: int, emoji: str, change: int) -> Future[None]:
        """One more or one fewer of a reaction; an unknown message is passed over."""

        async def job(conn: AsyncConnection) -> None:
            known = await conn.execute(select(t.messages.c.id).where(t.messages.c.id == message_id))
            if known.first() is None:
                return
            where = (t.reactions.c.message_id == message_id) & (t.reactions.c.emoji == emoji)
            floor = case((t.reactions.c.count + change > 0, t.reactions.c.count + change), else_=0)
            changed = await conn.execute(update(t.reactions).where(where).values(count=floor))
            if not changed.rowcount and change > 0:
                await conn.execute(insert(t.reactions).values(message_id=message_id, emoji=emoji, count=change))
            await conn.execute(delete(t.reactions).where(where, t.reactions.c.count == 0))

        return self._database.submit(job)

    def keep_reactions_cleared(self, message_id: int, emoji: str | None) -> Future[None]:
        """All reactions of a message, or all of one emoji, were taken off."""

        async def job(conn: AsyncConnection) -> None:
            query = delete(t.reactions).where(t.reactions.c.message_id == message_id)
            await conn.execute(query if emoji is None else query.where(t.reactions.c.emoji == emoji))

        return self._database.submit(job)

    def keep_vote(self, message_id: int, answer: int, change: int) -> Future[None]:
        """One more or one fewer vote for a poll's answer, counted from 0; an unknown poll is passed over."""

        async def job(conn: AsyncConnection) -> None:
            mine = t.messages.c.id == message_id
            row = (await conn.execute(select(t.messages.c.extras).where(mine))).first()
            voted = extras.voted(row.extras, answer, change) if row is not None else None
            if voted is not None:
                await conn.execute(update(t.messages).where(mine).values(extras=voted))

        return self._database.submit(job)

    def keep_pinned(self, message_id: int) -> Future[None]:
        """A message was pinned; an unknown one, and one whose words are gone, is passed over."""

        async def job(conn: AsyncConnection) -> None:
            readable = t.messages.c.deleted_at.is_(None) & t.messages.c.left_out.is_(False)
            await conn.execute(update(t.messages).where(t.messages.c.id == message_id, readable).values(pinned=True))

        return self._database.submit(job)

    async def names(self, chat_id: int) -> dict[int, str]:
        """How those who wrote in a chat were called when they did so last; those who are left out aren't named."""
        async with self._database.read() as conn:
            return await reconciling.names(conn, chat_id)

    async def known(self, chat_id: int, thread_id: int, until: datetime | None) -> frozenset[int]:
        """The messages of a chat that stand archived in one of its threads and for all that is known in Discord."""
        async with self._database.read() as conn:
            return await reconciling.known(conn, chat_id, thread_id, until)

    async def reconcile(self, chat_id: int, look: Look, *, also_new: bool = True) -> None:
        """Make the archive of a chat's thread equal what Discord had when it was asked."""
        await reconciling.reconcile(
            self._database, self._rooms, chat_id, look, also_new=also_new, saved=self._indexing.stir
        )

    async def add_relay(self, relay: Relay, action: Action) -> None:
        """Save an answer given through a form, and that it is due in the thread, at once."""
        await self._database.write(lambda conn: relays.add(conn, relay, [action]))

    async def relay(self, relay_id: int) -> Relay | None:
        """An answer given through a form, or None if its author took it back."""
        async with self._database.read() as conn:
            return await relays.get(conn, relay_id)

    async def answer_of(self, chat_id: int, question: int, author_id: int) -> Relay | None:
        """What a person answered to a question through a form, the latest, if it still stands."""
        async with self._database.read() as conn:
            return await relays.latest(conn, chat_id, question, author_id)

    async def amend_relay(self, relay: Relay, action: Action) -> bool:
        """Give an answer its new words, in the archive too, and make the change due in the thread, at once."""

        async def job(conn: AsyncConnection) -> bool:
            amended = await relays.amend(conn, relay, action)
            if amended is None:
                return False
            if amended.message_id is not None:
                chat = await load_chat(conn, relay.chat_id)
                row = (await conn.execute(select(t.messages).where(t.messages.c.id == amended.message_id))).mappings()
                kept = row.first()
                if chat is not None and kept is not None and kept["text"] is not None:
                    await reword(conn, chat, kept, relay.text, action.due_at)
            return True

        amended = await self._database.write(job)
        self._indexing.stir()
        return amended

    async def closing_at(self, chat: Chat) -> datetime | None:
        """Until when what is said belongs to a chat, as it stands after all that moved it; None if not known yet."""
        a = t.actions.c
        query = select(a.due_at, a.done_at, a.lane).where(a.chat_id == chat.id, a.kind == ActionKind.CLOSE)
        async with self._database.read() as conn:
            rows = (await conn.execute(query)).all()
        done = [row.done_at for row in rows if row.done_at is not None]
        # Nobody locks a channel when the chat's time is over and the bot is away.
        planned = [row.due_at for row in rows if row.lane == "run"] if chat.layout is Layout.CHANNEL else []
        return min((*done, *planned), default=None)

    async def thread_of(self, message_id: int) -> int | None:
        """The thread in which a message of the archive stands."""
        async with self._database.read() as conn:
            found = await conn.execute(select(t.messages.c.thread_id).where(t.messages.c.id == message_id))
            return found.scalar_one_or_none()

    async def relay_posted(self, relay: Relay, thread_id: int, posted: Posted) -> None:
        """File the message that carries such an answer as its author's."""

        async def job(conn: AsyncConnection) -> None:
            chat = await load_chat(conn, relay.chat_id)
            if chat is None or not await relays.mark_posted(conn, relay, posted):
                return
            # Its author may have changed it while it was being posted; the thread follows by itself.
            current = await relays.get(conn, relay.id) or relay
            message = Incoming(
                id=posted.message_id,
                thread_id=thread_id,
                author_id=relay.author_id,
                author_name=relay.author_name,
                posted_at=posted.posted_at,
                text=current.text,
            )
            await keep(conn, self._rooms, chat, message, by_button=relay.question)

        await self._database.write(job)
        self._indexing.stir()

    async def review(self, chat_id: int, *, last: bool) -> Sequence[Kept]:
        """File everything once more with the whole chat known; what stands elsewhere than before."""
        await self._intake.finish()

        async def job(conn: AsyncConnection) -> Sequence[Kept]:
            chat = await load_chat(conn, chat_id)
            changed = await review(conn, self._rooms, chat) if chat is not None else ()
            if last:
                self._rooms.close(chat_id)
            return changed

        return await self._database.write(job)

    async def record_of(self, chat_id: int) -> ChatRecord | None:
        """A chat with everything that was said in it."""
        async with self._database.read() as conn:
            return await records.load(conn, chat_id)

    async def grown(self, record: ChatRecord, before: Stamp) -> ChatRecord | None:
        """A record with what was said since, or None if anything else changed since the stamp taken before it."""
        async with self._database.read() as conn:
            return await records.load_grown(conn, record, before)

    async def cast(self, chat_id: int) -> Sequence[tuple[int, str]]:
        """Who wrote in a chat and under which names, the earliest first."""
        async with self._database.read() as conn:
            return await records.cast(conn, chat_id)

    async def stamp(self, chat_id: int) -> Stamp:
        """Something that changes whenever anything a digest of the chat could show changes."""
        async with self._database.read() as conn:
            return await records.stamp(conn, chat_id)

    async def newcomers(self, chat_id: int) -> frozenset[int]:
        """Who wrote in this chat and in no earlier one of its server."""
        async with self._database.read() as conn:
            return await records.newcomers(conn, chat_id)

    async def to_greet(self, chat_id: int) -> tuple[str, ...]:
        """The names of newcomers who agreed to be named, in the order of the alphabet."""
        async with self._database.read() as conn:
            return await records.to_greet(conn, chat_id)

    async def counts(self, chat_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Messages and people of each chat, for lists."""
        async with self._database.read() as conn:
            return await records.counts(conn, chat_ids)
