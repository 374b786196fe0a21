"""The jar holds a server's questions to choose from: what may be in it, under which tags, and which is drawn."""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.errors import BadInput, Problem
from bot.domain.moves import check_question

MAX_QUESTIONS = 1_000
MAX_TAGS = 5
MAX_TAG_LENGTH = 20
# Whoever would fill the jar with suggestions has to wait for a host.
MAX_WAITING = 10
# A question that was asked rests so long before it is drawn again.
REST = timedelta(days=180)

_BETWEEN_TAGS = re.compile(r"[\s,;|]+")


class JarState(StrEnum):
    """Whether a host has said yes."""

    SUGGESTED = auto()
    APPROVED = auto()


class Added(StrEnum):
    """What becomes of a question that is put into the jar.

    APPROVED: it waited there as a suggestion, and a host's own adding is the yes to it. NO_ROOM: the jar is full.
    ENOUGH: whoever suggests it has too many waiting.
    """

    NEW = auto()
    APPROVED = auto()
    ALREADY = auto()
    NO_ROOM = auto()
    ENOUGH = auto()


@dataclass(frozen=True, slots=True)
class JarQuestion:
    """A question in the jar.

    Attributes:
        guild_id: whose jar.
        text: on one line, as `check_text` gives it.
        tags: as `check_tags` gives them.
        state: whether it can be drawn.
        person_id: who suggested or added it; 0 for nobody, as for what came from a file.
        added_at: aware UTC.
        used_at: when it was last asked (aware UTC), or None.
        id: the jar's own number, never given twice; 0 before it is saved.
    """

    guild_id: int
    text: str
    tags: tuple[str, ...]
    state: JarState
    person_id: int
    added_at: datetime
    used_at: datetime | None = None
    id: int = 0


def check_text(text: str) -> str:
    """A question's words on one line.

    Raises:
        BadInput: it is empty or too long for a prompt.
    """
    # No keyboard types it, and no text file may hold it.
    return check_question(text.replace("\0", ""))


def check_tag(typed: str) -> str:
    """One tag in lower case, without a `#` in front.

    Raises:
        BadInput: it isn't one word of letters, digits and hyphens, or it is too long.
    """
    tag = unicodedata.normalize("NFC", typed.strip().lstrip("#").lower())
    if not 0 < len(tag) <= MAX_TAG_LENGTH or not tag[0].isalnum() or not all(map(_fits_in_a_tag, tag)):
        raise BadInput(Problem.JAR_TAG_UNUSABLE, tag=typed.strip(), limit=MAX_TAG_LENGTH)
    return tag


def check_tags(typed: str) -> tuple[str, ...]:
    """The tags among what was typed, with spaces or commas between them, each once.

    Raises:
        BadInput: one can't be used, or there are too many.
    """
    tags = tuple(dict.fromkeys(check_tag(word) for word in _BETWEEN_TAGS.split(typed) if word))
    if len(tags) > MAX_TAGS:
        raise BadInput(Problem.JAR_TOO_MANY_TAGS, count=len(tags), most=MAX_TAGS)
    return tags


def fold(text: str) -> str:
    """What two texts share that are the same question: upper and lower case and spaces don't count."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def admit(question: JarQuestion, same: JarState | None, count: int, waiting: int) -> Added:
    """What becomes of a question that is put into the jar.

    Args:
        question: what is put in.
        same: how the same text stands in the jar already, or None.
        count: how many questions are in it.
        waiting: how many suggestions of this person's wait.
    """
    is_approved = question.state is JarState.APPROVED
    if same is not None:
        return Added.APPROVED if is_approved and same is JarState.SUGGESTED else Added.ALREADY
    if count >= MAX_QUESTIONS:
        return Added.NO_ROOM
    return Added.NEW if is_approved or waiting < MAX_WAITING else Added.ENOUGH


def in_order(questions: Iterable[JarQuestion], tag: str | None = None) -> tuple[JarQuestion, ...]:
    """Those with a tag, or all: what waits for a host first, else as they were added."""
    wanted = (question for question in questions if tag is None or tag in question.tags)
    return tuple(sorted(wanted, key=lambda question: (question.state is JarState.APPROVED, question.id)))


def draw(
    questions: Iterable[JarQuestion], now: datetime, dice: random.Random, tag: str | None = None, *, besides: int = 0
) -> JarQuestion:
    """One of the approved questions that rested long enough; if none did, the one that rested longest.

    Args:
        questions: what is in the jar.
        now: this instant (aware UTC).
        dice: what chance is taken from.
        tag: only of those with this tag, or None.
        besides: the number of the one that was just drawn; another is drawn, if there is one.

    Raises:
        BadInput: there is none to draw from.
    """
    fitting = [q for q in in_order(questions, tag) if q.state is JarState.APPROVED]
    if not fitting:
        raise BadInput(Problem.JAR_EMPTY) if tag is None else BadInput(Problem.JAR_NOTHING_TAGGED, tag=tag)
    rested = [q for q in fitting if q.id != besides and (q.used_at is None or now - q.used_at >= REST)]
    if rested:
        return dice.choice(rested)
    by_rest = sorted(fitting, key=lambda q: (q.used_at is not None, q.used_at or now, q.id))
    # Drawing on and on shows one after another.
    place = next((place for place, q in enumerate(by_rest, start=1) if q.id == besides), 0)
    return by_rest[place % len(by_rest)]


def tag_mark(tag: str | None) -> int:
    """A number by which a button's id remembers a tag; 0 for none."""
    return (zlib.crc32(tag.encode()) or 1) if tag else 0


def tag_of(questions: Iterable[JarQuestion], mark: int) -> str | None:
    """The tag of a number; None for 0.

    Raises:
        BadInput: no question has that tag any more.
    """
    if not mark:
        return None
    tags = (tag for question in questions for tag in question.tags)
    found = next((tag for tag in tags if tag_mark(tag) == mark), None)
    if found is None:
        raise BadInput(Problem.JAR_TAG_GONE)
    return found


def asking_id(chat_id: int, question_id: int) -> int:
    """Under which number a question from the jar is asked in a chat, where it is asked once only.

    It is below zero, so that it is no press of Discord's, and has at most 63 bits.
    """
    return -(chat_id << 32 | question_id)


def _fits_in_a_tag(letter: str) -> bool:
    # Some scripts write vowels as marks on letters.
    return letter.isalnum() or letter == "-" or unicodedata.category(letter).startswith("M")
