"""Who wants round-ups, and where; which chats belong to one is told by what is due for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.roundup import Every, Roundup
from bot.domain.run import ActionKind
from bot.storage import tables as t
from bot.storage.database import Database


class RoundupStore:
    """Implements the port `RoundupWishes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, roundup: Roundup) -> Roundup:
        """Save a wish; it takes the place of an earlier one for the same channel or person."""

        async def job(conn: AsyncConnection) -> Roundup:
            await _remove(conn, roundup.guild_id, roundup.channel_id, roundup.person_id)
            values = {
                "guild_id": roundup.guild_id,
                "every": roundup.every,
                "zone": roundup.zone,
                "locale": roundup.locale,
                "channel_id": roundup.channel_id,
                "person_id": roundup.person_id,
                "active": True,
            }
            row = await conn.execute(insert(t.roundups).values(**values).returning(t.roundups))
            return _roundup(row.mappings().one())

        return await self._database.write(job)

    async def remove(self, guild_id: int, channel_id: int, person_id: int) -> bool:
        """Take a wish back; whether there was one."""
        return await self._database.write(lambda conn: _remove(conn, guild_id, channel_id, person_id))

    async def get(self, roundup_id: int) -> Roundup | None:
        """A wish, taken back or not; None if there never was one, or its person was erased."""
        async with self._database.read() as conn:
            query = select(t.roundups).where(t.roundups.c.id == roundup_id)
            row = (await conn.execute(query)).mappings().first()
            return _roundup(row) if row is not None else None

    async def of_guild(self, guild_id: int) -> Sequence[Roundup]:
        """All wishes of a server that weren't taken back."""
        async with self._database.read() as conn:
            wanted = (t.roundups.c.guild_id == guild_id) & t.roundups.c.active.is_(True)
            rows = await conn.execute(select(t.roundups).where(wanted).order_by(t.roundups.c.id))
            return [_roundup(row) for row in rows.mappings()]

    async def chats_of(self, roundup_id: int, due_at: datetime) -> Sequence[int]:
        """The numbers of the chats that one round-up tells of, in order."""
        a = t.actions.c
        query = select(a.chat_id).where(a.kind == ActionKind.ROUNDUP, a.number == roundup_id, a.due_at == due_at)
        async with self._database.read() as conn:
            return list((await conn.execute(query.order_by(a.chat_id))).scalars())


async def _remove(conn: AsyncConnection, guild_id: int, channel_id: int, person_id: int) -> bool:
    r = t.roundups.c
    same = (r.guild_id == guild_id) & (r.channel_id == channel_id) & (r.person_id == person_id)
    gone = await conn.execute(update(t.roundups).where(same, r.active.is_(True)).values(active=False))
    return bool(gone.rowcount)


def _roundup(row: RowMapping) -> Roundup:
    return Roundup(
        guild_id=row["guild_id"],
        every=Every(row["every"]),
        zone=row["zone"],
        locale=row["locale"],
        channel_id=row["channel_id"],
        person_id=row["person_id"],
        is_active=row["active"],
        id=row["id"],
    )
