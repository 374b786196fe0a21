"""The index of words: what is withdrawn leaves it in the same transaction, what is said enters it a moment later.

Messages enter many at once, as that takes a tenth of the time; those that wait are told by their rows, so none is lost
with the process. Whoever searches lets those in first, but for a rush, in which the latest are found a moment later.

It is a table of SQLite's FTS5 with two columns. `words` has the numbers of a text's words, in order; `vocabulary` has
the words, as `bot.domain.search` folds them. FTS5 overwrites what is taken out only when parts of it are merged, which
may be never; a word that nobody's message has any more is taken out of the vocabulary and overwritten there at once,
and the rest is overwritten by merging all parts, a little at a time, every few hours (`tidy`).

`scope` has tokens by which a search is narrowed inside the index: m (every message), c and a chat's number, s and its
series', h and the channel whose readers may read it, a and the number that stands in the vocabulary for the author's
own, n and that of each word of the name then shown, l if there is a link, f if there is a file.

A row's number is the server's own short number, then the millisecond in which the message was posted: a server's rows
stand together, ordered by time. So one server's newest hits are read from the end of a list of numbers without looking
at the others, and dates are limits to that number too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, and_, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.manner import Layout
from bot.domain.search import folded_words
from bot.storage import tables as t
from bot.storage.among import among, as_json

# Milliseconds since 1970 fit until the year 2109.
TIME_BITS = 42
_BATCH = 500
# What is said meanwhile waits for no more than a hundredth of a second.
_FEW = 50
# The note that says that something was taken out of the index which its parts still have.
_ERASED_NOTE = "index:erased"
# So much of the index is merged in one transaction: a few milliseconds' worth.
_PAGES = 64
_MERGE = sa.text("INSERT INTO search (search, rank) VALUES ('merge', :pages)")
_CHANGES = sa.text("SELECT total_changes()")
# As SQLite's documentation says: with fewer, nothing was merged.
_LEAST_CHANGES = 2
_KNOWN = "SELECT word, id FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))"
# Of others' messages so many are read at most.
_READ_BESIDE = 20_000
# What is brought in from a file enters in larger batches, a few of them in a transaction that takes a second or two.
_BULK_BATCH = 5_000
_BULK_BATCHES = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

search = sa.table("search", sa.column("rowid"), sa.column("words", sa.Text), sa.column("scope", sa.Text))
_MAKE = "CREATE VIRTUAL TABLE search USING fts5(words, scope, tokenize='ascii', columnsize=0)"
# All at once, so that asking costs no way to the database and back for each of many thousand words.
_FORGET_UNUSED = sa.text(
    "DELETE FROM vocabulary WHERE id IN (SELECT value FROM json_each(:numbers)) "
    "AND NOT EXISTS (SELECT 1 FROM search WHERE search MATCH 'w' || vocabulary.id) "
    "AND NOT EXISTS (SELECT 1 FROM search WHERE search MATCH 'n' || vocabulary.id || ' OR a' || vocabulary.id)"
)


HOME = sa.case(
    (and_(t.chats.c.layout == Layout.FORUM, t.chats.c.forum_id.is_not(None)), t.chats.c.forum_id),
    else_=t.chats.c.channel_id,
)


def _columns() -> list[sa.ColumnElement[Any]]:
    m, c = t.messages.c, t.chats.c
    has_link = exists().where(t.links.c.message_id == m.id)
    has_file = exists().where(t.attachments.c.message_id == m.id)
    return [
        m.id,
        m.text,
        m.posted_at,
        m.author_id,
        m.author_name,
        m.chat_id,
        c.guild_id,
        c.series_id,
        HOME.label("home_id"),
        has_link.label("has_link"),
        has_file.label("has_file"),
    ]


class Entry(NamedTuple):
    """A message that can be found, with what a search is narrowed by, in the order of `_columns`."""

    id: int
    text: str
    posted_at: datetime
    author_id: int
    author_name: str
    chat_id: int
    guild_id: int
    series_id: int | None
    home_id: int
    has_link: bool
    has_file: bool


WAITING = t.messages.c.text.is_not(None) & t.messages.c.search_id.is_(None)
_FIRST_WAITING = select(t.messages.c.id).where(WAITING).limit(1)
_ENTRIES = select(*_columns()).join(t.chats, t.chats.c.id == t.messages.c.chat_id)


def first_row(server: int, at: datetime | None = None) -> int:
    """The least number of a server's rows, or of those since an instant (aware UTC)."""
    return (server << TIME_BITS) + (max((at - _EPOCH) // timedelta(milliseconds=1), 0) if at is not None else 0)


def author_word(person_id: int) -> str:
    """What stands for a person in the vocabulary; no word that somebody writes has an @."""
    return f"@{person_id}"


def _scope(row: Entry, author: int, names: Iterable[int]) -> str:
    tokens = ["m", f"c{row.chat_id}", f"h{row.home_id}", f"a{author}", *(f"n{number}" for number in names)]
    tokens += [f"s{row.series_id}"] if row.series_id is not None else []
    tokens += [sign for sign, has in (("l", row.has_link), ("f", row.has_file)) if has]
    return " ".join(tokens)


async def take_out(conn: AsyncConnection, message_ids: Sequence[int]) -> None:
    """Take messages out of the index, with words that nobody else has; those that can still be read wait to enter."""
    await conn.run_sync(_take_out, message_ids)


async def rows_of(conn: AsyncConnection, message_ids: Sequence[int]) -> list[int]:
    """Where messages stand in the index, for `remove`."""
    return await conn.run_sync(_rows_of, message_ids)


async def remove(conn: AsyncConnection, rows: Sequence[int]) -> None:
    """Take rows out of the index, with words that nobody else has; their messages have lost their words for good."""
    await conn.run_sync(_remove, rows)


async def has_erased(conn: AsyncConnection) -> bool:
    """Whether something was erased since all parts of the index were merged last."""
    return (await conn.execute(select(t.notes.c.key).where(t.notes.c.key == _ERASED_NOTE))).first() is not None


async def begin_tidying(conn: AsyncConnection) -> bool:
    """Begin to merge all parts of the index, if something was erased since they were merged last; whether so."""
    noted = await conn.execute(sa.delete(t.notes).where(t.notes.c.key == _ERASED_NOTE))
    if not noted.rowcount:
        return False
    # The note stands again until all is done; what is erased meanwhile leaves it standing.
    await conn.execute(insert(t.notes).values(key=_ERASED_NOTE, value=""))
    await conn.execute(_MERGE, {"pages": -_PAGES})
    return True


async def tidy(conn: AsyncConnection) -> bool:
    """Merge some more; whether there may be more to do. What was taken out is overwritten by that for good."""
    before = await conn.scalar(_CHANGES)
    await conn.execute(_MERGE, {"pages": _PAGES})
    if (await conn.scalar(_CHANGES) or 0) - (before or 0) >= _LEAST_CHANGES:
        return True
    await conn.execute(sa.delete(t.notes).where(t.notes.c.key == _ERASED_NOTE, t.notes.c.value == ""))
    return False


def has_waiting(conn: Connection) -> bool:
    """Whether messages wait to enter."""
    return conn.execute(_FIRST_WAITING).first() is not None


async def let_in(conn: AsyncConnection) -> bool:
    """Let some of those that wait in; whether there may be more."""
    return await conn.run_sync(_let_in) == _BATCH


async def let_few_in(conn: AsyncConnection) -> bool:
    """The same for so few that nobody else waits long for the writer."""
    return await conn.run_sync(_let_in, _FEW) == _FEW


async def let_many_in(conn: AsyncConnection) -> bool:
    """Let very many of those that wait in; whether there may be more. Others have to wait for a second or two."""
    return await conn.run_sync(_let_many_in)


def make_index(conn: Connection) -> None:
    """Make the index of an archive, with everything that can be read in it."""
    conn.exec_driver_sql(_MAKE)
    while _let_in(conn):
        pass


def _let_many_in(conn: Connection) -> bool:
    # Within a transaction nobody takes a word out, so its number can be kept in mind.
    numbers: dict[str, int] = {}
    return all(_let_in(conn, _BULK_BATCH, numbers) == _BULK_BATCH for _ in range(_BULK_BATCHES))


def _let_in(conn: Connection, count: int = _BATCH, numbers: dict[str, int] | None = None) -> int:
    found = conn.execute(_ENTRIES.where(WAITING).order_by(t.messages.c.id).limit(count))
    rows = [Entry(*row) for row in found]
    if not rows:
        return 0
    places = enter(conn, rows, numbers)
    conn.exec_driver_sql("UPDATE messages SET search_id = ? WHERE id = ?", [(row, i) for i, row in places.items()])
    return len(rows)


def enter(conn: Connection, rows: Sequence[Entry], numbers: dict[str, int] | None = None) -> dict[int, int]:
    """Put messages into the index; the row of each.

    Args:
        conn: an open transaction.
        rows: what can be found.
        numbers: those of words that were looked up earlier in the same transaction; filled.
    """
    servers = {guild_id: _server(conn, guild_id) for guild_id in {row.guild_id for row in rows}}
    places = _free_rows(conn, [(row.id, first_row(servers[row.guild_id], row.posted_at)) for row in rows])
    said = {row.id: folded_words(row.text) for row in rows}
    names = {name: folded_words(name) for name in {row.author_name for row in rows}}
    authors = {author_id: author_word(author_id) for author_id in {row.author_id for row in rows}}
    words = {word for found in (*said.values(), *names.values()) for word in found}
    numbers = {} if numbers is None else numbers
    numbers |= _numbers(conn, {*words, *authors.values()} - numbers.keys())
    tokens = {word: f"w{number}" for word, number in numbers.items()}
    entries = [
        (
            places[row.id],
            " ".join([tokens[word] for word in said[row.id]]),
            _scope(row, numbers[authors[row.author_id]], [numbers[word] for word in names[row.author_name]]),
        )
        for row in rows
    ]
    # As tuples: naming each value would take as long as all the rest.
    conn.exec_driver_sql("INSERT INTO search (rowid, words, scope) VALUES (?, ?, ?)", entries)
    return places


def _rows_of(conn: Connection, message_ids: Sequence[int]) -> list[int]:
    m = t.messages.c
    here = among(m.id, message_ids) & m.search_id.is_not(None)
    return list(conn.execute(select(m.search_id).where(here)).scalars())


def _take_out(conn: Connection, message_ids: Sequence[int]) -> None:
    rows = _rows_of(conn, message_ids)
    if rows:
        conn.execute(update(t.messages).where(among(t.messages.c.search_id, rows)).values(search_id=None))
    _remove(conn, rows)


def _remove(conn: Connection, rows: Sequence[int]) -> None:
    if not rows:
        return
    here = among(search.c.rowid, rows)
    mine = select(search.c.words + " " + search.c.scope).where(here)
    had = {int(token[1:]) for token in _tokens_in(conn, mine) if token[0] in "wna"}
    conn.execute(sa.delete(search).where(here))
    if len(had) > _BATCH:
        # Most words stand in others' messages of the time, too; to read some of those costs less than to ask for each.
        others = select(search.c.words).where(search.c.rowid > sorted(rows)[len(rows) // 2]).order_by(search.c.rowid)
        used = _tokens_in(conn, others.limit(min(len(had), _READ_BESIDE)))
        had = {number for number in had if f"w{number}" not in used}
    conn.execute(sa.delete(t.notes).where(t.notes.c.key == _ERASED_NOTE))
    conn.execute(insert(t.notes).values(key=_ERASED_NOTE, value="anew"))
    conn.execute(_FORGET_UNUSED, {"numbers": as_json(sorted(had))})


def _tokens_in(conn: Connection, texts: sa.Select[tuple[str]]) -> set[str]:
    """The different tokens in some texts of the index, which SQLite puts together: row by row takes twice as long."""
    (text,) = texts.subquery().c
    return set((conn.execute(select(func.group_concat(text, " "))).scalar_one() or "").split())


def _numbers(conn: Connection, words: Iterable[str]) -> dict[str, int]:
    """The numbers of some words, new ones included."""
    v = t.vocabulary.c
    wanted = sorted(words)
    numbers: dict[str, int] = {}
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        numbers |= known(conn, part)
        new = [word for word in part if word not in numbers]
        if new:
            made = insert(t.vocabulary).returning(v.word, v.id)
            numbers |= {row.word: row.id for row in conn.execute(made, [{"word": word} for word in new])}
    return numbers


def known(conn: Connection, words: Collection[str]) -> dict[str, int]:
    """The numbers of those of some words that the vocabulary has."""
    if not words:
        return {}
    rows = conn.exec_driver_sql(_KNOWN, (as_json(words),))
    return {row.word: row.id for row in rows}


def _free_rows(conn: Connection, wanted: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Each message's row: that of its instant, or the next that is free, for several may write in one millisecond."""
    column = t.messages.c.search_id
    least, most = min(row for _, row in wanted), max(row for _, row in wanted) + _BATCH
    taken = set(conn.execute(select(column).where(column.between(least, most))).scalars())
    places: dict[int, int] = {}
    for message_id, instant in sorted(wanted):
        row = instant
        while row in taken:
            row += 1
            if row > most:
                most += _BATCH
                taken |= set(conn.execute(select(column).where(column.between(row, most))).scalars())
        taken.add(row)
        places[message_id] = row
    return places


def _server(conn: Connection, guild_id: int) -> int:
    known = conn.execute(select(t.servers.c.id).where(t.servers.c.guild_id == guild_id)).scalar_one_or_none()
    if known is not None:
        return int(known)
    number = conn.execute(select(func.coalesce(func.max(t.servers.c.id), 0) + 1)).scalar_one()
    conn.execute(insert(t.servers).values(id=number, guild_id=guild_id))
    return int(number)
