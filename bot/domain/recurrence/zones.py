"""A zone as people say it becomes an IANA name; one that could be several is resolved with the server's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.recurrence.places import ABBREVIATIONS, AMBIGUOUS, MANY_ZONES, PLACES, REGIONS, SEASONS

_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s?([+-])\s?(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
# Offsets of a part of an hour have no fixed zone of their own in the database; these places never change clocks.
_PART_HOURS = {
    (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon",
    (9, 30): "Australia/Darwin",
    (3, 30): "Asia/Tehran",
    (4, 30): "Asia/Kabul",
    (8, 45): "Australia/Eucla",
    (-9, 30): "Pacific/Marquesas",
}
_FURTHEST_EAST, _FURTHEST_WEST = 14, -12


@dataclass(frozen=True, slots=True)
class Said:
    """A zone as it was said.

    Attributes:
        words: as typed.
        name: the IANA name that was taken.
        others: what it could mean as well; empty where it is clear.
        is_fixed: it is an offset, which never follows summer time.
        season: `winter` or `summer` if the words name standard or summer time, else empty.
    """

    words: str
    name: str
    others: tuple[str, ...] = ()
    is_fixed: bool = False
    season: str = ""


def resolve(words: str, server_zone: str, now: datetime) -> Said | None:
    """The zone that words mean, or None.

    Args:
        words: such as `EST`, `Texas`, `UK time`, `UTC+2` or an IANA name.
        server_zone: IANA name; where the words fit it, it is meant.
        now: aware UTC; what a zone is called and how it changes its clocks is looked up around it.
    """
    said = " ".join(words.split())
    if name := _iana(said):
        return Said(said, name)
    if offset := _OFFSET.fullmatch(said):
        return _fixed(said, offset)
    bare = re.sub(r"[.\s]*\b(local\s+)?(time|timezone|time zone)$", "", said.casefold()).strip(" .")
    upper = bare.replace(".", "").upper()
    if upper in ABBREVIATIONS:
        return _abbreviated(said, upper, server_zone, now)
    return _place(said, bare, server_zone, now)


def _place(said: str, bare: str, server_zone: str, now: datetime) -> Said | None:
    season = {"standard": "winter", "daylight": "summer", "summer": "summer", "winter": "winter"}
    place, _, last = bare.rpartition(" ")
    if last in season and (place in REGIONS or place in PLACES):
        home = (REGIONS.get(place) or PLACES[place])[0]
        return Said(said, _prefer(home, server_zone, now), season=season[last])
    if found := REGIONS.get(bare) or PLACES.get(bare) or _city(bare):
        return Said(said, _prefer(found[0], server_zone, now))
    if bare in MANY_ZONES:
        here = server_zone if server_zone in MANY_ZONES[bare] else MANY_ZONES[bare][0]
        return Said(said, here, tuple(zone for zone in MANY_ZONES[bare] if zone != here))
    return None


def _iana(said: str) -> str | None:
    if "/" not in said:
        return None
    return _names().get(said.replace(" ", "_").casefold())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones() if not zone.startswith(("posix/", "right/"))}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    ours = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return {
        zone.rsplit("/", 1)[-1].replace("_", " ").casefold(): zone
        for zone in sorted(_names().values(), reverse=True)
        if zone.startswith(ours)
    }


def _city(bare: str) -> tuple[str, ...]:
    found = _cities().get(bare)
    return (found,) if found else ()


def is_place(words: str) -> bool:
    """Whether words name a place or region with a zone of its own."""
    bare = words.casefold().strip(" .")
    return bare in REGIONS or bare in PLACES or bare in MANY_ZONES or bare in _cities()


def _fixed(said: str, offset: re.Match[str]) -> Said | None:
    sign = -1 if offset[1] == "-" else 1
    hours, minutes = sign * int(offset[2]), int(offset[3] or 0)
    if minutes:
        name = _PART_HOURS.get((hours, minutes))
        return Said(said, name, is_fixed=True) if name else None
    if not _FURTHEST_WEST <= hours <= _FURTHEST_EAST:
        return None
    # The database's signs are the wrong way round, as POSIX has them.
    return Said(said, f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC", is_fixed=True)


def _abbreviated(said: str, upper: str, server_zone: str, now: datetime) -> Said:
    candidates = ABBREVIATIONS[upper]
    season = SEASONS.get(upper, "")
    if upper in {"ET", "CT", "MT", "PT"}:
        here = _prefer(candidates[0], server_zone, now)
    elif server_zone in candidates or upper in called(server_zone, now):
        here = server_zone
    else:
        # A server in Melbourne that says EST means what Sydney's clocks show.
        here = next((zone for zone in candidates if _alike(zone, server_zone, now)), candidates[0])
        here = _prefer(here, server_zone, now)
    others = tuple(zone for zone in candidates if not _alike(zone, here, now)) if upper in AMBIGUOUS else ()
    return Said(said, here, others, season=season)


def _prefer(zone: str, server_zone: str, now: datetime) -> str:
    """The server's own zone where its clocks always show the same: Toronto's host who says "ET" means Toronto."""
    return server_zone if _alike(zone, server_zone, now) else zone


def _alike(zone: str, other: str, now: datetime) -> bool:
    # Whether a series is in Etc/UTC or in Africa/Abidjan is not the same to its readers.
    if zone == other:
        return True
    if zone.partition("/")[0] != other.partition("/")[0]:
        return False
    return offsets(zone, now) == offsets(other, now)


def offsets(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """A zone's offsets from UTC in each week of the year that begins."""
    info = ZoneInfo(zone)
    return tuple((now + timedelta(weeks=week)).astimezone(info).utcoffset() for week in range(53))


def called(zone: str, now: datetime) -> frozenset[str]:
    """What a zone's clocks are called in winter and summer, as the database has it: `EST` and `EDT`."""
    info = ZoneInfo(zone)
    moments = (datetime(now.year, month, 1, tzinfo=UTC).astimezone(info) for month in (1, 7))
    return frozenset(str(moment.tzname()) for moment in moments)


def is_summer_time(zone: str, at: datetime) -> bool:
    """Whether a zone's clocks are put forward at an instant; Ireland's winter counts as winter."""
    info = ZoneInfo(zone)
    year = [datetime(at.year, month, 1, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 7)]
    low = min(offset for offset in year if offset is not None)
    return at.astimezone(info).utcoffset() != low
