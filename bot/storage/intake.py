"""What is posted is written down at once, many messages in one statement; it is filed when nothing else waits.

So a rush can't outrun the archive: writing a message down takes a few millionths of a second, filing it a fifth of a
thousandth. Which messages aren't filed yet is told by their rows, so none is forgotten when the process ends between.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.links import find_urls
from bot.domain.messages import Extras, Incoming, Kept
from bot.storage import tables as t
from bot.storage.chat_rows import KnownChats
from bot.storage.database import Database
from bot.storage.filings import Rooms, file_all, message_of
from bot.storage.indexing import Indexing
from bot.storage.keeping import is_taken, wrote_before
from bot.storage.repeated import Repeated

_log = logging.getLogger(__name__)

# So many are filed in one transaction; others may want to write meanwhile.
_FILED_TOGETHER = 32
# Of so many people is remembered that they wrote in a server before.
_MOST_KNOWN = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NOTHING = Extras()

_COLUMNS = "id, chat_id, thread_id, author_id, author_name, posted_at, text, reply_to_id, by_machine, left_out, unfiled"
# All rows of a batch in one value, so that SQLite writes them in one go, beside the event loop: row by row it would
# have to wait for Python's lock before each. What is there already is as new as this, as it was fetched from Discord.
_WRITE = (
    f"INSERT INTO messages ({_COLUMNS}) SELECT "  # noqa: S608 - our own names
    + ", ".join(f"json_extract(value, '$[{place}]')" for place in range(_COLUMNS.count(",") + 1))
    + " FROM json_each(?) WHERE true ON CONFLICT DO NOTHING"
)
_M = t.messages.c
_Row = tuple[int, int, int, int, str, int, str | None, int | None, bool, bool, bool]
# No text may hold a half of a sign, and JSON in SQLite ends at a NUL.
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def is_plain(message: Incoming) -> bool:
    """Whether a message is words and nothing else; all others are kept one by one, and files as they come."""
    bare = not message.attachments and not message.reactions and message.extras == _NOTHING
    is_new = message.edited_at is None and not message.is_unread
    return bare and is_new and _is_fit(message.text) and _is_fit(message.author_name)


def _is_fit(text: str) -> bool:
    # Most texts need no search, sign by sign.
    return (text.isascii() and "\0" not in text) or not _UNFIT.search(text)


class _Filed(NamedTuple):
    """What was filed in a transaction, whether more may wait, and who is known to have written, by server."""

    kept: Sequence[Kept]
    is_more: bool
    met: AbstractSet[tuple[int, int]]


class Intake:
    """Takes in what is posted.

    Args:
        database: where it is written.
        rooms: who files it.
        indexing: what it enters once it is filed.
    """

    def __init__(self, database: Database, rooms: Rooms, indexing: Indexing) -> None:
        self._database = database
        self._rooms = rooms
        self._indexing = indexing
        # A bound method is another object each time it is asked for.
        self._together = self._write
        self._taken: asyncio.Future[list[BaseException | None]] | None = None
        self._filing = Repeated(self._file, attrgetter("is_more"), self._is_filed)
        self._chats = KnownChats()
        self._known: set[tuple[int, int]] = set()
        self.on_kept: Callable[[Sequence[Kept]], None] = _nobody_waits
        self.on_lost: Callable[[BaseException], None] = _tell

    def take(self, chat_id: int, message: Incoming) -> None:
        """A plain message that was posted: `on_kept` learns of it once it is filed, `on_lost` if it can't be saved."""
        taken = self._database.gather(self._together, (chat_id, message))
        if taken is not self._taken:
            # All that are written together share it.
            self._taken = taken
            taken.add_done_callback(self._is_written)

    def is_kept(self, done: asyncio.Future[Kept | None]) -> None:
        """A message that isn't plain was kept, or couldn't be."""
        if done.cancelled():
            return
        problem = done.exception()
        if problem is not None:
            self.on_lost(problem)
        elif (kept := done.result()) is not None:
            self.on_kept([kept])

    def stir(self) -> None:
        """There may be messages to file, as after a restart; safe to repeat."""
        # Closed in the meantime: the rows tell the next process.
        self._filing.stir(self._database.submit_later)

    async def finish(self) -> None:
        """Return once everything is filed that was written before."""
        is_more = True
        while is_more:
            filed = await self._database.write(self._file)
            is_more = filed.is_more
            self._tell_of(filed)

    async def _write(self, conn: AsyncConnection, items: Sequence[tuple[int, Incoming]]) -> list[None]:
        by_chat: dict[int, list[Incoming]] = {}
        for chat_id, message in items:
            by_chat.setdefault(chat_id, []).append(message)
        for chat_id, messages in by_chat.items():
            chat = await self._chats.load(conn, chat_id)
            if chat is not None:
                rows = _rows(chat, messages, await _left_out(conn, messages))
                await conn.exec_driver_sql(_WRITE, (json.dumps(rows, ensure_ascii=False),))
        return [None] * len(items)

    def _is_written(self, done: asyncio.Future[list[BaseException | None]]) -> None:
        if done.cancelled():
            return
        lost = done.exception()
        for problem in [lost] if lost is not None else done.result():
            if problem is not None:
                self.on_lost(problem)
        self.stir()

    async def _file(self, conn: AsyncConnection) -> _Filed:
        """File the first of those that wait."""
        rows = (await conn.execute(_WAITING)).mappings().all()
        # Whose words are gone again has nothing to be filed.
        readable = [row for row in rows if row["text"] is not None]
        kept: list[Kept] = []
        met: set[tuple[int, int]] = set()
        for chat_id in dict.fromkeys(row["chat_id"] for row in readable):
            chat = await self._chats.load(conn, chat_id)
            messages = [message_of(row) for row in readable if row["chat_id"] == chat_id]
            if chat is not None:
                stands = await file_all(conn, self._rooms, chat, messages)
                first = self._first_of_each(chat, messages)
                met |= {(chat.guild_id, author) for author in first}
                new = {number for author, number in first.items() if not await wrote_before(conn, chat, author, number)}
                kept += [Kept(chat, m.id, m.thread_id, stands[m.id], is_first=m.id in new) for m in messages]
                await _add_links(conn, messages)
        if rows:
            await conn.execute(_DONE, [{"number": row["id"]} for row in rows])
        return _Filed(kept, len(rows) == _FILED_TOGETHER, met)

    def _is_filed(self, done: asyncio.Future[_Filed]) -> None:
        if done.cancelled():
            return
        problem = done.exception()
        if problem is not None:
            # What is written down stays; whoever writes next stirs this again.
            self.on_lost(problem)
            return
        self._tell_of(done.result())

    def _tell_of(self, filed: _Filed) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known |= filed.met
        if filed.kept:
            self._indexing.stir(later=True)
            self.on_kept(filed.kept)

    def _first_of_each(self, chat: Chat, messages: Sequence[Incoming]) -> dict[int, int]:
        """Of each author who isn't known to have written in this server, the first of some messages."""
        first: dict[int, int] = {}
        for message in messages:
            if not message.by_machine and (chat.guild_id, message.author_id) not in self._known:
                first.setdefault(message.author_id, message.id)
        return first


