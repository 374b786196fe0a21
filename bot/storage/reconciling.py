"""The archive is made equal to what Discord answers; what happened while it was asked is newer than its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.messages import Incoming
from bot.domain.sealing import differences
from bot.services.values import Look
from bot.storage import records
from bot.storage import tables as t
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database
from bot.storage.filings import Rooms
from bot.storage.keeping import forget_words, keep, set_reactions

# A long thread is put right in several transactions, so that nobody waits long for the writer.
_BATCH = 200


async def known(conn: AsyncConnection, chat_id: int, thread_id: int, until: datetime | None) -> frozenset[int]:
    """The messages of a chat in a thread that stand in the archive, and for it stand in Discord too."""
    m = t.messages.c
    query = select(m.id).where(m.thread_id == thread_id, m.chat_id == chat_id, m.deleted_at.is_(None))
    if until is not None:
        # What a chat in a channel got after its time isn't asked for.
        query = query.where(m.posted_at <= until)
    return frozenset(await conn.scalars(query))


async def names(conn: AsyncConnection, chat_id: int) -> dict[int, str]:
    """How those who wrote in a chat were called when they did so last; those who are left out aren't named."""
    m = t.messages.c
    # Of the columns beside a maximum SQLite takes the row that has it.
    latest = select(m.author_id, m.author_name, func.max(m.id)).where(m.chat_id == chat_id, m.author_name != "")
    return {row.author_id: row.author_name for row in await conn.execute(latest.group_by(m.author_id))}


async def reconcile(
    database: Database, rooms: Rooms, chat_id: int, look: Look, *, also_new: bool, saved: Callable[[], None]
) -> None:
    """Put the archive of a chat's thread right, `saved` being called after each part that was saved.

    What was archived before and isn't there counts as deleted, unless the answer looks incomplete: the bot's own
    welcome always stands in a thread that could be read.
    """
    changed = await _changed(database, chat_id, look, also_new=also_new)
    said = [message for message in changed if not message.is_own]
    for start in range(0, len(said), _BATCH):
        batch = said[start : start + _BATCH]

        async def job(conn: AsyncConnection, batch: Sequence[Incoming] = batch) -> None:
            chat = await load_chat(conn, chat_id)
            if chat is not None:
                for message in batch:
                    # Asked here, for what happens until now is queued before this.
                    if message.id not in look.touched:
                        await keep(conn, rooms, chat, message, takes_new=also_new)

        await database.write(job)
        saved()
    await _put_right_own(database, look, [message for message in changed if message.is_own])
    if any(message.is_own for message in look.messages):
        await _put_right_deleted(database, rooms, look)


async def _changed(database: Database, chat_id: int, look: Look, *, also_new: bool) -> list[Incoming]:
    """What isn't archived as Discord has it; nearly everything is, and reading it in one go takes no time."""
    async with database.read() as conn:
        threads = sorted({message.thread_id for message in look.messages})
        here = [message for thread in threads for message in await records.load_thread(conn, chat_id, thread)]
    differing = differences(look.messages, here, also_new=also_new)
    return [message for message in look.messages if message.id in differing and not message.is_system]


async def _put_right_own(database: Database, look: Look, own: Sequence[Incoming]) -> None:
    """What the bot posted for somebody has its words from them; how people reacted is told by Discord."""

    async def job(conn: AsyncConnection) -> None:
        for message in own:
            if message.id not in look.touched:
                row = update(t.messages).where(t.messages.c.id == message.id)
                await conn.execute(row.values(pinned=message.extras.pinned))
                await set_reactions(conn, message.id, message.reactions or ())

    if own:
        await database.write(job)


async def _put_right_deleted(database: Database, rooms: Rooms, look: Look) -> None:
    gone = sorted(look.known - {message.id for message in look.messages})

    async def job(conn: AsyncConnection) -> None:
        left = [message_id for message_id in gone if message_id not in look.touched]
        await forget_words(conn, left, deleted_at=look.asked_at)
        rooms.forget(left)

    if gone:
        await database.write(job)
