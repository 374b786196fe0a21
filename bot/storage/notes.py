"""What the bot notes for itself between two runs, by key; never anything about a person."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t
from bot.storage.database import Database

# The note with the part of a server's calendar address that nobody can guess is called so, then the server's number.
CALENDAR_NOTE = "calendar:"


class NoteStore:
    """Short texts by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The text under a key, or None."""
        async with self._database.read() as conn:
            found: str | None = (
                await conn.execute(select(t.notes.c.value).where(t.notes.c.key == key))
            ).scalar_one_or_none()
            return found

    async def put(self, key: str, value: str) -> None:
        """Set the text under a key."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.notes).where(t.notes.c.key == key))
            await conn.execute(insert(t.notes).values(key=key, value=value))

        await self._database.write(job)
