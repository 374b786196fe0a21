"""What a host sees before saving: the next dates, with holidays and clock changes pointed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.recurrence.holidays import HolidayCalendar, observed
from bot.domain.recurrence.occurrences import occurrences
from bot.domain.recurrence.schedule import HolidayPolicy, Occurrence, Schedule

NEXT_DATES = 5
# A policy moves occurrences by whole weeks; so many are looked back for one that comes in from before.
_LOOK_BACK = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Preview:
    """One of the next dates.

    Attributes:
        occurrence: when; with the names of the holidays.
        local: the time on the clocks of the zone (aware).
        utc_shift: by how much the zone's clocks differ from those of the date before; zero if they don't.
        is_skipped_time: the wall-clock time that was meant doesn't exist on that day; `local` is later by the gap.
        is_repeated_time: clocks show the time twice on that day; it is the first.
    """

    occurrence: Occurrence
    local: datetime
    utc_shift: timedelta
    is_skipped_time: bool
    is_repeated_time: bool


def upcoming(
    schedule: Schedule,
    since: datetime,
    calendar: HolidayCalendar | None = None,
    policy: HolidayPolicy = HolidayPolicy.KEEP,
) -> Iterator[Occurrence]:
    """The occurrences that start at or after an instant (aware UTC), after the series' holidays were observed."""
    if calendar is None:
        return occurrences(schedule, since)
    early = since - _LOOK_BACK
    found = observed(schedule, early.date(), occurrences(schedule, early), calendar, policy)
    return (occurrence for occurrence in found if occurrence.starts_at >= since)


def preview(
    schedule: Schedule,
    since: datetime,
    calendar: HolidayCalendar | None = None,
    policy: HolidayPolicy = HolidayPolicy.KEEP,
    count: int = NEXT_DATES,
) -> list[Preview]:
    """The next dates as a host should see them before saving; fewer where the series ends.

    Args:
        schedule: as it was understood.
        since: aware UTC.
        calendar: whose holidays to point out, or None.
        policy: what becomes of an occurrence on one of them.
        count: how many.
    """
    found: list[Preview] = []
    for occurrence in islice(upcoming(schedule, since, calendar, policy), count):
        zone = ZoneInfo(occurrence.zone)
        local = occurrence.starts_at.astimezone(zone)
        before = found[-1].local if found and found[-1].occurrence.zone == occurrence.zone else since.astimezone(zone)
        shift = (local.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        again = occurrence.wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        found.append(
            Preview(
                occurrence,
                local,
                shift,
                is_skipped_time=local.replace(tzinfo=None) != occurrence.wall,
                is_repeated_time=again > occurrence.starts_at,
            )
        )
    return found
