"""The local dates of a rule, from any date on: found by a jump near that date, not by counting from the beginning."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal

from dateutil import rrule

from bot.domain.recurrence.rules import Frequency, Nth, Rule

# The 29th of February on a given weekday comes every 28 years, and over 2100 after 40. What comes rarer never comes.
YEARS_SEARCHED = 41
# A rule with COUNT is counted once from its beginning.
MAX_COUNT = 1_000
# So many are reckoned at first; most questions are about the next date, and most such rules are short.
_FIRST_FEW = 30
_WEEK = 7
_IN_EVERY_MONTH = 4
_FREQUENCIES: dict[Frequency, Literal[0, 1, 2, 3]] = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
}
_WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
_MONTHS = 12
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def dates_from(rule: Rule, begins_on: date, first: date) -> Iterator[date]:
    """The rule's dates on and after `first`, ascending; it ends when none comes for 41 years.

    Args:
        rule: its missing parts are taken from `begins_on`, as RFC 5545 has it.
        begins_on: no date before it counts, and intervals are counted from it.
        first: where to begin.
    """
    if is_impossible(rule):
        return
    if rule.count is not None:
        yield from _counted_from(rule, begins_on, max(first, begins_on))
        return
    full = completed(rule, begins_on)
    start = max(first, begins_on)
    while rule.until is None or start <= rule.until:
        last = min(date(min(start.year + YEARS_SEARCHED, MAXYEAR), 12, 31), rule.until or date.max)
        found = None
        for day in _expand(full, _jump(full, begins_on, start), last):
            if day >= start:
                found = day
                yield day
        if found is None or found == date.max:
            return
        start = found + timedelta(days=1)


def first_date(rule: Rule, begins_on: date, first: date) -> date | None:
    """The rule's next date on or after `first`, if there is one."""
    return next(dates_from(rule, begins_on, first), None)


def falls_on(rule: Rule, begins_on: date, day: date) -> bool:
    """Whether a date is one of the rule's."""
    return first_date(rule, begins_on, day) == day


@lru_cache(maxsize=1024)
def completed(rule: Rule, begins_on: date) -> Rule:
    """The rule with the parts that RFC 5545 takes from the first date, so that it can be expanded from any date."""
    by_day, by_month, by_month_day = rule.by_day, rule.by_month, rule.by_month_day
    if not (by_day or by_month_day or rule.by_year_day or rule.by_week_no):
        match rule.frequency:
            case Frequency.WEEKLY:
                by_day = (Nth(begins_on.weekday()),)
            case Frequency.MONTHLY:
                by_month_day = (begins_on.day,)
            case Frequency.YEARLY:
                by_month = by_month or (begins_on.month,)
                by_month_day = (begins_on.day,)
            case Frequency.DAILY:
                pass
    elif rule.by_week_no and not (by_day or by_month_day or rule.by_year_day):
        by_day = (Nth(begins_on.weekday()),)
    frequency = rule.frequency
    if frequency is Frequency.MONTHLY and rule.interval == 1 and by_month and not rule.by_set_pos:
        # The same dates, and dateutil passes over the other months: "the fifth Monday of February" may be 28 years off.
        frequency = Frequency.YEARLY
    if frequency is Frequency.DAILY and rule.interval == 1 and by_month_day and not rule.by_set_pos:
        frequency = Frequency.YEARLY if by_month else Frequency.MONTHLY
    return Rule(
        frequency,
        rule.interval,
        by_day,
        by_month_day,
        by_month,
        rule.by_year_day,
        rule.by_week_no,
        rule.by_set_pos,
        rule.week_start,
        rule.count,
        rule.until,
    )


