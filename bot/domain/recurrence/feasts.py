"""Days with a name: the date of Thanksgiving or Easter Monday in a year, and the days told from them."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.easter import easter

from bot.domain.recurrence.dates import first_date
from bot.domain.recurrence.lexicon import EASTER_FEASTS, FEASTS, MOVING_FEASTS
from bot.domain.recurrence.rules import Frequency, Nth, Rule

_YEARS_AHEAD = 3
_WEEK = 7


def rule_of_feast(name: str) -> Rule | None:
    """The rule of a feast that is on a weekday of a month; None of one that no rule has, such as Easter."""
    if name not in MOVING_FEASTS:
        return None
    month, weekday, n = MOVING_FEASTS[name]
    return Rule(Frequency.YEARLY, 1, (Nth(weekday, n),), (), (month,))


def coming_feast(name: str, today: date, beside: int | str = 0) -> date | None:
    """The next date of a feast, or of a day told from it.

    Args:
        name: of the lexicon, in small letters.
        today: the first date that counts.
        beside: so many days after it (before it, if negative); or `after 3`, `before 3` for the next or last such
            weekday (0 is Monday).
    """
    for year in range(today.year, today.year + _YEARS_AHEAD):
        day = _told_from(_in_year(name, year), beside)
        if day >= today:
            return day
    return None


def _in_year(name: str, year: int) -> date:
    if name in FEASTS:
        return date(year, *FEASTS[name])
    if name in EASTER_FEASTS:
        return easter(year) + timedelta(days=EASTER_FEASTS[name])
    rule = rule_of_feast(name)
    first = date(year, 1, 1)
    return (first_date(rule, first, first) if rule else None) or first


def _told_from(feast: date, beside: int | str) -> date:
    if isinstance(beside, int):
        return feast + timedelta(days=beside)
    direction, _, weekday = beside.partition(" ")
    if direction == "after":
        return feast + timedelta(days=(int(weekday) - feast.weekday() - 1) % _WEEK + 1)
    return feast - timedelta(days=(feast.weekday() - int(weekday) - 1) % _WEEK + 1)
