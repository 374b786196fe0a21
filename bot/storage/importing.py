"""Chats come in from files: each whole or not at all, and what the archive has already stays as it is.

A chat is one transaction, worked out before it begins, so that the bot may go on beside it. Its key tells it again;
messages are told by their numbers. What somebody deleted, or whose author asked to be left out, never comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat, ChatState, Source
from bot.domain.links import find_urls
from bot.domain.manner import Layout
from bot.domain.messages import ArchivedMessage, Basis
from bot.services.import_ports import Arrival, Outcome
from bot.storage import extras
from bot.storage import tables as t
from bot.storage.chat_rows import chat_values
from bot.storage.database import Database
from bot.storage.indexing import Indexing

_BATCH = 500
_RULED = frozenset({Basis.AUTHOR, Basis.HOST})


class ImportStore:
    """Implements the port `Imports`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexing = Indexing(database)

    async def look(self, arrival: Arrival) -> Outcome:
        """What would become of a chat; nothing is changed."""
        async with self._database.read() as conn:
            return (await _find(conn, arrival)).outcome

    async def take(self, arrival: Arrival, at: datetime) -> Outcome:
        """Take a chat in, all of it or nothing; once more, it changes nothing."""
        parts = _parts(arrival.record.messages)

        async def job(conn: AsyncConnection) -> Outcome:
            found = await _find(conn, arrival)
            if not found.new and not found.outcome.is_new:
                return found.outcome
            return await _take(conn, arrival, found, parts, at)

        return await self._database.write(job)

    async def finish(self) -> None:
        """Make everything that came in findable."""
        await self._indexing.take_many()


@dataclass(slots=True)
class _Found:
    """How a chat compares to what is there.

    Attributes:
        outcome: what would become of it.
        new: the messages that come in.
        hidden: those of them whose author asked to be left out.
    """

    outcome: Outcome
    new: Sequence[ArchivedMessage] = ()
    hidden: set[int] = field(default_factory=set)


async def _find(conn: AsyncConnection, arrival: Arrival) -> _Found:
    chat, messages = arrival.record.chat, arrival.record.messages
    c = t.chats.c
    mine = select(c.id).where(c.guild_id == chat.guild_id, c.import_key == arrival.key)
    chat_id: int = (await conn.execute(mine)).scalar_one_or_none() or 0
    known = await _known(conn, [message.id for message in messages])
    elsewhere = Counter(place for place in known.values() if place != chat_id)
    if not chat_id and (recorded := await _recorded(conn, chat)):
        return _Found(Outcome(recorded, elsewhere=elsewhere, is_recorded=True))
    new = [message for message in messages if message.id not in known]
    if not chat_id and sum(elsewhere.values()) > len(new):
        # Most of it is in other chats: what is left would be no chat.
        return _Found(Outcome(elsewhere=elsewhere))
    hidden = await _left_out(conn, {message.author_id for message in new})
    left_out = sum(message.is_left_out or message.author_id in hidden for message in new)
    here = len(known) - sum(elsewhere.values())
    outcome = Outcome(chat_id, not chat_id, len(new), here, elsewhere, left_out)
    return _Found(outcome, new, hidden)


async def _recorded(conn: AsyncConnection, chat: Chat) -> int:
    """The chat that the bot recorded in the same thread; 0 if there is none."""
    c = t.chats.c
    thread = _thread(chat)
    if thread is None:
        return 0
    own = select(t.question_threads.c.chat_id).where(t.question_threads.c.thread_id == thread)
    same = select(c.id).where(or_(c.thread_id == thread, c.id.in_(own)), c.import_key.is_(None)).limit(1)
    return (await conn.execute(same)).scalar_one_or_none() or 0


def _thread(chat: Chat) -> int | None:
    """In a channel the opening message's id stands in the thread's place."""
    return chat.opened_by if chat.layout is Layout.CHANNEL else chat.thread_id


async def _known(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, int]:
    """Which messages are there, and in which chat."""
    m = t.messages.c
    found: dict[int, int] = {}
    for part in _batches(ids):
        rows = await conn.execute(select(m.id, m.chat_id).where(m.id.in_(part)))
        found.update((row.id, row.chat_id) for row in rows)
    return found


