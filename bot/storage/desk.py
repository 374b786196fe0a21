"""A host's press, decided and saved in one transaction, so that three hosts' presses come one after another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, distinct, exists, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.desk import Change, Lane, Made, MoveKind, Outcome, Press, Turnout, Unanswered, Waiting
from bot.domain.errors import Problem, WrongMoment
from bot.domain.moves import SAME_WISH, decide
from bot.domain.run import ActionState
from bot.services.values import RelayState
from bot.storage import tables as t
from bot.storage.agenda import insert_actions, unfinished_of
from bot.storage.changes import replace_questions
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database

_FREE = (ActionState.DUE, ActionState.WAITING, ActionState.DROPPED)


class DeskStore:
    """Implements the port `Desk`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, press: Press) -> Change:
        """Decide a press and save what it changes, at once."""

        async def job(conn: AsyncConnection) -> Change:
            lane = await _lane(conn, press.chat_id, press.at)
            known = await conn.execute(select(t.moves.c.press_id).where(t.moves.c.press_id == press.id))
            if known.first() is not None:
                coming = lane.coming
                return Change(Outcome.ALREADY, lane.chat, at=coming.due_at if coming else None)
            change = decide(lane, press)
            if change.outcome is Outcome.DONE:
                await _apply(conn, lane.chat, change)
                await conn.execute(
                    insert(t.moves).values(
                        press_id=press.id,
                        chat_id=press.chat_id,
                        kind=press.kind,
                        person_id=press.person_id,
                        made_at=press.at,
                        # A question that is left out was somebody's work; it isn't lost.
                        detail="\n".join(change.left_out),
                    )
                )
            return change

        return await self._database.write(job)

    async def lane(self, chat_id: int, now: datetime) -> Lane:
        """What is still to be done of a chat."""
        async with self._database.read() as conn:
            return await _lane(conn, chat_id, now)

    async def turnout(self, chat_id: int) -> Turnout:
        """How many wrote and answered so far, and who hasn't been replied to."""
        async with self._database.read() as conn:
            chat = await load_chat(conn, chat_id)
            current = chat.current_question if chat is not None else None
            said = (t.messages.c.chat_id == chat_id) & t.messages.c.by_machine.is_(False)
            said &= t.messages.c.deleted_at.is_(None) & t.messages.c.left_out.is_(False)
            people = func.count(distinct(t.messages.c.author_id))
            everything = (await conn.execute(select(func.count(), people).where(said))).one()
            under = select(func.count(distinct(t.messages.c.id)), people).select_from(
                t.messages.join(t.filings, t.filings.c.message_id == t.messages.c.id)
            )
            number = current.number if current is not None else 0
            answers = (
                await conn.execute(under.where(said, t.filings.c.question == number, t.filings.c.sure.is_(True)))
            ).one()
            unsure = (await conn.execute(under.where(said, t.filings.c.sure.is_(False)))).one()
            waiting = (t.relays.c.chat_id == chat_id) & (t.relays.c.state == RelayState.WAITING)
            to_approve = await conn.execute(select(func.count()).select_from(t.relays).where(waiting))
            return Turnout(*everything, *answers, await _unanswered(conn, chat_id), unsure[0], to_approve.scalar_one())

    async def waiting(self, chat_id: int, limit: int) -> Sequence[Waiting]:
        """Messages that wait for a person to say where they belong, the likeliest answers first."""
        query = (
            select(
                *(t.messages.c[name] for name in ("id", "author_name", "text", "thread_id", "author_id")),
                t.filings.c.question,
            )
            .join(t.filings, t.filings.c.message_id == t.messages.c.id)
            .where(t.messages.c.chat_id == chat_id, t.messages.c.text.is_not(None), t.filings.c.sure.is_(False))
            .order_by(t.filings.c.confidence.desc(), t.messages.c.id)
            .limit(limit)
        )
        async with self._database.read() as conn:
            rows = (await conn.execute(query)).all()
        return [Waiting(row.id, row.author_name, row.text, row.question, row.thread_id, row.author_id) for row in rows]


async def _unanswered(conn: AsyncConnection, chat_id: int) -> tuple[Unanswered, ...]:
    """Who was neither replied to nor mentioned by another person, those who wait longest first."""
    m, other = t.messages, t.messages.alias("other")
    here = (m.c.chat_id == chat_id) & m.c.by_machine.is_(False)
    hosts = union(
        select(t.chats.c.host_id).where(t.chats.c.id == chat_id),
        select(t.moves.c.person_id).where(t.moves.c.chat_id == chat_id),
    )
    by_another = (other.c.author_id != m.c.author_id) & other.c.by_machine.is_(False) & other.c.deleted_at.is_(None)
    replied = select(m.c.author_id).join(other, (other.c.reply_to_id == m.c.id) & by_another).where(here)
    last = (
        select(func.max(m.c.id).label("id"))
        # Not by their words: what the bot may not read has none, and its author waits all the same.
        .where(here, m.c.deleted_at.is_(None), m.c.left_out.is_(False))
        .where(m.c.author_id.not_in(hosts), m.c.author_id.not_in(replied))
        .group_by(m.c.author_id)
    )
    rows = await conn.execute(
        select(m.c.author_name, m.c.id, m.c.thread_id, m.c.author_id)
        .where(
            m.c.id.in_(last),
            ~exists().where(
                other.c.chat_id == chat_id,
                by_another,
                other.c.text.like("%<@" + cast(m.c.author_id, Text) + ">%"),
            ),
        )
        .order_by(m.c.id)
    )
    return tuple(Unanswered(row.author_name, row.id, row.thread_id, row.author_id) for row in rows)


async def _lane(conn: AsyncConnection, chat_id: int, now: datetime) -> Lane:
    chat = await load_chat(conn, chat_id)
    if chat is None:
        raise WrongMoment(Problem.CHAT_UNKNOWN, number=chat_id)
    rest = await unfinished_of(conn, chat_id)
    rows = await conn.execute(
        select(t.moves.c.kind, t.moves.c.made_at).where(
            t.moves.c.chat_id == chat_id, t.moves.c.made_at > now - SAME_WISH
        )
    )
    return Lane(chat, tuple(rest), tuple(Made(MoveKind(row.kind), row.made_at) for row in rows))


async def _apply(conn: AsyncConnection, before: Chat, change: Change) -> None:
    chat = change.chat
    await conn.execute(update(t.chats).where(t.chats.c.id == chat.id).values(state=chat.state, held_at=chat.held_at))
    for action in change.actions:
        # A slot that was dropped before has its row still, and takes a new question.
        row = (t.actions.c.chat_id == chat.id) & (t.actions.c.kind == action.kind)
        row &= (t.actions.c.number == action.number) & t.actions.c.state.in_(_FREE)
        found = await conn.execute(update(t.actions).where(row).values(due_at=action.due_at, state=action.state))
        if not found.rowcount:
            await insert_actions(conn, [action])
    if chat.questions != before.questions:
        await replace_questions(conn, chat)
