"""A chat as it is planned: its limits, its questions and what a host may ask for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.errors import BadInput, Problem
from bot.domain.manner import Anonymous, Format, Layout, Notice, Pace, Rhythm

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
MAX_DESCRIPTION_LENGTH = 500
# A series is announced a week ahead to plan with and a day ahead to think of; the last one is the server's setting.
USUALLY_BEFORE = (7 * 24 * 60, 24 * 60)
# A slow chat may go on for a month, with a question a day.
MAX_SLOW_MINUTES = 31 * 24 * 60
MAX_SLOW_QUESTIONS = 31
# What a slow chat takes where its host says nothing: a week.
SLOW_MINUTES = 7 * 24 * 60


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


class Source(StrEnum):
    """Where a chat was held; what wasn't held in Discord by this bot came in from a file."""

    DISCORD = auto()
    IMPORTED = auto()
    TWITTER = auto()


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
class Guest:
    """Somebody who hosts beside the one who planned it.

    Attributes:
        id: the archive's own number, unlike any other of the same chat.
        person_id: the Discord user.
    """

    id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which occurrence of a series a chat is.

    Attributes:
        series_id: the series.
        key: which of its occurrences, as `recurrence.schedule.Key` writes it; empty once the series let go of it.
        own: it differs from its series by what hosts gave it: its time or its topic.
        first_key: the key under which it was planned, by which calendars know it wherever it goes.
    """

    series_id: int
    key: str
    own: bool = False
    first_key: str = ""


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
        thread_id: Discord's id of the thread once the opening message is posted; with the layout CHANNEL that of the
            channel.
        opened_by: with the layout CHANNEL, the opening message, behind which the chat stands in its channel.
        locale: the language of what the bot posts, as Discord writes it (`en-US`).
        anonymous: whether answers may be given without a name, and whether a host approves them first.
        quiet: whether the bot confirms filing by nothing at all instead of a reaction.
        layout: where it is held.
        recap: whether its digest is posted in the channel when it is over.
        format: what kind of chat it is.
        notice: how it is told of beforehand.
        description: a few lines for whoever reads an announcement; may be empty.
        forum_id: the forum in which its post is opened, with the layout FORUM.
        guests: who hosts this one chat beside the one who planned it.
        cohosts: who hosts all chats of its series.
        host_role_id: the role whose members host its series, or None.
        belonging: its place in a series, or None.
        sequence: how often its time or its topic was changed after it was announced.
        moved_from: when it was to start, as was said last (aware UTC), if it is to start at another time now.
        announced_in: the channel in which it was announced before it moved to another, or None.
        question_threads: numbers and threads of the questions that have one of their own, as far as they are open.
        held_at: since when a host holds the next question back (aware UTC), or None.
        source: where it was held.
        published: whether hosts said that it may be shown outside Discord; None where they said nothing of it.
        is_public: whether everybody in its server could read it when the bot looked last.
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
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    state: ChatState = ChatState.DRAFT
    questions: tuple[Question, ...] = ()
    thread_id: int | None = None
    locale: str = "en-US"
    anonymous: Anonymous = Anonymous.NO
    quiet: bool = False
    layout: Layout = Layout.THREAD
    recap: bool = False
    format: Format = Format.HOSTED
    notice: Notice = Notice()  # noqa: RUF009 - frozen
    description: str = ""
    forum_id: int | None = None
    guests: tuple[Guest, ...] = ()
    cohosts: tuple[Guest, ...] = ()
    host_role_id: int | None = None
    belonging: Belonging | None = None
    sequence: int = 0
    moved_from: datetime | None = None
    announced_in: int | None = None
    question_threads: tuple[tuple[int, int], ...] = ()
    opened_by: int | None = None
    held_at: datetime | None = None
    source: Source = Source.DISCORD
    published: bool | None = None
    is_public: bool = False
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
    def host_ids(self) -> tuple[int, ...]:
        """Who may do everything with this chat, the one who planned it first."""
        return (self.host_id, *(guest.person_id for guest in (*self.guests, *self.cohosts)))

    @property
    def home_id(self) -> int:
        """The channel whose readers may read it: the forum it is held in, else the channel of its announcements."""
        return self.forum_id if self.layout is Layout.FORUM and self.forum_id is not None else self.channel_id

    @property
    def announced_before(self) -> tuple[int, ...]:
        """When it is announced, in minutes before the start; what is usual where its host said nothing."""
        if self.notice.before is not None:
            return self.notice.before
        usual = USUALLY_BEFORE if self.belonging is not None else ()
        return (*usual, *([self.pace.reminder] if self.pace.reminder else []))

    @property
    def is_told_ahead(self) -> bool:
        """Whether it is announced before its start; `none` and `at the start` say that it isn't."""
        return self.notice.before is None or any(self.notice.before)

    @property
    def is_slow(self) -> bool:
        """Whether it goes on over days."""
        return self.pace.rhythm is Rhythm.SLOW

    @property
    def is_prepared(self) -> bool:
        """Whether hosts put anything into it that its series doesn't give it."""
        return bool(self.questions or self.guests or (self.belonging is not None and self.belonging.own))

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
        if self.channel_id != other.channel_id or (self.is_slow != other.is_slow and not self._fills_channel(other)):
            return False
        return self.starts_at < other._taken_until(self) and other.starts_at < self._taken_until(other)

    def _fills_channel(self, other: Chat) -> bool:
        # An hour in a thread doesn't disturb a slow chat in another; what is held in the channel itself needs it alone.
        return Layout.CHANNEL in {self.layout, other.layout}

    def _taken_until(self, other: Chat) -> datetime:
        return self.closes_at if self._fills_channel(other) else self.ends_at


