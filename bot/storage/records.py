"""Reading what was said, as values; a whole chat takes a fixed number of queries, however long it is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, Table, bindparam, case, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.messages import ArchivedMessage, Attachment, ChatRecord, Filing, Version
from bot.domain.showing import Showing
from bot.services.values import Stamp
from bot.storage import extras
from bot.storage import tables as t
from bot.storage.chat_rows import load_chat
from bot.storage.filings import filing_of

# Spreads what is summed, so that two messages that change places don't cancel each other out.
_PRIME = 1_000_003
_M = t.messages.c
# In the order in which `_message` takes a row apart.
_COLUMNS = (
    _M.id,
    _M.thread_id,
    _M.author_id,
    _M.author_name,
    _M.posted_at,
    _M.text,
    _M.edited_at,
    _M.reply_to_id,
    _M.by_machine,
    _M.deleted_at,
    _M.left_out,
    _M.pinned,
    _M.extras,
)

_Parts = dict[int, list[RowMapping]]


@dataclass(frozen=True, slots=True)
class _Parted:
    """What belongs to some messages, by their numbers."""

    filings: Mapping[int, tuple[Filing, ...]]
    files: _Parts
    reactions: _Parts
    versions: _Parts
    replies: Counter[int]


async def load(conn: AsyncConnection, chat_id: int) -> ChatRecord | None:
    """A chat with everything that was said in it, in Discord's order."""
    chat = await load_chat(conn, chat_id)
    if chat is None:
        return None
    return ChatRecord(chat, tuple(await conn.run_sync(_OF_CHAT.load, chat_id=chat_id)))


async def load_grown(conn: AsyncConnection, record: ChatRecord, before: Stamp) -> ChatRecord | None:
    """A record with what was said since it was read, which takes a tenth of reading all of it again.

    Args:
        conn: an open connection.
        record: as it was read.
        before: the chat's stamp, taken before that.

    Returns:
        None if anything else changed since the stamp was taken, or if there is no such chat any more.
    """
    if not record.messages or record.chat.id is None:
        return None
    chat_id, last = record.chat.id, record.messages[-1].id
    if await stamp(conn, chat_id, until=last) != before or (chat := await load_chat(conn, chat_id)) is None:
        return None
    new = await conn.run_sync(_SINCE.load, chat_id=chat_id, last=last)
    replies = Counter(message.reply_to_id for message in new if not message.is_deleted)
    old = [replace(m, replies=m.replies + replies[m.id]) if m.id in replies else m for m in record.messages]
    return ChatRecord(chat, (*old, *new))


async def load_thread(conn: AsyncConnection, chat_id: int, thread_id: int) -> list[ArchivedMessage]:
    """What was said of a chat in one of its threads, in Discord's order."""
    return await conn.run_sync(_OF_THREAD.load, chat_id=chat_id, thread_id=thread_id)


def load_some(conn: Connection, message_ids: Sequence[int]) -> list[ArchivedMessage]:
    """Some messages, in Discord's order; of their replies those among them are counted."""
    return _SOME.load(conn, ids=json.dumps(list(message_ids)))


class _Loader:
    """Reads the messages that meet a condition; its queries are made once, as making them takes as long as asking."""

    def __init__(self, where: ColumnElement[bool]) -> None:
        self._messages = select(*_COLUMNS).where(where).order_by(_M.id)
        self._filings = _beside(t.filings, where, _FILED)
        self._files, self._reactions, self._versions = (
            _beside(table, where, table.c) for table in (t.attachments, t.reactions, t.versions)
        )

    def load(self, conn: Connection, /, **values: int | str) -> list[ArchivedMessage]:
        """Those messages, in Discord's order, for these values of the condition."""
        rows = conn.execute(self._messages, values).all()
        filings: dict[int, tuple[Filing, ...]] = {}
        for message_id, *filed in conn.execute(self._filings, values):
            filings[message_id] = (*filings.get(message_id, ()), filing_of(*filed))
        files, reactions, versions = (
            _parts(conn.execute(query, values)) for query in (self._files, self._reactions, self._versions)
        )
        replies = Counter(row.reply_to_id for row in rows if row.deleted_at is None)
        parts = _Parted(filings, files, reactions, versions, replies)
        return [_message(row, parts) for row in rows]


def _beside(table: Table, where: ColumnElement[bool], columns: Iterable[ColumnElement[Any]]) -> Select[Any]:
    """What stands in a table that has rows for messages, in order."""
    of_messages = table.join(t.messages, _M.id == table.c.message_id)
    return select(*columns).select_from(of_messages).where(where).order_by(*table.primary_key.columns)


def _parts(rows: CursorResult[Any]) -> _Parts:
    parts: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        parts[row["message_id"]].append(row)
    return parts


_F = t.filings.c
_FILED = (_F.message_id, _F.question, _F.basis, _F.confidence, _F.sure, _F.reasons)
_HERE = _M.chat_id == bindparam("chat_id")
_OF_CHAT = _Loader(_HERE)
_SINCE = _Loader(_HERE & (_M.id > bindparam("last")))
_OF_THREAD = _Loader(_HERE & (_M.thread_id == bindparam("thread_id")))
_SOME = _Loader(_M.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value)))


async def cast(conn: AsyncConnection, chat_id: int) -> list[tuple[int, str]]:
    """Who wrote in a chat and under which names, the earliest first; without those of whom nothing is kept."""
    m = t.messages.c
    here = select(m.author_id, m.author_name).where(m.chat_id == chat_id, m.author_name != "")
    rows = await conn.execute(here.group_by(m.author_id, m.author_name).order_by(func.min(m.id)))
    return [(row.author_id, row.author_name) for row in rows]


