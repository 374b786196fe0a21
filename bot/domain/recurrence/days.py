"""Dates in a phrase: month, day and year become one token, and a date without a year gets one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.schedule import NoteKind
from bot.domain.recurrence.tokens import Days, Named, Tape
from bot.domain.recurrence.zones import Said

# A date and its weekday agree again within so many years, but over 1900 and 2100.
_YEARS_AROUND = 12
_LONGEST_MONTH = 31
_MONTH_FIRST = ("America/", "Pacific/Honolulu", "Asia/Manila", "US/")
_DAY_FIRST = ("America/Argentina", "America/Sao_Paulo", "America/Santiago", "America/Bogota", "America/Lima")
_LEAP_YEAR = 2000
_SHORT_YEARS = range(20, 70)

Made = tuple[str, object] | None


def merge_dates(context: Context) -> None:
    """Makes D tokens of all dates, R tokens of ranges and K tokens of a month with its year.

    Raises:
        BadInput: a date that no year has.
    """
    tape = context.tape
    for pattern, make in _SHAPES:
        _merge_all(tape, pattern, make)
    _merge_all(tape, r"K[-X]K", _month_to_month)
    _order_figures(context)
    # "every Wednesday, 3 December" names the rule's day, not the date's.
    _merge_all(tape, r"(?<![EAO&])I?W[,(]*D|(?<=[DTZ)]&)W[,(]*D", _with_weekday)
    _merge_all(tape, r"D,?\(W\)", _with_weekday)
    _merge_all(tape, r"D[-X]D|(?<=B)D&D", lambda t, m: ("R", _range(t.value(m.start()), t.value(m.end() - 1))))
    for index, token in enumerate(tape.tokens):
        if token.code == "D" and isinstance(token.value, Named):
            _check(context, token.value, index)


def day_in_year(context: Context, named: Named, *, roams: bool, after: date | None = None) -> date:
    """The date that was named.

    Args:
        context: the phrase.
        named: without a year, the next such date is meant.
        roams: of a series, whose weekday tells the year, even a past one.
        after: the next on or after this date; today, if left out.

    Raises:
        BadInput: its weekday is another.
    """
    first = after or context.today
    if named.year is not None:
        found = _in_year(named, named.year)
        if found is None:
            raise BadInput(Problem.SCHEDULE_DATE_IMPOSSIBLE, words=[_said(named)])
        if named.weekday is not None and found.weekday() != named.weekday:
            raise BadInput(Problem.SCHEDULE_WRONG_WEEKDAY, words=[_said(named)], date=found, weekday=named.weekday)
        return found
    years = range(first.year - _YEARS_AROUND, first.year + _YEARS_AROUND + 1)
    dates = [day for day in (_in_year(named, year) for year in years) if day is not None]
    coming = next(day for day in dates if day >= first)
    if named.weekday is None or coming.weekday() == named.weekday:
        return coming
    fitting = [day for day in dates if day.weekday() == named.weekday]
    if not roams or not fitting:
        raise BadInput(Problem.SCHEDULE_WRONG_WEEKDAY, words=[_said(named)], date=coming, weekday=named.weekday)
    found = min(fitting, key=lambda day: abs(day - first))
    context.note(NoteKind.YEAR_ASSUMED, date=found)
    return found


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def coming_weekday(first: date, weekday: int) -> date:
    """The first such weekday on or after a date; 0 is Monday."""
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def past_weekday(named: Named, weekday: int, last: date) -> Named:
    """The date in the last year, up to a date, in which it was that weekday; as it is if there was none."""
    for year in range(last.year, last.year - _YEARS_AROUND, -1):
        found = _in_year(named, year)
        if found is not None and found <= last and found.weekday() == weekday:
            return replace(named, year=year)
    return named


def _merge_all(tape: Tape, pattern: str, make: Callable[[Tape, re.Match[str]], Made]) -> None:
    at, compiled = 0, re.compile(pattern)
    while (match := compiled.search(tape.codes, at)) is not None:
        made = make(tape, match)
        if made is not None:
            tape.merge(match.start(), match.end(), *made)
        at = match.start() + 1


def _parts(tape: Tape, match: re.Match[str]) -> tuple[int, list[int], int | None] | None:
    inside = range(match.start(), match.end())
    values: dict[str, list[int]] = {"M": [], "Y": [], "NO": []}
    for index in inside:
        code, value = tape.tokens[index].code, tape.value(index)
        key = "NO" if code in "NO" else code
        if key in values and isinstance(value, int):
            values[key].append(value)
    if not all(1 <= day <= _LONGEST_MONTH for day in values["NO"]):
        return None
    return values["M"][0], values["NO"], values["Y"][0] if values["Y"] else None


def _day_and_month(tape: Tape, match: re.Match[str]) -> Made:
    said = tape.text[tape.tokens[match.start()].start : tape.tokens[match.end() - 1].end]
    if (parts := _parts(tape, match)) is None or re.search(r"\bat\b|@", said):
        # In "the 9th of January at eight" the eight is a time.
        return None
    month, days, year = parts
    return "D", Named(month, days[0], year)


def _with_short_year(tape: Tape, match: re.Match[str]) -> Made:
    """Such as "9 Jan 27"."""
    year = tape.value(match.end() - 1)
    if not isinstance(year, int) or year not in _SHORT_YEARS:
        return None
    day, month = tape.value(match.start()), tape.value(match.start() + 1)
    fits = isinstance(day, int) and isinstance(month, int) and 1 <= day <= _LONGEST_MONTH
    return ("D", Named(month, day, 2000 + year)) if fits else None  # type: ignore[arg-type]


def _days_before_at(tape: Tape, match: re.Match[str]) -> Made:
    """Such as "December 8, 10 and 12 at 7 pm": without the "at" the last may belong to the time."""
    between = tape.text[tape.tokens[match.end() - 1].end : tape.tokens[match.end()].start]
    return _days_and_month(tape, match) if re.search(r"\bat\b|@", between) else None


def _days_and_month(tape: Tape, match: re.Match[str]) -> Made:
    if (parts := _parts(tape, match)) is None:
        return None
    month, days, year = parts
    if "-" in match[0] or "X" in match[0]:
        return "R", (Named(month, days[0], year), Named(month, days[-1], year))
    return "D", tuple(Named(month, day, year) for day in days)


def _months_of_year(tape: Tape, match: re.Match[str]) -> Made:
    """Such as "January-March 2027": from the first day to the last."""
    first, last = (value for value in tape.values(*match.span(), "M") if isinstance(value, int))
    year = tape.value(match.end() - 1)
    if not isinstance(year, int) or first > last or ("&" in match[0] and last != first + 1):
        return None
    return "R", (Named(first, 1, year), Named(last, month_end(year, last).day, year))


def _month_to_month(tape: Tape, match: re.Match[str]) -> Made:
    """Such as "September 2026 - May 2027"."""
    begin, end = (value for value in tape.values(*match.span(), "K") if isinstance(value, tuple))
    return "R", (Named(begin[1], 1, begin[0]), Named(end[1], month_end(*end).day, end[0]))


def _with_weekday(tape: Tape, match: re.Match[str]) -> Made:
    days = tape.values(match.start(), match.end(), "W")[0]
    named = tape.values(match.start(), match.end(), "D")[0]
    if not isinstance(days, Days) or not isinstance(named, Named) or days.is_plural or len(days.days) > 1:
        return None
    return "D", replace(named, weekday=days.days[0])


def _range(first: object, last: object) -> tuple[object, object]:
    if isinstance(first, Named) and isinstance(last, Named) and first.year is None and last.year is not None:
        crosses = (first.month, first.day) > (last.month, last.day)
        first = replace(first, year=last.year - crosses)
    return first, last


_NO_TIME_FOLLOWS = r"(?![-X]?[TZP]|[-X]N[TZP])"
_SHAPES: list[tuple[str, Callable[[Tape, re.Match[str]], Made]]] = [
    (r"[NO]M'?N(?![-X&/]*[ZPNM])", _with_short_year),
    (r"[NO][-X][NO]M,?Y", _days_and_month),
    (r"[NO][-X][NO]M", _days_and_month),
    (r"M[NO][-X][NO](?![-X]?[TZ]),?Y?", _days_and_month),
    (r"M[NO](?:[,&/]+[NO])+(?=T)", _days_before_at),
    (r"M[NO](?:[,&/]+[NO])+,?Y?" + _NO_TIME_FOLLOWS, _days_and_month),
    (r"[NO](?:[,&/]+[NO])+M,?Y?", _days_and_month),
    (r"M[NO],?Y", _day_and_month),
    (r"M[NO]", _day_and_month),
    (r"[NO]M,?Y", _day_and_month),
    (r"[NO]M", _day_and_month),
    (r"M[-&]M,?Y", _months_of_year),
    (r"M,?Y", lambda t, m: ("K", (t.value(m.end() - 1), t.value(m.start())))),
]


def _order_figures(context: Context) -> None:
    zones = [token.value.name for token in context.tape.tokens if isinstance(token.value, Said)]
    zone = zones[0] if zones else context.zone
    us = zone.startswith(_MONTH_FIRST) and not zone.startswith(_DAY_FIRST)
    for index, token in enumerate(context.tape.tokens):
        named = token.value
        if not isinstance(named, Named) or not named.in_figures:
            continue
        month_first = us and not named.dotted
        first, second = named.month, named.day
        both = first <= 12 and second <= 12 and first != second  # noqa: PLR2004 - months
        if first > 12 or (second <= 12 and not month_first):  # noqa: PLR2004
            first, second = second, first
        context.tape.recode(index, "D", Named(first, second, named.year))
        if both and not named.dotted:
            context.note(NoteKind.DATE_ORDER_ASSUMED, month=first, day=second)


def _check(context: Context, named: Named, index: int) -> None:
    if named.vague:
        taken = f"{named.day} {calendar.month_name[named.month]}"
        context.note(NoteKind.WORD_TAKEN, words=named.vague, taken=taken)
    if not 1 <= named.month <= 12 or _in_year(named, named.year or _LEAP_YEAR) is None:  # noqa: PLR2004
        context.refuse(Problem.SCHEDULE_DATE_IMPOSSIBLE, index, index + 1)


def _in_year(named: Named, year: int) -> date | None:
    try:
        return date(year, named.month, named.day)
    except ValueError:
        return None


def _said(named: Named) -> str:
    weekday = f"{calendar.day_name[named.weekday]} " if named.weekday is not None else ""
    return f"{weekday}{named.day} {calendar.month_name[named.month]}" + (f" {named.year}" if named.year else "")
