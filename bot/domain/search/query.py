"""What somebody looks for, as they typed it: words, "phrases", beginnings*, and filters such as `question:2`.

Everything typed is a word unless it is one of the few signs below; nothing typed is ever a part of a database's own
language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, Problem
from bot.domain.search.folding import words_of

MOST_TERMS = 20
# A beginning of fewer letters fits too many words to be found in time, and to be of use.
FEWEST_LETTERS = 3
_MOST_QUESTION = 99
_PIECE = re.compile(
    r"""(?P<without>-)?(?:(?P<filter>from|in|question|q|has|after|before):\s*)?
    (?:(?P<quote>["\u201c\u201d\u201e\u00ab])(?P<phrase>[^"\u201c\u201d\u201e\u00ab\u00bb]*)["\u201c\u201d\u00bb]?|(?P<word>[^\s"\u201c\u201d\u201e\u00ab\u00bb]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_EARLIEST, _LATEST = date(1971, 1, 1), date(2100, 1, 1)
_MENTION = re.compile(r"<@!?(\d+)>")


class Has(StrEnum):
    """What a message may have beside its words."""

    LINK = auto()
    FILE = auto()


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after another.

    Attributes:
        words: folded; at least one.
        is_beginning: whether the last of them may go on.
    """

    words: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; a message must fit all of it.

    Attributes:
        terms: it has each of these.
        without: it has none of these.
        author_id: who wrote it.
        author: who wrote it, by a name or the beginning of one, folded.
        place: the series or chat in which it was said, by a part of its name.
        question: the question it stands under.
        has: what else it has.
        after: it was said then or later (aware UTC).
        before: it was said earlier than then (aware UTC).
    """

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    author_id: int | None = None
    author: str = ""
    place: str = ""
    question: int | None = None
    has: frozenset[Has] = frozenset()
    after: datetime | None = None
    before: datetime | None = None


def read_query(typed: str, zone: str) -> Query:
    """What a search asks for.

    Args:
        typed: as it was typed.
        zone: IANA name of the zone in which dates are meant.

    Raises:
        BadInput: a part of it can't be understood, there is too much of it, or it asks for nothing.
    """
    query = Query()
    for match in _PIECE.finditer(typed):
        name = (match["filter"] or "").lower()
        value = match["phrase"] if match["quote"] else match["word"]
        read = _FILTERS.get(name)
        if read is not None:
            if match["without"]:
                raise BadInput(Problem.SEARCH_WITHOUT_FILTER, words=match[0])
            query = read(query, value.strip(), zone)
            continue
        query = _with_words(query, value, is_out=bool(match["without"]))
    if query == Query() or (query.without and query == Query(without=query.without)):
        raise BadInput(Problem.SEARCH_EMPTY)
    return query


def _with_words(query: Query, text: str, *, is_out: bool) -> Query:
    folded = tuple(word.folded for word in words_of(text))
    if not folded:
        return query
    term = Term(folded, is_beginning=text.rstrip().endswith("*"))
    if term.is_beginning and folded[-1].isascii() and len(folded[-1]) < FEWEST_LETTERS:
        raise BadInput(Problem.SEARCH_BEGINNING, words=text.strip(), fewest=FEWEST_LETTERS)
    if len(query.terms) + len(query.without) >= MOST_TERMS:
        raise BadInput(Problem.SEARCH_TOO_LONG, most=MOST_TERMS)
    return replace(query, without=(*query.without, term)) if is_out else replace(query, terms=(*query.terms, term))


def _author(query: Query, value: str, _zone: str) -> Query:
    mention = _MENTION.fullmatch(value)
    if mention is not None:
        return replace(query, author_id=int(mention[1]))
    return replace(query, author=_name(value, "from"))


def _place(query: Query, value: str, _zone: str) -> Query:
    return replace(query, place=_name(value, "in"))


def _name(value: str, name: str) -> str:
    folded = " ".join(word.folded for word in words_of(value.removeprefix("@")))
    if not folded:
        raise BadInput(Problem.SEARCH_UNREADABLE, words=f"{name}:{value}")
    return folded


def _question(query: Query, value: str, _zone: str) -> Query:
    number = value.upper().removeprefix("Q")
    if not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= _MOST_QUESTION:
        raise BadInput(Problem.SEARCH_UNREADABLE, words=f"question:{value}")
    return replace(query, question=int(number))


def _has(query: Query, value: str, _zone: str) -> Query:
    try:
        return replace(query, has=query.has | {Has(value.lower().removesuffix("s"))})
    except ValueError:
        raise BadInput(Problem.SEARCH_UNREADABLE, words=f"has:{value}") from None


def _after(query: Query, value: str, zone: str) -> Query:
    return replace(query, after=_instant(_first_day(value, "after"), zone))


def _before(query: Query, value: str, zone: str) -> Query:
    return replace(query, before=_instant(_first_day(value, "before"), zone))


def _first_day(value: str, name: str) -> date:
    match = _DATE.fullmatch(value)
    year, month, day = (int(part) if part else 1 for part in match.groups()) if match else (0, 0, 0)
    try:
        # Python's dates go further than a zone's clocks can be reckoned.
        return max(_EARLIEST, min(date(year, month, day), _LATEST))
    except ValueError:
        raise BadInput(Problem.SEARCH_UNREADABLE, words=f"{name}:{value}") from None


def _instant(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


_FILTERS: Mapping[str, Callable[[Query, str, str], Query]] = {
    "from": _author,
    "in": _place,
    "question": _question,
    "q": _question,
    "has": _has,
    "after": _after,
    "before": _before,
}
