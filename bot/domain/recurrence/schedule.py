"""What a series' schedule is made of: sittings, their occurrences, and what a reader should be told about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto

from bot.domain.recurrence.rules import Rule

DEFAULT_MINUTES = 60
EVENING = time(20)


class HolidayPolicy(StrEnum):
    """What becomes of an occurrence on a holiday."""

    KEEP = auto()
    SKIP = auto()
    WEEK_LATER = auto()
    ASK = auto()


class NoteKind(StrEnum):
    """What to point out about a phrase that was understood; `bot/ui/schedules.py` has the sentence for each."""

    ZONE_AMBIGUOUS = auto()
    ZONE_ASSUMED = auto()
    ZONE_SEASON = auto()
    ZONE_FIXED = auto()
    ZONES_DRIFT = auto()
    TIME_ASSUMED = auto()
    HALF_OF_DAY_ASSUMED = auto()
    HOURS = auto()
    ONCE_ASSUMED = auto()
    WEEKLY_ASSUMED = auto()
    PATTERN_ASSUMED = auto()
    WORD_TAKEN = auto()
    BEAT_ASSUMED = auto()
    DATE_ORDER_ASSUMED = auto()
    YEAR_ASSUMED = auto()
    YEARLY_ASSUMED = auto()
    MIDNIGHT = auto()
    PERIOD_UNKNOWN = auto()
    MONTHS_WITHOUT = auto()
    YEARS_WITHOUT = auto()
    HOLIDAYS = auto()
    LEFT_OUT_ONCE = auto()
    SLOW = auto()
    WORDS_PASSED_OVER = auto()
    ALL_PAST = auto()


# These are guesses: whoever saves the schedule is asked to confirm them.
TO_CONFIRM = frozenset(
    {
        NoteKind.ZONE_AMBIGUOUS,
        NoteKind.ZONE_ASSUMED,
        NoteKind.TIME_ASSUMED,
        NoteKind.HALF_OF_DAY_ASSUMED,
        NoteKind.HOURS,
        NoteKind.ONCE_ASSUMED,
        NoteKind.WEEKLY_ASSUMED,
        NoteKind.PATTERN_ASSUMED,
        NoteKind.WORD_TAKEN,
        NoteKind.BEAT_ASSUMED,
        NoteKind.DATE_ORDER_ASSUMED,
        NoteKind.YEAR_ASSUMED,
        NoteKind.YEARLY_ASSUMED,
        NoteKind.MIDNIGHT,
        NoteKind.PERIOD_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to point out, with the facts that its sentence names."""

    kind: NoteKind
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def to_confirm(self) -> bool:
        """Whether it is a guess."""
        return self.kind in TO_CONFIRM


@dataclass(frozen=True, slots=True)
class Sitting:
    """One rule with its time of day.

    Attributes:
        rule: which local dates.
        begins_on: the first local date; the intervals of the rule are counted from it.
        at: the wall-clock time in `zone`.
        zone: IANA name.
        minutes: from the start to the end.
    """

    rule: Rule
    begins_on: date
    at: time
    zone: str
    minutes: int = DEFAULT_MINUTES


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which occurrence of a series: its date as the rule has it, wherever it is moved to (as RECURRENCE-ID).

    Attributes:
        on: the local date.
        sitting: the number of the sitting in its schedule, from 0.
    """

    on: date
    sitting: int = 0

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}" + (f"/{self.sitting}" if self.sitting else "")

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that `str` wrote."""
        on, _, sitting = text.partition("/")
        return cls(date.fromisoformat(on), int(sitting or 0))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the rules.

    Attributes:
        cancelled: occurrences that aren't held.
        moved: occurrences that are held at another wall-clock time (naive, in their sitting's zone).
    """

    cancelled: frozenset[Key] = frozenset()
    moved: dict[Key, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The sittings of a series, and what differs from their rules.

    Attributes:
        sittings: at least one.
        changes: single dates that are cancelled or moved.
        slow: each occurrence is a question, not an hour of them; or the chat goes on over days.
    """

    sittings: tuple[Sitting, ...]
    changes: Changes = Changes()
    slow: bool = False

    @property
    def zone(self) -> str:
        """The first sitting's zone, which is all sittings' zone unless the host named several."""
        return self.sittings[0].zone

    @property
    def minutes(self) -> int:
        """The first sitting's length."""
        return self.sittings[0].minutes


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a series meets.

    Attributes:
        key: which one.
        starts_at: aware UTC.
        wall: the wall-clock time that was meant, naive; clocks may skip it on that day.
        zone: IANA name.
        minutes: its length.
        is_moved: it isn't where the rule has it.
        holidays: the names of the holidays on the date that the rule has.
        to_ask: the hosts wish to be asked, since it is a holiday.
    """

    key: Key
    starts_at: datetime
    wall: datetime
    zone: str
    minutes: int
    is_moved: bool = False
    holidays: tuple[str, ...] = ()
    to_ask: bool = False

    @property
    def ends_at(self) -> datetime:
        """Aware UTC."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase as it was understood.

    Attributes:
        schedule: what to save.
        notes: what to point out, guesses first.
        holidays: what the phrase says of holidays, or None if it says nothing.
    """

    schedule: Schedule
    notes: tuple[Note, ...] = ()
    holidays: HolidayPolicy | None = None