async def _left_out(conn: AsyncConnection, messages: Sequence[Incoming]) -> frozenset[int]:
    authors = {message.author_id for message in messages}
    known = select(t.left_out.c.person_id).where(t.left_out.c.person_id.in_(authors))
    return frozenset((await conn.scalars(known)).all())


def _rows(chat: Chat, messages: Sequence[Incoming], left_out: frozenset[int]) -> list[_Row]:
    return [
        (
            m.id,
            chat.id,
            m.thread_id,
            m.author_id,
            "" if m.author_id in left_out else m.author_name,
            (m.posted_at - _EPOCH) // _MICROSECOND,
            None if m.author_id in left_out else m.text,
            m.reply_to_id,
            m.by_machine,
            m.author_id in left_out,
            m.author_id not in left_out,
        )
        for m in messages
        if is_taken(chat, m)
    ]


_WAITING = select(t.messages).where(_M.unfiled == true()).order_by(_M.id).limit(_FILED_TOGETHER)
_DONE = update(t.messages).where(_M.id == bindparam("number")).values(unfiled=False)


async def _add_links(conn: AsyncConnection, messages: Sequence[Incoming]) -> None:
    rows = [
        {"message_id": message.id, "position": place, "url": url}
        for message in messages
        for place, url in enumerate(find_urls(message.text))
    ]
    if rows:
        await conn.execute(insert(t.links).prefix_with("OR IGNORE"), rows)


def _nobody_waits(_kept: Sequence[Kept]) -> None:
    """Until somebody wants to know."""


def _tell(problem: BaseException) -> None:
    _log.error("what was said couldn't be written down", exc_info=problem)
