"""Reading what was said, as values; a whole chat takes a fixed number of queries, however long it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.messages import ArchivedMessage, Attachment, ChatRecord, Filing, Version
from bot.domain.showing import Showing
from bot.services.values import Stamp
from bot.storage import extras
from bot.storage import tables as t
from bot.storage.among import among, as_json
from bot.storage.chat_rows import load_chat
from bot.storage.columns import instant
from bot.storage.filings import filing_of

T = TypeVar("T")

# Spreads what is summed, so that two messages that change places don't cancel each other out.
_PRIME = 1_000_003
_M = t.messages.c
# In the order in which they are taken apart below.
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
_F, _A, _R, _V = t.filings.c, t.attachments.c, t.reactions.c, t.versions.c
# SQLite's JSON would round it.
_CONFIDENCE = func.printf("%!.17g", _F.confidence)
_FILED = (_F.message_id, _F.question, _F.basis, _CONFIDENCE, _F.sure, _F.reasons)
_FILES = (_A.message_id, _A.id, _A.filename, _A.url, _A.size, _A.content_type, _A.description, _A.stored)
_REACTED = (_R.message_id, _R.emoji, _R["count"])
_REPLACED = (_V.message_id, _V.text, _V.replaced_at)


@dataclass(frozen=True, slots=True)
class _Parted:
    """What belongs to some messages, by their numbers."""

    filings: Mapping[int, Sequence[Filing]]
    files: Mapping[int, Sequence[Attachment]]
    reactions: Mapping[int, Sequence[tuple[str, int]]]
    versions: Mapping[int, Sequence[Version]]
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
    return _SOME.load(conn, ids=as_json(message_ids))


class _Loader:
    """Reads the messages that meet a condition, with what belongs to them, as one value.

    Row by row it would wait for Python's lock before each, which takes longest where others work too.
    """

    def __init__(self, where: ColumnElement[bool]) -> None:
        beside = ((t.filings, _FILED), (t.attachments, _FILES), (t.reactions, _REACTED), (t.versions, _REPLACED))
        # Made once, as making it takes as long as asking.
        self._query = select(
            func.json_array(
                _listed(select(*_COLUMNS).where(where).order_by(_M.id)),
                *(_listed(_beside(table, columns, where)) for table, columns in beside),
            )
        )

    def load(self, conn: Connection, /, **values: int | str) -> list[ArchivedMessage]:
        """Those messages, in Discord's order, for these values of the condition."""
        rows, filed, files, reacted, replaced = json.loads(conn.execute(self._query, values).scalar_one())
        parts = _Parted(
            _by_message(filed, _filing),
            _by_message(files, Attachment),
            _by_message(reacted, lambda emoji, count: (emoji, count)),
            _by_message(replaced, lambda text, at: Version(text, instant(at))),
            Counter(row[_REPLY_TO] for row in rows if row[_DELETED_AT] is None),
        )
        return [_message(row, parts) for row in rows]


def _beside(table: Table, columns: Sequence[ColumnElement[Any]], where: ColumnElement[bool]) -> Select[Any]:
    """What stands in a table that has rows for messages, in order."""
    of_messages = table.join(t.messages, _M.id == table.c.message_id)
    return select(*columns).select_from(of_messages).where(where).order_by(*table.primary_key.columns)


def _listed(query: Select[Any]) -> ColumnElement[Any]:
    """All rows that a query finds, as a list of lists in JSON."""
    rows = query.subquery()
    return select(func.json_group_array(func.json_array(*rows.c))).scalar_subquery()


def _by_message(rows: Sequence[Sequence[Any]], value: Callable[..., T]) -> dict[int, list[T]]:
    """What rows that begin with a message's number hold, by that number."""
    found: dict[int, list[T]] = {}
    for number, *rest in rows:
        found.setdefault(number, []).append(value(*rest))
    return found


def _filing(question: int, basis: str, confidence: str, sure: int, reasons: str) -> Filing:
    return filing_of(question, basis, float(confidence), bool(sure), reasons)


_REPLY_TO, _DELETED_AT = ([column.name for column in _COLUMNS].index(name) for name in ("reply_to_id", "deleted_at"))
_HERE = _M.chat_id == bindparam("chat_id")
_OF_CHAT = _Loader(_HERE)
_SINCE = _Loader(_HERE & (_M.id > bindparam("last")))
_OF_THREAD = _Loader(_HERE & (_M.thread_id == bindparam("thread_id")))
_SOME = _Loader(among(_M.id, bindparam("ids")))


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
    number, thread, author, name, posted, text, edited, reply_to, by_machine, deleted, left_out, pinned, kept = row
    return ArchivedMessage(
        id=number,
        thread_id=thread,
        author_id=author,
        author_name=name,
        posted_at=instant(posted),
        text=text,
        edited_at=instant(edited) if edited is not None else None,
        reply_to_id=reply_to,
        by_machine=bool(by_machine),
        is_deleted=deleted is not None,
        is_left_out=bool(left_out),
        filings=tuple(parts.filings.get(number, ())),
        attachments=tuple(parts.files.get(number, ())),
        reactions=tuple(parts.reactions.get(number, ())),
        replies=parts.replies[number],
        extras=extras.from_text(kept, pinned=bool(pinned)),
        versions=tuple(parts.versions.get(number, ())),
    )