def is_impossible(rule: Rule) -> bool:
    """Whether it can be seen that it has no dates, such as 31 February; dateutil would search for up to a second."""
    if rule.by_set_pos and min(map(abs, rule.by_set_pos)) > _most_in_period(rule):
        return True
    if not rule.by_month_day:
        return False
    longest = max(_LONGEST_MONTHS.get(month, 31) for month in rule.by_month or range(1, _MONTHS + 1))
    if min(map(abs, rule.by_month_day)) > longest:
        return True
    weeks = {day.n for day in rule.by_day}
    counts_in_months = rule.frequency is Frequency.MONTHLY or bool(rule.by_month)
    if counts_in_months and weeks and min(*weeks, *rule.by_month_day, 1) > 0:
        return not weeks & {(day - 1) // 7 + 1 for day in rule.by_month_day}
    return False


def _most_in_period(rule: Rule) -> int:
    """How many dates a rule can have in one of its periods at most, before BYSETPOS chooses among them."""
    match rule.frequency:
        case Frequency.DAILY:
            return 1
        case Frequency.WEEKLY:
            return len(rule.by_day) or 1
        case Frequency.MONTHLY if rule.by_month_day:
            return len(rule.by_month_day)
        case Frequency.MONTHLY:
            return min(sum(1 if day.n else 5 for day in rule.by_day) or 1, 31)
        case Frequency.YEARLY:
            return 366


def _counted_from(rule: Rule, begins_on: date, first: date) -> Iterator[date]:
    """The dates of a rule with COUNT; those before `first` are counted by arithmetic where each week has as many."""
    count = min(rule.count or 0, MAX_COUNT)
    before = _how_many(rule, begins_on, first)
    if before is not None:
        yield from islice(dates_from(replace(rule, count=None), begins_on, first), max(count - before, 0))
        return
    size, given = min(_FIRST_FEW, count), 0
    while given < count:
        some = _first_few(rule, begins_on, size)
        yield from (day for day in some[given:] if day >= first)
        if len(some) < size:
            return
        given, size = len(some), min(size * 4, count)


def _how_many(rule: Rule, begins_on: date, first: date) -> int | None:
    """How many dates of a plain rule lie before one; None of rules whose periods don't all have as many."""
    plain = replace(rule, interval=1, by_day=(), week_start=0, count=None) == Rule(rule.frequency)
    match rule.frequency:
        case Frequency.DAILY if plain and not rule.by_day:
            return -((begins_on - first).days // rule.interval)
        case Frequency.WEEKLY if plain:
            return _in_weeks(rule, begins_on, first)
        case Frequency.MONTHLY if plain and _has_as_many_each_month(rule):
            return _in_months(rule, begins_on, first)
        case _:
            return None


def _in_weeks(rule: Rule, begins_on: date, first: date) -> int:
    days = sorted({(nth.weekday - rule.week_start) % _WEEK for nth in completed(rule, begins_on).by_day})
    started = (begins_on.weekday() - rule.week_start) % _WEEK
    weeks, rest = divmod((first - begins_on).days + started, _WEEK)
    full, beside = divmod(weeks, rule.interval)
    # In the weeks that are left out none comes; of the one that is under way, those before `first`.
    counted = (full + (beside > 0)) * len(days) + (0 if beside else sum(day < rest for day in days))
    return counted - sum(day < started for day in days)


def _has_as_many_each_month(rule: Rule) -> bool:
    """Whether each of its weekdays is one that no month lacks, and none is said from both ends."""
    numbers: dict[int, set[bool]] = {}
    for nth in rule.by_day:
        numbers.setdefault(nth.weekday, set()).add((nth.n or 0) > 0)
    each_month = all(nth.n and abs(nth.n) <= _IN_EVERY_MONTH for nth in rule.by_day)
    return bool(rule.by_day) and each_month and all(len(ends) == 1 for ends in numbers.values())


def _in_months(rule: Rule, begins_on: date, first: date) -> int:
    full, beside = divmod((first.year - begins_on.year) * _MONTHS + first.month - begins_on.month, rule.interval)
    counted = (full + (beside > 0)) * len(set(rule.by_day))
    under_way = 0 if beside else sum(day < first for day in _of_month(rule, first))
    return counted + under_way - sum(day < begins_on for day in _of_month(rule, begins_on))


def _of_month(rule: Rule, inside: date) -> set[date]:
    """The dates of its weekdays in the month of a date."""
    last = date(inside.year, inside.month, monthrange(inside.year, inside.month)[1])
    found = set()
    for nth in rule.by_day:
        number = nth.n or 0
        if number > 0:
            ahead = (nth.weekday - last.replace(day=1).weekday()) % _WEEK
            found.add(last.replace(day=1) + timedelta(days=ahead + _WEEK * (number - 1)))
        else:
            found.add(last - timedelta(days=(last.weekday() - nth.weekday) % _WEEK + _WEEK * (-number - 1)))
    return found


@lru_cache(maxsize=256)
def _first_few(rule: Rule, begins_on: date, size: int) -> tuple[date, ...]:
    full = completed(rule, begins_on)
    last = date(min(begins_on.year + YEARS_SEARCHED, MAXYEAR), 12, 31)
    return tuple(islice(_expand(full, begins_on, last), size))


def _expand(rule: Rule, start: date, last: date) -> Iterator[date]:
    midnight = time()
    expanded = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(start, midnight),
        interval=rule.interval,
        wkst=_WEEKDAYS[rule.week_start],
        until=datetime.combine(last, midnight),
        bysetpos=rule.by_set_pos or None,
        bymonth=rule.by_month or None,
        bymonthday=rule.by_month_day or None,
        byyearday=rule.by_year_day or None,
        byweekno=rule.by_week_no or None,
        byweekday=[_WEEKDAYS[day.weekday](day.n) if day.n else _WEEKDAYS[day.weekday] for day in rule.by_day] or None,
        byhour=0,
        byminute=0,
        bysecond=0,
    )
    return (found.date() for found in expanded)


def _jump(rule: Rule, begins_on: date, first: date) -> date:
    """The beginning of the rule's last period that begins on or before `first`, in step with `begins_on`."""
    match rule.frequency:
        case Frequency.DAILY:
            days = (first - begins_on).days
            near = begins_on + timedelta(days=days - days % rule.interval)
        case Frequency.WEEKLY:
            monday = begins_on - timedelta(days=(begins_on.weekday() - rule.week_start) % 7)
            weeks = (first - monday).days // 7
            near = monday + timedelta(weeks=weeks - weeks % rule.interval)
        case Frequency.MONTHLY:
            months = (first.year - begins_on.year) * _MONTHS + first.month - begins_on.month
            months += begins_on.month - 1 - months % rule.interval
            near = date(begins_on.year + months // _MONTHS, months % _MONTHS + 1, 1)
        case Frequency.YEARLY:
            years = first.year - begins_on.year
            near = date(begins_on.year + years - years % rule.interval, 1, 1)
    return max(near, begins_on)
