"""What the last look at Discord found in chats that are over, and that it is due to look again."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.run import ActionKind, ActionState
from bot.domain.sealing import Seal, SealState, seal_action
from bot.storage import tables as t
from bot.storage.agenda import insert_actions
from bot.storage.database import Database

_SEALED = frozenset({SealState.MATCHED, SealState.GONE})
_OVER = (ActionState.DONE, ActionState.DROPPED, ActionState.TRIED)


class SealStore:
    """Implements the port `Seals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, seal: Seal) -> None:
        """Record what was found; where nothing is missing, the chat is sealed."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.seals).where(t.seals.c.chat_id == seal.chat_id))
            await conn.execute(
                insert(t.seals).values(
                    chat_id=seal.chat_id,
                    state=seal.state,
                    messages=seal.messages,
                    differences=seal.differences,
                    checked_at=seal.checked_at,
                )
            )
            sealed_at = seal.checked_at if seal.state in _SEALED else None
            await conn.execute(update(t.chats).where(t.chats.c.id == seal.chat_id).values(sealed_at=sealed_at))

        await self._database.write(job)

    async def of(self, chat_id: int) -> Seal | None:
        """What the last look found; None if nobody looked yet."""
        async with self._database.read() as conn:
            row = (await conn.execute(select(t.seals).where(t.seals.c.chat_id == chat_id))).first()
        if row is None:
            return None
        return Seal(chat_id, SealState(row.state), row.messages, row.differences, row.checked_at)

    async def look_again(self, chat_ids: Sequence[int], at: datetime) -> None:
        """Make it due at a moment to look once more."""

        async def job(conn: AsyncConnection) -> None:
            await _make_due(conn, t.actions.c.chat_id.in_(chat_ids), at)
            await insert_actions(conn, [seal_action(chat_id, at) for chat_id in chat_ids])

        await self._database.write(job)

    def changed(self, message_ids: Sequence[int], at: datetime) -> Future[None]:
        """Messages changed: where they belong to a chat that was looked at, it is due to look once more."""

        async def job(conn: AsyncConnection) -> None:
            concerned = select(t.messages.c.chat_id).where(t.messages.c.id.in_(message_ids))
            await _make_due(conn, t.actions.c.chat_id.in_(concerned), at)

        return self._database.submit(job)


async def _make_due(conn: AsyncConnection, whose: ColumnElement[bool], at: datetime) -> None:
    a = t.actions.c
    mine = (a.kind == ActionKind.SEAL) & a.state.in_(_OVER) & whose
    values = {"state": ActionState.DUE, "due_at": at, "first_tried_at": None}
    await conn.execute(update(t.actions).where(mine).values(**values))
