"""Under which questions a message stands, as rows; what a person ruled outranks the machine."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.filing.by_signs import file_message
from bot.domain.messages import Basis, Filing, Incoming
from bot.storage import tables as t


async def add_filings(conn: AsyncConnection, chat: Chat, message: Incoming, by_button: int | None) -> None:
    """File a message that has no filings yet, on a connection that is open already."""
    if await file_as_ruled(conn, message.id):
        return
    is_reply, prompt = False, None
    reply_filings: tuple[Filing, ...] = ()
    if message.reply_to_id is not None:
        prompt = next((q.number for q in chat.questions if q.message_id == message.reply_to_id), None)
        is_reply, reply_filings = await _filings_of(conn, message.reply_to_id)
    filings = file_message(
        chat,
        message_id=message.id,
        text=message.text,
        is_reply=is_reply,
        reply_filings=reply_filings,
        replies_to_prompt=prompt,
        by_button=by_button,
    )
    if filings:
        rows = [{"message_id": message.id, "question": f.question, "basis": f.basis} for f in filings]
        await conn.execute(insert(t.filings), rows)


async def _filings_of(conn: AsyncConnection, message_id: int) -> tuple[bool, tuple[Filing, ...]]:
    rows = await conn.execute(
        select(t.filings).where(t.filings.c.message_id == message_id).order_by(t.filings.c.question)
    )
    filings = tuple(Filing(row["question"], Basis(row["basis"])) for row in rows.mappings())
    if filings:
        return True, filings
    # A greeting, or one of the bot's own posts such as the welcome: known, and under no question.
    said = await conn.execute(select(t.messages.c.id).where(t.messages.c.id == message_id))
    posted = await conn.execute(select(t.actions.c.id).where(t.actions.c.message_id == message_id))
    return said.first() is not None or posted.first() is not None, ()


async def sure_filings(conn: AsyncConnection, message_id: int) -> tuple[int, ...]:
    """The questions under which a message stands without doubt."""
    rows = await conn.execute(
        select(t.filings.c.question)
        .where(t.filings.c.message_id == message_id, t.filings.c.sure.is_(True))
        .order_by(t.filings.c.question)
    )
    return tuple(rows.scalars())


async def file_as_ruled(conn: AsyncConnection, message_id: int) -> bool:
    """File a message as a person ruled, on a connection that is open already; False if nobody did."""
    rows = (await conn.execute(select(t.rulings).where(t.rulings.c.message_id == message_id))).mappings().all()
    filings = [
        {
            "message_id": message_id,
            "question": row["question"],
            "basis": Basis.AUTHOR if row["by_author"] else Basis.HOST,
        }
        for row in rows
        if row["question"]
    ]
    if filings:
        await conn.execute(insert(t.filings), filings)
    return bool(rows)
