"""Whatever changes what may be shown of a chat marks it here at once, so that its pages are put right."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t
from bot.storage.among import among


async def mark_stale(conn: AsyncConnection, chats: Sequence[int] | Select[tuple[int]]) -> None:
    """What may be shown of these chats changed; their pages are to be put right, on a connection that is open already.

    Args:
        conn: an open transaction.
        chats: their numbers, or a query that finds them.
    """
    numbers = chats if isinstance(chats, Select) else sorted(set(chats))
    ids: list[int] = list(await conn.scalars(numbers)) if isinstance(numbers, Select) else numbers
    if ids:
        # A new mark, so that whoever is putting an earlier one right sees that there is more.
        await conn.execute(delete(t.stale_pages).where(among(t.stale_pages.c.chat_id, ids)))
        await conn.execute(insert(t.stale_pages), [{"chat_id": chat_id} for chat_id in ids])
