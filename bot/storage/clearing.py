"""Whole chats and whole servers are erased: every row, every word in the index, every note, and marks for their pages.

A server may hold a million messages, so it goes in many short transactions; ended between two, it is gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, delete, insert, select, type_coerce, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import ChatState
from bot.storage import freed, index
from bot.storage import tables as t
from bot.storage.agenda import KEY_NOTE
from bot.storage.database import Database
from bot.storage.filings import Rooms
from bot.storage.notes import CALENDAR_NOTE
from bot.storage.stale import mark_stale

_BATCH = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60_000_000
_OVER = (ChatState.CLOSED, ChatState.CANCELLED, ChatState.DRAFT)
# What belongs to a server beside its chats.
_OF_SERVERS = (t.series, t.roundups, t.jar, t.publishing, t.showings, t.servers)


class ClearingStore:
    """Implements the port `Clearing`.

    Args:
        database: the archive.
        rooms: forgets what is erased.
    """

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()

    async def servers(self) -> Mapping[int, datetime | None]:
        """The servers of which anything is kept, and when one removed the bot (aware UTC); None if it has it."""
        tables = [table for table in _OF_SERVERS if table is not t.servers]
        kept = union(*(select(table.c.guild_id) for table in (t.chats, t.departures, *tables))).subquery()
        departed = t.departures.c.guild_id == kept.c.guild_id
        query = select(kept.c.guild_id, t.departures.c.left_at).select_from(kept.outerjoin(t.departures, departed))
        async with self._database.read() as conn:
            return {row.guild_id: row.left_at for row in await conn.execute(query)}

    async def note_left(self, guild_id: int, at: datetime) -> bool:
        """Remember that a server removed the bot (aware UTC); an earlier note stays. Whether it is news."""

        async def job(conn: AsyncConnection) -> bool:
            known = await conn.execute(select(t.departures).where(t.departures.c.guild_id == guild_id))
            if known.first() is not None:
                return False
            await conn.execute(insert(t.departures).values(guild_id=guild_id, left_at=at))
            return True

        return await self._database.write(job)

    async def note_back(self, guild_id: int) -> bool:
        """The bot is in a server again, or still; whether a removal had been noted."""
        async with self._database.read() as conn:
            known = await conn.execute(select(t.departures).where(t.departures.c.guild_id == guild_id))
            if known.first() is None:
                return False

        async def job(conn: AsyncConnection) -> bool:
            gone = await conn.execute(delete(t.departures).where(t.departures.c.guild_id == guild_id))
            return bool(gone.rowcount)

        return await self._database.write(job)

    async def over_before(self, at: datetime) -> Sequence[int]:
        """The numbers of the chats that were over at an instant (aware UTC), the earliest first."""
        c = t.chats.c
        ended = type_coerce(c.starts_at, BigInteger) + (c.minutes + c.late_minutes) * _MINUTE
        limit = int((at - _EPOCH).total_seconds()) * 1_000_000
        query = select(c.id).where(c.state.in_(_OVER), ended <= limit).order_by(c.starts_at, c.id)
        async with self._database.read() as conn:
            return (await conn.scalars(query)).all()

    async def clear_chat(self, chat_id: int) -> int:
        """Erase a chat with all that was said in it; how many messages. Safe to repeat."""
        count = 0
        while some := await self._clear_messages(chat_id):
            count += some

        async def job(conn: AsyncConnection) -> None:
            await _clear_rest(conn, chat_id)
            self._rooms.close(chat_id)

        await self._database.write(job)
        return count

    async def clear_server(self, guild_id: int) -> int:
        """Erase everything of a server, at last that it left; how many messages. Safe to repeat."""
        async with self._database.read() as conn:
            chats = (await conn.scalars(select(t.chats.c.id).where(t.chats.c.guild_id == guild_id))).all()
        count = sum([await self.clear_chat(chat_id) for chat_id in chats])

        async def job(conn: AsyncConnection) -> None:
            for table in _OF_SERVERS:
                await conn.execute(delete(table).where(table.c.guild_id == guild_id))
            await conn.execute(delete(t.notes).where(t.notes.c.key == f"{CALENDAR_NOTE}{guild_id}"))
            await conn.execute(delete(t.departures).where(t.departures.c.guild_id == guild_id))

        await self._database.write(job)
        return count

    async def tidy(self) -> None:
        """Overwrite what the index still has of what was erased; in many short transactions, safe to repeat."""
        async with self._database.read() as conn:
            has_erased = await index.has_erased(conn)
        if has_erased and await self._database.write(index.begin_tidying):
            while await self._database.write(index.tidy):
                pass

    async def _clear_messages(self, chat_id: int) -> int:
        async def job(conn: AsyncConnection) -> int:
            m = t.messages.c
            ids = (await conn.scalars(select(m.id).where(m.chat_id == chat_id).order_by(m.id).limit(_BATCH))).all()
            self._rooms.forget(ids)
            await index.take_out(conn, ids)
            # What belongs to a message goes with it, and its files' names are noted as free.
            await conn.execute(delete(t.messages).where(m.id.in_(ids)))
            freed.note(conn)
            return len(ids)

        return await self._database.write(job)


async def _clear_rest(conn: AsyncConnection, chat_id: int) -> None:
    # Somebody may have written meanwhile.
    ids = (await conn.scalars(select(t.messages.c.id).where(t.messages.c.chat_id == chat_id))).all()
    await index.take_out(conn, ids)
    await conn.execute(delete(t.messages).where(t.messages.c.chat_id == chat_id))
    freed.note(conn)
    await mark_stale(conn, [chat_id])
    await conn.execute(delete(t.looks).where(t.looks.c.chat_id == chat_id))
    await conn.execute(delete(t.notes).where(t.notes.c.key == f"{KEY_NOTE}{chat_id}"))
    # Its questions, its actions and all that people wished for it go with it.
    await conn.execute(delete(t.chats).where(t.chats.c.id == chat_id))
