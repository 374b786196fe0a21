"""What a label says once it is read: values without any rule of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class MarkerKind(StrEnum):
    """Whether a label asks or answers.

    A Q from someone who is no host counts as an answer, unless nothing but a link or a hashtag follows it: then the
    question is passed on.
    """

    ANSWER = "answer"
    QUESTION = "question"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where in a message a label stands."""

    START = "start"
    """Before all else but mentions, hashtags, emoji, Markdown and a word such as "Sorry,"."""
    LINE = "line"
    """At the start of a later line."""
    WITHIN = "within"
    """At the start of a later sentence."""
    END = "end"
    """Behind the last sentence, with nothing but hashtags, mentions and links after it."""
    QUOTED = "quoted"
    """At the start of someone else's words, in a quotation or a retweet."""


class Sureness(IntEnum):
    """How sure it is that these signs are a label at all."""

    POSSIBLE = 1
    """A hint, for example a bare keycap; `read_labels` leaves it out."""
    LIKELY = 2
    """Nothing else is as plausible."""
    CERTAIN = 3
    """A label as most people write it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece of a longer message this one is.

    `number` and `total` are those of `2/3`, None where they aren't said; `start` and `end` span the sign in the
    original text.
    """

    number: int | None
    total: int | None
    continues: bool
    """Something came before: its question is that of its author's last message, if it names none."""
    goes_on: bool
    """Something comes after."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marker:
    """One question that a message names as its own.

    `text[start:end]` is the label with its signs and the blanks behind it, in the text as it was given. The markers
    of `A1 & A3:` share one span. `part` is the `a` of `A1a` and the `2` of `A1.2`, or "". `letter` is `A`, `Q`, `R`,
    `P`, or "" where there is none.
    """

    number: int
    kind: MarkerKind
    letter: str
    part: str
    piece: Piece | None
    place: Place
    start: int
    end: int
    sureness: Sureness
