"""Holidays: what becomes of an occurrence on one, by the calendars of the package `holidays`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

import holidays as package

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.occurrences import instant, occurrences
from bot.domain.recurrence.schedule import HolidayPolicy, Key, Occurrence, Schedule

_WEEK = timedelta(weeks=1)
_SUGGESTIONS = 3
# What people call countries, beside their codes and the package's own names.
_CALLED = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "england": "GB-ENG",
    "scotland": "GB-SCT",
    "wales": "GB-WLS",
    "northern ireland": "GB-NIR",
    "usa": "US",
    "america": "US",
    "united states of america": "US",
    "czech republic": "CZ",
    "south korea": "KR",
    "holland": "NL",
    "aotearoa": "NZ",
}


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Whose holidays count.

    Attributes:
        country: ISO 3166-1 code, such as `US`.
        region: ISO 3166-2 code without the country, such as `CA`; or empty.
    """

    country: str
    region: str = ""

    def __str__(self) -> str:
        return f"{self.country}-{self.region}" if self.region else self.country


def check_calendar(typed: str) -> HolidayCalendar:
    """The calendar that was typed: `US`, `us-ca`, `Germany`, `GB-SCT`, `Scotland`.

    Raises:
        BadInput: there is none; carries up to three that look like it.
    """
    said = " ".join(typed.replace("_", " ").split())
    code = _CALLED.get(said.casefold(), said)
    country, _, region = code.upper().replace("/", "-").partition("-")
    known = _countries()
    if country not in known and code.casefold() in _names():
        country, region = _names()[code.casefold()], ""
    if country not in known:
        near = difflib.get_close_matches(said.casefold(), [*_names(), *_CALLED], n=_SUGGESTIONS, cutoff=0.6)
        found = [f"{name.title()} ({_names().get(name) or _CALLED[name]})" for name in near]
        raise BadInput(Problem.CALENDAR_UNKNOWN, calendar=said, words=[said], suggestions=list(dict.fromkeys(found)))
    regions = {name.upper(): name for name in known[country]}
    if region and region not in regions:
        near = difflib.get_close_matches(region, regions, n=_SUGGESTIONS, cutoff=0.3) or sorted(regions)[:_SUGGESTIONS]
        suggestions = [f"{country}-{regions[name]}" for name in near]
        raise BadInput(Problem.CALENDAR_REGION_UNKNOWN, calendar=country, words=[region], suggestions=suggestions)
    return HolidayCalendar(country, regions.get(region, ""))


def calendar_of_zone(zone: str) -> HolidayCalendar | None:
    """The calendar of the country in which a time zone's city lies, by the zone database's own table."""
    country = _zones().get(zone)
    return HolidayCalendar(country) if country is not None and country in _countries() else None


def holidays_on(calendar: HolidayCalendar, day: date) -> tuple[str, ...]:
    """The names (in English where the package has them) of a calendar's holidays on a date."""
    return _year(calendar, day.year).get(day, ())


def observed(
    schedule: Schedule,
    since: date,
    occurring: Iterator[Occurrence],
    calendar: HolidayCalendar,
    policy: HolidayPolicy,
) -> Iterator[Occurrence]:
    """Occurrences after a policy was applied, in order; those that were moved by hand are left as they are.

    Args:
        schedule: whose occurrences they are; a week later, where the series meets anyway, nothing is added.
        since: no date before it is looked at.
        occurring: in order of their starts; from a week before what is wanted.
        calendar: whose holidays.
        policy: with `WEEK_LATER` the next week counts that is no holiday.
    """
    waiting: list[Occurrence] = []
    regular = _Regular(schedule)
    for occurrence in occurring:
        due = [one for one in waiting if one.starts_at <= occurrence.starts_at]
        waiting = [one for one in waiting if one.starts_at > occurrence.starts_at]
        yield from sorted(due, key=lambda one: one.starts_at)
        names = holidays_on(calendar, occurrence.wall.date()) if occurrence.wall.date() >= since else ()
        if not names or occurrence.is_moved:
            yield occurrence
        elif policy in {HolidayPolicy.KEEP, HolidayPolicy.ASK}:
            yield replace(occurrence, holidays=names, to_ask=policy is HolidayPolicy.ASK)
        elif policy is HolidayPolicy.WEEK_LATER:
            later = _later(occurrence, names, calendar)
            if not regular.has(later):
                waiting.append(later)
    yield from sorted(waiting, key=lambda one: one.starts_at)


class _Regular:
    """Whether a series meets by itself at a time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def has(self, other: Occurrence) -> bool:
        following = next(occurrences(self._schedule, other.starts_at), None)
        return following is not None and following.starts_at == other.starts_at


def _later(occurrence: Occurrence, names: tuple[str, ...], calendar: HolidayCalendar) -> Occurrence:
    wall = occurrence.wall + _WEEK
    while holidays_on(calendar, wall.date()):
        wall += _WEEK
    starts_at = instant(wall, occurrence.zone)
    return replace(occurrence, starts_at=starts_at, wall=wall, is_moved=True, holidays=names)


def cancelled_by_hand(schedule: Schedule, keys: frozenset[Key]) -> Schedule:
    """The schedule with more single occurrences left out."""
    return replace(schedule, changes=replace(schedule.changes, cancelled=schedule.changes.cancelled | keys))


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, list[str]]:
    return package.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Countries' English names, from the names of the package's classes: `UnitedStates`."""
    found: dict[str, str] = {}
    for module in package.registry.COUNTRIES.values():
        name, code = module[0], module[1]
        spaced = "".join(f" {sign}" if sign.isupper() else sign for sign in name).strip().casefold()
        found[spaced] = code
    return found


@lru_cache(maxsize=256)
def _year(calendar: HolidayCalendar, year: int) -> dict[date, tuple[str, ...]]:
    try:
        found = package.country_holidays(calendar.country, subdiv=calendar.region or None, years=year, language="en_US")
    except NotImplementedError:
        found = package.country_holidays(calendar.country, subdiv=calendar.region or None, years=year)
    return {day: tuple(names.split("; ")) for day, names in found.items()}
