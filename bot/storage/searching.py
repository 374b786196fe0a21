"""Searching the index of words: what was typed becomes numbers in quotes before it comes near FTS5's language."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, select

from bot.domain.errors import BadInput, Problem
from bot.domain.search import Has, Query, Term
from bot.domain.search.ranking import fitness
from bot.services.search_ports import Hit, Scope
from bot.storage import tables as t
from bot.storage.among import as_json
from bot.storage.database import Database
from bot.storage.index import HOME, author_word, first_row, has_waiting, known
from bot.storage.indexing import Indexing
from bot.storage.records import load_some

# A question's number stands beside the index, so of what the index finds so much is looked through for it.
_LOOKED_THROUGH = 5_000
# A beginning that so many words have finds too much to be of use, and takes too long.
_MOST_WORDS = 300
_SIGNS = {Has.LINK: "l", Has.FILE: "f"}
_LAST = "\U0010ffff"
# Nobody waits longer for the latest messages to enter; in a rush nobody waits for them at all.
_PATIENCE_SECONDS = 1.0

_SERVER = "SELECT id FROM servers WHERE guild_id = ?"
_BEGUN = "SELECT json_group_array(id) FROM (SELECT id FROM vocabulary WHERE word BETWEEN ? AND ? LIMIT ?)"
_BESIDE = "(SELECT id FROM messages WHERE chat_id = m.chat_id AND text IS NOT NULL AND id "
_PLACES = (
    f"SELECT json_group_array(json_array(id, chat_id, {_BESIDE} < m.id ORDER BY id DESC LIMIT 1), "  # noqa: S608
    f"{_BESIDE} > m.id ORDER BY id LIMIT 1))) FROM messages AS m WHERE id IN (SELECT value FROM json_each(?))"
)
_LAST_LOOKED_THROUGH = (
    "SELECT rowid FROM search WHERE search MATCH :expression AND rowid >= :low AND rowid < :high "
    "ORDER BY rowid DESC LIMIT 1 OFFSET :looked_through"
)

_Numbers = Mapping[tuple[str, bool], Sequence[int]]


class SearchStore:
    """Implements the port `Searchable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexing = Indexing(database)

    async def find(self, query: Query, scope: Scope, limit: int, *, best: bool = False) -> Sequence[int]:
        """The ids of the newest messages that fit; the best match first if wanted.

        Raises:
            BadInput: a beginning fits too many words.
        """

        def look(conn: Connection) -> tuple[list[int], bool]:
            return _find(conn, query, scope, limit, best=best), has_waiting(conn)

        found, is_waiting = await self._database.look(look)
        if is_waiting and not self._database.is_in_a_rush:
            await self._indexing.catch_up(_PATIENCE_SECONDS)
            found, _ = await self._database.look(look)
        return found

    async def homes(self, guild_id: int) -> Sequence[int]:
        """The channels whose readers may read a server's chats."""
        query = select(HOME).where(t.chats.c.guild_id == guild_id).distinct()
        return await self._database.look(lambda conn: conn.scalars(query).all())

    async def hits(self, message_ids: Sequence[int]) -> Sequence[Hit]:
        """Some messages with their neighbours, in the order asked for."""
        return await self._database.look(lambda conn: _hits(conn, message_ids))


class _Place(NamedTuple):
    """Where a message stands: its chat, and the messages before and after it of which there are words."""

    id: int
    chat_id: int
    before: int | None
    after: int | None


def _hits(conn: Connection, message_ids: Sequence[int]) -> list[Hit]:
    rows = _list(conn.exec_driver_sql(_PLACES, (as_json(message_ids),)))
    found = {row[0]: _Place(*row) for row in rows}
    wanted = {i for place in found.values() for i in (place.id, place.before, place.after) if i is not None}
    messages = {message.id: message for message in load_some(conn, sorted(wanted)) if message.is_readable}
    return [
        Hit(messages[i], found[i].chat_id, messages.get(found[i].before or 0), messages.get(found[i].after or 0))
        for i in message_ids
        if i in found and i in messages
    ]


class _Found(NamedTuple):
    """A hit: its row in the index, the message, and the numbers of its words if the best are wanted."""

    row: int
    id: int
    words: str


def _find(conn: Connection, query: Query, scope: Scope, limit: int, *, best: bool) -> list[int]:
    server = conn.exec_driver_sql(_SERVER, (scope.guild_id,)).scalar()
    numbers = _numbers(conn, query)
    people = _people(conn, {*scope.without, *([query.author_id] if query.author_id else [])})
    expression = _expression(query, scope, numbers, people)
    if server is None or expression is None:
        return []
    low = first_row(server, query.after)
    high = first_row(server, query.before) if query.before is not None else first_row(server + 1)
    values: dict[str, Any] = {"expression": expression, "low": low, "high": high, "limit": limit}
    if query.question is not None:
        # The row of the last one that is looked through, if there are so many.
        last = conn.exec_driver_sql(_LAST_LOOKED_THROUGH, values | {"looked_through": _LOOKED_THROUGH - 1}).scalar()
        values |= {"question": query.question, "low": last or low}
    rows = _list(conn.exec_driver_sql(_statement(query, best=best), values))
    found = [_Found(*row) for row in sorted(rows, reverse=True)]
    if best:
        found = _by_fitness(found, query, numbers)
    return [hit.id for hit in found]


def _numbers(conn: Connection, query: Query) -> dict[tuple[str, bool], Sequence[int]]:
    """The numbers of each word asked for, or of all that begin with it; none for a word that nobody used."""
    terms = (*query.terms, *query.without)
    words = {word for term in terms for word in term.words[:-1]}
    words |= {term.words[-1] for term in terms if not term.is_beginning}
    # Of a name its beginning will do.
    beginnings = {term.words[-1] for term in terms if term.is_beginning} | set(query.author.split())
    numbers = known(conn, words)
    found: dict[tuple[str, bool], Sequence[int]] = {
        (word, False): [numbers[word]] if word in numbers else [] for word in words
    }
    for beginning in sorted(beginnings):
        fits = _list(conn.exec_driver_sql(_BEGUN, (beginning, beginning + _LAST, _MOST_WORDS + 1)))
        if len(fits) > _MOST_WORDS:
            raise BadInput(Problem.SEARCH_BEGINNING, words=f"{beginning}*", fewest=len(beginning) + 1)
        found[beginning, True] = fits
    return found


def _people(conn: Connection, people: Collection[int]) -> dict[int, int]:
    """The numbers that stand for some people; those of whom nothing is found have none."""
    words = {author_word(person_id): person_id for person_id in people}
    return {words[word]: number for word, number in known(conn, words).items()}


def _expression(query: Query, scope: Scope, numbers: _Numbers, people: Mapping[int, int]) -> str | None:
    """What FTS5 is asked for; None if nothing can fit. Made of our own letters and numbers only."""
    places = [*(f"c{i}" for i in scope.chats), *(f"s{i}" for i in scope.series)]
    scopes = [places] if places else []
    scopes += [[f"a{people[query.author_id]}"] if query.author_id in people else []] if query.author_id else []
    scopes += [[f"n{i}" for i in numbers[name, True]] for name in query.author.split()]
    scopes += [[_SIGNS[has]] for has in sorted(query.has)]
    terms = [_runs(term, numbers) for term in query.terms]
    if not terms and not scopes:
        # Only here: every message has it, so to compare all with it takes long.
        scopes = [["m"]]
    if not all(terms) or not all(scopes):
        return None
    wanted = [f"words : ({' OR '.join(runs)})" for runs in terms]
    wanted += [f"scope : ({' OR '.join(_quoted(tokens))})" for tokens in scopes]
    unwanted = [f"words : ({' OR '.join(runs)})" for term in query.without if (runs := _runs(term, numbers))]
    hidden = [*(f"h{i}" for i in scope.hidden), *(f"a{people[i]}" for i in scope.without if i in people)]
    unwanted += [f"scope : ({' OR '.join(_quoted(hidden))})"] if hidden else []
    found = f"({' AND '.join(wanted)})"
    return f"{found} NOT ({' OR '.join(unwanted)})" if unwanted else found


def _quoted(tokens: Iterable[str]) -> list[str]:
    return [f'"{token}"' for token in tokens]


def _runs(term: Term, numbers: _Numbers) -> list[str]:
    """The phrases that fit a term, quoted."""
    *whole, last = term.words
    before = [numbers[word, False] for word in whole]
    if not all(before):
        return []
    begun = "".join(f"w{found[0]} " for found in before)
    return [f'"{begun}w{number}"' for number in numbers[last, term.is_beginning]]


def _statement(query: Query, *, best: bool) -> str:
    # The index is read from its newest row on until there are enough: crosswise, no table can come before it.
    is_asked = query.question is not None
    asked = "CROSS JOIN filings AS f ON f.message_id = m.id AND f.question = :question " if is_asked else ""
    words = "search.words" if best else "''"
    return (
        "SELECT json_group_array(json_array(row, id, words)) FROM ("  # noqa: S608 - our own words
        f"SELECT search.rowid AS row, m.id, {words} AS words "
        f"FROM search CROSS JOIN messages AS m ON m.search_id = search.rowid {asked}"
        "WHERE search MATCH :expression AND search.rowid >= :low AND search.rowid < :high "
        "ORDER BY search.rowid DESC LIMIT :limit)"
    )


def _list(result: CursorResult[Any]) -> list[Any]:
    """What was found, as one value: row by row, it would have to wait for Python's lock before each."""
    return json.loads(result.scalar_one())  # type: ignore[no-any-return]


def _by_fitness(found: Sequence[_Found], query: Query, numbers: _Numbers) -> list[_Found]:
    if not query.terms or not found:
        return list(found)
    # Each word stands between two spaces, so that a run of words is found as a piece of text.
    lengths = [row.words.count(" ") + 1 for row in found]
    usual = median(lengths)
    patterns = [
        re.compile("(?= (?:" + "|".join(run.strip('"') for run in _runs(term, numbers)) + ") )") for term in query.terms
    ]

    def fit(place: int) -> float:
        text = f" {found[place].words} "
        return fitness([len(pattern.findall(text)) for pattern in patterns], lengths[place], usual)

    return [found[place] for place in sorted(range(len(found)), key=lambda place: (-fit(place), place))]
