"""A chat as it is planned: its limits, its questions and what a host may ask for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.errors import BadInput, Problem

MIN_QUESTIONS = 2
MAX_QUESTIONS = 12
# A prompt carries a heading and a hint beside the question, and Discord allows 2,000 characters in all.
MAX_QUESTION_LENGTH = 1_500
# A thread's name holds the hashtag and the title, and Discord allows 100 characters in all.
MAX_TITLE_LENGTH = 70
MAX_HASHTAG_LENGTH = 25
MIN_MINUTES = 10
MAX_MINUTES = 24 * 60
# Long enough for a programme planned a year ahead, short enough to catch a mistyped year.
MAX_DAYS_AHEAD = 400


class ChatState(StrEnum):
    """Where a chat is in its life; `bot/domain/run.py` has the table of what follows what."""

    DRAFT = auto()
    PLANNED = auto()
    ANNOUNCED = auto()
    GATHERING = auto()
    ASKING = auto()
    HELD = auto()
    WRAPPING = auto()
    LATE = auto()
    CLOSED = auto()
    CANCELLED = auto()


class Anonymous(StrEnum):
    """Whether answers may be given without a name."""

    NO = auto()
    APPROVED = auto()
    OPEN = auto()


class Layout(StrEnum):
    """Where a chat is held: in one thread, or each question also in one of its own."""

    THREAD = auto()
    QUESTIONS = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered question of a chat.

    Attributes:
        number: 1 for Q1; gapless within a chat.
        text: as the host wrote it, without a label.
        message_id: the prompt's Discord id once it is posted.
        asked_at: when the prompt was posted (aware UTC).
    """

    number: int
    text: str
    message_id: int | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a chat's time is divided, in minutes.

    Attributes:
        welcome: introductions before Q1.
        wrap_up: from the wrap-up message to the end.
        late: from the end until the thread is locked.
        reminder: before the start; 0 for no reminder.
    """

    welcome: int = 5
    wrap_up: int = 5
    late: int = 30
    reminder: int = 15


@dataclass(frozen=True, slots=True)
class Chat:
    """A planned, running or finished chat.

    Attributes:
        id: the archive's own number; 0 before it is saved.
        guild_id: the Discord server.
        channel_id: where it is announced and its thread is opened.
        title: what it is about.
        hashtag: without the leading `#`.
        starts_at: aware UTC.
        zone: IANA name of the zone in which the host stated the start.
        minutes: from the start to the end, without the late window.
        host_id: the Discord user who planned it.
        host_name: that person's display name when it was planned.
        pace: how the minutes are divided.
        state: where it is in its life.
        questions: in order; empty while it is a draft.
        thread_id: Discord's id of the thread once the opening message is posted.
        locale: the language of what the bot posts, as Discord writes it (`en-US`).
        anonymous: whether answers may be given without a name, and whether a host approves them first.
        quiet: whether the bot confirms filing by nothing at all instead of a reaction.
        layout: where it is held.
        recap: whether its digest is posted in the channel when it is over.
        question_threads: numbers and threads of the questions that have one of their own, as far as they are open.
        held_at: since when a host holds the next question back (aware UTC), or None.
    """

    guild_id: int
    channel_id: int
    title: str
    hashtag: str
    starts_at: datetime
    zone: str
    minutes: int
    host_id: int
    host_name: str
    pace: Pace = Pace()
    state: ChatState = ChatState.DRAFT
    questions: tuple[Question, ...] = ()
    thread_id: int | None = None
    locale: str = "en-US"
    anonymous: Anonymous = Anonymous.NO
    quiet: bool = False
    layout: Layout = Layout.THREAD
    recap: bool = False
    question_threads: tuple[tuple[int, int], ...] = ()
    held_at: datetime | None = None
    id: int = 0

    @property
    def threads(self) -> tuple[int, ...]:
        """All its threads, the main one first; none before it is open."""
        main = () if self.thread_id is None else (self.thread_id,)
        return (*main, *(thread_id for _, thread_id in self.question_threads))

    def thread_of(self, number: int) -> int | None:
        """Where answers to a question belong: its own thread, else the main one."""
        return dict(self.question_threads).get(number, self.thread_id)

    def question_in(self, thread_id: int) -> Question | None:
        """The question whose own thread this is, once it is asked."""
        number = next((number for number, own in self.question_threads if own == thread_id), None)
        question = self.question(number) if number is not None else None
        return question if question is not None and question.message_id is not None else None

    @property
    def ends_at(self) -> datetime:
        """When the chat's time is over (aware UTC); the late window comes after it."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def closes_at(self) -> datetime:
        """When the thread is locked (aware UTC)."""
        return self.ends_at + timedelta(minutes=self.pace.late)

    @property
    def is_open(self) -> bool:
        """Whether messages in its thread are archived as they come."""
        return self.thread_id is not None and self.state in OPEN_STATES

    @property
    def current_question(self) -> Question | None:
        """The last question that was posted."""
        return next((q for q in reversed(self.questions) if q.message_id is not None), None)

    def question(self, number: int) -> Question | None:
        """The question with this number, if there is one."""
        return next((q for q in self.questions if q.number == number), None)

    def overlaps(self, other: Chat) -> bool:
        """Whether both run in one channel at the same time."""
        return self.channel_id == other.channel_id and self.starts_at < other.ends_at and other.starts_at < self.ends_at