async def _left_out(conn: AsyncConnection, people: set[int]) -> set[int]:
    found: set[int] = set()
    for part in _batches(sorted(people)):
        found.update(await conn.scalars(select(t.left_out.c.person_id).where(t.left_out.c.person_id.in_(part))))
    return found


async def _take(
    conn: AsyncConnection, arrival: Arrival, found: _Found, parts: Mapping[Table, _Rows], at: datetime
) -> Outcome:
    chat_id = found.outcome.chat_id or await _add_chat(conn, arrival, found.hidden, at)
    await _add_questions(conn, chat_id, arrival.record.chat)
    if found.new:
        rows = [_row(message, chat_id, at, hidden=message.author_id in found.hidden) for message in found.new]
        await conn.execute(insert(t.messages), rows)
    shown = {m.id for m in found.new if m.author_id not in found.hidden}
    readable = {m.id for m in found.new if m.id in shown and m.is_readable}
    for table, of_message in parts.items():
        if table is t.rulings and not arrival.as_is:
            continue
        # Where a message stood and what others thought of it outlast its words, as here.
        allowed = shown if table in _OUTLASTING else readable
        belonging = [row for i, rows in of_message.items() if i in allowed for row in rows]
        if belonging:
            await conn.execute(insert(table).prefix_with("OR IGNORE", dialect="sqlite"), belonging)
    if not found.outcome.is_new:
        await _lengthen(conn, chat_id, arrival.record.chat)
    return replace(found.outcome, chat_id=chat_id)


async def _add_chat(conn: AsyncConnection, arrival: Arrival, hidden: set[int], at: datetime) -> int:
    chat = arrival.record.chat
    c = t.chats.c
    values = chat_values(chat) | {"import_key": arrival.key, "sealed_at": at, "series_id": None, "series_key": None}
    values |= {"state": ChatState.CANCELLED if chat.state is ChatState.CANCELLED else ChatState.CLOSED}
    if chat.host_id in hidden or await _left_out(conn, {chat.host_id}):
        values["host_name"] = ""
    if arrival.as_is:
        values["is_public"] = chat.is_public
    else:
        values["published"] = None
    thread = _thread(chat)
    taken = thread is not None and await _exists(conn, t.chats, c.thread_id == thread)
    values["thread_id"] = None if taken else thread
    if chat.id and not await _exists(conn, t.chats, c.id == chat.id):
        values["id"] = chat.id
    chat_id: int = (await conn.execute(insert(t.chats).values(**values).returning(c.id))).scalar_one()
    guests = [guest.person_id for guest in chat.guests] or list(arrival.hosts)
    if guests:
        rows = [{"chat_id": chat_id, "person_id": person_id} for person_id in dict.fromkeys(guests)]
        await conn.execute(insert(t.guests), rows)
    return chat_id


async def _add_questions(conn: AsyncConnection, chat_id: int, chat: Chat) -> None:
    """Those that aren't there yet; of one whose message wasn't known, the message."""
    q = t.questions.c
    there = {row.number: row for row in await conn.execute(select(t.questions).where(q.chat_id == chat_id))}
    for question in chat.questions:
        values: dict[str, object] = {"text": question.text, "message_id": None, "asked_at": None}
        asked = question.message_id
        if asked is not None and not await _exists(conn, t.questions, q.message_id == asked):
            values |= {"message_id": asked, "asked_at": question.asked_at}
        row = there.get(question.number)
        if row is None:
            await conn.execute(insert(t.questions).values(chat_id=chat_id, number=question.number, **values))
        elif row.message_id is None and values["message_id"] is not None:
            mine = (q.chat_id == chat_id) & (q.number == question.number)
            await conn.execute(update(t.questions).where(mine).values(**values))
    threads = [
        {"chat_id": chat_id, "number": number, "thread_id": thread}
        for number, thread in chat.question_threads
        if not await _exists(conn, t.question_threads, t.question_threads.c.thread_id == thread)
    ]
    if threads:
        await conn.execute(insert(t.question_threads).prefix_with("OR IGNORE", dialect="sqlite"), threads)


