"""What is due, as rows with a unique key, so that each is done once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Text, delete, exists, func, insert, literal, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import OPEN_STATES, ChatState
from bot.domain.manner import Rhythm
from bot.domain.run import Action, ActionKind, ActionState, put_off
from bot.services.values import Posted
from bot.storage import tables as t
from bot.storage.among import among
from bot.storage.columns import Instant
from bot.storage.database import Database
from bot.storage.recording import Outcome, Recorder
from bot.storage.stale import mark_stale
from bot.storage.versions import drop_versions

_UNFINISHED = (ActionState.DUE, ActionState.TRIED)
# What puts something right is due again whenever there is more to put right.
_AGAIN = frozenset(
    {
        ActionKind.AMEND,
        ActionKind.CORRECT,
        ActionKind.REVISE,
        ActionKind.REWORD,
        ActionKind.EVENT,
        ActionKind.EXTEND,
        ActionKind.SEAL,
    }
)
# What Discord's list of events should show changes with these.
_SEEN_IN_EVENTS = frozenset({ChatState.GATHERING, ChatState.LATE, ChatState.CLOSED, ChatState.CANCELLED})
# Nothing else changes with these.
_PLAIN_STATES = OPEN_STATES - _SEEN_IN_EVENTS
# Recording these changes more than their own rows and their chats' states: a question moves those that follow, and
# what waited for a host until the wrap-up isn't asked any more.
_FOLLOWED = _AGAIN | {ActionKind.ASK, ActionKind.WRAP_UP}
# The note that holds what makes the keys of a chat's anonymous answers is called so, then the chat's number.
KEY_NOTE = "anonymous:"


def waits_for_none() -> Select[tuple[object, ...]]:
    """The unfinished actions that wait for no other."""
    # Literals, so that SQLite can see that the partial index of unfinished actions applies.
    unfinished = [literal(state.value, Text, literal_execute=True) for state in _UNFINISHED]
    earlier = t.actions.alias("earlier")
    blocked = exists().where(
        earlier.c.chat_id == t.actions.c.chat_id,
        earlier.c.lane == t.actions.c.lane,
        earlier.c.step < t.actions.c.step,
        earlier.c.state.in_(unfinished),
    )
    return select(t.actions).where(t.actions.c.state.in_(unfinished), ~blocked)


class AgendaStore:
    """Implements the port `Agenda`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recorder = Recorder(database)

    async def next_due_at(self, after: datetime) -> datetime | None:
        """When the earliest unfinished action falls due that isn't due yet at this instant."""
        query = select(func.min(t.actions.c.due_at, type_=Instant())).where(
            t.actions.c.state.in_([literal(state.value, Text, literal_execute=True) for state in _UNFINISHED]),
            t.actions.c.due_at > after,
        )
        async with self._database.read() as conn:
            found: datetime | None = (await conn.execute(query)).scalar_one()
            return found

    async def due(self, now: datetime) -> Sequence[Action]:
        """The unfinished actions that are due and wait for no other."""
        async with self._database.read() as conn:
            return await startable(conn, t.actions.c.due_at <= now)

    async def claim(self, action: Action, now: datetime) -> bool:
        """Record that it is about to be handed to Discord; False if it was dropped or put off meanwhile."""

        async def job(conn: AsyncConnection) -> bool:
            claimed = await conn.execute(
                update(t.actions)
                .where(
                    t.actions.c.id == action.id,
                    # A host may have moved it into the future since it was found due.
                    (t.actions.c.state == ActionState.TRIED)
                    | ((t.actions.c.state == ActionState.DUE) & (t.actions.c.due_at <= now)),
                )
                .values(
                    state=ActionState.TRIED,
                    first_tried_at=func.coalesce(t.actions.c.first_tried_at, literal(now, Instant())),
                )
            )
            return bool(claimed.rowcount)

        return await self._database.write(job)

    async def record(
        self,
        action: Action,
        *,
        posted: Posted | None = None,
        step: tuple[ChatState, ChatState] | None = None,
        thread_id: int | None = None,
        done_at: datetime | None = None,
        least_gap: timedelta = timedelta(),
        outcome: ActionState = ActionState.DONE,
        then: Sequence[Action] = (),
    ) -> None:
        """Record what became of it, with all that follows from it, at once."""
        is_plain = thread_id is None and not then and action.kind not in _FOLLOWED
        if posted is not None and is_plain and (step is None or step[1] in _PLAIN_STATES):
            await self._recorder.record(Outcome(action.id, action.chat_id, outcome, posted, step))
            return

        async def job(conn: AsyncConnection) -> None:
            values: dict[str, object] = {"state": outcome} | ({"done_at": done_at} if done_at is not None else {})
            if posted is not None:
                values |= {"message_id": posted.message_id, "done_at": posted.posted_at}
            mine = t.actions.c.id == action.id
            if action.kind in _AGAIN:
                # Changed once more while the change before was under way: it stays due.
                mine &= t.actions.c.state == ActionState.TRIED
            await conn.execute(update(t.actions).where(mine).values(**values))
            if posted is not None and action.kind is ActionKind.ASK:
                await conn.execute(
                    update(t.questions)
                    .where(t.questions.c.chat_id == action.chat_id, t.questions.c.number == action.number)
                    .values(message_id=posted.message_id, asked_at=posted.posted_at)
                )
            if thread_id is not None and action.kind is ActionKind.OWN_THREAD:
                await _add_own_thread(conn, action, thread_id)
            elif thread_id is not None:
                await conn.execute(update(t.chats).where(t.chats.c.id == action.chat_id).values(thread_id=thread_id))
            if step is not None:
                await change_state(conn, action.chat_id, *step)
            await _drop_waiting(conn, action)
            if done_at is not None:
                await _put_off(conn, action, done_at, least_gap)
            await insert_actions(conn, then)

        await self._database.write(job)

    async def of_chat(self, chat_id: int) -> Sequence[Action]:
        """All actions of a chat's sequence, in order."""
        query = (
            select(t.actions)
            .where(t.actions.c.chat_id == chat_id, t.actions.c.lane == "run")
            .order_by(t.actions.c.step)
        )
        async with self._database.read() as conn:
            return [_action(row) for row in (await conn.execute(query)).mappings()]

    async def message_of(self, chat_id: int, kind: ActionKind, number: int = 0) -> int | None:
        """The message that an action of this kind posted."""
        query = select(t.actions.c.message_id).where(
            t.actions.c.chat_id == chat_id, t.actions.c.kind == kind, t.actions.c.number == number
        )
        async with self._database.read() as conn:
            found: int | None = (await conn.execute(query)).scalar_one_or_none()
            return found

    async def add(self, actions: Sequence[Action]) -> None:
        """Make actions due, at once; one that is there stays as it is."""
        await self._database.write(lambda conn: insert_actions(conn, actions))

    async def numbers_of(self, chat_id: int, kind: ActionKind, *, unfinished: bool = False) -> Sequence[int]:
        """The numbers of a chat's actions of one kind, done or not."""
        query = select(t.actions.c.number).where(t.actions.c.chat_id == chat_id, t.actions.c.kind == kind)
        if unfinished:
            query = query.where(t.actions.c.state.in_(_UNFINISHED))
        async with self._database.read() as conn:
            return list((await conn.execute(query)).scalars())


