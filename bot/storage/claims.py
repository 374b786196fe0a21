"""What falls due together is claimed together: one transaction for all, however many chats begin in that second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.run import Action, ActionState, is_looked_at_first, is_moot
from bot.storage import tables as t
from bot.storage.agenda import startable, waits_for_none
from bot.storage.chat_rows import CHAT_TEXTS, load_chats
from bot.storage.columns import Instant
from bot.storage.database import Database
from bot.storage.sqlite import row_text

_Texts = tuple[str, ...]


class ClaimStore:
    """Implements the port `Claims`.

    What was prepared saves work and nothing else: whether an action may be done, and whether it and its chat are
    still as they were, is read from the database in the transaction that claims it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # By the action's number: all that stood in its rows and its chat's, and what was made of them.
        self._prepared: dict[int, tuple[_Texts, Action, Chat]] = {}

    async def prepare(self, after: datetime, until: datetime) -> Sequence[Action]:
        """Read ahead what falls due after one instant and until another."""
        self._prepared.clear()
        due_at = t.actions.c.due_at
        async with self._database.read() as conn:
            soon = await startable(conn, t.actions.c.state == ActionState.DUE, due_at > after, due_at <= until)
            found = await _with_chats(conn, soon)
            texts = await _texts(conn, t.actions.c.id.in_([action.id for action, _ in found]))
            self._prepared = {action.id: (texts[action.id], action, chat) for action, chat in found}
        return soon

    async def claim(self, actions: Sequence[Action], now: datetime) -> Sequence[tuple[Action, Chat]]:
        """Record that actions are about to be handed to Discord for the first time, all at once."""
        prepared = {action.id: self._prepared.pop(action.id) for action in actions if action.id in self._prepared}
        a = t.actions.c
        is_due = (a.state == ActionState.DUE) & (a.due_at <= now)

        async def job(conn: AsyncConnection) -> list[tuple[Action, Chat]]:
            texts = await _texts(conn, is_due & a.id.in_(list(prepared))) if prepared else {}
            due = [(action, chat) for before, action, chat in prepared.values() if texts.get(action.id) == before]
            unchanged = {action.id for action, _ in due}
            others = [action.id for action in actions if action.id not in unchanged]
            if others:
                due += await _with_chats(conn, await startable(conn, is_due, a.id.in_(others)))
                due.sort(key=lambda pair: (pair[0].due_at, pair[0].id))
            claimed = [
                (action, chat)
                for action, chat in due
                if not is_moot(action, chat, now) and not is_looked_at_first(action, chat)
            ]
            await conn.execute(
                update(t.actions)
                .where(a.id.in_([action.id for action, _ in claimed]))
                .values(
                    state=ActionState.TRIED,
                    first_tried_at=func.coalesce(a.first_tried_at, literal(now, Instant())),
                )
            )
            return claimed

        return await self._database.write(job)


async def _with_chats(conn: AsyncConnection, actions: Sequence[Action]) -> list[tuple[Action, Chat]]:
    ids = {action.chat_id for action in actions}
    found = await load_chats(conn, select(t.chats).where(t.chats.c.id.in_(ids)))
    chats = {chat.id: chat for chat in found}
    return [(action, chats[action.chat_id]) for action in actions if action.chat_id in chats]


async def _texts(conn: AsyncConnection, condition: ColumnElement[bool]) -> dict[int, _Texts]:
    """All that stands in the rows of actions that wait for no other, and of their chats, by the action's number."""
    query = (
        waits_for_none()
        .with_only_columns(t.actions.c.id, row_text(t.actions), *CHAT_TEXTS)
        .join(t.chats, t.chats.c.id == t.actions.c.chat_id)
        .where(condition)
    )
    return {action_id: tuple(texts) for action_id, *texts in await conn.execute(query)}