UPCOMING_STATES = frozenset({ChatState.PLANNED, ChatState.ANNOUNCED})
RUNNING_STATES = frozenset({ChatState.GATHERING, ChatState.ASKING, ChatState.HELD, ChatState.WRAPPING, ChatState.LATE})
OVER_STATES = frozenset({ChatState.CLOSED, ChatState.CANCELLED})
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
    most = MAX_SLOW_MINUTES if pace.rhythm is Rhythm.SLOW else MAX_MINUTES
    if not least <= minutes <= most:
        raise BadInput(Problem.DURATION_OUT_OF_RANGE, minutes=minutes, least=least, most=most)
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


def check_description(typed: str) -> str:
    """A description without needless spaces; may be empty.

    Raises:
        BadInput: it is too long for an announcement.
    """
    tidy = "\n".join(" ".join(line.split()) for line in typed.strip().splitlines())
    if len(tidy) > MAX_DESCRIPTION_LENGTH:
        raise BadInput(Problem.DESCRIPTION_TOO_LONG, length=len(tidy), limit=MAX_DESCRIPTION_LENGTH)
    return tidy


def split_questions(typed: str, most: int = MAX_QUESTIONS, least: int = MIN_QUESTIONS) -> tuple[str, ...]:
    """Questions from a text with one a line; `|` separates them too, for a phone's single-line field.

    Empty lines are passed over, and a number or bullet at a line's start is taken off.

    Args:
        typed: what a host wrote.
        most: how many questions there may be.
        least: how many there must be.

    Raises:
        BadInput: there are fewer than `least` or more than `most` questions, or one is too long.
    """
    separators = r"[\r\n]+" if re.search(r"[\r\n]", typed.strip()) else r"\|"
    lines = (" ".join(_OWN_NUMBER.sub("", part, count=1).split()) for part in re.split(separators, typed))
    questions = tuple(line for line in lines if line)
    if len(questions) < least:
        raise BadInput(Problem.TOO_FEW_QUESTIONS, count=len(questions), least=least)
    if len(questions) > most:
        raise BadInput(Problem.TOO_MANY_QUESTIONS, count=len(questions), most=most)
    for number, text in enumerate(questions, start=1):
        if len(text) > MAX_QUESTION_LENGTH:
            raise BadInput(Problem.QUESTION_TOO_LONG, number=number, length=len(text), limit=MAX_QUESTION_LENGTH)
    return questions


def with_questions(chat: Chat, texts: tuple[str, ...]) -> Chat:
    """The chat with these questions, numbered from 1."""
    numbered = tuple(Question(number, text) for number, text in enumerate(texts, start=1))
    return replace(chat, questions=numbered)