async def startable(conn: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Action]:
    """The unfinished actions that meet conditions and wait for no other, on a connection that is open already."""
    query = waits_for_none().where(*conditions).order_by(t.actions.c.due_at, t.actions.c.id)
    return [_action(row) for row in (await conn.execute(query)).mappings()]


async def insert_actions(conn: AsyncConnection, actions: Sequence[Action]) -> None:
    """Make actions due, on a connection that is open already; one that is there stays as it is."""
    for action in actions:
        known = await conn.execute(
            select(t.actions.c.id).where(
                t.actions.c.chat_id == action.chat_id,
                t.actions.c.kind == action.kind,
                t.actions.c.number == action.number,
            )
        )
        if known.first() is None:
            await conn.execute(insert(t.actions).values(**_values(action)))


async def insert_first_actions(conn: AsyncConnection, actions: Sequence[Action]) -> None:
    """Make due what a chat begins with, of which nothing can be there yet."""
    await conn.execute(insert(t.actions), [_values(action) for action in actions])


async def change_state(conn: AsyncConnection, chat_id: int, before: ChatState, after: ChatState) -> bool:
    """Set a chat's state if it is still in the one expected; whether it was."""
    changed = await conn.execute(
        update(t.chats).where(t.chats.c.id == chat_id, t.chats.c.state == before).values(state=after, held_at=None)
    )
    if changed.rowcount and after not in OPEN_STATES:
        await drop_versions(conn, chat_id)
        await mark_stale(conn, [chat_id])
        await _forget_keys(conn, chat_id)
    if changed.rowcount and after in _SEEN_IN_EVENTS:
        event = (t.actions.c.chat_id == chat_id) & (t.actions.c.kind == ActionKind.EVENT)
        await conn.execute(update(t.actions).where(event).values(state=ActionState.DUE))
    return bool(changed.rowcount)


async def drop_unfinished(conn: AsyncConnection, chat_id: int) -> None:
    """Nothing more of a chat's sequence is to be done."""
    unfinished = [*_UNFINISHED, ActionState.WAITING]
    mine = (t.actions.c.chat_id == chat_id) & (t.actions.c.lane == "run") & t.actions.c.state.in_(unfinished)
    await conn.execute(update(t.actions).where(mine).values(state=ActionState.DROPPED))


_CORRECTED_BY = {ActionKind.RECAP: ActionKind.CORRECT, ActionKind.ROUNDUP: ActionKind.REVISE}


