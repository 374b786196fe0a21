"""What a phrase says of the beginning, the end and the exceptions of a series."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.errors import Problem
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.days import coming_weekday, day_in_year, month_end, past_weekday
from bot.domain.recurrence.rules import Nth
from bot.domain.recurrence.schedule import HolidayPolicy, NoteKind
from bot.domain.recurrence.tokens import Days, Named

_WEEK = timedelta(weeks=1)
_SUNDAY, _DECEMBER = 6, 12
_LATER = re.compile(
    r"later|following|next|move|moving|postpone|push|instead|\b(?:or|to|on) the (?:second|third|fourth|fifth|\d)",
    re.IGNORECASE,
)
# The same, said before the holiday: "a week later if it is a holiday".
_LATER_BEFORE = re.compile(
    r"\b(?:later|week after|(?:following|next) week|mov(?:ed?|es|ing)|postponed?|pushed|shifted|rescheduled)\b"
    r"[^.;\d]*$",
    re.IGNORECASE,
)
_WHERE_TO = re.compile(
    r"week|later|following|next|\bthe (?:second|third|fourth|fifth|\d)|\d(?:nd|rd|th)", re.IGNORECASE
)
_ASKED = re.compile(r"\bask|decide|check with|hosts? (?:will )?(?:choose|say)", re.IGNORECASE)
_STILL = re.compile(r"includ|even (?:on|if|when)|also on|regardless", re.IGNORECASE)


@dataclass(slots=True)
class Bounds:
    """What was said of a series' limits.

    Attributes:
        start: the date before which nothing happens.
        start_month: month and year (or None) in which it begins.
        until: the last date, maybe without a year.
        until_month: the month with which it ends, and its year or None.
        months: in which it happens; all if empty.
        no_months: in which it doesn't.
        no_days: weekdays on which it doesn't.
        no_nth: weekdays of a month on which it doesn't.
        no_dates: single dates left out.
        in_year: what is known of its limits is a year.
        in_week: what is known of its limits is this or the next week.
        spans: "for six weeks": amount and unit.
        days: the weekdays that it begins and ends on, of a slow chat.
        holidays: what becomes of it on holidays, or None.
    """

    start: Named | date | None = None
    start_month: tuple[int | None, int] | None = None
    until: Named | date | None = None
    until_month: tuple[int | None, int] | None = None
    months: tuple[int, ...] = ()
    no_months: tuple[int, ...] = ()
    no_days: tuple[int, ...] = ()
    no_nth: tuple[Nth, ...] = ()
    no_dates: list[Named | date] = field(default_factory=list)
    in_year: bool = False
    in_week: bool = False
    spans: list[tuple[int, str]] = field(default_factory=list)
    days: tuple[int, int] | None = None
    holidays: HolidayPolicy | None = None


def find_bounds(context: Context) -> Bounds:
    """Reads and makes use of all that limits a series."""
    bounds = Bounds()
    _holidays(context, bounds)
    _exceptions(context, bounds)
    _slow_week(context, bounds)
    for pattern, read in _LIMITS:
        while (match := context.tape.first(pattern)) is not None:
            read(context, bounds, match)
            context.tape.use(match.start(), match.end())
    for match in re.finditer(r"E?M(?:[,&/-]+M)*", context.tape.codes):
        # "The last Thursday of November" is one day of a year; "Thursdays in November" are in that month.
        if not re.search(r"O[W,&/]*$", context.tape.codes[: match.start()]):
            bounds.months = _month_list(context, *match.span())
            context.tape.use(*match.span())
    return bounds


def _holidays(context: Context, bounds: Bounds) -> None:
    """Holidays: "unless it is a holiday, then a week later"."""
    tape = context.tape
    match = tape.first(r"(?:[&(/]OW?w*)?(?:~[^.TZ~]*)?H(?:[^.TZEAV]*(?=[.V]|$))?")
    if match is None:
        return
    start = match.start()
    lead = max((n + 1 for n in range(start) if tape.codes[n] in "_TZWDM.,("), default=0)
    if lead < start and _LATER_BEFORE.search(tape.text[tape.tokens[lead].start : tape.tokens[start].start]):
        start = lead
    words = tape.text[tape.tokens[start].start :].partition("\n")[0]
    before = tape.text[: tape.tokens[match.end() - 1].end]
    if _STILL.search(before[-40:]) or re.match(r"holidays? (?:are )?included", words, re.IGNORECASE):
        bounds.holidays = HolidayPolicy.KEEP
    elif _ASKED.search(words):
        bounds.holidays = HolidayPolicy.ASK
    elif _LATER.search(words) or re.match(r"[(/]OW", match[0]):
        bounds.holidays = HolidayPolicy.WEEK_LATER
        if not _WHERE_TO.search(words):
            context.note(NoteKind.WORD_TAKEN, words=tape.words(start, match.end()), taken="a week later")
    else:
        bounds.holidays = HolidayPolicy.SKIP
    context.note(NoteKind.HOLIDAYS, policy=bounds.holidays, words=tape.words(start, match.end()))
    tape.use(start, match.end())


def _exceptions(context: Context, bounds: Bounds) -> None:
    tape = context.tape
    while (
        match := tape.first(
            r"(?:(?<=[._])[w-]*D?w*)?~[w,E]*(?:(?:IW|IU|OW(?:[EA]?U)?|O(?=[,)._]|$)|[MWDRK]|M-M)(?:[,&/]+|$)?)+"
        )
    ) is not None:
        start, end = match.span()
        while tape.codes[end - 1] in ",&/":
            end -= 1
        _left_out(context, bounds, start, end)
        tape.use(start, end)


def _left_out(context: Context, bounds: Bounds, start: int, end: int) -> None:
    tape, codes = context.tape, context.tape.codes[start:end]
    dates = [value for value in tape.values(start, end, "D") if isinstance(value, (Named, tuple))]
    for value in dates:
        bounds.no_dates += [value] if isinstance(value, Named) else list(value)
    weekdays = tuple(day for value in tape.values(start, end, "W") if isinstance(value, Days) for day in value.days)
    for first, last in (value for value in tape.values(start, end, "R") if isinstance(value, tuple)):
        begin = day_in_year(context, first, roams=False)
        finish = day_in_year(context, last, roams=False, after=begin)
        bounds.no_dates += [begin + timedelta(days=n) for n in range(min((finish - begin).days + 1, 366))]
    if "IW" in codes and dates:
        # "Due to Halloween no chat this Thursday": the Halloween that is a Thursday.
        named = bounds.no_dates[-1]
        if isinstance(named, Named):
            bounds.no_dates[-1] = past_weekday(named, weekdays[0], coming_weekday(context.today, weekdays[0]))
    elif "IW" in codes:
        bounds.no_dates.append(coming_weekday(context.today, weekdays[0]))
    elif "O" in codes:
        numbers = [value for value in tape.values(start, end, "O") if isinstance(value, int)]
        if not weekdays:
            # "Every Thursday except the first"; "except the 1st" may be a date.
            weekdays = tuple(day for token in tape.tokens if isinstance(token.value, Days) for day in token.value.days)
            if not weekdays or re.search(r"\d", tape.words(start, end)):
                context.refuse(Problem.SCHEDULE_NOT_UNDERSTOOD, start, end)
        bounds.no_nth = tuple(Nth(day, n) for n in numbers for day in weekdays)
    else:
        bounds.no_days += weekdays
    bounds.no_months += _month_list(context, start, end)


def _month_list(context: Context, start: int, end: int) -> tuple[int, ...]:
    months: list[int] = []
    codes = context.tape.codes
    for index in range(start, end):
        value = context.tape.value(index)
        if codes[index] == "M" and isinstance(value, int):
            if months and codes[index - 1] in "-X":
                months += [(months[-1] + n) % _DECEMBER + 1 for n in range((value - months[-1]) % _DECEMBER)]
            else:
                months.append(value)
    return tuple(dict.fromkeys(months))


def _slow_week(context: Context, bounds: Bounds) -> None:
    """Such as "Begins on Monday and ends on Saturday", said of a slow chat."""
    tape = context.tape
    match = tape.first(r"SW[Pw]*U?[,&w]*XW")
    if match is None or "Q" not in tape.codes:
        return
    first, last = (value for value in tape.values(*match.span(), "W") if isinstance(value, Days))
    bounds.days = first.days[0], last.days[0]
    tape.use(*match.span())


def _start(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    value = context.tape.value(match.end() - 1)
    match context.tape.codes[match.end() - 1]:
        case "D" if isinstance(value, Named):
            bounds.start = value
        case "K" if isinstance(value, tuple):
            bounds.start_month = value
        case "Y" if isinstance(value, int):
            bounds.start = date(value, 1, 1)
        case "M" if isinstance(value, int):
            bounds.start_month = (None, value)
        case "W" if isinstance(value, Days):
            bounds.start = coming_weekday(context.today, value.days[0])


def _range(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    value = context.tape.values(*match.span(), "R")[0]
    if isinstance(value, tuple):
        bounds.start, bounds.until = value


def _until(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    value = context.tape.value(match.end() - 1)
    match context.tape.codes[match.end() - 1]:
        case "D" if isinstance(value, Named):
            bounds.until = value
        case "K" if isinstance(value, tuple):
            bounds.until_month = value
        case "Y" if isinstance(value, int):
            bounds.until = date(value, 12, 31)
        case "M" if isinstance(value, int):
            bounds.until_month = (None, value)
        case "W" if isinstance(value, Days):
            bounds.until = coming_weekday(context.today, value.days[0])
        case "U":
            _end_of_unit(context, bounds, str(value), match)


def _end_of_unit(context: Context, bounds: Bounds, unit: str, match: re.Match[str]) -> None:
    today = context.today
    if unit == "year":
        bounds.until = date(today.year, 12, 31)
    elif unit == "month":
        bounds.until = month_end(today.year, today.month)
    elif unit == "week":
        bounds.until = coming_weekday(today, _SUNDAY)
    else:
        context.refuse(Problem.SCHEDULE_NOT_UNDERSTOOD, match.start(), match.end())


def _start_of_unit(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    """Such as "starting next week": only the beginning."""
    until = bounds.until
    _this_unit(context, bounds, match)
    bounds.until = until


def _this_unit(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    """Such as "Daily this week", "Tuesdays next month"."""
    word, unit = context.tape.values(*match.span(), "I")[0], context.tape.value(match.end() - 1)
    today, later = context.today, word in {"next", "following"}
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + (_WEEK if later else timedelta())
        bounds.start, bounds.until = max(monday, today), monday + timedelta(days=6)
        bounds.in_week = True
    elif unit == "month":
        month = today.month % _DECEMBER + 1 if later else today.month
        year = today.year + (later and month == 1)
        bounds.start, bounds.until = max(date(year, month, 1), today), month_end(year, month)
    elif unit == "year":
        year = today.year + later
        bounds.start, bounds.until = max(date(year, 1, 1), today), date(year, 12, 31)


def _in_month_of_year(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    value = context.tape.value(match.start())
    if isinstance(value, tuple):
        bounds.start_month = bounds.until_month = value


def _in_months(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    bounds.months = _month_list(context, *match.span())


def _in_year(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    """Such as "In 2027"; a past year only tells when something was so."""
    year = context.tape.value(match.start())
    if isinstance(year, int) and year >= context.today.year:
        bounds.start = max(date(year, 1, 1), context.today)
        bounds.until = date(year, 12, 31)
        bounds.in_year = True
    else:
        context.note(NoteKind.WORDS_PASSED_OVER, words=context.tape.words(*match.span()))


def _span(context: Context, bounds: Bounds, match: re.Match[str]) -> None:
    value = context.tape.value(match.start())
    if isinstance(value, tuple):
        bounds.spans.append(value)


_LIMITS = (
    (r"[SB]?R", _range),
    (r"S[,w]?K(?=[-X])", _start),
    (r"S?M[-X]M(?![-&,]M)|BM[-&]M", _in_months),
    (r"SE?[w,]?(?:I[w]?)?W?[,_]*[DK]", _start),
    (r"S[w,]?(?:I?W(?!P?XW)(?!.*W)|[MY])", _start),
    (r"(?:X|(?<=_)-)[w,]?e?[DKMYU]", _until),
    (r"S[w,]?IU", _start_of_unit),
    (r"X[w,]?IU", _until),
    (r"(?<!W)(?<!WP)X[w,]?W", _until),
    (r"Ie?U", _this_unit),
    (r"K", _in_month_of_year),
    (r"Y", _in_year),
    (r"C", _span),
)
