"""Chats with their questions, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import MAX_SLOW_MINUTES, RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.run import Action
from bot.storage import tables as t
from bot.storage.agenda import change_state, drop_unfinished, insert_actions
from bot.storage.chat_rows import chat_values, load_chat, load_chats
from bot.storage.database import Database

_TAKEN = (*UPCOMING_STATES, *RUNNING_STATES)


class ChatStore:
    """Implements the port `Chats`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_draft(self, chat: Chat) -> Chat:
        """Save a chat without questions; it comes back with its number."""

        async def job(conn: AsyncConnection) -> Chat:
            values = chat_values(chat)
            asked = await conn.execute(select(t.left_out.c.person_id).where(t.left_out.c.person_id == chat.host_id))
            if asked.first() is not None:
                values["host_name"] = ""
            row = await conn.execute(insert(t.chats).values(**values).returning(t.chats.c.id))
            return await load_chat(conn, row.scalar_one()) or chat

        return await self._database.write(job)

    async def get(self, chat_id: int) -> Chat | None:
        """A chat with its questions."""
        async with self._database.read() as conn:
            return await load_chat(conn, chat_id)

    async def list(
        self,
        guild_id: int,
        states: frozenset[ChatState],
        *,
        newest_first: bool = False,
        limit: int = 25,
        series_id: int | None = None,
    ) -> Sequence[Chat]:
        """A server's chats in some states, by start; those of one series, if one is named."""
        order = t.chats.c.starts_at.desc() if newest_first else t.chats.c.starts_at
        query = (
            select(t.chats)
            .where(t.chats.c.guild_id == guild_id, t.chats.c.state.in_(sorted(states)))
            .order_by(order, t.chats.c.id)
            .limit(limit)
        )
        if series_id is not None:
            query = query.where(t.chats.c.series_id == series_id)
        async with self._database.read() as conn:
            return await load_chats(conn, query)

    async def open_threads(self) -> Sequence[Chat]:
        """Every chat that has a thread, closed ones too."""
        async with self._database.read() as conn:
            return await load_chats(conn, select(t.chats).where(t.chats.c.thread_id.is_not(None)))

    async def confirm(self, chat: Chat, actions: Sequence[Action]) -> Chat:
        """Make a draft a plan: its questions and what is due, at once."""

        async def job(conn: AsyncConnection) -> Chat:
            other = await busy_with(conn, chat)
            if other is not None:
                raise BadInput(Problem.CHANNEL_BUSY, other=other)
            done = await conn.execute(
                update(t.chats)
                .where(t.chats.c.id == chat.id, t.chats.c.state == ChatState.DRAFT)
                .values(state=ChatState.PLANNED, typed_questions="")
            )
            if not done.rowcount:
                raise WrongMoment(Problem.WRONG_STATE, state=chat.state)
            await conn.execute(delete(t.questions).where(t.questions.c.chat_id == chat.id))
            if chat.questions:
                await conn.execute(
                    insert(t.questions),
                    [{"chat_id": chat.id, "number": q.number, "text": q.text} for q in chat.questions],
                )
            await insert_actions(conn, actions)
            return await load_chat(conn, chat.id) or chat

        return await self._database.write(job)

    async def busy_with(self, chat: Chat) -> Chat | None:
        """Another planned or running chat in the same channel at the same time, if there is one."""
        async with self._database.read() as conn:
            return await busy_with(conn, chat)

    async def cancel(self, chat: Chat, state: ChatState, corrections: Sequence[Action]) -> bool:
        """Drop what is due, set the state, and make the corrections due, at once."""

        async def job(conn: AsyncConnection) -> bool:
            if not await change_state(conn, chat.id, chat.state, state):
                return False
            await drop_unfinished(conn, chat.id)
            await insert_actions(conn, corrections)
            return True

        return await self._database.write(job)

    async def forget_thread(self, thread_id: int) -> None:
        """A question's own thread was deleted."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.question_threads).where(t.question_threads.c.thread_id == thread_id))

        await self._database.write(job)

    async def keep_typed(self, chat_id: int, typed: str) -> None:
        """Remember what a host typed into the form of a draft, right or wrong."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(update(t.chats).where(t.chats.c.id == chat_id).values(typed_questions=typed))

        await self._database.write(job)

    async def typed(self, chat_id: int) -> str:
        """What a host typed last into the form of a draft; empty if nothing."""
        async with self._database.read() as conn:
            found = await conn.execute(select(t.chats.c.typed_questions).where(t.chats.c.id == chat_id))
            return found.scalar_one_or_none() or ""


async def busy_with(conn: AsyncConnection, chat: Chat) -> Chat | None:
    """Another chat in the same channel at the same time, on a connection that is open already."""
    near = await load_chats(
        conn,
        select(t.chats).where(
            t.chats.c.channel_id == chat.channel_id,
            t.chats.c.id != chat.id,
            t.chats.c.state.in_(sorted(_TAKEN)),
            t.chats.c.starts_at < chat.closes_at,
            t.chats.c.starts_at > chat.starts_at - timedelta(minutes=MAX_SLOW_MINUTES) - timedelta(days=2),
        ),
    )
    return next((other for other in near if other.overlaps(chat)), None)
