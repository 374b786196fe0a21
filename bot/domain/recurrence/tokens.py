"""A phrase in pieces: each token has a one-letter code, so that a grammar's rules are patterns over the codes.

T time, W weekday, O ordinal, N number, M month, Y year, D date, R "from date to date", U unit of time,
E every, A every other, F "monthly", Z zone, L length, P part of day, C "for six weeks", S starting, X until,
~ except, - to or a dash, & and, comma, / slash, ( and ) parentheses, I this or next, e "end of", H holiday,
K month of a year, V a time of year that only its people know, z an unknown zone, Q a question each day, B between,
h hashtag, full stop a sentence's end, w any other word, _ a token that has been made use of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

# What must not be passed over: a phrase in which one of these is left was not understood.
WEIGHTY = frozenset("TWOMDREAFKHZz~XC")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as typed.

    Attributes:
        hour: as typed, 0 to 24.
        minute: 0 to 59.
        half: `am` or `pm` where it was said; `24` where it can only be of 24 hours; else empty.
        with_minutes: minutes were typed, `8:00` and not `8`.
    """

    hour: int
    minute: int = 0
    half: str = ""
    with_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """One or more weekdays in one word.

    Attributes:
        days: 0 is Monday.
        is_plural: "Mondays", which by itself means every one.
        is_short: "Mon".
    """

    days: tuple[int, ...]
    is_plural: bool = False
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A date as typed, which may lack its year.

    Attributes:
        month: 1 to 12; of a date in figures the first figure.
        day: 1 to 31; of a date in figures the second figure.
        year: or None if it wasn't said.
        weekday: which one was said to be that date's, or None; 0 is Monday.
        in_figures: `12/4`, of which either may be the month.
        dotted: `4.12.`, in which the day comes first.
        feast: the name of a feast that is on another date each year, such as `thanksgiving`; else empty.
        vague: the words that were taken for this date, such as `mid-June`; else empty.
    """

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None
    in_figures: bool = False
    dotted: bool = False
    feast: str = ""
    vague: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a phrase.

    Attributes:
        code: see the module.
        value: what the code's meaning needs; None where the code says all.
        start: index in the phrase.
        end: index behind it.
    """

    code: str
    value: object
    start: int
    end: int


class Tape:
    """The tokens of a phrase, of which a grammar's rules make use one after another."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens

    @property
    def codes(self) -> str:
        """One letter a token."""
        return "".join(token.code for token in self.tokens)

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Matches of a pattern over the codes, each looked for in what the ones before it have left."""
        compiled, at = re.compile(pattern), 0
        while (match := compiled.search(self.codes, at)) is not None:
            yield match
            at = max(match.start() + 1, match.end() if "_" not in self.codes[match.start() : match.end()] else 0)

    def first(self, pattern: str) -> re.Match[str] | None:
        """The first match."""
        return re.search(pattern, self.codes)

    def value(self, index: int) -> object:
        """A token's value."""
        return self.tokens[index].value

    def values(self, start: int, end: int, code: str) -> list[object]:
        """The values of the tokens of a kind in a stretch."""
        return [token.value for token in self.tokens[start:end] if token.code == code]

    def use(self, start: int, end: int) -> None:
        """Marks tokens as made use of."""
        for index in range(start, end):
            self.tokens[index] = replace(self.tokens[index], code="_")

    def recode(self, index: int, code: str, value: object) -> None:
        """Takes a token for something else."""
        self.tokens[index] = replace(self.tokens[index], code=code, value=value)

    def merge(self, start: int, end: int, code: str, value: object) -> None:
        """Makes one token of several."""
        merged = Token(code, value, self.tokens[start].start, self.tokens[end - 1].end)
        self.tokens[start:end] = [merged]

    def words(self, start: int, end: int) -> str:
        """The phrase's own words for a stretch of tokens."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end].strip()

    def left(self) -> list[str]:
        """The words of weight that nothing has made use of, each stretch as it was typed."""
        found = []
        for match in re.finditer(r"[^_.hT]*[" + re.escape("".join(sorted(WEIGHTY))) + r"][^_.h]*", self.codes):
            start, end = match.span()
            stretch = self.codes[start:end]
            lead = len(stretch) - len(stretch.lstrip(",&/-() w"))
            tail = len(stretch) - len(stretch.rstrip(",&/-() "))
            found.append(self.words(start + lead, end - tail))
        return found
