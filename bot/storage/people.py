"""Erasure is a contract: each store that keeps anything about a person says here how it lets go of it.

`ERASERS` names the columns that each eraser answers for; a test holds the list against every column of the schema
that is marked as a person's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.consent import Erased
from bot.domain.series import SeriesState
from bot.services.values import Posted
from bot.storage import anonymity
from bot.storage import tables as t
from bot.storage.agenda import insert_actions
from bot.storage.database import Database
from bot.storage.filings import Rooms
from bot.storage.keeping import forget_words
from bot.storage.relays import retraction

Eraser = Callable[[AsyncConnection, int, datetime], Awaitable[None]]


async def _erase_messages(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    ids = await conn.execute(
        select(t.messages.c.id).where(t.messages.c.author_id == person_id, t.messages.c.left_out.is_(False))
    )
    await forget_words(conn, list(ids.scalars()), deleted_at=None)


async def _erase_relays(conn: AsyncConnection, person_id: int, at: datetime) -> None:
    mine = t.relays.c.author_id == person_id
    rows = (await conn.execute(select(t.relays).where(mine))).mappings().all()
    posted = [row for row in rows if row["message_id"] is not None]
    await insert_actions(conn, [retraction(row["chat_id"], row["id"], Posted(row["message_id"], at)) for row in posted])
    await conn.execute(delete(t.relays).where(mine))


async def _erase_hosting(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    # The title and the questions are the chat's programme and stay; what else was typed into its form goes.
    await conn.execute(update(t.chats).where(t.chats.c.host_id == person_id).values(host_name="", typed_questions=""))


async def _erase_moves(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    # That a move was made remains, for a press must not count twice; by whom and what was typed goes.
    await conn.execute(update(t.moves).where(t.moves.c.person_id == person_id).values(person_id=0, detail=""))


async def _erase_saved(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.saved).where(t.saved.c.person_id == person_id))


async def _erase_looks(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.looks).where(t.looks.c.person_id == person_id))


async def _erase_greeting(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.greeted).where(t.greeted.c.person_id == person_id))


async def _erase_roundups(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.roundups).where(t.roundups.c.person_id == person_id))


async def _erase_reminders(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.reminders).where(t.reminders.c.person_id == person_id))


async def _erase_series(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    # Its programme stays, as a chat's does; the name goes. Drafts that nobody saved go whole.
    drafts = (t.series.c.host_id == person_id) & (t.series.c.state == SeriesState.DRAFT)
    await conn.execute(delete(t.series).where(drafts))
    await conn.execute(update(t.series).where(t.series.c.host_id == person_id).values(host_name=""))


async def _erase_cohosting(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.series_hosts).where(t.series_hosts.c.person_id == person_id))


async def _erase_guest(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.guests).where(t.guests.c.person_id == person_id))


async def _erase_jar(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.jar).where(t.jar.c.person_id == person_id))


async def _erase_showings(conn: AsyncConnection, person_id: int, _at: datetime) -> None:
    await conn.execute(delete(t.showings).where(t.showings.c.person_id == person_id))


async def _erase_anonymous(conn: AsyncConnection, person_id: int, at: datetime) -> None:
    await anonymity.erase(conn, person_id, at)


async def _keep_wish(conn: AsyncConnection, person_id: int, at: datetime) -> None:
    known = await conn.execute(select(t.left_out).where(t.left_out.c.person_id == person_id))
    if known.first() is None:
        await conn.execute(insert(t.left_out).values(person_id=person_id, since=at))


ERASERS: Mapping[Column[Any], Eraser] = {
    t.left_out.c.person_id: _keep_wish,
    t.messages.c.author_id: _erase_messages,
    t.relays.c.author_id: _erase_relays,
    t.relays.c.author_key: _erase_anonymous,
    t.chats.c.host_id: _erase_hosting,
    t.moves.c.person_id: _erase_moves,
    t.saved.c.person_id: _erase_saved,
    t.looks.c.person_id: _erase_looks,
    t.greeted.c.person_id: _erase_greeting,
    t.roundups.c.person_id: _erase_roundups,
    t.reminders.c.person_id: _erase_reminders,
    t.series.c.host_id: _erase_series,
    t.series_hosts.c.person_id: _erase_cohosting,
    t.guests.c.person_id: _erase_guest,
    t.jar.c.person_id: _erase_jar,
    t.showings.c.person_id: _erase_showings,
}


class PeopleStore:
    """Implements the port `People`."""

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()

    async def leave_out(self, person_id: int, at: datetime) -> Erased:
        """Take a person's words and name out of everything kept, now and from now on, at once."""

        async def job(conn: AsyncConnection) -> Erased:
            rows = await conn.execute(
                select(t.messages.c.chat_id, t.messages.c.id).where(
                    t.messages.c.author_id == person_id, t.messages.c.left_out.is_(False)
                )
            )
            found = [(row.chat_id, row.id) for row in rows]
            found += await anonymity.erase(conn, person_id, at)
            chats = [chat_id for chat_id, _ in found]
            self._rooms.forget(message_id for _, message_id in found)
            for erase in ERASERS.values():
                await erase(conn, person_id, at)
            return Erased(len(chats), len(set(chats)))

        return await self._database.write(job)

    async def include(self, person_id: int) -> bool:
        """Keep what they say from now on; whether they had been left out."""

        async def job(conn: AsyncConnection) -> bool:
            gone = await conn.execute(delete(t.left_out).where(t.left_out.c.person_id == person_id))
            return bool(gone.rowcount)

        return await self._database.write(job)

    async def is_left_out(self, person_id: int) -> bool:
        """Whether this person asked to be left out."""
        async with self._database.read() as conn:
            found = await conn.execute(select(t.left_out).where(t.left_out.c.person_id == person_id))
            return found.first() is not None

    async def greet(self, person_id: int, at: datetime | None) -> None:
        """Name a person as somebody to say hello to, or with None name them no more; safe to repeat."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.greeted).where(t.greeted.c.person_id == person_id))
            if at is not None:
                await conn.execute(insert(t.greeted).values(person_id=person_id, since=at))

        await self._database.write(job)
