"""The jars of all servers; of those who asked to be left out it isn't kept that a question is theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.jar import Added, JarQuestion, JarState, admit, fold
from bot.storage import tables as t
from bot.storage.database import Database


class JarStore:
    """Implements the port `JarContents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, guild_id: int, questions: Sequence[JarQuestion]) -> Sequence[Added]:
        """Put questions into a server's jar, at once; what became of each."""

        async def job(conn: AsyncConnection) -> Sequence[Added]:
            hidden = await _left_out(conn, {question.person_id for question in questions})
            jar = await conn.execute(
                select(t.jar.c.folded, t.jar.c.state, t.jar.c.person_id).where(t.jar.c.guild_id == guild_id)
            )
            known, waiting = dict[str, JarState](), Counter[int]()
            for row in jar:
                known[row.folded] = JarState(row.state)
                waiting[row.person_id] += row.state == JarState.SUGGESTED
            outcomes, rows = [], []
            for question in questions:
                person_id = 0 if question.person_id in hidden else question.person_id
                folded = fold(question.text)
                outcome = admit(question, known.get(folded), len(known), waiting[person_id])
                outcomes.append(outcome)
                if outcome is Added.NEW:
                    rows.append(_values(question) | {"guild_id": guild_id, "folded": folded, "person_id": person_id})
                    waiting[person_id] += question.state is JarState.SUGGESTED
                elif outcome is Added.APPROVED:
                    await _approve_with(conn, guild_id, folded, question)
                if outcome in {Added.NEW, Added.APPROVED}:
                    known[folded] = question.state
            if rows:
                await conn.execute(insert(t.jar), rows)
            return outcomes

        return await self._database.write(job)

    async def of_guild(self, guild_id: int) -> Sequence[JarQuestion]:
        """Everything in a server's jar, as it was added."""
        query = select(t.jar).where(t.jar.c.guild_id == guild_id).order_by(t.jar.c.id)
        async with self._database.read() as conn:
            return [_question(row) for row in (await conn.execute(query)).mappings()]

    async def get(self, guild_id: int, question_id: int) -> JarQuestion | None:
        """A question, if it is in this server's jar."""
        async with self._database.read() as conn:
            row = (await conn.execute(select(t.jar).where(_this(guild_id, question_id)))).mappings().first()
            return _question(row) if row is not None else None

    async def approve(self, guild_id: int, question_id: int) -> bool:
        """Let a suggestion be drawn; False if it isn't waiting any more."""
        waits = _this(guild_id, question_id) & (t.jar.c.state == JarState.SUGGESTED)
        statement = update(t.jar).where(waits).values(state=JarState.APPROVED)
        return await self._database.write(lambda conn: _did(conn, statement))

    async def decline(self, guild_id: int, question_id: int) -> bool:
        """Take a suggestion out; False if it isn't waiting any more."""
        waits = _this(guild_id, question_id) & (t.jar.c.state == JarState.SUGGESTED)
        return await self._database.write(lambda conn: _did(conn, delete(t.jar).where(waits)))

    async def remove(self, guild_id: int, question_id: int) -> bool:
        """Take a question out; False if it isn't there."""
        statement = delete(t.jar).where(_this(guild_id, question_id))
        return await self._database.write(lambda conn: _did(conn, statement))

    async def retag(self, guild_id: int, question_id: int, tags: Sequence[str]) -> bool:
        """Give a question other tags; False if it isn't there."""
        statement = update(t.jar).where(_this(guild_id, question_id)).values(tags=" ".join(tags))
        return await self._database.write(lambda conn: _did(conn, statement))

    async def mark_used(self, guild_id: int, question_id: int, at: datetime) -> bool:
        """Remember that a question was asked (aware UTC); False if it isn't there."""
        statement = update(t.jar).where(_this(guild_id, question_id)).values(used_at=at)
        return await self._database.write(lambda conn: _did(conn, statement))


async def _did(conn: AsyncConnection, statement: Any) -> bool:  # noqa: ANN401 - an update or a delete
    return bool((await conn.execute(statement)).rowcount)


async def _left_out(conn: AsyncConnection, people: set[int]) -> set[int]:
    query = select(t.left_out.c.person_id).where(t.left_out.c.person_id.in_(people))
    return set((await conn.execute(query)).scalars())


async def _approve_with(conn: AsyncConnection, guild_id: int, folded: str, question: JarQuestion) -> None:
    """A host says yes to a suggestion by adding the same; what it is told with it is kept."""
    values: dict[str, object] = {"state": question.state}
    if question.tags:
        values["tags"] = " ".join(question.tags)
    if question.used_at is not None:
        values["used_at"] = question.used_at
    same = (t.jar.c.guild_id == guild_id) & (t.jar.c.folded == folded)
    await conn.execute(update(t.jar).where(same).values(**values))


def _this(guild_id: int, question_id: int) -> ColumnElement[bool]:
    return (t.jar.c.guild_id == guild_id) & (t.jar.c.id == question_id)


def _values(question: JarQuestion) -> dict[str, object]:
    return {
        "text": question.text,
        "tags": " ".join(question.tags),
        "state": question.state,
        "added_at": question.added_at,
        "used_at": question.used_at,
    }


def _question(row: RowMapping) -> JarQuestion:
    return JarQuestion(
        guild_id=row["guild_id"],
        text=row["text"],
        tags=tuple(row["tags"].split()),
        state=JarState(row["state"]),
        person_id=row["person_id"],
        added_at=row["added_at"],
        used_at=row["used_at"],
        id=row["id"],
    )
