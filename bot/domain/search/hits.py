"""Where a text has what was looked for, and the part of it to show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.digest.quotes import spoilers
from bot.domain.search.folding import Word, words_of
from bot.domain.search.query import Term

SNIPPET_LENGTH = 200
_ADDRESS = re.compile(r"<?https?://\S+", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text, on one line, verbatim.

    Attributes:
        text: the part.
        hits: where what was looked for begins and ends in it, in order, none within another.
        is_begun: whether something stands before it.
        is_cut: whether something stands after it.
    """

    text: str
    hits: tuple[Span, ...]
    is_begun: bool
    is_cut: bool


def snippet(text: str, terms: Sequence[Term], limit: int = SNIPPET_LENGTH) -> Snippet:
    """The part of a text around the first hit, cut between words, never within a spoiler or an address.

    Args:
        text: a message's.
        terms: what was looked for.
        limit: how many characters; a spoiler that begins or ends there may make it longer.
    """
    line = " ".join(text.split())
    found = _hits(list(words_of(line)), terms)
    closed = [*spoilers(line), *(match.span() for match in _ADDRESS.finditer(line))]
    start, end = _window(line, found[0][0] if found else 0, limit, closed)
    addresses = [match.span() for match in _ADDRESS.finditer(line)]
    hits = tuple(
        (first - start, last - start)
        for first, last in found
        # An address is shown as it is, or it leads nowhere.
        if start <= first and last <= end and not any(a < last and first < b for a, b in addresses)
    )
    return Snippet(line[start:end], hits, is_begun=start > 0, is_cut=end < len(line))


def has_all(text: str, terms: Iterable[Term]) -> bool:
    """Whether a text has everything that was looked for."""
    words = list(words_of(text))
    return all(any(_places(words, term)) for term in terms)


def _hits(words: Sequence[Word], terms: Iterable[Term]) -> list[Span]:
    spans = sorted({span for term in terms for span in _places(words, term)})
    apart: list[Span] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _places(words: Sequence[Word], term: Term) -> Iterable[Span]:
    size = len(term.words)
    for at in range(len(words) - size + 1):
        run = words[at : at + size]
        *whole, last = run
        goes_on = last.folded.startswith(term.words[-1]) if term.is_beginning else last.folded == term.words[-1]
        if goes_on and all(word.folded == wanted for word, wanted in zip(whole, term.words[:-1], strict=True)):
            yield run[0].start, last.end


def _window(line: str, at: int, limit: int, closed: Sequence[Span]) -> Span:
    if len(line) <= limit:
        return 0, len(line)
    # A third of it stands before the hit, so that it can be seen what it is about.
    start = max(0, min(at - limit // 3, len(line) - limit))
    end = start + limit
    if start:
        start = line.find(" ", start, at) + 1 or start
    if end < len(line):
        end = line.rfind(" ", at, end) if line.rfind(" ", at, end) > at else end
    while True:
        wider = _opened(start, end, closed)
        if wider == (start, end):
            return start, end
        start, end = wider


def _opened(start: int, end: int, closed: Sequence[Span]) -> Span:
    for first, last in closed:
        if first < start < last:
            start = first
        if first < end < last:
            end = last
    return start, end
