"""Whatever changes what may be shown of a chat marks it here at once, so that its pages are put right."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t

_BATCH = 500


async def mark_stale(conn: AsyncConnection, chats: Sequence[int] | Select[tuple[int]]) -> None:
    """What may be shown of these chats changed; their pages are to be put right, on a connection that is open already.

    Args:
        conn: an open transaction.
        chats: their numbers, or a query that finds them.
    """
    numbers = chats if isinstance(chats, Select) else sorted(set(chats))
    ids = (await conn.scalars(numbers)).all() if isinstance(numbers, Select) else numbers
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        # A new mark, so that whoever is putting an earlier one right sees that there is more.
        await conn.execute(delete(t.stale_pages).where(t.stale_pages.c.chat_id.in_(some)))
        await conn.execute(insert(t.stale_pages), [{"chat_id": chat_id} for chat_id in some])
