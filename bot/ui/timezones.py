"""A time zone as iCalendar tells it (VTIMEZONE): its clock changes over a span of time, each on the clocks before it.

The library's own gives the hour that clocks show after they went forward, where RFC 5545 (3.6.5) wants the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import icalendar

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class _Clocks(NamedTuple):
    """What a zone's clocks show."""

    offset: timedelta
    name: str
    is_summer: bool


def timezone_of(zone: str, first_at: datetime, last_at: datetime) -> icalendar.Timezone:
    """A zone with all its clock changes between two instants (aware UTC).

    Args:
        zone: its IANA name.
        first_at: from when on it is to be right.
        last_at: until when.
    """
    info = ZoneInfo(zone)
    first_at = first_at.replace(microsecond=0)
    before = _clocks(info, first_at)
    # Clocks before and after each change, and when clocks before it show that it comes.
    found = {(before.offset, before): [_wall(first_at, before)]}
    for at in _changes(info, first_at, last_at):
        after = _clocks(info, at)
        found.setdefault((before.offset, after), []).append(_wall(at, before))
        before = after
    made = icalendar.Timezone()
    made.add("tzid", zone)
    for (offset_from, clocks), onsets in found.items():
        part = icalendar.TimezoneDaylight() if clocks.is_summer else icalendar.TimezoneStandard()
        part.add("dtstart", onsets[0])
        if onsets[1:]:
            part.add("rdate", onsets[1:])
        part.add("tzname", clocks.name)
        part.add("tzoffsetfrom", offset_from)
        part.add("tzoffsetto", clocks.offset)
        made.add_component(part)
    return made


def _changes(info: ZoneInfo, first_at: datetime, last_at: datetime) -> Iterator[datetime]:
    days = int((last_at - first_at) / _DAY) + 1
    for start, end in pairwise(first_at + _DAY * number for number in range(days + 1)):
        if _clocks(info, start) == _clocks(info, end):
            continue
        low, high = start, end
        while high - low > _SECOND:
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            if _clocks(info, middle) == _clocks(info, start):
                low = middle
            else:
                high = middle
        yield high


def _clocks(info: ZoneInfo, at: datetime) -> _Clocks:
    local = at.astimezone(info)
    return _Clocks(local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst()))


def _wall(at: datetime, clocks: _Clocks) -> datetime:
    return (at.astimezone(UTC) + clocks.offset).replace(tzinfo=None)
