"""Searching the index of words: what was typed becomes numbers in quotes before it comes near FTS5's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import BadInput, Problem
from bot.domain.search import Has, Query, Term
from bot.domain.search.ranking import fitness
from bot.services.search_ports import Hit, Scope
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.index import HOME, author_word, first_row
from bot.storage.indexing import Indexing
from bot.storage.records import load_some

# A question's number stands beside the index, so of what the index finds so much is looked through for it.
_LOOKED_THROUGH = 5_000
# A beginning that so many words have finds too much to be of use, and takes too long.
_MOST_WORDS = 300
_SIGNS = {Has.LINK: "l", Has.FILE: "f"}
_LAST = "\U0010ffff"

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
        await self._indexing.catch_up()
        async with self._database.read() as conn:
            server = await conn.scalar(select(t.servers.c.id).where(t.servers.c.guild_id == scope.guild_id))
            numbers = await _numbers(conn, query)
            people = await _people(conn, {*scope.without, *([query.author_id] if query.author_id else [])})
            expression = _expression(query, scope, numbers, people)
            if server is None or expression is None:
                return []
            low = first_row(server, query.after)
            high = first_row(server, query.before) if query.before is not None else first_row(server + 1)
            found = (await conn.execute(_statement(query), _values(query, expression, low, high, limit))).all()
        if best:
            found = _by_fitness(found, query, numbers)
        return [row.id for row in found]

    async def homes(self, guild_id: int) -> Sequence[int]:
        """The channels whose readers may read a server's chats."""
        async with self._database.read() as conn:
            return (await conn.scalars(select(HOME).where(t.chats.c.guild_id == guild_id).distinct())).all()

    async def hits(self, message_ids: Sequence[int]) -> Sequence[Hit]:
        """Some messages with their neighbours, in the order asked for."""
        async with self._database.read() as conn:
            chats = await conn.execute(
                select(t.messages.c.id, t.messages.c.chat_id).where(t.messages.c.id.in_(message_ids))
            )
            chat_of: dict[int, int] = {row.id: row.chat_id for row in chats}
            beside = {i: await _neighbours(conn, i, chat_id) for i, chat_id in chat_of.items()}
            wanted = {*chat_of, *(i for pair in beside.values() for i in pair if i is not None)}
            messages = {m.id: m for m in await load_some(conn, sorted(wanted)) if m.is_readable}
        return [
            Hit(messages[i], chat_of[i], *(messages.get(other or 0) for other in beside[i]))
            for i in message_ids
            if i in messages
        ]


async def _neighbours(conn: AsyncConnection, message_id: int, chat_id: int) -> tuple[int | None, int | None]:
    m = t.messages.c
    here = (m.chat_id == chat_id) & m.text.is_not(None)
    before = select(m.id).where(here, m.id < message_id).order_by(m.id.desc()).limit(1)
    after = select(m.id).where(here, m.id > message_id).order_by(m.id).limit(1)
    return await conn.scalar(before), await conn.scalar(after)


async def _numbers(conn: AsyncConnection, query: Query) -> dict[tuple[str, bool], Sequence[int]]:
    """The numbers of each word asked for, or of all that begin with it; none for a word that nobody used."""
    names = query.author.split()
    wanted = {(word, False) for term in (*query.terms, *query.without) for word in term.words[:-1]}
    wanted |= {(term.words[-1], term.is_beginning) for term in (*query.terms, *query.without)}
    # Of a name its beginning will do.
    wanted |= {(name, True) for name in names}
    v = t.vocabulary.c
    found: dict[tuple[str, bool], Sequence[int]] = {}
    for word, is_beginning in sorted(wanted):
        fits = v.word.between(word, word + _LAST) if is_beginning else v.word == word
        found[word, is_beginning] = (await conn.scalars(select(v.id).where(fits).limit(_MOST_WORDS + 1))).all()
        if len(found[word, is_beginning]) > _MOST_WORDS:
            raise BadInput(Problem.SEARCH_BEGINNING, words=f"{word}*", fewest=len(word) + 1)
    return found


async def _people(conn: AsyncConnection, people: Collection[int]) -> dict[int, int]:
    """The numbers that stand for some people; those of whom nothing is found have none."""
    if not people:
        return {}
    v, words = t.vocabulary.c, {author_word(person_id): person_id for person_id in people}
    rows = await conn.execute(select(v.word, v.id).where(v.word.in_(words)))
    return {words[row.word]: row.id for row in rows}


def _expression(query: Query, scope: Scope, numbers: _Numbers, people: Mapping[int, int]) -> str | None:
    """What FTS5 is asked for; None if nothing can fit. Made of our own letters and numbers only."""
    places = [*(f"c{i}" for i in scope.chats), *(f"s{i}" for i in scope.series)]
    scopes = [["m"], *([places] if places else [])]
    scopes += [[f"a{people[query.author_id]}"] if query.author_id in people else []] if query.author_id else []
    scopes += [[f"n{i}" for i in numbers[name, True]] for name in query.author.split()]
    scopes += [[_SIGNS[has]] for has in sorted(query.has)]
    terms = [_runs(term, numbers) for term in query.terms]
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


def _statement(query: Query) -> sa.TextClause:
    # The inner query reads the index from its newest row on and stops; the outer one sees only what it found.
    question = (
        "WHERE EXISTS (SELECT 1 FROM filings AS f WHERE f.message_id = m.id AND f.question = :question) "
        if query.question is not None
        else ""
    )
    return sa.text(
        "SELECT m.id, hit.words FROM (SELECT rowid, words FROM search WHERE search MATCH :expression "  # noqa: S608
        "AND rowid >= :low AND rowid < :high ORDER BY rowid DESC LIMIT :most) AS hit "
        f"JOIN messages AS m ON m.search_id = hit.rowid {question}ORDER BY hit.rowid DESC LIMIT :limit"
    )


def _values(query: Query, expression: str, low: int, high: int, limit: int) -> dict[str, Any]:
    values: dict[str, Any] = {"expression": expression, "low": low, "high": high, "limit": limit}
    if query.question is None:
        return values | {"most": limit}
    return values | {"most": _LOOKED_THROUGH, "question": query.question}


def _by_fitness(found: Sequence[Any], query: Query, numbers: _Numbers) -> list[Any]:
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
