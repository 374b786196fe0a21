"""A chat that hasn't begun gets another plan: its row, its questions and what is due change in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.agenda import corrections, plan_actions, replan
from bot.domain.chat import UPCOMING_STATES, Chat, ChatState
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.run import Action, ActionKind, ActionState
from bot.domain.series import first_key
from bot.services.reminding import BEFORE
from bot.storage import tables as t
from bot.storage.agenda import change_state, drop_unfinished, insert_actions, insert_first_actions, read_actions
from bot.storage.chat_rows import chat_values, load_chat
from bot.storage.database import Database


class ChangeStore:
    """Implements the port `Changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, before: Chat, after: Chat, now: datetime) -> Chat:
        """Give an upcoming chat its new plan, with all that follows from it, at once."""
        return await self._database.write(lambda conn: change_chat(conn, before, after, now))

    async def add_guest(self, chat: Chat, person_id: int, now: datetime) -> Chat:
        """Let somebody host one chat, unless they do so already."""

        async def job(conn: AsyncConnection) -> Chat:
            current = await load_chat(conn, chat.id) or chat
            if person_id in current.host_ids:
                raise BadInput(Problem.ALREADY_HOST)
            await conn.execute(insert(t.guests).values(chat_id=chat.id, person_id=person_id))
            return await _hosts_changed(conn, current, now)

        return await self._database.write(job)

    async def remove_guest(self, chat: Chat, person_id: int, now: datetime) -> Chat:
        """Let somebody host one chat no more."""

        async def job(conn: AsyncConnection) -> Chat:
            mine = (t.guests.c.chat_id == chat.id) & (t.guests.c.person_id == person_id)
            gone = await conn.execute(delete(t.guests).where(mine))
            if not gone.rowcount:
                raise BadInput(Problem.NO_GUEST)
            return await _hosts_changed(conn, await load_chat(conn, chat.id) or chat, now)

        return await self._database.write(job)


async def _hosts_changed(conn: AsyncConnection, chat: Chat, now: datetime) -> Chat:
    after = await load_chat(conn, chat.id) or chat
    if after.state in UPCOMING_STATES:
        await _save_actions(conn, replan(await read_actions(conn, chat.id), after, now))
        if await _is_known(conn, after):
            await _correct(conn, after, now, said_aloud=False)
    return after


async def change_chat(conn: AsyncConnection, before: Chat, after: Chat, now: datetime) -> Chat:
    """Give an upcoming chat its new plan, on a connection that is open already.

    Args:
        conn: the writing connection.
        before: the chat as whoever changed it saw it.
        after: as it should be; its `sequence` and `moved_from` are reckoned here.
        now: aware UTC.

    Raises:
        WrongMoment: it has begun, or was called off.
    """
    current = await load_chat(conn, before.id)
    if current is None or current.state not in UPCOMING_STATES:
        raise WrongMoment(Problem.NOT_UPCOMING, state=current.state if current else ChatState.CANCELLED)
    opening = (t.actions.c.chat_id == before.id) & (t.actions.c.kind == ActionKind.OPEN)
    opening &= t.actions.c.state.in_([ActionState.TRIED, ActionState.DONE])
    if (await conn.execute(select(t.actions.c.id).where(opening))).first() is not None:
        raise WrongMoment(Problem.NOT_UPCOMING, state=ChatState.GATHERING)
    announced = await _is_known(conn, current)
    differs = _said_aloud(after) != _said_aloud(current)
    moved_from = current.moved_from
    if announced and after.starts_at != current.starts_at and not await _note_waits(conn, current):
        moved_from = current.starts_at
    sequence = current.sequence + int(differs)
    announced_in = current.announced_in
    if announced and after.channel_id != current.channel_id:
        announced_in = current.channel_id
    changed = replace(
        after,
        id=current.id,
        state=current.state,
        sequence=sequence,
        moved_from=moved_from,
        announced_in=announced_in,
    )
    values = chat_values(changed)
    # They are the run's, and change while people type.
    for name in ("state", "host_name"):
        values.pop(name)
    await conn.execute(update(t.chats).where(t.chats.c.id == before.id).values(**values))
    if changed.questions != current.questions:
        await replace_questions(conn, changed)
    await _save_actions(conn, replan(await read_actions(conn, before.id), changed, now))
    await _move_nudges(conn, changed, now)
    if announced:
        await _correct(conn, changed, now, said_aloud=differs)
    return changed


def _said_aloud(chat: Chat) -> tuple[object, ...]:
    """What people are told of, should it change."""
    return chat.starts_at, chat.minutes, chat.title, chat.channel_id


async def _is_known(conn: AsyncConnection, chat: Chat) -> bool:
    """Whether people were told of a chat, or are being told just now."""
    a = t.actions.c
    telling = (a.chat_id == chat.id) & (a.kind == ActionKind.ANNOUNCE) & (a.state == ActionState.TRIED)
    return chat.state is ChatState.ANNOUNCED or (await conn.execute(select(a.id).where(telling))).first() is not None


async def _note_waits(conn: AsyncConnection, chat: Chat) -> bool:
    """Whether an earlier change is still to be said: then what people were told last is older still."""
    a = t.actions.c
    waiting = (a.chat_id == chat.id) & (a.kind == ActionKind.NOTE)
    waiting &= a.state.in_([ActionState.DUE, ActionState.TRIED])
    found = (await conn.execute(select(a.id).where(waiting))).first()
    return found is not None and chat.moved_from is not None


async def _correct(conn: AsyncConnection, chat: Chat, now: datetime, *, said_aloud: bool) -> None:
    a = t.actions.c
    for action in corrections(chat, now, said_aloud=said_aloud):
        known = (a.chat_id == chat.id) & (a.kind == action.kind) & (a.number == action.number)
        again = await conn.execute(update(t.actions).where(known).values(state=ActionState.DUE, due_at=now))
        if not again.rowcount:
            await insert_actions(conn, [action])


async def _save_actions(conn: AsyncConnection, actions: Sequence[Action]) -> None:
    for action in actions:
        if action.id:
            values = {"due_at": action.due_at, "state": action.state}
            await conn.execute(update(t.actions).where(t.actions.c.id == action.id).values(**values))
        else:
            await insert_actions(conn, [action])


async def _move_nudges(conn: AsyncConnection, chat: Chat, now: datetime) -> None:
    a = t.actions.c
    mine = (a.chat_id == chat.id) & (a.kind == ActionKind.NUDGE) & (a.state != ActionState.DROPPED)
    due_at = max(chat.starts_at - BEFORE, now)
    # Whoever was reminded of the old time is reminded once more of the new one, if that is later.
    later = due_at > now + timedelta(minutes=1)
    state = [ActionState.DUE, ActionState.DONE] if later else [ActionState.DUE]
    await conn.execute(
        update(t.actions).where(mine, a.state.in_(state)).values(due_at=due_at, state=ActionState.DUE, message_id=None)
    )


async def replace_questions(conn: AsyncConnection, chat: Chat) -> None:
    """Save the questions of a chat that weren't asked yet, in the place of those before."""
    not_asked = (t.questions.c.chat_id == chat.id) & t.questions.c.message_id.is_(None)
    await conn.execute(delete(t.questions).where(not_asked))
    rows = [
        {"chat_id": chat.id, "number": question.number, "text": question.text}
        for question in chat.questions
        if question.message_id is None
    ]
    if rows:
        await conn.execute(insert(t.questions), rows)


async def insert_chat(conn: AsyncConnection, chat: Chat, now: datetime, *, asks_about_holiday: bool) -> Chat:
    """Plan a chat with all that is due for it, on a connection that is open already."""
    values = chat_values(chat)
    if chat.belonging is not None:
        # It never changes, whatever becomes of the chat's place in its series.
        series_id, key = chat.belonging.series_id, chat.belonging.key
        values["first_key"] = first_key(key, await first_keys(conn, series_id, key))
    added = await conn.execute(insert(t.chats).values(**values).returning(t.chats.c.id))
    planned = await load_chat(conn, added.scalar_one())
    if planned is None:
        raise LookupError("the chat that was just saved is gone")
    await insert_first_actions(conn, plan_actions(planned, now, asks_about_holiday=asks_about_holiday))
    return planned


async def first_keys(conn: AsyncConnection, series_id: int, key: str = "") -> Sequence[str]:
    """By which names calendars know the chats that a series planned, on a connection that is open already.

    With a key only those that begin with it: a series of many years has thousands.
    """
    c = t.chats.c
    mine = (c.series_id == series_id) & c.first_key.is_not(None) & c.first_key.startswith(key, autoescape=True)
    return list((await conn.execute(select(c.first_key).where(mine))).scalars())


async def drop_chat(conn: AsyncConnection, chat: Chat, now: datetime) -> None:
    """A chat of a series doesn't take place: nobody hears of one that wasn't announced; of any other it is said.

    Its place in the series is free again. What hosts wrote for it stays with it.
    """
    current = await load_chat(conn, chat.id)
    if current is None or current.state not in UPCOMING_STATES:
        return
    was_known = await _is_known(conn, current)
    await change_state(conn, chat.id, current.state, ChatState.CANCELLED)
    await drop_unfinished(conn, chat.id)
    await conn.execute(update(t.chats).where(t.chats.c.id == chat.id).values(series_key=None))
    if was_known:
        await insert_actions(conn, called_off_actions(current, now))


def called_off_actions(chat: Chat, now: datetime) -> tuple[Action, ...]:
    """What says that a chat that was announced doesn't take place."""
    reword = Action(chat.id, ActionKind.REWORD, due_at=now, lane="reword")
    return (reword, Action(chat.id, ActionKind.CALL_OFF, due_at=now, lane="call_off"))
