"""How a chat is held and told of: its format, its pace, its announcements; and these as a host types them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum, auto

from bot.domain.errors import BadInput, Problem

MOST_ANNOUNCEMENTS = 6
# Long enough for a programme a season ahead; nobody remembers an announcement that is older.
MOST_MINUTES_BEFORE = 60 * 24 * 60
MOST_TIMES = 6
_DAY = 24 * 60


class Format(StrEnum):
    """What kind of chat it is."""

    HOSTED = auto()
    INFORMAL = auto()
    JAR = auto()

    @property
    def has_plan(self) -> bool:
        """Whether a host writes its questions beforehand."""
        return self is Format.HOSTED


class Layout(StrEnum):
    """Where a chat is held: in one thread, each question also in one of its own, a forum's post, or the channel."""

    THREAD = auto()
    QUESTIONS = auto()
    FORUM = auto()
    CHANNEL = auto()


class Anonymous(StrEnum):
    """Whether answers may be given without a name."""

    NO = auto()
    APPROVED = auto()
    OPEN = auto()


class Rhythm(StrEnum):
    """What decides when a question comes: the time shared evenly, fixed minutes, a host, or listed times of day."""

    EVEN = auto()
    FIXED = auto()
    BY_HAND = auto()
    SLOW = auto()


class Ahead(StrEnum):
    """What announcements tell of the questions: nothing, how many there are, or all of them."""

    NOTHING = auto()
    NUMBER = auto()
    ALL = auto()


class EventWish(StrEnum):
    """Whether Discord's own list of events shows the chat: no, once, or again whenever somebody deletes it."""

    NO = auto()
    ONCE = auto()
    KEPT = auto()


class EventHindrance(StrEnum):
    """Why Discord's list of events can't show a chat: not everybody may see its channel, or the bot may add nothing."""

    PRIVATE = auto()
    NOT_ALLOWED = auto()


@dataclass(frozen=True, slots=True)
class Pace:
    """How a chat's time is divided, in minutes.

    Attributes:
        welcome: introductions before Q1.
        wrap_up: from the wrap-up message to the end.
        late: from the end until the thread is locked.
        reminder: before the start; 0 for no reminder.
        rhythm: what decides when a question comes.
        every: from one question to the next, for FIXED.
        times: the times of day at which questions come, on the clocks of the chat's zone, for SLOW; empty for one a
            day at the time of the start.
    """

    welcome: int = 5
    wrap_up: int = 5
    late: int = 30
    reminder: int = 15
    rhythm: Rhythm = Rhythm.EVEN
    every: int = 0
    times: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """How a chat is told of beforehand.

    Attributes:
        before: when it is announced, in minutes before the start, the earliest first; empty for not at all, None for
            what is usual.
        ahead: what announcements tell of the questions.
        ping_role_id: the role that announcements ping, or None.
        event: whether Discord's own list of events shows it.
    """

    before: tuple[int, ...] | None = None
    ahead: Ahead = Ahead.NUMBER
    ping_role_id: int | None = None
    event: EventWish = EventWish.NO


_UNITS = {
    "minute": 1,
    "min": 1,
    "m": 1,
    "hour": 60,
    "hr": 60,
    "h": 60,
    "day": _DAY,
    "d": _DAY,
    "week": 7 * _DAY,
    "wk": 7 * _DAY,
    "w": 7 * _DAY,
    "month": 30 * _DAY,
}
_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS: dict[str, float] = {"a": 1, "an": 1, "the": 1, "half an": 0.5, "half a": 0.5}
_WORDS |= {name: count for count, name in enumerate(_NAMES, start=1)}
_OFFSET = re.compile(
    # The longest first, for "a" begins "an".
    r"(?P<count>\d{1,6}(?:[.,]5)?|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")?\s*"
    r"(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?)"
    r"(?:\s+(?:before(?:hand)?|ahead|early|earlier|prior|in advance)"
    r"(?:\s+(?:to\s+)?(?:the\s+(?:start|chat)|it\s+(?:starts|begins)))?)?\.?"
)
_AT_START = re.compile(r"(?:at|on|when)\s+(?:the\s+|it\s+)?(?:start|beginning|starts|begins)\.?|now|0")
_NEVER = frozenset({"no", "none", "never", "not at all", "nothing", "off", "-", "\u2013", "\u2014"})
# "1,5 hours" is one span, "1 day,5 hours" are two.
_PARTS = re.compile(r"(?<!\d),|,(?!5\b)|[;&+/]|\band\b")


