"""The occurrences of a schedule as instants: dates come from the rules, and each is put on its own zone's clocks.

A wall-clock time that clocks skip is held as much later as they skip (02:30 becomes 03:30); of one that they show
twice it is the first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.recurrence.dates import dates_from
from bot.domain.recurrence.schedule import Key, Occurrence, Schedule

_DAY = timedelta(days=1)


def instant(wall: datetime, zone: str) -> datetime:
    """The instant (aware UTC) of a naive wall-clock time; see above for times that don't exist or come twice."""
    # With fold=0 the offset before the change counts, which means just what is said above in both cases.
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def occurrences(schedule: Schedule, since: datetime) -> Iterator[Occurrence]:
    """All occurrences that start at or after an instant (aware UTC), in order of their starts; may have no end."""
    regular = [_regular(schedule, number, since) for number in range(len(schedule.sittings))]
    return heapq.merge(*regular, _moved(schedule, since), key=_start)


def next_occurrence(schedule: Schedule, since: datetime) -> Occurrence | None:
    """The first occurrence that starts at or after an instant (aware UTC), if there is one."""
    return next(occurrences(schedule, since), None)


def _start(occurrence: Occurrence) -> tuple[datetime, Key]:
    return occurrence.starts_at, occurrence.key


def _regular(schedule: Schedule, number: int, since: datetime) -> Iterator[Occurrence]:
    sitting, changes = schedule.sittings[number], schedule.changes
    # A day early: a time in a gap is held later than its wall clock says.
    first = max((since.astimezone(ZoneInfo(sitting.zone)) - _DAY).date(), sitting.begins_on)
    for day in dates_from(sitting.rule, sitting.begins_on, first):
        key = Key(day, number)
        if key in changes.cancelled or key in changes.moved:
            continue
        wall = datetime.combine(day, sitting.at)
        starts_at = instant(wall, sitting.zone)
        if starts_at >= since:
            yield Occurrence(key, starts_at, wall, sitting.zone, sitting.minutes)


def _moved(schedule: Schedule, since: datetime) -> Iterator[Occurrence]:
    found = []
    for key, wall in schedule.changes.moved.items():
        sitting = schedule.sittings[key.sitting]
        starts_at = instant(wall, sitting.zone)
        if starts_at >= since and key not in schedule.changes.cancelled:
            found.append(Occurrence(key, starts_at, wall, sitting.zone, sitting.minutes, is_moved=True))
    return iter(sorted(found, key=_start))
