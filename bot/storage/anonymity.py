"""Anonymous answers: their author is kept as a key that the chat's secret makes, and the secret goes with the chat."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.anonymity import MOST_ANSWERS, Decision, author_key
from bot.domain.chat import RUNNING_STATES
from bot.domain.errors import Problem, WrongMoment
from bot.domain.run import Action
from bot.services.values import Posted, Relay, RelayState
from bot.storage import relays
from bot.storage import tables as t
from bot.storage.agenda import KEY_NOTE, insert_actions
from bot.storage.archive import forget_words
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database

_SECRET_BYTES = 32


class AnonymityStore:
    """Implements the port `Anonymity`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(self, chat_id: int, question: int, person_id: int) -> Relay | None:
        """What a person answered to a question without a name, the latest, if it still stands or waits."""
        async with self._database.read() as conn:
            key = await key_of(conn, chat_id, person_id)
            kept = t.relays.c.state.in_([RelayState.DUE, RelayState.WAITING])
            mine = (t.relays.c.chat_id == chat_id) & (t.relays.c.question == question) & kept
            query = select(t.relays.c.id).where(mine, t.relays.c.author_key == key).order_by(t.relays.c.id.desc())
            found = (await conn.execute(query.limit(1))).scalar_one_or_none() if key is not None else None
            return await relays.get(conn, found) if found is not None else None

    async def give(self, relay: Relay, person_id: int, actions: Sequence[Action]) -> bool:
        """Save an anonymous answer, and what is due with it, at once; whether it replaces one that was waiting."""

        async def job(conn: AsyncConnection) -> bool:
            if await relays.get(conn, relay.id) is not None:
                return False
            chat = await load_chat(conn, relay.chat_id)
            if chat is None or chat.state not in RUNNING_STATES:
                raise WrongMoment(Problem.QUESTION_NOT_OPEN, number=relay.question)
            key = await _key(conn, relay.chat_id, person_id)
            r = t.relays.c
            mine = (await conn.execute(select(r.id, r.question, r.state).where(r.author_key == key))).all()
            if any(row.state == RelayState.BLOCKED for row in mine):
                raise WrongMoment(Problem.ANONYMOUS_BLOCKED)
            here = [row for row in mine if row.question == relay.question]
            waiting = [row.id for row in here if row.state == RelayState.WAITING]
            if len(here) - len(waiting) >= MOST_ANSWERS:
                raise WrongMoment(Problem.ANONYMOUS_TOO_OFTEN, number=relay.question, limit=MOST_ANSWERS)
            # A new number: a host who approves the words before must not approve these unseen.
            await conn.execute(delete(t.relays).where(r.id.in_(waiting)))
            await relays.add(conn, relay, actions, author_key=key)
            return bool(waiting)

        return await self._database.write(job)

    async def waiting(self, chat_id: int) -> Sequence[Relay]:
        """The answers that wait for a host, the oldest first."""
        async with self._database.read() as conn:
            r = t.relays.c
            query = select(r.id).where(r.chat_id == chat_id, r.state == RelayState.WAITING).order_by(r.id)
            found = [await relays.get(conn, i) for i in (await conn.execute(query)).scalars()]
            return [relay for relay in found if relay is not None]

    async def decide(self, relay_id: int, decision: Decision, approved: Action) -> bool:
        """Do what a host says; False if somebody did before, or its author took it back or changed it."""

        async def job(conn: AsyncConnection) -> bool:
            r = t.relays.c
            row = (await conn.execute(select(t.relays).where(r.id == relay_id))).mappings().first()
            if row is None or row["state"] != RelayState.WAITING.value:
                return False
            if decision is Decision.APPROVE:
                await conn.execute(update(t.relays).where(r.id == relay_id).values(state=RelayState.DUE))
                await insert_actions(conn, [approved])
                return True
            # The words go; that there was an answer counts against the most, for as long as its key lasts.
            refused = RelayState.BLOCKED if decision is Decision.BLOCK else RelayState.DECLINED
            await conn.execute(update(t.relays).where(r.id == relay_id).values(state=refused, text=""))
            if decision is Decision.BLOCK and row["author_key"] is not None:
                others = (r.author_key == row["author_key"]) & (r.state == RelayState.WAITING)
                await conn.execute(update(t.relays).where(others).values(state=RelayState.DECLINED, text=""))
            if row["author_key"] is None:
                await conn.execute(delete(t.relays).where(r.id == relay_id))
            return True

        return await self._database.write(job)


async def key_of(conn: AsyncConnection, chat_id: int, person_id: int) -> str | None:
    """A person's key in a chat, or None where nobody has answered anonymously or its secret is destroyed."""
    found = await conn.execute(select(t.notes.c.value).where(t.notes.c.key == f"{KEY_NOTE}{chat_id}"))
    secret = found.scalar_one_or_none()
    return author_key(secret, person_id) if secret is not None else None


async def is_own(conn: AsyncConnection, relay_id: int, person_id: int) -> bool:
    """Whether an anonymous answer is this person's; always False once the secret is destroyed."""
    query = select(t.relays.c.chat_id, t.relays.c.author_key).where(t.relays.c.id == relay_id)
    row = (await conn.execute(query)).first()
    if row is None or row.author_key is None:
        return False
    own: bool = row.author_key == await key_of(conn, row.chat_id, person_id)
    return own


async def erase(
    conn: AsyncConnection, person_id: int, at: datetime, where: ColumnElement[bool]
) -> tuple[tuple[int, int], ...]:
    """Take back a person's anonymous answers in chats that are on; chat and message of each that was posted.

    Args:
        conn: an open transaction.
        person_id: whose.
        at: when (aware UTC).
        where: which answers, by what `relays` says of them.
    """
    found = await conn.execute(select(t.notes.c.key, t.notes.c.value).where(t.notes.c.key.startswith(KEY_NOTE)))
    keys = [author_key(row.value, person_id) for row in found]
    mine = t.relays.c.author_key.in_(keys) & where
    rows = (await conn.execute(select(t.relays).where(mine))).mappings().all()
    posted = [row for row in rows if row["message_id"] is not None]
    await insert_actions(
        conn, [relays.retraction(row["chat_id"], row["id"], Posted(row["message_id"], at)) for row in posted]
    )
    await forget_words(conn, [row["message_id"] for row in posted], deleted_at=at)
    await conn.execute(delete(t.relays).where(mine))
    return tuple((row["chat_id"], row["message_id"]) for row in posted)


async def _key(conn: AsyncConnection, chat_id: int, person_id: int) -> str:
    key = await key_of(conn, chat_id, person_id)
    if key is None:
        secret = secrets.token_hex(_SECRET_BYTES)
        await conn.execute(insert(t.notes).values(key=f"{KEY_NOTE}{chat_id}", value=secret))
        key = author_key(secret, person_id)
    return key
