"""Rules get their bounds and their first date, and with a time they become sittings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.bounds import Bounds
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.dates import dates_from, falls_on, first_date
from bot.domain.recurrence.days import coming_weekday, day_in_year, month_end
from bot.domain.recurrence.occurrences import instant
from bot.domain.recurrence.rules import Frequency, Nth, Rule
from bot.domain.recurrence.schedule import Changes, Key, Note, NoteKind, Schedule, Sitting
from bot.domain.recurrence.tokens import Named

MOST_MINUTES = 31 * 24 * 60
_NTHS = range(1, 6)
_SHORTEST_MONTH = 28
_WEEKDAYS = range(7)
_SPAN_UNITS = frozenset({"day", "week", "month", "year"})


def start_date(context: Context, bounds: Bounds, *, roams: bool) -> date | None:
    """The date that was named as the beginning, or None."""
    if isinstance(bounds.start, Named):
        return day_in_year(context, bounds.start, roams=roams)
    if bounds.start is None and bounds.start_month is not None:
        year, month = bounds.start_month
        this = context.today.year
        coming = year if year is not None else this + (month < context.today.month)
        return date(coming, month, 1)
    return bounds.start


def until_date(context: Context, bounds: Bounds, start: date) -> date | None:
    """The date that was named as the end, or None; without a year, the next one behind the start.

    Raises:
        BadInput: it is before the start.
    """
    found: date | None = None
    if isinstance(bounds.until, Named):
        found = day_in_year(context, bounds.until, roams=False, after=start)
    elif bounds.until is not None:
        found = bounds.until
    elif bounds.until_month is not None:
        year, month = bounds.until_month
        found = month_end(year if year is not None else start.year + (month < start.month), month)
    if found is not None and found < start:
        raise BadInput(Problem.SCHEDULE_END_BEFORE_START, words=[f"{found:%d %B %Y}"], start=start, end=found)
    return found


def bounded(rule: Rule, bounds: Bounds) -> Rule:
    """The rule in the months and on the days that were not left out."""
    months = bounds.months or rule.by_month
    if bounds.no_months:
        months = tuple(month for month in months or range(1, 13) if month not in bounds.no_months)
    rule = replace(rule, by_month=months)
    if bounds.no_days:
        days = [nth for nth in rule.by_day or map(Nth, _WEEKDAYS) if nth.weekday not in bounds.no_days]
        frequency = Frequency.WEEKLY if rule.frequency is Frequency.DAILY and rule.interval == 1 else rule.frequency
        if not days:
            raise BadInput(Problem.SCHEDULE_NEVER, words=[])
        rule = replace(rule, frequency=frequency, by_day=tuple(days))
    if bounds.no_nth and rule.frequency is Frequency.WEEKLY and rule.interval == 1:
        out = {(nth.weekday, nth.n) for nth in bounds.no_nth}
        sign = -1 if any(n < 0 for _, n in out) else 1
        days = [Nth(nth.weekday, sign * n) for n in _NTHS for nth in rule.by_day if (nth.weekday, sign * n) not in out]
        rule = replace(rule, frequency=Frequency.MONTHLY, by_day=tuple(days))
    return rule


def sitting(context: Context, rule: Rule, at: time, zone: str, minutes: int, start: date | None) -> Sitting:
    """A rule with its time and its first date.

    Args:
        context: the phrase.
        rule: which days.
        at: wall-clock time.
        zone: IANA name.
        minutes: its length.
        start: no date before it counts; without one, the first is the next that lies ahead.

    Raises:
        BadInput: it never comes, or is too long.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadInput(Problem.SCHEDULE_TOO_LONG_CHAT, words=[], minutes=minutes, most=MOST_MINUTES)
    ahead = start is None
    begin = start or (context.now - timedelta(days=1)).date()
    # The first date sets the beat: "every other Thursday" begins with the next Thursday.
    for day in dates_from(replace(rule, count=None, interval=1), begin, begin):
        if not ahead or instant(datetime.combine(day, at), zone) >= context.now:
            return Sitting(rule, day, at, zone, minutes)
    raise BadInput(Problem.SCHEDULE_NEVER, words=[])


def coming_days(context: Context, rule: Rule, said: str, start: date | None, at: datetime, zone: str) -> list[date]:
    """The next date of each of a rule's weekdays; today's only if its time lies ahead.

    Args:
        context: the phrase.
        rule: with the weekdays.
        said: its words; "next Monday" is never today.
        start: where to begin instead of today, or None.
        at: today's wall-clock time of the chat.
        zone: IANA name.
    """
    today = context.today
    days = [coming_weekday(start or today, nth.weekday) for nth in rule.by_day] or [start or today]
    if start is not None:
        return days
    later = instant(at, zone) < context.now or said.casefold().startswith("next")
    return [day + timedelta(weeks=1) if later and day == today else day for day in days]


