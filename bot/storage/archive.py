"""What was said in chats, as it is written down: filed as it comes, in the order in which it came."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.consent import NOBODY, without_words
from bot.domain.links import find_urls
from bot.domain.manner import Layout
from bot.domain.messages import ChatRecord, Incoming, Kept
from bot.domain.run import Action, ActionKind
from bot.services.values import Posted, Relay, Stamp
from bot.storage import index, records, relays
from bot.storage import tables as t
from bot.storage.agenda import correct_recaps, correct_recaps_of
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database
from bot.storage.filings import Rooms, add_filings, review, sure_filings
from bot.storage.indexing import Indexing

# A long thread is put right in several transactions, so that nobody waits long for the writer.
_RECONCILE_BATCH = 200


class ArchiveStore:
    """Implements the port `Archive`."""

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()
        self._indexing = Indexing(database)

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

    async def reconcile(
        self, chat_id: int, thread_id: int, found: Sequence[Incoming], asked_at: datetime, *, also_new: bool = True
    ) -> None:
        """Make the archive of a chat's thread equal what Discord had when it was asked.

        What is archived and no longer there counts as deleted, unless the answer looks incomplete: the bot's own
        welcome always stands in a thread that could be read.
        """
        said = [message for message in found if not message.is_own and not message.is_system]
        if not also_new:
            async with self._database.read() as conn:
                known = set(await conn.scalars(select(t.messages.c.id).where(t.messages.c.chat_id == chat_id)))
            said = [message for message in said if message.id in known]
        for start in range(0, len(said), _RECONCILE_BATCH):
            batch = said[start : start + _RECONCILE_BATCH]

            async def job(conn: AsyncConnection, batch: Sequence[Incoming] = batch) -> None:
                chat = await load_chat(conn, chat_id)
                if chat is not None:
                    for message in batch:
                        await keep(conn, self._rooms, chat, message)

            await self._database.write(job)
            self._indexing.stir()
        if any(message.is_own for message in found):
            await self._reconcile_deletions(chat_id, thread_id, {message.id for message in found}, asked_at)

    async def _reconcile_deletions(self, chat_id: int, thread_id: int, present: set[int], asked_at: datetime) -> None:
        async def job(conn: AsyncConnection) -> None:
            rows = await conn.execute(
                select(t.messages.c.id).where(
                    t.messages.c.thread_id == thread_id,
                    # A channel may have seen several chats.
                    t.messages.c.chat_id == chat_id,
                    t.messages.c.deleted_at.is_(None),
                    # What came while Discord was answering isn't in its answer yet.
                    (t.messages.c.posted_at < asked_at) | (t.messages.c.id < max(present)),
                )
            )
            gone = [i for i in rows.scalars() if i not in present]
            await forget_words(conn, gone, deleted_at=asked_at)
            self._rooms.forget(gone)

        await self._database.write(job)

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
                    await _reword(conn, chat, kept, relay.text, action.due_at)
            return True

        amended = await self._database.write(job)
        self._indexing.stir()
        return amended

    async def closing_at(self, chat_id: int) -> datetime | None:
        """When a chat's thread is to be locked, or was, as it stands after all that moved it."""
        a = t.actions.c
        query = select(a.due_at).where(a.chat_id == chat_id, a.kind == ActionKind.CLOSE, a.lane == "run")
        async with self._database.read() as conn:
            found: datetime | None = (await conn.execute(query)).scalar_one_or_none()
            return found

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


async def keep(
    conn: AsyncConnection, rooms: Rooms, chat: Chat, message: Incoming, by_button: int | None = None
) -> Kept | None:
    """Write a message down and file it; an older version never replaces a newer, nor a deleted one.

    The result is None where nothing changed, and for those who asked to be left out.
    """
    kept: Kept | None = None
    row = (await conn.execute(select(t.messages).where(t.messages.c.id == message.id))).mappings().first()
    is_outside = not chat.is_open or message.id < (chat.opened_by or 0)
    if row is None and chat.layout is Layout.CHANNEL and by_button is None and is_outside:
        # In a channel people talk before the chat, edit that while it runs, and go on talking when it is over.
        return None
    if row is not None and row["chat_id"] != chat.id:
        chat = await load_chat(conn, row["chat_id"]) or chat
    if row is None:
        known = await conn.execute(select(t.left_out.c.person_id).where(t.left_out.c.person_id == message.author_id))
        hidden = known.first() is not None
        is_first = not hidden and await _is_first(conn, chat, message)
        await _insert(conn, chat, without_words(message) if hidden else message, by_button, hidden=hidden)
        if not hidden:
            await add_filings(conn, rooms, chat, message, by_button)
        if not hidden:
            kept = Kept(chat, message.id, message.thread_id, await sure_filings(conn, message.id), is_first=is_first)
    elif row["deleted_at"] is None and not row["left_out"]:
        before = await sure_filings(conn, message.id)
        if await _update(conn, rooms, chat, row, message):
            kept = Kept(chat, message.id, message.thread_id, await sure_filings(conn, message.id), before)
    if message.reactions is not None:
        await _set_reactions(conn, message.id, message.reactions)
    return kept