UPCOMING_STATES = frozenset({ChatState.PLANNED, ChatState.ANNOUNCED})
RUNNING_STATES = frozenset({ChatState.GATHERING, ChatState.ASKING, ChatState.HELD, ChatState.WRAPPING, ChatState.LATE})
OPEN_STATES = RUNNING_STATES | {ChatState.ANNOUNCED}


def check_title(title: str) -> str:
    """The title on one line.

    Raises:
        BadInput: it is empty or too long for a thread's name.
    """
    tidy = " ".join(title.split())
    if not tidy:
        raise BadInput(Problem.TITLE_EMPTY)
    if len(tidy) > MAX_TITLE_LENGTH:
        raise BadInput(Problem.TITLE_TOO_LONG, length=len(tidy), limit=MAX_TITLE_LENGTH)
    return tidy


def check_hashtag(hashtag: str) -> str:
    """The hashtag without its `#`.

    Raises:
        BadInput: it isn't one word of letters, digits and underscores that starts with a letter.
    """
    tidy = unicodedata.normalize("NFC", hashtag.strip().lstrip("#\uff03"))
    # Many scripts write vowels as marks, which are no letters to `\w`.
    is_word = all(sign.isalnum() or sign == "_" or unicodedata.category(sign) in {"Mn", "Mc"} for sign in tidy)
    if len(tidy) > MAX_HASHTAG_LENGTH or not is_word or not tidy[:1].isalpha():
        raise BadInput(Problem.HASHTAG_UNUSABLE, hashtag=hashtag.strip(), limit=MAX_HASHTAG_LENGTH)
    return tidy


def check_minutes(minutes: int, pace: Pace) -> int:
    """The length of a chat in minutes.

    Raises:
        BadInput: it is out of range, or leaves no time between the welcome and the wrap-up.
    """
    least = max(MIN_MINUTES, pace.welcome + pace.wrap_up + 1)
    if not least <= minutes <= MAX_MINUTES:
        raise BadInput(Problem.DURATION_OUT_OF_RANGE, minutes=minutes, least=least, most=MAX_MINUTES)
    return minutes


def check_start(starts_at: datetime, now: datetime) -> datetime:
    """The start, if it lies ahead and not absurdly far.

    Raises:
        BadInput: the start has passed, or is over `MAX_DAYS_AHEAD` days away.
    """
    if starts_at <= now:
        raise BadInput(Problem.START_IN_PAST, starts_at=starts_at, now=now)
    if starts_at > now + timedelta(days=MAX_DAYS_AHEAD):
        raise BadInput(Problem.START_TOO_FAR, starts_at=starts_at, days=MAX_DAYS_AHEAD)
    return starts_at


# Hosts paste from a document: "Q1: …", "1. …", "Question 2) …", "- …". The bot numbers the prompts itself. A figure
# that belongs to the question ("3D printing", "7:30 or 8?") has no sign and space behind it.
_OWN_NUMBER = re.compile(
    r"^\s*(?:(?:q(?:uestion)?\s*#?\s*)?\d{1,2}\s*(?:[.):\]]+(?:\s+|$|(?=[^\W\d]))|[-\u2013\u2014]+(?!\s*\d)(?:\s+|$))"
    r"|(?:q(?:uestion)?)\s*\d{1,2}(?:\s+|$)|[-*\u2022]\s+)",
    re.IGNORECASE,
)


def split_questions(typed: str) -> tuple[str, ...]:
    """Questions from a text with one a line; `|` separates them too, for a phone's single-line field.

    Empty lines are passed over, and a number or bullet at a line's start is taken off.

    Raises:
        BadInput: there are fewer than 2 or more than 12 questions, or one is too long.
    """
    separators = r"[\r\n]+" if re.search(r"[\r\n]", typed.strip()) else r"\|"
    lines = (" ".join(_OWN_NUMBER.sub("", part, count=1).split()) for part in re.split(separators, typed))
    questions = tuple(line for line in lines if line)
    if len(questions) < MIN_QUESTIONS:
        raise BadInput(Problem.TOO_FEW_QUESTIONS, count=len(questions), least=MIN_QUESTIONS)
    if len(questions) > MAX_QUESTIONS:
        raise BadInput(Problem.TOO_MANY_QUESTIONS, count=len(questions), most=MAX_QUESTIONS)
    for number, text in enumerate(questions, start=1):
        if len(text) > MAX_QUESTION_LENGTH:
            raise BadInput(Problem.QUESTION_TOO_LONG, number=number, length=len(text), limit=MAX_QUESTION_LENGTH)
    return questions


def with_questions(chat: Chat, texts: tuple[str, ...]) -> Chat:
    """The chat with these questions, numbered from 1."""
    numbered = tuple(Question(number, text) for number, text in enumerate(texts, start=1))
    return replace(chat, questions=numbered)
