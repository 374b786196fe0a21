"""Chats come in from files: each whole or not at all, and what the archive has already stays as it is.

Several chats are one transaction, worked out before it begins, so that the bot may go on beside it. A chat's key tells
it again; messages are told by their numbers. What somebody deleted, or whose author asked to be left out, never comes
back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat, ChatState, Source
from bot.domain.manner import Layout
from bot.domain.messages import ArchivedMessage
from bot.services.import_ports import Arrival, Outcome
from bot.storage import tables as t
from bot.storage.among import among
from bot.storage.chat_rows import chat_values, load_chat
from bot.storage.columns import kept as instant
from bot.storage.database import Database
from bot.storage.import_rows import COLUMNS, OUTLASTING, Row, Rows, parts_of, row_of
from bot.storage.import_series import belonging_of
from bot.storage.index import Entry, enter
from bot.storage.indexing import Indexing
from bot.storage.sqlite import insertion


class ImportStore:
    """Implements the port `Imports`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexing = Indexing(database)

    async def look(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """What would become of some chats; nothing is changed."""
        async with self._database.read() as conn:
            there = await _look(conn, arrivals)
        # Those that come in together know of each other by numbers that no chat has.
        return [there.add(arrival, -number).outcome for number, arrival in enumerate(arrivals, start=1)]

    async def take(self, arrivals: Sequence[Arrival], at: datetime) -> list[Outcome]:
        """Take some chats in, all of them or none; once more, it changes nothing."""
        parts = [parts_of(arrival.record.messages) for arrival in arrivals]

        async def job(conn: AsyncConnection) -> list[Outcome]:
            return await _Taking(conn, await _look(conn, arrivals), at).take(arrivals, parts)

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
    """

    outcome: Outcome
    new: Sequence[ArchivedMessage] = ()


@dataclass(slots=True)
class _There:
    """What the archive has of that which is to come in.

    Attributes:
        chats: by server and key.
        recorded: the chats that the bot recorded itself, by thread.
        threads: those that some chat has.
        numbers: of chats.
        messages: with their chats.
        left_out: people.
        asked: the messages that asked a question.
        questions: of chats that are there, by chat and number, with the messages that asked them.
    """

    chats: dict[tuple[int, str], int] = field(default_factory=dict)
    recorded: dict[int, int] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    messages: dict[int, int] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    questions: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def find(self, arrival: Arrival) -> _Found:
        """How a chat compares to that."""
        chat, messages = arrival.record.chat, arrival.record.messages
        chat_id = self.chats.get((chat.guild_id, arrival.key), 0)
        places = Counter(self.messages[message.id] for message in messages if message.id in self.messages)
        here = places.pop(chat_id, 0)
        thread = _thread(chat)
        if not chat_id and thread is not None and thread in self.recorded:
            return _Found(Outcome(self.recorded[thread], elsewhere=places, is_recorded=True))
        new = [message for message in messages if message.id not in self.messages]
        if not chat_id and sum(places.values()) > len(new):
            # Most of it is in other chats: what is left would be no chat.
            return _Found(Outcome(elsewhere=places))
        left_out = sum(message.is_left_out or message.author_id in self.left_out for message in new)
        return _Found(Outcome(max(chat_id, 0), not chat_id, len(new), here, places, left_out), new)

    def add(self, arrival: Arrival, chat_id: int) -> _Found:
        """The same; and the chat is there from now on, under this number if it is new."""
        found = self.find(arrival)
        chat = arrival.record.chat
        if found.outcome.is_new:
            self.chats[chat.guild_id, arrival.key] = chat_id
        number = self.chats.get((chat.guild_id, arrival.key), 0)
        self.messages.update((message.id, number) for message in found.new)
        return found


async def _look(conn: AsyncConnection, arrivals: Sequence[Arrival]) -> _There:
    there = _There()
    chats = [arrival.record.chat for arrival in arrivals]
    messages = [message for arrival in arrivals for message in arrival.record.messages]
    c, m, q, own = t.chats.c, t.messages.c, t.questions.c, t.question_threads.c
    for row in await _in(conn, [c.guild_id, c.import_key, c.id], c.import_key, {a.key for a in arrivals}):
        there.chats[row[0], row[1]] = row[2]
    threads = {thread for chat in chats if (thread := _thread(chat)) is not None}
    for thread, number, key in await _in(conn, [c.thread_id, c.id, c.import_key], c.thread_id, threads):
        there.threads.add(thread)
        if key is None:
            there.recorded[thread] = number
    for thread, number in await _in(conn, [own.thread_id, own.chat_id], own.thread_id, threads):
        there.recorded.setdefault(thread, number)
    there.numbers |= {row[0] for row in await _in(conn, [c.id], c.id, {chat.id for chat in chats})}
    there.messages.update(await _in(conn, [m.id, m.chat_id], m.id, {message.id for message in messages}))
    people = {message.author_id for message in messages} | {chat.host_id for chat in chats}
    left_out = t.left_out.c.person_id
    there.left_out |= {row[0] for row in await _in(conn, [left_out], left_out, people)}
    prompts = {question.message_id for chat in chats for question in chat.questions} - {None}
    there.asked |= {row[0] for row in await _in(conn, [q.message_id], q.message_id, prompts)}
    known = set(there.chats.values())
    for chat_id, number, asked in await _in(conn, [q.chat_id, q.number, q.message_id], q.chat_id, known):
        there.questions[chat_id, number] = asked
    return there


async def _in(
    conn: AsyncConnection, columns: Sequence[ColumnElement[Any]], column: ColumnElement[Any], values: Iterable[Any]
) -> list[tuple[Any, ...]]:
    """Some columns of the rows that have one of some values."""
    return [tuple(row) for row in await conn.execute(select(*columns).where(among(column, values)))]


def _thread(chat: Chat) -> int | None:
    """In a channel the opening message's id stands in the thread's place."""
    return chat.opened_by if chat.layout is Layout.CHANNEL else chat.thread_id


class _Taking:
    """Some chats as they are taken in, table by table."""

    def __init__(self, conn: AsyncConnection, there: _There, at: datetime) -> None:
        self._conn = conn
        self._there = there
        self._at = at
        self._rows: dict[Table, list[Row]] = {}
        self._said: list[tuple[ArchivedMessage, Chat]] = []
        self._entries: list[Entry] = []

    async def take(self, arrivals: Sequence[Arrival], parts: Sequence[Mapping[Table, Rows]]) -> list[Outcome]:
        """Take them in."""
        outcomes = []
        for arrival, belonging in zip(arrivals, parts, strict=True):
            found = self._there.find(arrival)
            if found.new or found.outcome.is_new:
                if found.outcome.is_new:
                    chat = await self._add_chat(arrival)
                else:
                    # Where it is read, and what series it belongs to, was decided when it came in.
                    chat = await load_chat(self._conn, found.outcome.chat_id) or arrival.record.chat
                    await self._lengthen(chat, arrival.record.chat)
                found = self._there.add(arrival, chat.id)
                await self._add_questions(chat.id, arrival.record.chat)
                self._add_messages(chat, arrival, found, belonging)
                found.outcome = replace(found.outcome, chat_id=chat.id)
            outcomes.append(found.outcome)
        await self._write()
        return outcomes

    async def _add_chat(self, arrival: Arrival) -> Chat:
        chat, there = arrival.record.chat, self._there
        belonging = await belonging_of(self._conn, chat, there.left_out, self._at) if arrival.as_is else None
        chat = replace(chat, belonging=belonging)
        values = chat_values(chat) | {"import_key": arrival.key, "sealed_at": self._at}
        values["state"] = ChatState.CANCELLED if chat.state is ChatState.CANCELLED else ChatState.CLOSED
        if chat.host_id in there.left_out:
            values["host_name"] = ""
        if belonging is not None:
            values["first_key"] = belonging.first_key or None
        if arrival.as_is:
            values |= {"is_public": chat.is_public, "held_at": chat.held_at}
        else:
            values["published"] = None
        thread = _thread(chat)
        values["thread_id"] = None if thread in there.threads else thread
        if thread is not None:
            there.threads.add(thread)
        if chat.id and chat.id not in there.numbers:
            values["id"] = chat.id
        made = insert(t.chats).values(**values).returning(t.chats.c.id)
        chat_id: int = (await self._conn.execute(made)).scalar_one()
        there.numbers.add(chat_id)
        await self._add_guests(chat_id, arrival)
        self._add(t.question_threads, ((chat_id, number, thread_id) for number, thread_id in chat.question_threads))
        return replace(chat, id=chat_id)

    async def _add_guests(self, chat_id: int, arrival: Arrival) -> None:
        """Those of our own keep their numbers, as far as nobody else has them."""
        guests, g = arrival.record.chat.guests, t.guests.c
        numbered = {guest.person_id: guest.id for guest in guests if guest.id > 0}
        taken = {row[0] for row in await _in(self._conn, [g.id], g.id, numbered.values())}
        people = dict.fromkeys([*(guest.person_id for guest in guests), *arrival.hosts])
        rows = (
            (None if numbered.get(person) in taken else numbered.get(person), chat_id, person)
            for person in people
            if person not in self._there.left_out
        )
        self._add(t.guests, rows)

    async def _add_questions(self, chat_id: int, chat: Chat) -> None:
        """Those that aren't there yet; of one whose message wasn't known, the message."""
        there, q = self._there, t.questions.c
        for question in chat.questions:
            asked, at = question.message_id, question.asked_at
            if asked in there.asked:
                asked, at = None, None
            if asked is not None:
                there.asked.add(asked)
            if (chat_id, question.number) not in there.questions:
                when = None if at is None else instant(at)
                self._add(t.questions, [(chat_id, question.number, question.text, asked, when)])
            elif there.questions[chat_id, question.number] is None and asked is not None:
                mine = (q.chat_id == chat_id) & (q.number == question.number)
                values = {"text": question.text, "message_id": asked, "asked_at": at}
                await self._conn.execute(update(t.questions).where(mine).values(**values))

    def _add_messages(self, chat: Chat, arrival: Arrival, found: _Found, belonging: Mapping[Table, Rows]) -> None:
        left_out = self._there.left_out
        shown = {message.id for message in found.new if message.author_id not in left_out}
        kept = {m.id for m in found.new if m.id in shown and not m.is_deleted and not m.is_left_out}
        self._said += ((message, chat) for message in found.new)
        links, files = belonging[t.links], belonging[t.attachments]
        self._entries += (
            Entry(
                message.id,
                message.text or "",
                message.posted_at,
                message.author_id,
                message.author_name,
                chat.id,
                chat.guild_id,
                None if chat.belonging is None else chat.belonging.series_id,
                chat.home_id,
                message.id in links,
                message.id in files,
            )
            for message in found.new
            if message.id in kept and message.text is not None
        )
        for table, of_message in belonging.items():
            if table is t.rulings and not arrival.as_is:
                continue
            allowed = shown if table in OUTLASTING else kept
            self._add(table, (row for i, rows in of_message.items() if i in allowed for row in rows))

    async def _write(self) -> None:
        left_out = self._there.left_out
        places = await self._conn.run_sync(enter, self._entries) if self._entries else {}
        self._add(
            t.messages,
            (
                row_of(message, chat.id, self._at, places.get(message.id), hidden=message.author_id in left_out)
                for message, chat in self._said
            ),
        )
        for table, columns in COLUMNS.items():
            if rows_of_table := self._rows.get(table):
                await self._conn.exec_driver_sql(insertion(table, columns), rows_of_table)

    async def _lengthen(self, chat: Chat, found: Chat) -> None:
        """A chat of which more came to light than before lasts as long as what is known of it."""
        if found.source is not Source.DISCORD:
            starts_at, ends_at = min(chat.starts_at, found.starts_at), max(chat.ends_at, found.ends_at)
            minutes = (ends_at - starts_at) // timedelta(minutes=1)
            longer = update(t.chats).where(t.chats.c.id == chat.id).values(starts_at=starts_at, minutes=minutes)
            await self._conn.execute(longer)

    def _add(self, table: Table, rows: Iterable[Row]) -> None:
        self._rows.setdefault(table, []).extend(rows)


def in_batches(arrivals: Iterable[Arrival], most: int) -> Iterator[list[Arrival]]:
    """Chats that are taken in together: as many as have so many messages in all, at least one."""
    batch: list[Arrival] = []
    count = 0
    for arrival in arrivals:
        if batch and count + len(arrival.record.messages) > most:
            yield batch
            batch, count = [], 0
        batch.append(arrival)
        count += len(arrival.record.messages)
    if batch:
        yield batch