def has_passed(sitting: Sitting, now: datetime) -> bool:
    """Whether it is held only once, and that lies behind."""
    at = datetime.combine(sitting.begins_on, sitting.at)
    return sitting.rule.is_once and instant(at, sitting.zone) < now


def with_spans(sittings: list[Sitting], bounds: Bounds) -> list[Sitting]:
    """The sittings, for as many weeks or sessions as was said."""
    first = min(sitting.begins_on for sitting in sittings)
    for amount, unit in bounds.spans:
        if unit in _SPAN_UNITS:
            last = _after(first, amount, unit) - timedelta(days=1)
            sittings = [replace(s, rule=replace(s.rule, until=last)) for s in sittings]
        else:
            sittings = _counted(sittings, amount)
    return sittings


def _after(day: date, amount: int, unit: str) -> date:
    match unit:
        case "day":
            return day + timedelta(days=amount)
        case "week":
            return day + timedelta(weeks=amount)
        case "month":
            return day + relativedelta(months=amount)
        case _:
            return day + relativedelta(years=amount)


def _counted(sittings: list[Sitting], amount: int) -> list[Sitting]:
    """So many times in all: each sitting gets its share of the first ones."""
    if len(sittings) == 1:
        return [replace(sittings[0], rule=replace(sittings[0].rule, count=amount))]
    heads = [dates_from(s.rule, s.begins_on, s.begins_on) for s in sittings]
    merged = sorted((day, s.at, n) for n, s in enumerate(sittings) for day in _take(heads[n], amount))[:amount]
    shares = [sum(n == number for _, _, n in merged) for number in range(len(sittings))]
    return [replace(s, rule=replace(s.rule, count=share)) for s, share in zip(sittings, shares, strict=True) if share]


def _take(days: Iterator[date], amount: int) -> list[date]:
    return [day for _, day in zip(range(amount), days, strict=False)]


def with_exceptions(context: Context, schedule: Schedule, bounds: Bounds) -> Schedule:
    """The schedule without the single dates that were left out; dates that it doesn't have are pointed out."""
    cancelled: set[Key] = set()
    first = min(sitting.begins_on for sitting in schedule.sittings)
    for named in bounds.no_dates:
        after = max(first, context.today)
        day = day_in_year(context, named, roams=True, after=after) if isinstance(named, Named) else named
        keys = {
            Key(day, number)
            for number, sitting in enumerate(schedule.sittings)
            if day >= sitting.begins_on and falls_on(sitting.rule, sitting.begins_on, day)
        }
        cancelled |= keys
        context.note(NoteKind.LEFT_OUT_ONCE, date=day, falls_on=bool(keys))
    return replace(schedule, changes=Changes(frozenset(cancelled)))


def never_comes(sitting: Sitting) -> bool:
    """Whether no date fits its rule and bounds."""
    return first_date(sitting.rule, sitting.begins_on, sitting.begins_on) is None


def with_months(note: Note, schedule: Schedule, today: date) -> Note:
    """The note on months without a date, with the first of each such month among the coming twelve."""
    if note.kind is not NoteKind.MONTHS_WITHOUT:
        return note
    one = schedule.sittings[0]
    fifth = tuple(nth for nth in one.rule.by_day if abs(nth.n or 0) == _NTHS[-1])
    late = tuple(day for day in one.rule.by_month_day if day > _SHORTEST_MONTH)
    # Of the first, third and fifth, the fifth is what some months lack.
    rule = replace(one.rule, interval=1, count=None, until=None, by_day=fifth or one.rule.by_day)
    rule = replace(rule, by_month_day=late or rule.by_month_day)
    months = [today.replace(day=1) + relativedelta(months=n) for n in range(12)]
    wanted = [month for month in months if not rule.by_month or month.month in rule.by_month]
    firsts = [(month, first_date(rule, month, month)) for month in wanted]
    none = [month for month, day in firsts if day is None or day > month_end(month.year, month.month)]
    return Note(NoteKind.MONTHS_WITHOUT, {"months": none})


def united(sittings: list[Sitting]) -> list[Sitting]:
    """Days of one kind at the same time become one rule: "first Monday and third Wednesday"."""
    kept: list[Sitting] = []
    for one in sittings:
        for index, other in enumerate(kept):
            same = replace(other.rule, by_day=()) == replace(one.rule, by_day=())
            same = same and (other.at, other.zone, other.minutes) == (one.at, one.zone, one.minutes)
            if same and one.rule.by_day and one.rule.interval == 1 and not one.rule.by_set_pos:
                days = dict.fromkeys((*other.rule.by_day, *one.rule.by_day))
                begins = min(other.begins_on, one.begins_on)
                kept[index] = replace(other, rule=replace(other.rule, by_day=tuple(days)), begins_on=begins)
                break
        else:
            if one not in kept:
                kept.append(one)
    return kept
