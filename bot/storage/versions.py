"""Earlier wordings are kept while a chat is on; beyond its end only where the operator and the author both agree."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import OPEN_STATES
from bot.domain.consent import Showing
from bot.storage import tables as t

# The operator's agreement, as a note: the row that ends a chat doesn't know the settings.
_NOTE = "keep_versions"


async def agree(conn: AsyncConnection, *, keeps: bool) -> None:
    """Set down what the operator's settings say, and drop what isn't kept any more."""
    await conn.execute(delete(t.notes).where(t.notes.c.key == _NOTE))
    if keeps:
        await conn.execute(insert(t.notes).values(key=_NOTE, value="yes"))
    await drop_versions(conn)


async def drop_versions(conn: AsyncConnection, chat_id: int | None = None) -> None:
    """Drop the earlier wordings that may not be kept, in one chat that is over, or in all of them.

    Also called when a person chooses to be named no more.
    """
    c, m = t.chats.c, t.messages.c
    over: ColumnElement[bool] = c.state.not_in(OPEN_STATES)
    agreed = exists().where(t.notes.c.key == _NOTE)
    named = exists().where(
        t.showings.c.guild_id == c.guild_id,
        t.showings.c.person_id == m.author_id,
        t.showings.c.showing == Showing.NAMED,
    )
    ids = select(m.id).join(t.chats, c.id == m.chat_id).where(~(agreed & named))
    ids = ids.where(over) if chat_id is None else ids.where(m.chat_id == chat_id)
    await conn.execute(delete(t.versions).where(t.versions.c.message_id.in_(ids)))
