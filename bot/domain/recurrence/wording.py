"""A schedule as a plain sentence, which read as a phrase gives the same schedule again."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from bot.domain.recurrence.dates import first_date
from bot.domain.recurrence.lexicon import EASTER_FEASTS, FEASTS, MONTHS
from bot.domain.recurrence.rules import LAST, QUARTERS, Frequency, Nth, Rule
from bot.domain.recurrence.schedule import Schedule, Sitting
from bot.domain.recurrence.slots import LONGEST_OVER_MIDNIGHT
from bot.domain.recurrence.zones import resolve

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST: "last", -2: "second to last"}
_UNITS = {
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}
_DAY_MINUTES = 24 * 60
# "The second to last" is said; what lies before it is left to the rule.
_FROM_THE_END = -2
_QUARTER_ENDS = (3, 6, 9, 12)
_WORKDAYS = tuple(Nth(day) for day in range(5))


def sentence(schedule: Schedule, today: date | None = None) -> str:
    """The schedule in words, in English: the language in which phrases are read.

    Args:
        schedule: what to say.
        today: a beginning that has passed or is just the next date is left out where it changes nothing.
    """
    parts: list[str] = []
    for number, sitting in enumerate(schedule.sittings):
        earlier = schedule.sittings[number - 1] if number else None
        if earlier is not None and replace(earlier, at=sitting.at) == sitting:
            parts[-1] = _with_time(parts[-1], sitting)
        else:
            parts.append(f"{_days(sitting, schedule)}, {_hours(sitting)}{_limits(sitting, today)}")
    said = "; and ".join(parts)
    dates = sorted({key.on for key in schedule.changes.cancelled})
    if dates:
        said += f", except {_list([_date(day) for day in dates])}"
    return said[0].upper() + said[1:]


def clock(at: time) -> str:
    """A time as `8 pm` or `8:30 pm`."""
    hour = at.hour % 12 or 12
    return f"{hour}:{at.minute:02} {at:%p}".lower() if at.minute else f"{hour} {at:%p}".lower()


@lru_cache(maxsize=256)
def place(zone: str) -> str:
    """A zone as people say it: `New York`; its whole name where the city alone would be read as another zone."""
    city = zone.rpartition("/")[2].replace("_", " ")
    if {city.casefold(), city.partition(" ")[0].casefold()} & {*FEASTS, *EASTER_FEASTS, *MONTHS}:
        # Christmas, Easter and Jan Mayen are islands, but first of all dates.
        return zone
    said = resolve(f"{city} time", "Etc/UTC", datetime(2026, 1, 1, tzinfo=UTC))
    return city if city != "UTC" and said is not None and said.name == zone and not said.others else zone


def _with_time(part: str, sitting: Sitting) -> str:
    """One more time before the zone's name: "9 am to 10 am and 8 pm to 9 pm New_York"."""
    head, zone, tail = part.partition(f" {place(sitting.zone)} time")
    return f"{head} and {_span(sitting)}{zone}{tail}"


def _days(sitting: Sitting, schedule: Schedule) -> str:
    rule = sitting.rule
    if rule.is_once:
        slow = "slow chat " if schedule.slow else ""
        return f"{slow}once, on {_weekday_date(sitting.begins_on)}"
    slow = "slow chat, " if schedule.slow else ""
    return slow + _rule(rule, sitting.begins_on)


def _rule(rule: Rule, begins_on: date) -> str:
    numbers = [*rule.by_set_pos, *rule.by_month_day, *(day.n for day in rule.by_day)]
    countable = all(number >= _FROM_THE_END for number in numbers)
    plain = countable and not (rule.by_year_day or rule.by_week_no or (rule.by_day and rule.by_month_day))
    by_weeks = rule.frequency in {Frequency.DAILY, Frequency.WEEKLY} and not rule.by_set_pos and not rule.by_month_day
    said = ""
    if _all_but_last(rule):
        name = calendar.day_name[rule.by_day[0].weekday]
        said = f"every {name} except the last {name} of the month{_in_months(rule)}"
    elif plain and by_weeks:
        every_day = rule.frequency is Frequency.DAILY and not rule.by_day
        said = (_every(rule) if every_day else _weekly(rule, begins_on)) + _in_months(rule)
    elif plain and rule.frequency is Frequency.MONTHLY and rule.by_month_day and rule.by_month:
        quarters = rule.by_month == QUARTERS or (rule.by_month == _QUARTER_ENDS and rule.by_month_day == (LAST,))
        said = f"the {_within(rule, begins_on)} of every quarter" if quarters else ""
    elif plain and rule.frequency is Frequency.MONTHLY:
        said = f"the {_within(rule, begins_on)} of {_list(_months(rule)) if rule.by_month else _every(rule)}"
    elif plain and rule.frequency is Frequency.YEARLY:
        said = _yearly(rule, begins_on)
    return said or f"by the rule {replace(rule, count=None, until=None).text()}"