async def _lengthen(conn: AsyncConnection, chat_id: int, chat: Chat) -> None:
    """A chat of which more came to light than before lasts as long as what is known of it."""
    mine = t.chats.c.id == chat_id
    row = (await conn.execute(select(t.chats.c.starts_at, t.chats.c.minutes).where(mine))).one()
    if chat.source is Source.DISCORD or (row.starts_at <= chat.starts_at and row.minutes >= chat.minutes):
        return
    values = {"starts_at": min(row.starts_at, chat.starts_at), "minutes": max(row.minutes, chat.minutes)}
    await conn.execute(update(t.chats).where(mine).values(**values))


async def _exists(conn: AsyncConnection, table: Table, where: ColumnElement[bool]) -> bool:
    return (await conn.execute(select(1).select_from(table).where(where).limit(1))).first() is not None


def _batches(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _row(message: ArchivedMessage, chat_id: int, at: datetime, *, hidden: bool) -> dict[str, Any]:
    hidden = hidden or message.is_left_out
    bare = hidden or message.text is None
    button = next((filing.question for filing in message.filings if filing.basis is Basis.BUTTON), None)
    return {
        "id": message.id,
        "chat_id": chat_id,
        "thread_id": message.thread_id,
        "author_id": message.author_id,
        "author_name": "" if hidden else message.author_name,
        "posted_at": message.posted_at,
        "text": None if bare or message.is_deleted else message.text,
        "edited_at": message.edited_at,
        "reply_to_id": message.reply_to_id,
        "by_machine": message.by_machine,
        "by_button": button,
        # When it was deleted isn't told outside of the archive.
        "deleted_at": at if message.is_deleted else None,
        "left_out": hidden,
        "pinned": message.extras.pinned and not hidden,
        "extras": None if bare else extras.to_text(message.extras),
    }


_Rows = dict[int, list[dict[str, Any]]]


def _parts(messages: Iterable[ArchivedMessage]) -> dict[Table, _Rows]:
    """All that belongs to messages in tables of its own, by the messages' numbers."""
    found: dict[Table, _Rows] = {table: {} for table in _PARTS}
    for message in messages:
        for table, rows_of in _PARTS.items():
            rows = rows_of(message)
            if rows:
                found[table][message.id] = rows
    return found


def _filings(message: ArchivedMessage) -> list[dict[str, Any]]:
    return [
        {
            "message_id": message.id,
            "question": filing.question,
            "basis": filing.basis,
            "confidence": filing.confidence,
            "sure": filing.sure,
            "reasons": " ".join(filing.reasons),
        }
        for filing in message.filings
    ]


def _rulings(message: ArchivedMessage) -> list[dict[str, Any]]:
    """A person said where it stands, and that outranks the machine."""
    return [
        {"message_id": message.id, "question": filing.question, "by_author": filing.basis is Basis.AUTHOR}
        for filing in message.filings
        if filing.basis in _RULED
    ]


def _links(message: ArchivedMessage) -> list[dict[str, Any]]:
    text = message.text or ""
    if "://" not in text:
        return []
    return [{"message_id": message.id, "position": i, "url": url} for i, url in enumerate(find_urls(text))]


def _files(message: ArchivedMessage) -> list[dict[str, Any]]:
    return [
        {
            "id": file.id,
            "message_id": message.id,
            "filename": file.filename,
            "url": file.url,
            "size": file.size,
            "content_type": file.content_type,
            "description": file.description,
            "stored": file.stored,
        }
        for file in message.attachments
    ]


def _reactions(message: ArchivedMessage) -> list[dict[str, Any]]:
    return [{"message_id": message.id, "emoji": emoji, "count": count} for emoji, count in message.reactions]


def _versions(message: ArchivedMessage) -> list[dict[str, Any]]:
    return [
        {"message_id": message.id, "replaced_at": version.replaced_at, "text": version.text}
        for version in message.versions
    ]


_PARTS = {
    t.filings: _filings,
    t.rulings: _rulings,
    t.links: _links,
    t.attachments: _files,
    t.reactions: _reactions,
    t.versions: _versions,
}
_OUTLASTING = frozenset({t.filings, t.rulings, t.reactions})
