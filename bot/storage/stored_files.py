"""Files that the archive keeps: which ones go with messages, and which of them nothing names any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t

_BATCH = 500


async def stored_with(conn: AsyncConnection, message_ids: Sequence[int]) -> list[str]:
    """The names of the kept files of some messages, on a connection that is open already."""
    a = t.attachments.c
    found: list[str] = []
    for start in range(0, len(message_ids), _BATCH):
        some = message_ids[start : start + _BATCH]
        rows = await conn.scalars(select(a.stored).where(a.message_id.in_(some), a.stored.is_not(None)))
        found += [name for name in rows if name is not None]
    return found


async def named_no_more(conn: AsyncConnection, names: Sequence[str]) -> list[str]:
    """Those of some kept files that no message has any more, as two may have the same."""
    a = t.attachments.c
    wanted, kept = sorted(set(names)), set[str | None]()
    for start in range(0, len(wanted), _BATCH):
        kept |= set(await conn.scalars(select(a.stored).where(a.stored.in_(wanted[start : start + _BATCH]))))
    return [name for name in wanted if name not in kept]