def _all_but_last(rule: Rule) -> bool:
    plain = replace(rule, by_day=(), by_month=(), count=None, until=None) == Rule(Frequency.MONTHLY)
    weekdays = {day.weekday for day in rule.by_day}
    return plain and len(weekdays) == 1 and {day.n for day in rule.by_day} == {-2, -3, -4, -5}


def _yearly(rule: Rule, begins_on: date) -> str:
    if rule.by_day:
        months = f"{_list(_months(rule))} " if rule.by_month else ""
        return f"the {_within(rule, begins_on)} of {months}{_every(rule)}"
    days = rule.by_month_day or (begins_on.day,)
    named = [f"{day} {calendar.month_name[month]}" for month in rule.by_month or (begins_on.month,) for day in days]
    return f"{_every(rule)} on {_list(named)}"


def _every(rule: Rule) -> str:
    unit = _UNITS[rule.frequency]
    match rule.interval:
        case 1:
            return f"every {unit}"
        case 2:
            return f"every other {unit}"
        case _:
            return f"every {rule.interval} {unit}s"


def _weekly(rule: Rule, begins_on: date) -> str:
    days = rule.by_day or (Nth(begins_on.weekday()),)
    names = _list([calendar.day_name[day.weekday] for day in days])
    if tuple(sorted(days, key=lambda day: day.weekday)) == _WORKDAYS:
        names = "weekday"
    if rule.interval == 1:
        return f"every {names}"
    if rule.interval == 2 and len(days) == 1:  # noqa: PLR2004 - every other
        return f"every other {names}"
    return f"{_every(replace(rule, frequency=Frequency.WEEKLY))} on {names}"


def _within(rule: Rule, begins_on: date) -> str:
    """What of a month or a year: "second and fourth Thursday", "15th"."""
    if rule.by_set_pos:
        whole = "weekday" if set(rule.by_day) == set(_WORKDAYS) else "day"
        return f"{_list([_ordinal(n) for n in rule.by_set_pos])} {whole}"
    if rule.by_day:
        weekdays = dict.fromkeys(day.weekday for day in rule.by_day)
        groups = [(weekday, [day.n for day in rule.by_day if day.weekday == weekday]) for weekday in weekdays]
        return _list([f"{_list([_ordinal(n) for n in ns])} {calendar.day_name[weekday]}" for weekday, ns in groups])
    days = rule.by_month_day or (begins_on.day,)
    return _list([f"{_ordinal(day)} day" if day < 0 else _ordinal_figure(day) for day in days])


def _ordinal(n: int) -> str:
    return _ORDINALS.get(n, _ordinal_figure(abs(n)))


def _ordinal_figure(n: int) -> str:
    ending = "th" if n in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _months(rule: Rule) -> list[str]:
    return [calendar.month_name[month] for month in rule.by_month]


def _in_months(rule: Rule) -> str:
    return f" in {_list(_months(rule))}" if rule.by_month else ""


def _hours(sitting: Sitting) -> str:
    if not _needs_length(sitting):
        return f"{_span(sitting)} {place(sitting.zone)} time"
    days, rest = divmod(sitting.minutes, _DAY_MINUTES)
    length = f"for {sitting.minutes} minutes" if rest else f"{days} {'day' if days == 1 else 'days'} long"
    return f"at {clock(sitting.at)} {place(sitting.zone)} time, {length}"


def _needs_length(sitting: Sitting) -> bool:
    """Whether an end of day's time would say another length: from a day on, and far over midnight."""
    over_midnight = sitting.at.hour * 60 + sitting.at.minute + sitting.minutes > _DAY_MINUTES
    return sitting.minutes >= _DAY_MINUTES or (over_midnight and sitting.minutes > LONGEST_OVER_MIDNIGHT)


def _span(sitting: Sitting) -> str:
    if _needs_length(sitting):
        return clock(sitting.at)
    end = (datetime.combine(sitting.begins_on, sitting.at) + timedelta(minutes=sitting.minutes)).time()
    return f"{clock(sitting.at)} to {clock(end)}"


def _limits(sitting: Sitting, today: date | None) -> str:
    rule = sitting.rule
    if rule.is_once:
        return ""
    said = ""
    matters = rule.interval > 1 or rule.count is not None or today is None
    if matters or (today is not None and first_date(rule, today, today) != sitting.begins_on > today):
        said += f", starting {_date(sitting.begins_on)}"
    if rule.until is not None:
        said += f", until {_date(rule.until)}"
    if rule.count is not None:
        said += f", {rule.count} times"
    return said


def _date(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _weekday_date(day: date) -> str:
    return f"{calendar.day_name[day.weekday()]} {_date(day)}"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