async def _is_first(conn: AsyncConnection, chat: Chat, message: Incoming) -> bool:
    if message.by_machine:
        return False
    earlier = await conn.execute(
        select(t.messages.c.id)
        .join(t.chats, t.chats.c.id == t.messages.c.chat_id)
        .where(t.messages.c.author_id == message.author_id, t.chats.c.guild_id == chat.guild_id)
        .limit(1)
    )
    return earlier.first() is None


async def _insert(conn: AsyncConnection, chat: Chat, message: Incoming, by_button: int | None, *, hidden: bool) -> None:
    await conn.execute(
        insert(t.messages).values(
            id=message.id,
            chat_id=chat.id,
            thread_id=message.thread_id,
            author_id=message.author_id,
            author_name=message.author_name,
            posted_at=message.posted_at,
            text=None if hidden or message.is_unread else message.text,
            edited_at=message.edited_at,
            reply_to_id=message.reply_to_id,
            by_machine=message.by_machine,
            by_button=by_button,
            left_out=hidden,
        )
    )
    await _add_parts(conn, message)


async def _update(conn: AsyncConnection, rooms: Rooms, chat: Chat, row: RowMapping, message: Incoming) -> bool:
    newer = message.edited_at is not None and (row["edited_at"] is None or message.edited_at > row["edited_at"])
    # What could not be read when it came may be readable now.
    newer |= row["text"] is None and not message.is_unread
    if not newer or row["by_button"] is not None:
        return False
    text = None if message.is_unread else message.text
    if text != row["text"]:
        if chat.is_open and row["text"] is not None:
            await conn.execute(
                insert(t.versions).values(message_id=message.id, replaced_at=message.edited_at, text=row["text"])
            )
        message = replace(message, reply_to_id=row["reply_to_id"])
        await add_filings(conn, rooms, chat, message, None)
    await conn.execute(
        update(t.messages).where(t.messages.c.id == message.id).values(text=text, edited_at=message.edited_at)
    )
    await correct_recaps(conn, [message.id])
    await conn.execute(delete(t.links).where(t.links.c.message_id == message.id))
    await conn.execute(delete(t.attachments).where(t.attachments.c.message_id == message.id))
    await _add_parts(conn, message)
    await index.take_out(conn, [message.id])
    return True


async def _reword(conn: AsyncConnection, chat: Chat, row: RowMapping, text: str, at: datetime) -> None:
    """Give what the bot posted for somebody its new words."""
    if text == row["text"]:
        return
    if chat.is_open:
        await conn.execute(insert(t.versions).values(message_id=row["id"], replaced_at=at, text=row["text"] or ""))
    await conn.execute(update(t.messages).where(t.messages.c.id == row["id"]).values(text=text, edited_at=at))
    await conn.execute(delete(t.links).where(t.links.c.message_id == row["id"]))
    await _add_links(conn, row["id"], text)
    await index.take_out(conn, [row["id"]])


async def _add_parts(conn: AsyncConnection, message: Incoming) -> None:
    await _add_links(conn, message.id, message.text)
    if message.attachments:
        files = [
            {
                "id": file.id,
                "message_id": message.id,
                "filename": file.filename,
                "url": file.url,
                "size": file.size,
                "content_type": file.content_type,
                "description": file.description,
            }
            for file in message.attachments
        ]
        await conn.execute(insert(t.attachments), files)


async def _add_links(conn: AsyncConnection, message_id: int, text: str) -> None:
    urls = find_urls(text)
    if urls:
        rows = [{"message_id": message_id, "position": i, "url": url} for i, url in enumerate(urls)]
        await conn.execute(insert(t.links), rows)


async def _set_reactions(conn: AsyncConnection, message_id: int, reactions: Sequence[tuple[str, int]]) -> None:
    await conn.execute(delete(t.reactions).where(t.reactions.c.message_id == message_id))
    if reactions:
        rows = [{"message_id": message_id, "emoji": e, "count": c} for e, c in reactions]
        await conn.execute(insert(t.reactions), rows)


async def forget_words(conn: AsyncConnection, message_ids: Sequence[int], *, deleted_at: datetime | None) -> None:
    """Take the words of messages away; that there was one, and when, remains, and by whom if it was only deleted.

    Args:
        conn: an open transaction.
        message_ids: unknown ones are passed over.
        deleted_at: when they were deleted (aware UTC), or None where their author is to be left out.
    """
    chats: set[int] = set()
    rows = await index.rows_of(conn, message_ids)
    for start in range(0, len(message_ids), 500):
        ids = message_ids[start : start + 500]
        chats |= set(await conn.scalars(select(t.messages.c.chat_id).distinct().where(t.messages.c.id.in_(ids))))
        # Its place in the index stays taken: to free it costs as much again, and without words it never goes back.
        nobody = {"left_out": True, "author_id": NOBODY, "author_name": ""}
        values = {"text": None, "extras": None, **(nobody if deleted_at is None else {"deleted_at": deleted_at})}
        await conn.execute(update(t.messages).where(t.messages.c.id.in_(ids)).values(**values))
        for table in (t.versions, t.links, t.attachments):
            await conn.execute(delete(table).where(table.c.message_id.in_(ids)))
        if deleted_at is not None:
            # What the bot posted for somebody stands here a second time, as it was typed.
            await conn.execute(delete(t.relays).where(t.relays.c.message_id.in_(ids)))
    await index.remove(conn, rows)
    await correct_recaps_of(conn, sorted(chats))
