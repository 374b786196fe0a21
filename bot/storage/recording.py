"""What was posted in the same moment is recorded together: one statement for all, not some for each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import ChatState
from bot.domain.run import ActionState
from bot.services.values import Posted
from bot.storage import tables as t
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action that posted something, where nothing follows from it but its chat's state.

    Attributes:
        action_id: the row.
        chat_id: its chat.
        state: done or dropped.
        posted: what it posted.
        step: the chat's state before, and the one that follows.
    """

    action_id: int
    chat_id: int
    state: ActionState
    posted: Posted
    step: tuple[ChatState, ChatState] | None


class Recorder:
    """Gathers outcomes while the writer is busy."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathering: tuple[list[Outcome], asyncio.Future[None]] | None = None

    async def record(self, outcome: Outcome) -> None:
        """Record one; returns once it is on the disk, with those that came in the same moment."""
        await self._database.room()
        if self._gathering is None or self._gathering[1].done():
            outcomes: list[Outcome] = []

            async def job(conn: AsyncConnection) -> None:
                self._gathering = None
                await _save(conn, outcomes)

            self._gathering = outcomes, self._database.submit(job, soon=True)
        outcomes, saved = self._gathering
        outcomes.append(outcome)
        await asyncio.shield(saved)


_FINISH = (
    update(t.actions)
    .where(t.actions.c.id == bindparam("action_id"))
    .values(state=bindparam("outcome"), message_id=bindparam("posted_id"), done_at=bindparam("posted_at"))
)
_STEP = (
    update(t.chats)
    .where(t.chats.c.id == bindparam("chat_id"), t.chats.c.state == bindparam("before"))
    .values(state=bindparam("after"), held_at=None)
)


async def _save(conn: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    await conn.execute(
        _FINISH,
        [
            {
                "action_id": o.action_id,
                "outcome": o.state,
                "posted_id": o.posted.message_id,
                "posted_at": o.posted.posted_at,
            }
            for o in outcomes
        ],
    )
    steps = [{"chat_id": o.chat_id, "before": o.step[0], "after": o.step[1]} for o in outcomes if o.step is not None]
    if steps:
        await conn.execute(_STEP, steps)
