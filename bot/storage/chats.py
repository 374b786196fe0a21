"""Chats with their questions, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Anonymous, Chat, ChatState, Layout, Pace, Question
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.run import Action, ActionState
from bot.storage import tables as t
from bot.storage.agenda import change_state, insert_actions
from bot.storage.database import Database

_TAKEN = (*UPCOMING_STATES, *RUNNING_STATES)

# What a chat is made of beside its own row: all that `_load` reads.
PARTS = (t.questions, t.question_threads)


class ChatStore:
    """Implements the port `Chats`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_draft(self, chat: Chat) -> Chat:
        """Save a chat without questions; it comes back with its number."""

        async def job(conn: AsyncConnection) -> Chat:
            values = _values(chat)
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
        self, guild_id: int, states: frozenset[ChatState], *, newest_first: bool = False, limit: int = 25
    ) -> Sequence[Chat]:
        """A server's chats in some states, by start."""
        order = t.chats.c.starts_at.desc() if newest_first else t.chats.c.starts_at
        query = (
            select(t.chats)
            .where(t.chats.c.guild_id == guild_id, t.chats.c.state.in_(sorted(states)))
            .order_by(order, t.chats.c.id)
            .limit(limit)
        )
        async with self._database.read() as conn:
            return await _load(conn, query)

    async def open_threads(self) -> Sequence[Chat]:
        """Every chat that has a thread, closed ones too."""
        async with self._database.read() as conn:
            return await _load(conn, select(t.chats).where(t.chats.c.thread_id.is_not(None)))

    async def confirm(self, chat: Chat, actions: Sequence[Action]) -> Chat:
        """Make a draft a plan: its questions and what is due, at once."""

        async def job(conn: AsyncConnection) -> Chat:
            other = await _busy_with(conn, chat)
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
            return await _busy_with(conn, chat)

    async def cancel(self, chat: Chat, state: ChatState, corrections: Sequence[Action]) -> bool:
        """Drop what is due, set the state, and make the corrections due, at once."""

        async def job(conn: AsyncConnection) -> bool:
            if not await change_state(conn, chat.id, chat.state, state):
                return False
            await conn.execute(
                update(t.actions)
                .where(
                    t.actions.c.chat_id == chat.id,
                    t.actions.c.lane == "run",
                    t.actions.c.state.in_([ActionState.DUE, ActionState.TRIED]),
                )
                .values(state=ActionState.DROPPED)
            )
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


async def load_chat(conn: AsyncConnection, chat_id: int) -> Chat | None:
    """A chat with its questions, on a connection that is open already."""
    found = await _load(conn, select(t.chats).where(t.chats.c.id == chat_id))
    return found[0] if found else None


async def load_chats(conn: AsyncConnection, chat_ids: Sequence[int]) -> Sequence[Chat]:
    """Several chats with their questions, on a connection that is open already."""
    return await _load(conn, select(t.chats).where(t.chats.c.id.in_(chat_ids)))


async def _busy_with(conn: AsyncConnection, chat: Chat) -> Chat | None:
    near = await _load(
        conn,
        select(t.chats).where(
            t.chats.c.channel_id == chat.channel_id,
            t.chats.c.id != chat.id,
            t.chats.c.state.in_(sorted(_TAKEN)),
            t.chats.c.starts_at < chat.ends_at,
            t.chats.c.starts_at > chat.starts_at - timedelta(days=2),
        ),
    )
    return next((other for other in near if other.overlaps(chat)), None)


async def _load(conn: AsyncConnection, query: Any) -> Sequence[Chat]:  # noqa: ANN401 - any select of chats
    rows = (await conn.execute(query)).mappings().all()
    ids = [row["id"] for row in rows]
    found = await conn.execute(select(t.questions).where(t.questions.c.chat_id.in_(ids)).order_by(t.questions.c.number))
    own = await conn.execute(
        select(t.question_threads)
        .where(t.question_threads.c.chat_id.in_(ids))
        .order_by(t.question_threads.c.chat_id, t.question_threads.c.number)
    )
    threads: dict[int, list[tuple[int, int]]] = {}
    for thread in own:
        threads.setdefault(thread.chat_id, []).append((thread.number, thread.thread_id))
    by_chat: dict[int, list[Question]] = {}
    for row in found.mappings():
        question = Question(row["number"], row["text"], row["message_id"], row["asked_at"])
        by_chat.setdefault(row["chat_id"], []).append(question)
    return [_chat(row, tuple(by_chat.get(row["id"], ())), tuple(threads.get(row["id"], ()))) for row in rows]


def _chat(row: RowMapping, questions: tuple[Question, ...], threads: tuple[tuple[int, int], ...]) -> Chat:
    return Chat(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        title=row["title"],
        hashtag=row["hashtag"],
        starts_at=row["starts_at"],
        zone=row["zone"],
        minutes=row["minutes"],
        host_id=row["host_id"],
        host_name=row["host_name"],
        pace=Pace(
            welcome=row["welcome_minutes"],
            wrap_up=row["wrap_up_minutes"],
            late=row["late_minutes"],
            reminder=row["reminder_minutes"],
        ),
        state=ChatState(row["state"]),
        questions=questions,
        thread_id=row["thread_id"],
        locale=row["locale"],
        anonymous=Anonymous(row["anonymous"]),
        quiet=row["quiet"],
        layout=Layout(row["layout"]),
        recap=row["recap"],
        question_threads=threads,
        held_at=row["held_at"],
        id=row["id"],
    )


def _values(chat: Chat) -> dict[str, object]:
    return {
        "guild_id": chat.guild_id,
        "channel_id": chat.channel_id,
        "title": chat.title,
        "hashtag": chat.hashtag,
        "starts_at": chat.starts_at,
        "zone": chat.zone,
        "minutes": chat.minutes,
        "welcome_minutes": chat.pace.welcome,
        "wrap_up_minutes": chat.pace.wrap_up,
        "late_minutes": chat.pace.late,
        "reminder_minutes": chat.pace.reminder,
        "host_id": chat.host_id,
        "host_name": chat.host_name,
        "state": chat.state,
        "locale": chat.locale,
        "anonymous": chat.anonymous,
        "quiet": chat.quiet,
        "layout": chat.layout,
        "recap": chat.recap,
    }
