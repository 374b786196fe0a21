"""Who wants to be reminded of which chat; a wish and what is due for it are saved at once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.run import Action, ActionKind, ActionState
from bot.services.values import Reminder
from bot.storage import tables as t
from bot.storage.agenda import insert_actions
from bot.storage.database import Database


class ReminderStore:
    """Implements the port `Reminders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def switch(self, chat_id: int, person_id: int, locale: str, due: Callable[[int], Action]) -> bool:
        """Wish for a reminder, or take the wish back; whether there is one now."""

        async def job(conn: AsyncConnection) -> bool:
            r = t.reminders.c
            mine = (r.chat_id == chat_id) & (r.person_id == person_id)
            known = (await conn.execute(select(r.id).where(mine))).scalar_one_or_none()
            if known is not None:
                await conn.execute(delete(t.reminders).where(mine))
                a = t.actions.c
                nudge = (a.chat_id == chat_id) & (a.kind == ActionKind.NUDGE) & (a.number == known)
                await conn.execute(update(t.actions).where(nudge).values(state=ActionState.DROPPED))
                return False
            values = {"chat_id": chat_id, "person_id": person_id, "locale": locale}
            added = await conn.execute(insert(t.reminders).values(**values).returning(r.id))
            await insert_actions(conn, [due(added.scalar_one())])
            return True

        return await self._database.write(job)

    async def get(self, reminder_id: int) -> Reminder | None:
        """A wish, or None if it was taken back."""
        async with self._database.read() as conn:
            query = select(t.reminders).where(t.reminders.c.id == reminder_id)
            row = (await conn.execute(query)).mappings().first()
            return _reminder(row) if row is not None else None


def _reminder(row: RowMapping) -> Reminder:
    return Reminder(id=row["id"], chat_id=row["chat_id"], person_id=row["person_id"], locale=row["locale"])
