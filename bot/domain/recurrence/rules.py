"""A recurrence rule: which local dates a sitting falls on, in the parts that RFC 5545 (3.3.10) names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
# The months with which quarters of a year begin.
QUARTERS = (1, 4, 7, 10)


class Frequency(StrEnum):
    """How often a rule counts; nothing finer than a day is a schedule of chats."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Nth:
    """A weekday in a rule.

    Attributes:
        weekday: 0 is Monday.
        n: 2 for the second, -1 for the last of its month (or year); 0 for every one.
    """

    weekday: int
    n: int = 0

    def __str__(self) -> str:
        return f"{self.n or ''}{DAY_CODES[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """An RFC 5545 rule over local dates; the time of day stands beside it.

    Attributes:
        frequency: the unit of `interval`.
        interval: every how many units, counted from the first date.
        by_day: weekdays; with `n` only in monthly and yearly rules.
        by_month_day: 1 to 31, or -1 to -31 from the month's end.
        by_month: 1 to 12.
        by_year_day: 1 to 366, or from the year's end; only in rules that were given as iCalendar.
        by_week_no: ISO weeks; only in rules that were given as iCalendar.
        by_set_pos: which of a period's dates count.
        week_start: 0 is Monday.
        count: how many dates in all, or None.
        until: the last local date that may be one, or None. Never together with `count`.
    """

    frequency: Frequency
    interval: int = 1
    by_day: tuple[Nth, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: date | None = None

    @property
    def is_once(self) -> bool:
        """Whether it has a single date."""
        return self.count == 1

    def text(self, at: time | None = None, zone: str | None = None, clock: str = "") -> str:
        """The rule as RFC 5545 writes it, without `RRULE:`.

        Args:
            at: the sitting's wall-clock time; with `zone` it makes `UNTIL` the instant in UTC that the RFC asks for.
            zone: IANA name.
            clock: `BYHOUR=…` parts to put behind the days, for several sittings in one rule.
        """
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        lists = (
            ("BYMONTH", self.by_month),
            ("BYWEEKNO", self.by_week_no),
            ("BYYEARDAY", self.by_year_day),
            ("BYMONTHDAY", self.by_month_day),
            ("BYDAY", self.by_day),
        )
        parts += [f"{name}={','.join(map(str, values))}" for name, values in lists if values]
        if clock:
            parts.append(clock)
        if self.by_set_pos:
            parts.append(f"BYSETPOS={','.join(map(str, self.by_set_pos))}")
        if self.week_start:
            parts.append(f"WKST={DAY_CODES[self.week_start]}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={_until(self.until, at, zone)}")
        return ";".join(parts)


def _until(last: date, at: time | None, zone: str | None) -> str:
    if at is None or zone is None:
        return f"{last:%Y%m%d}"
    return f"{datetime.combine(last, at, ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