async def stamp(conn: AsyncConnection, chat_id: int, until: int | None = None) -> Stamp:
    """Counts, sums and the latest edit of all that a digest is made of: a change of any of it changes one of them.

    Args:
        conn: an open connection.
        chat_id: the chat.
        until: only of messages up to this number; None for all.
    """
    m, f, r = t.messages.c, t.filings.c, t.reactions.c
    here = m.chat_id == chat_id if until is None else (m.chat_id == chat_id) & (m.id <= until)
    taken = select(
        func.count() - func.count(m.text), func.count(m.deleted_at), func.total(m.left_out), func.max(m.edited_at)
    ).where(here)
    said = select(func.count()).where(here)
    filed = select(func.count(), func.sum(f.question * (m.id % _PRIME)), func.sum(f.sure), func.total(f.confidence))
    reacted = select(func.count(), func.sum(r["count"]))
    queries = (
        said,
        filed.select_from(t.filings.join(t.messages)).where(here),
        reacted.select_from(t.reactions.join(t.messages)).where(here),
    )
    agreed = select(func.count(m.author_id.distinct())).join(t.greeted, t.greeted.c.person_id == m.author_id)
    s, guild = t.showings.c, select(t.chats.c.guild_id).where(t.chats.c.id == chat_id).scalar_subquery()
    # Whoever chose may be mentioned where they didn't write.
    weight = case((s.showing == Showing.NAMED, 1), (s.showing == Showing.PSEUDONYM, 2), else_=3)
    chosen = select(func.count(), func.total(s.person_id % _PRIME * weight)).where(s.guild_id == guild)
    gone = (
        *(await conn.execute(taken)).one(),
        (await conn.execute(agreed.where(here))).scalar_one(),
        *(await conn.execute(chosen)).one(),
    )
    return Stamp(gone, tuple([tuple((await conn.execute(query)).one()) for query in queries]))


async def newcomers(conn: AsyncConnection, chat_id: int) -> frozenset[int]:
    """Who wrote in this chat and in no earlier one of its server."""
    this, other = t.chats.alias("this"), t.chats.alias("other")
    earlier = (
        select(t.messages.c.author_id)
        .join(other, other.c.id == t.messages.c.chat_id)
        .join(this, (this.c.guild_id == other.c.guild_id) & (this.c.starts_at > other.c.starts_at))
        .where(this.c.id == chat_id)
    )
    rows = await conn.execute(
        select(t.messages.c.author_id)
        .distinct()
        .where(t.messages.c.chat_id == chat_id, t.messages.c.author_id.not_in(earlier))
    )
    return frozenset(rows.scalars())


async def to_greet(conn: AsyncConnection, chat_id: int) -> tuple[str, ...]:
    """The names of newcomers who agreed to be named, in the order of the alphabet."""
    m = t.messages.c
    if (await conn.execute(select(t.greeted.c.person_id).limit(1))).first() is None:
        return ()
    rows = await conn.execute(
        select(m.author_id, func.max(m.author_name))
        .join(t.greeted, t.greeted.c.person_id == m.author_id)
        .where(m.chat_id == chat_id, m.left_out.is_(False), m.deleted_at.is_(None), m.author_name != "")
        .where(m.author_id.not_in(await _unnamed(conn, chat_id)))
        .group_by(m.author_id)
    )
    new = await newcomers(conn, chat_id)
    return tuple(sorted((name for author_id, name in rows if author_id in new), key=str.casefold))


async def _unnamed(conn: AsyncConnection, chat_id: int) -> Sequence[int]:
    """Who chose in a chat's server not to be named."""
    s, here = t.showings.c, select(t.chats.c.guild_id).where(t.chats.c.id == chat_id).scalar_subquery()
    query = select(s.person_id).where(s.guild_id == here, s.showing != Showing.NAMED)
    return (await conn.scalars(query)).all()


async def counts(conn: AsyncConnection, chat_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many messages people wrote in each chat, and how many people; deleted ones don't count."""
    rows = await conn.execute(
        select(
            t.messages.c.chat_id,
            func.count().label("messages"),
            func.count(t.messages.c.author_id.distinct()).label("people"),
        )
        .where(
            t.messages.c.chat_id.in_(chat_ids),
            t.messages.c.deleted_at.is_(None),
            t.messages.c.by_machine.is_(False),
        )
        .group_by(t.messages.c.chat_id)
    )
    return {row.chat_id: (row.messages, row.people) for row in rows}


def _message(row: Sequence[Any], parts: _Parted) -> ArchivedMessage:
    # Taken apart at once: asking a row for each of its columns by name would take most of the time.
    number, thread, author, name, posted, text, edited, reply_to, by_machine, deleted, left_out, pinned, kept = row
    return ArchivedMessage(
        id=number,
        thread_id=thread,
        author_id=author,
        author_name=name,
        posted_at=posted,
        text=text,
        edited_at=edited,
        reply_to_id=reply_to,
        by_machine=by_machine,
        is_deleted=deleted is not None,
        is_left_out=left_out,
        filings=parts.filings.get(number, ()),
        attachments=tuple([_attachment(file) for file in parts.files[number]]) if number in parts.files else (),
        reactions=tuple((r["emoji"], r["count"]) for r in parts.reactions.get(number, ())),
        replies=parts.replies[number],
        extras=extras.from_text(kept, pinned=pinned),
        versions=tuple(Version(v["text"], v["replaced_at"]) for v in parts.versions.get(number, ())),
    )


def _attachment(file: RowMapping) -> Attachment:
    return Attachment(
        file["id"],
        file["filename"],
        file["url"],
        file["size"],
        file["content_type"],
        file["description"],
        file["stored"],
    )
