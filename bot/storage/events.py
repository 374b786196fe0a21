"""Which of Discord's events belongs to which chat, as a column of the chat's row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import UPCOMING_STATES, Chat
from bot.domain.manner import EventWish
from bot.domain.run import ActionKind, ActionState
from bot.storage import tables as t
from bot.storage.chat_rows import load_chats
from bot.storage.database import Database


class EventStore:
    """Implements the port `EventIds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def event_of(self, chat_id: int) -> int | None:
        """Discord's id of a chat's event, if it has one."""
        async with self._database.read() as conn:
            found = await conn.execute(select(t.chats.c.event_id).where(t.chats.c.id == chat_id))
            event_id: int | None = found.scalar_one_or_none()
            return event_id

    async def chat_of(self, event_id: int) -> Chat | None:
        """The chat of an event, if it is one of ours."""
        async with self._database.read() as conn:
            found = await load_chats(conn, select(t.chats).where(t.chats.c.event_id == event_id))
            return found[0] if found else None

    async def set_event(self, chat_id: int, event_id: int) -> None:
        """Remember a chat's event."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(update(t.chats).where(t.chats.c.id == chat_id).values(event_id=event_id))

        await self._database.write(job)

    async def forget_event(self, chat_id: int, *, again: bool) -> None:
        """A chat's event is gone; with `again` a new one is due."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(update(t.chats).where(t.chats.c.id == chat_id).values(event_id=None))
            if again:
                mine = (t.actions.c.chat_id == chat_id) & (t.actions.c.kind == ActionKind.EVENT)
                await conn.execute(update(t.actions).where(mine).values(state=ActionState.DUE, first_tried_at=None))

        await self._database.write(job)

    async def look_again(self, since: datetime, until: datetime) -> None:
        """Make it due to look after the events of planned chats that begin between two instants."""
        c, a = t.chats.c, t.actions.c
        wanted = (c.event_wish == EventWish.KEPT) | ((c.event_wish == EventWish.ONCE) & c.event_id.is_(None))
        coming = c.state.in_(sorted(UPCOMING_STATES)) & (c.starts_at > since) & (c.starts_at <= until)
        settled = a.state.in_([ActionState.DONE, ActionState.DROPPED]) & (a.kind == ActionKind.EVENT)
        query = select(a.id).join(t.chats, c.id == a.chat_id).where(wanted, coming, settled)

        async def job(conn: AsyncConnection) -> None:
            found = list((await conn.execute(query)).scalars())
            await conn.execute(update(t.actions).where(a.id.in_(found)).values(state=ActionState.DUE))

        async with self._database.read() as conn:
            anything = (await conn.execute(query.limit(1))).first()
        if anything is not None:
            await self._database.write(job)
