"""Made-up chats and messages for the tests of storage, and ways to look into the files that it writes."""

import asyncio
import hashlib
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from bot.domain.agenda import plan_actions
from bot.domain.chat import Chat, ChatState, with_questions
from bot.domain.messages import Incoming
from bot.services.values import Look, Posted
from bot.storage.agenda import AgendaStore
from bot.storage.chats import ChatStore
from bot.storage.indexing import Indexing

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
THREAD = 50


def a_draft(**changes):
    """A chat of an hour that isn't saved yet and has no questions."""
    values = {
        "guild_id": 1,
        "channel_id": 2,
        "title": "Reading in winter",
        "hashtag": "shelfchat",
        "starts_at": START,
        "zone": "America/New_York",
        "minutes": 60,
        "host_id": 5,
        "host_name": "Noor",
    }
    return Chat(**{**values, **changes})


async def a_plan(database, questions=3, **changes):
    """A saved chat with its questions and everything that is due in it."""
    chats = ChatStore(database)
    draft = await chats.add_draft(a_draft(**changes))
    texts = tuple(f"What about {number}?" for number in range(1, questions + 1))
    planned = with_questions(replace(draft, state=ChatState.PLANNED), texts)
    return await chats.confirm(planned, plan_actions(planned, NOW))


async def a_running_chat(database, questions=3, thread_id=THREAD, **changes):
    """A chat whose thread is open and whose questions stand as message 1000, 2000 and so on (in thread 50)."""
    chat = await a_plan(database, questions, **changes)
    agenda = AgendaStore(database)
    records = []
    state = chat.state
    for action in await agenda.of_chat(chat.id):
        match action.kind:
            case "thread":
                records.append(agenda.record(action, thread_id=thread_id))
            case "ask":
                posted = Posted(1000 * action.number + thread_id - THREAD, START + timedelta(minutes=action.number))
                records.append(agenda.record(action, posted=posted, step=(state, ChatState.ASKING)))
                state = ChatState.ASKING
            case "wrap_up" | "end" | "close":
                pass
            case _:
                records.append(agenda.record(action, posted=Posted(100 + action.step, START)))
    # At once, so that they share a transaction.
    await asyncio.gather(*records)
    return await ChatStore(database).get(chat.id)


def a_message(number, text="Hello", author=7, **changes):
    """Something that a person said in the thread; ids order messages."""
    values = {
        "id": number,
        "thread_id": THREAD,
        "author_id": author,
        "author_name": f"Reader {author}",
        "posted_at": START + timedelta(seconds=number),
        "text": text,
    }
    return Incoming(**{**values, **changes})


async def reconcile(archive, chat, found, at=START, *, touched=(), also_new=True):
    """Make a chat's thread what Discord answered; what was archived before counts as known."""
    known = await archive.known(chat.id, THREAD, None)
    await archive.reconcile(chat.id, Look(found, known, set(touched), at), also_new=also_new)


def edited(message, text, seconds=1, **changes):
    """The same message with other words, so many seconds after it was posted."""
    return replace(message, text=text, edited_at=message.posted_at + timedelta(seconds=seconds), **changes)


def an_own_post(number):
    """One of the bot's own messages."""
    return a_message(number, "Welcome!", author=99, by_machine=True, is_own=True)


async def said(archive, chat_id):
    """What the archive holds of a chat, by message id."""
    record = await archive.record_of(chat_id)
    return {message.id: message for message in record.messages}


async def indexed(database):
    """The words by which each message can be found, and all words that the index knows."""
    await Indexing(database).catch_up()
    vocabulary = dict(await rows(database, "SELECT id, word FROM vocabulary"))
    entries = await rows(
        database, "SELECT m.id, s.words FROM search AS s LEFT JOIN messages AS m ON search_id = s.rowid"
    )
    words = {i: [vocabulary[int(token[1:])] for token in tokens.split()] for i, tokens in entries}
    # Those with an @ stand for people.
    return words, {word for word in vocabulary.values() if not word.startswith("@")}


def filed(message):
    """Where a message stands, as pairs of a number and the reason's name."""
    return [(filing.question, filing.basis.value) for filing in message.filings]


async def rows(database, query, *values):
    """The rows of a plain query."""
    async with database.read() as conn:
        return [tuple(row) for row in await conn.exec_driver_sql(query, values)]


def digest(path):
    """What tells whether a single byte of a file was changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dump(path):
    """Everything that a database holds, schema included, as text; the file is only read."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return "\n".join(connection.iterdump())


@contextmanager
def counting(database, name):
    """Collects the events of this name (`commit`, `rollback` …) of both engines while the block runs."""
    seen = []
    engines = [database._writing, database._reading.sync_engine]

    def note(*arguments):
        seen.append(arguments)

    for engine in engines:
        event.listen(engine, name, note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, name, note)


def surviving(threads_before):
    """The threads that were started since and don't end by themselves; the event loop's own pool doesn't count."""
    started = [
        thread
        for thread in threading.enumerate()
        if thread not in threads_before and not thread.name.startswith("asyncio_")
    ]
    for thread in started:
        thread.join(timeout=5)
    return [thread for thread in started if thread.is_alive()]
