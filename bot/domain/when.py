"""A date and time as a host types it, with a zone, becomes one instant; what can't be is refused, not guessed."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from dateutil import parser, tz

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.places import ABBREVIATIONS, PLACES

# "8.30 pm" and "20h30" are how half of Europe writes a time; dateutil reads only the colon. Not in 2026.12.03.
_DOTTED_TIME = re.compile(r"(?<![\d.])(\d{1,2})[.h](\d{2})(?=\s*(?:[ap]\.?m\b|$|\s))", re.IGNORECASE)
# Whether "3/12" is in March or in December depends on who typed it; after a year it is the month that comes first.
_AMBIGUOUS_DATE = re.compile(r"(?<![\d/.:-])\d{1,2}\s?[/.-]\s?\d{1,2}(?![\d:])")
_WORDS = ((r"(?:12\s+)?(?:noon|midday)", "12:00"), (r"(?:12\s+)?midnight", "00:00"))

_FROM_NOW = re.compile(r"in (?:(an?|\d{1,3})) (min(?:ute)?|hour|h|day|week)s?", re.IGNORECASE)
_UNITS = {"min": "minutes", "minute": "minutes", "h": "hours", "hour": "hours", "day": "days", "week": "weeks"}
_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# "Friday 8 pm", "on Friday at 20:00": a weekday and a time, and no date.
_WEEKDAY_AND_TIME = re.compile(
    r"(?:on |this )?(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?(?: at)? "
    r"(\d{1,2}(?:[:.h]\d{2})?\s?(?:[ap]\.?m\.?)?)",
    re.IGNORECASE,
)

# What other letters mean changes with the season, or the database has them for a zone without summer time.
_CLEAR = frozenset({"utc", "uct", "gmt", "zulu", "z"})
# Names of the database that say nothing about a place, or the country's name for a zone that has a city's.
_NO_ZONES = frozenset({"localtime", "factory"})
_NO_CITIES = ("Brazil/", "Canada/", "Chile/", "Etc/", "Mexico/", "SystemV/", "posix/", "right/")


def check_zone(name: str) -> str:
    """The IANA name of a zone, in its right spelling; a city's name alone will do.

    Raises:
        BadInput: there is no such zone; carries up to three that look like it.
    """
    wanted = re.sub(r"[\s_]+", "_", name.strip()).casefold()
    said = ABBREVIATIONS.get(wanted.upper()) or (PLACES["uk"] if wanted == "uk" else None)
    if said is not None and wanted not in _CLEAR:
        raise BadInput(Problem.ZONE_UNKNOWN, zone=name.strip(), suggestions=list(said)[:3])
    # Built per call: the tz database may be updated under a bot that runs for months.
    names = {zone.casefold(): zone for zone in available_timezones() if zone.casefold() not in _NO_ZONES}
    cities = {
        zone.rsplit("/", 1)[-1].casefold(): zone
        for zone in sorted(names.values(), reverse=True)
        if "/" in zone and not zone.startswith(_NO_CITIES)
    }
    if wanted in names and not wanted.startswith(("posix/", "right/")):
        return names[wanted]
    # "new york" names one zone only, and the confirmation shows which.
    if wanted in cities:
        return cities[wanted]
    near = difflib.get_close_matches(wanted, [*cities, *names], n=6, cutoff=0.6)
    suggestions = list(dict.fromkeys(cities.get(key) or names[key] for key in near))[:3]
    raise BadInput(Problem.ZONE_UNKNOWN, zone=name.strip(), suggestions=suggestions)


def parse_start(typed: str, zone: str, now: datetime) -> datetime:
    """The instant (aware UTC) that a date and time mean on the clocks of a zone.

    A time that clocks show twice, when they go back, means the first of the two. A date without a year, or a weekday,
    means the next such date; `tomorrow 8 pm` and `in 3 hours` are counted from now. A date in figures is read
    year-first; `3/12` could be March or December and is refused. So is a zone in the text, which has a field of its
    own.

    Args:
        typed: such as `2026-12-03 20:00`, `3 Dec 8 pm` or `Friday 8 pm`.
        zone: an IANA name that `check_zone` has passed.
        now: aware UTC.

    Raises:
        BadInput: it can't be read, has no time, or names a time that clocks skip on that day.
    """
    from_now = _FROM_NOW.fullmatch(" ".join(typed.split()))
    if from_now is not None:
        count = int(from_now[1]) if from_now[1].isdigit() else 1
        # People mean a full minute.
        return (now + timedelta(**{_UNITS[from_now[2].casefold()]: count})).replace(second=0, microsecond=0)
    wall = _parse_wall_clock(typed, now.astimezone(ZoneInfo(zone)))
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    try:
        if tz.datetime_exists(local):
            return local.astimezone(UTC)
        shifted = tz.resolve_imaginary(local)
    except OverflowError:
        # The first and the last day that a computer's calendar has.
        raise BadInput(Problem.START_UNREADABLE, typed=typed.strip()) from None
    raise BadInput(Problem.START_IN_GAP, wall=wall, zone=zone, instead=shifted.replace(tzinfo=None))


def _parse_wall_clock(typed: str, local_now: datetime) -> datetime:
    text = " ".join(typed.split())
    for word, figures in _WORDS:
        text = re.sub(rf"\b{word}\b", figures, text, flags=re.IGNORECASE)
    text = _DOTTED_TIME.sub(r"\1:\2", _with_date(text, local_now))
    if _AMBIGUOUS_DATE.search(text):
        raise BadInput(Problem.START_UNREADABLE, typed=typed.strip())
    # Two defaults that differ in every part show which parts were really typed.
    try:
        found = _parse(text, datetime(local_now.year, 1, 1, 0))  # noqa: DTZ001 - a wall clock has no zone yet
        other = _parse(text, datetime(local_now.year - 1, 2, 2, 1))  # noqa: DTZ001
    except (parser.ParserError, OverflowError, ValueError):
        raise BadInput(Problem.START_UNREADABLE, typed=typed.strip()) from None
    typed_parts = (found.month, found.day, found.hour) == (other.month, other.day, other.hour)
    if not typed_parts or found.tzinfo is not None:
        raise BadInput(Problem.START_UNREADABLE, typed=typed.strip())
    if found.year != other.year and found < local_now.replace(tzinfo=None):
        found = found.replace(year=found.year + 1)
    return found.replace(microsecond=0)


def _with_date(text: str, local_now: datetime) -> str:
    """A day that was said from where one stands, as a date."""
    first, _, rest = text.partition(" ")
    if first.casefold().rstrip(",") in _DAYS and rest:
        day = local_now.date() + timedelta(days=_DAYS[first.casefold().rstrip(",")])
        return f"{day:%Y-%m-%d} {rest.removeprefix('at ')}"
    match = _WEEKDAY_AND_TIME.fullmatch(text)
    if match is None:
        return text
    weekday = _WEEKDAYS.index(match[1][:3].casefold())
    ahead = (weekday - local_now.weekday()) % 7
    day = local_now.date() + timedelta(days=ahead)
    at = _DOTTED_TIME.sub(r"\1:\2", match[2])
    try:
        is_over = parser.parse(f"{day:%Y-%m-%d} {at}") <= local_now.replace(tzinfo=None)
    except (parser.ParserError, ValueError):
        return text
    return f"{day + timedelta(days=7 if is_over else 0):%Y-%m-%d} {at}"


def _parse(text: str, default: datetime) -> datetime:
    # Any name that could be a zone's counts as one: dateutil would pass over those it doesn't know.
    return parser.parse(text, default=default, tzinfos=_any_zone)


def _any_zone(name: str | None, offset: int | None) -> tzinfo | None:
    return None if name is None and offset is None else UTC