async def correct_recaps(conn: AsyncConnection, message_ids: Sequence[int]) -> None:
    """Words of these messages are gone or changed: what was posted that tells of their chats is to be put right."""
    chats = select(t.messages.c.chat_id).distinct().where(t.messages.c.id.in_(message_ids))
    await correct_recaps_of(conn, (await conn.scalars(chats)).all())


async def correct_recaps_of(conn: AsyncConnection, chats: Sequence[int]) -> None:
    """What may be told of these chats changed: what was posted or published of them is to be put right."""
    await mark_stale(conn, chats)
    a, told = t.actions.c, t.actions.alias("told")
    # The round-up stands with the last chat of its period, and tells of all that were due with it.
    same = (told.c.kind == a.kind) & (told.c.number == a.number) & (told.c.due_at == a.due_at)
    rounded = exists().where(same, among(told.c.chat_id, chats))
    posted = ((a.kind == ActionKind.RECAP) & among(a.chat_id, chats)) | ((a.kind == ActionKind.ROUNDUP) & rounded)
    for row in (await conn.execute(select(t.actions).where(posted, a.message_id.is_not(None)))).mappings().all():
        kind = _CORRECTED_BY[ActionKind(row["kind"])]
        known = (a.chat_id == row["chat_id"]) & (a.kind == kind) & (a.number == row["number"])
        again = await conn.execute(update(t.actions).where(known).values(state=ActionState.DUE))
        if not again.rowcount:
            lane = f"{kind}:{row['number']}"
            await insert_actions(conn, [Action(row["chat_id"], kind, row["due_at"], number=row["number"], lane=lane)])


async def _drop_waiting(conn: AsyncConnection, action: Action) -> None:
    """What waited for a host until the wrap-up isn't asked any more."""
    if action.kind is ActionKind.WRAP_UP:
        waiting = (t.actions.c.chat_id == action.chat_id) & (t.actions.c.state == ActionState.WAITING)
        await conn.execute(update(t.actions).where(waiting).values(state=ActionState.DROPPED))


async def _add_own_thread(conn: AsyncConnection, action: Action, thread_id: int) -> None:
    key = (t.question_threads.c.chat_id == action.chat_id) & (t.question_threads.c.number == action.number)
    await conn.execute(delete(t.question_threads).where(key))
    await conn.execute(
        insert(t.question_threads).values(chat_id=action.chat_id, number=action.number, thread_id=thread_id)
    )


async def _forget_keys(conn: AsyncConnection, chat_id: int) -> None:
    """From now on nobody can tell whose an anonymous answer is, nor needs to: no more are taken."""
    await conn.execute(delete(t.notes).where(t.notes.c.key == f"{KEY_NOTE}{chat_id}"))
    keyed = (t.relays.c.chat_id == chat_id) & t.relays.c.author_key.is_not(None)
    await conn.execute(delete(t.relays).where(keyed, t.relays.c.text == ""))
    await conn.execute(update(t.relays).where(keyed).values(author_key=None))


async def _put_off(conn: AsyncConnection, action: Action, done_at: datetime, least_gap: timedelta) -> None:
    rest = [a for a in await unfinished_of(conn, action.chat_id) if a.step > action.step]
    is_slow = select(t.chats.c.rhythm == Rhythm.SLOW).where(t.chats.c.id == action.chat_id)
    keeps_times = bool((await conn.execute(is_slow)).scalar_one_or_none())
    for later in put_off(action, rest, done_at, least_gap, keeps_times=keeps_times):
        await conn.execute(update(t.actions).where(t.actions.c.id == later.id).values(due_at=later.due_at))


async def unfinished_of(conn: AsyncConnection, chat_id: int) -> list[Action]:
    """What is still to be done of a chat's sequence, in order, on a connection that is open already."""
    query = (
        select(t.actions)
        .where(t.actions.c.chat_id == chat_id, t.actions.c.lane == "run")
        .where(t.actions.c.state.in_([*_UNFINISHED, ActionState.WAITING]))
        .order_by(t.actions.c.step)
    )
    return [_action(row) for row in (await conn.execute(query)).mappings()]


async def read_actions(conn: AsyncConnection, chat_id: int) -> list[Action]:
    """All actions of a chat, whatever became of them, on a connection that is open already."""
    query = select(t.actions).where(t.actions.c.chat_id == chat_id).order_by(t.actions.c.id)
    return [_action(row) for row in (await conn.execute(query)).mappings()]


def _values(action: Action) -> dict[str, object]:
    return {
        "chat_id": action.chat_id,
        "kind": action.kind,
        "number": action.number,
        "step": action.step,
        "lane": action.lane,
        "due_at": action.due_at,
        "state": action.state,
        "message_id": action.message_id,
    }


def _action(row: RowMapping) -> Action:
    return Action(
        chat_id=row["chat_id"],
        kind=ActionKind(row["kind"]),
        due_at=row["due_at"],
        number=row["number"],
        step=row["step"],
        lane=row["lane"],
        state=ActionState(row["state"]),
        first_tried_at=row["first_tried_at"],
        message_id=row["message_id"],
        id=row["id"],
    )