def check_announcements(typed: str) -> tuple[int, ...]:
    """Minutes before the start, the earliest first, from such as `a week, 1 day, 2 h, at the start`; 0 is the start.

    Raises:
        BadInput: a part can't be read, is too early, or there are too many.
    """
    said = " ".join(typed.casefold().split())
    if said in _NEVER:
        return ()
    found = {_offset(part.strip(), typed) for part in _PARTS.split(said) if part.strip()}
    if not found or len(found) > MOST_ANNOUNCEMENTS:
        raise BadInput(Problem.ANNOUNCEMENTS_TOO_MANY, count=len(found), most=MOST_ANNOUNCEMENTS)
    return tuple(sorted(found, reverse=True))


def _offset(part: str, typed: str) -> int:
    if _AT_START.fullmatch(part):
        return 0
    match = _OFFSET.fullmatch(part)
    if match is None:
        raise BadInput(Problem.ANNOUNCEMENTS_UNREADABLE, typed=typed.strip(), words=[part])
    unit = match["unit"] if match["unit"] in _UNITS else match["unit"].removesuffix("s")
    said = match["count"] or "1"
    count = _WORDS[said] if said in _WORDS else float(said.replace(",", "."))
    minutes = round(count * _UNITS[unit])
    if not 0 <= minutes <= MOST_MINUTES_BEFORE:
        raise BadInput(Problem.ANNOUNCEMENTS_TOO_EARLY, words=[part], days=MOST_MINUTES_BEFORE // _DAY)
    return minutes


_EVEN = re.compile(r"even(?:ly)?|spread(?: evenly)?|auto(?:matic(?:ally)?)?")
_BY_HAND = re.compile(r"(?:by |per )?hand|manual(?:ly)?|(?:the )?host(?: decides)?|when i (?:say|press)")
_FIXED = re.compile(
    r"(?:(?:one|a question)\s+)?(?:every\s+|each\s+)?(\d{1,3})\s*(?:m|mins?|minutes?)?\.?"
    r"(?:\s+(?:each|per question|a question))?"
)
_DAILY = re.compile(r"(?:slow|daily|(?:one|once|1|a question)?\s*(?:question\s*)?(?:a|per|each|every) day)\.?")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?\.?m?\.?")


def check_pace(typed: str) -> tuple[Rhythm, int, tuple[time, ...]]:
    """When questions come, from such as `evenly`, `10 minutes`, `by hand`, `one a day` or `9:00 and 18:00`.

    Returns:
        What decides it, the minutes between two questions, and the times of day.

    Raises:
        BadInput: it can't be read.
    """
    said = " ".join(typed.casefold().split())
    if _EVEN.fullmatch(said):
        return Rhythm.EVEN, 0, ()
    if _BY_HAND.fullmatch(said):
        return Rhythm.BY_HAND, 0, ()
    if _DAILY.fullmatch(said):
        return Rhythm.SLOW, 0, ()
    fixed = _FIXED.fullmatch(said)
    if fixed and int(fixed[1]):
        return Rhythm.FIXED, int(fixed[1]), ()
    said = re.sub(r"^(?:(?:slow|daily|every day|each day)\s*,?\s*)?(?:at\s+)?", "", said)
    said = re.sub(r"\b(?:noon|midday)\b", "12:00", said)
    parts = [part.strip() for part in re.split(r"[,;+&/]|\band\b", said) if part.strip()]
    times = [_time_of_day(part) for part in parts]
    if not times or None in times or len(times) > MOST_TIMES:
        raise BadInput(Problem.PACE_UNREADABLE, typed=typed.strip())
    return Rhythm.SLOW, 0, tuple(sorted({at for at in times if at is not None}))


def _time_of_day(part: str) -> time | None:
    match = _TIME.fullmatch(part)
    if match is None or (match[2] is None and match[3] is None):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - hours on a clock's face
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
