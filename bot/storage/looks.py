"""When a person last looked at a digest: kept only for those who switched it on, seen and erased by them alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t
from bot.storage.database import Database

# The row of no chat says that the person wants looks remembered.
_SWITCH = 0


class LookStore:
    """Implements the port `Looks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, person_id: int, at: datetime) -> None:
        """Remember this person's looks from now on; safe to repeat."""

        async def job(conn: AsyncConnection) -> None:
            if not await _is_on(conn, person_id):
                await conn.execute(insert(t.looks).values(person_id=person_id, chat_id=_SWITCH, looked_at=at))

        await self._database.write(job)

    async def forget(self, person_id: int) -> bool:
        """Forget them all, and remember none from now on; whether any were remembered."""

        async def job(conn: AsyncConnection) -> bool:
            gone = await conn.execute(delete(t.looks).where(t.looks.c.person_id == person_id))
            return bool(gone.rowcount)

        return await self._database.write(job)

    async def is_on(self, person_id: int) -> bool:
        """Whether this person wants looks remembered."""
        async with self._database.read() as conn:
            return await _is_on(conn, person_id)

    async def last(self, person_id: int, chat_id: int) -> datetime | None:
        """When this person last looked at a chat (aware UTC), if that is remembered."""
        async with self._database.read() as conn:
            mine = (t.looks.c.person_id == person_id) & (t.looks.c.chat_id == chat_id)
            found: datetime | None = (await conn.execute(select(t.looks.c.looked_at).where(mine))).scalar_one_or_none()
            return found

    async def look(self, person_id: int, chat_id: int, at: datetime) -> None:
        """This person looks at a chat now; nothing is kept of those who didn't switch it on."""

        async def job(conn: AsyncConnection) -> None:
            if await _is_on(conn, person_id):
                mine = (t.looks.c.person_id == person_id) & (t.looks.c.chat_id == chat_id)
                await conn.execute(delete(t.looks).where(mine))
                await conn.execute(insert(t.looks).values(person_id=person_id, chat_id=chat_id, looked_at=at))

        await self._database.write(job)


async def _is_on(conn: AsyncConnection, person_id: int) -> bool:
    switch = (t.looks.c.person_id == person_id) & (t.looks.c.chat_id == _SWITCH)
    return (await conn.execute(select(t.looks.c.chat_id).where(switch))).first() is not None
