"""What falls due together is claimed together: one transaction for all, however many chats begin in that second."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.run import Action, ActionState, is_moot
from bot.storage import tables as t
from bot.storage.agenda import startable
from bot.storage.chats import PARTS, load_chats
from bot.storage.database import Database
from bot.storage.sqlite import row_text, rows_text

_Texts = tuple[str, ...]


class ClaimStore:
    """Implements the port `Claims`.

    What was prepared saves work and nothing else: whether an action may be done, and whether its chat is still as it
    was, is read from the database in the transaction that claims it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Chats by number, each with all that stands in its rows.
        self._prepared: dict[int, tuple[_Texts, Chat]] = {}

    async def prepare(self, after: datetime, until: datetime) -> Sequence[Action]:
        """Read ahead what falls due after one instant and until another."""
        self._prepared.clear()
        due_at = t.actions.c.due_at
        async with self._database.read() as conn:
            soon = await startable(conn, t.actions.c.state == ActionState.DUE, due_at > after, due_at <= until)
            chat_ids = {action.chat_id for action in soon}
            texts = await _texts_of(conn, chat_ids)
            self._prepared = {chat.id: (texts[chat.id], chat) for chat in await load_chats(conn, list(chat_ids))}
        return soon

    async def claim(self, actions: Sequence[Action], now: datetime) -> Sequence[tuple[Action, Chat]]:
        """Record that actions are about to be handed to Discord for the first time, all at once."""
        ids = [action.id for action in actions]
        a = t.actions.c

        async def job(conn: AsyncConnection) -> list[tuple[Action, Chat]]:
            due = await startable(conn, a.state == ActionState.DUE, a.due_at <= now, a.id.in_(ids))
            chats = await self._chats(conn, {action.chat_id for action in due})
            claimed = [
                (action, chats[action.chat_id])
                for action in due
                if action.chat_id in chats and not is_moot(action, chats[action.chat_id], now)
            ]
            await conn.execute(
                update(t.actions)
                .where(a.id.in_([action.id for action, _ in claimed]))
                .values(
                    state=ActionState.TRIED,
                    first_tried_at=func.coalesce(a.first_tried_at, literal(now, t.Instant())),
                )
            )
            return claimed

        return await self._database.write(job)

    async def _chats(self, conn: AsyncConnection, chat_ids: Collection[int]) -> dict[int, Chat]:
        """Chats as they are now; only those that weren't prepared, or changed since, are made from their rows."""
        prepared = {chat_id: self._prepared.pop(chat_id) for chat_id in chat_ids if chat_id in self._prepared}
        texts = await _texts_of(conn, prepared) if prepared else {}
        found = {chat_id: chat for chat_id, (before, chat) in prepared.items() if texts.get(chat_id) == before}
        missing = [chat_id for chat_id in chat_ids if chat_id not in found]
        return found | {chat.id: chat for chat in (await load_chats(conn, missing) if missing else ())}


async def _texts_of(conn: AsyncConnection, chat_ids: Collection[int]) -> dict[int, _Texts]:
    parts = [rows_text(part, part.c.chat_id == t.chats.c.id) for part in PARTS]
    query = select(t.chats.c.id, row_text(t.chats), *parts).where(t.chats.c.id.in_(list(chat_ids)))
    return {chat_id: tuple(texts) for chat_id, *texts in await conn.execute(query)}
