"""What is said about schedules: why a phrase can't be used, and what to look at before saving one."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.errors import Problem
from bot.domain.recurrence.schedule import HolidayPolicy, Note, NoteKind
from bot.domain.recurrence.wording import clock
from bot.ui.texts import Texts

Facts = Mapping[str, Any]

# Phrases stay English: they are what can be typed.
EXAMPLES = (
    "every Thursday, 8-9 pm ET",
    "2nd Thursday of the month at 9 pm New York time, unless it is a holiday",
    "every other Monday, 19:30-21:00 UK time, starting 12 January",
)


def _examples(say: Texts) -> str:
    return say("For example: {examples}.", examples="; ".join(f"“{example}”" for example in EXAMPLES))


def _words(f: Facts) -> str:
    return ", ".join(f"“{word}”" for word in f["words"])


def _not_understood(f: Facts, say: Texts) -> str:
    return say("I don't understand {words}.", words=_words(f)) + " " + _examples(say)


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _weekday(number: int) -> str:
    return calendar.day_name[number]


def _never(f: Facts, say: Texts) -> str:
    line = say("That never comes: no date fits it.")
    return f"{line} {say('I read {words}.', words=_words(f))}" if f["words"] else line


def _calendar(f: Facts, say: Texts) -> str:
    line = say("I have no holidays for “{calendar}”.", calendar=f["calendar"])
    if f["suggestions"]:
        return f"{line} " + say("Did you mean {names}?", names=", ".join(f["suggestions"]))
    return f"{line} " + say("Name a country by its code, such as `US`, `GB-SCT` or `DE-BY`.")


SENTENCES: Mapping[Problem, Callable[[Facts, Texts], str]] = {
    Problem.SCHEDULE_EMPTY: lambda _f, say: say("Say when it takes place.") + " " + _examples(say),
    Problem.SCHEDULE_TOO_LONG: lambda f, say: say(
        "That has {length} characters; I read up to {limit}. Only the days, the time and the zone are needed.",
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.SCHEDULE_NOT_UNDERSTOOD: _not_understood,
    Problem.SCHEDULE_NO_DAY: lambda f, say: say("I find no day in {words}.", words=_words(f)) + " " + _examples(say),
    Problem.SCHEDULE_WHICH_WEEK: lambda f, say: say(
        "Which {weekday} of the month is meant by {words}? Say “the second {weekday} of the month”, or "
        "“every {weekday}”.",
        words=_words(f),
        weekday=_weekday(f["weekday"]),
    ),
    Problem.SCHEDULE_DAYS_CONTRADICT: lambda f, say: say(
        "{words} contradict each other. If all are meant, put “and” between them.", words=_words(f)
    ),
    Problem.SCHEDULE_BEATS_CONTRADICT: lambda f, say: say(
        "{words} says how often in two ways that don't fit together. Say it once.", words=_words(f)
    ),
    Problem.SCHEDULE_ZONES_DISAGREE: lambda f, say: say(
        "{words} are not the same moment in those time zones. Name one zone, or put “and” between two sittings.",
        words=_words(f),
    ),
    Problem.SCHEDULE_TIME_IMPOSSIBLE: lambda f, say: say(
        "{words} is no time of day. Write it like `8 pm`, `8:30 pm` or `20:30`.", words=_words(f)
    ),
    Problem.SCHEDULE_DATE_IMPOSSIBLE: lambda f, say: say("No year has a {words}.", words=_words(f)),
    Problem.SCHEDULE_WRONG_WEEKDAY: lambda f, say: say(
        "{words} contradicts itself: {date} is a {actual}, not a {weekday}.",
        words=_words(f),
        date=_day(f["date"]),
        actual=_weekday(f["date"].weekday()),
        weekday=_weekday(f["weekday"]),
    ),
    Problem.SCHEDULE_TOO_OFTEN: lambda f, say: say(
        "{words} is too often: a chat takes place once a day at most, or at a few listed times.", words=_words(f)
    ),
    Problem.SCHEDULE_NEVER: _never,
    Problem.SCHEDULE_END_BEFORE_START: lambda f, say: say(
        "It would end on {end}, before it starts on {start}.", start=_day(f["start"]), end=_day(f["end"])
    ),
    Problem.SCHEDULE_TIMES_BACKWARDS: lambda f, say: say(
        "In {words} the end comes before the start. Say the start first: `8-9 pm`.", words=_words(f)
    ),
    Problem.SCHEDULE_TOO_LONG_CHAT: lambda f, say: say(
        "A chat can last 1 to {most} minutes (31 days), not {minutes}.", minutes=f["minutes"], most=f["most"]
    ),
    Problem.RRULE_UNREADABLE: lambda f, say: say(
        "I can't read {words} in that rule. An iCalendar rule looks like `FREQ=MONTHLY;BYDAY=2TH`.", words=_words(f)
    ),
    Problem.RRULE_COUNT_AND_UNTIL: lambda f, say: say(
        "{words}: a rule can end after a number of times or on a date, not both. Leave one of them out.",
        words=_words(f),
    ),
    Problem.CALENDAR_UNKNOWN: _calendar,
    Problem.CALENDAR_REGION_UNKNOWN: lambda f, say: say(
        "{calendar} has no holidays of its own for “{region}”. Did you mean {names}?",
        calendar=f["calendar"],
        region=f["words"][0],
        names=", ".join(f["suggestions"]),
    ),
}


def note_line(note: Note, say: Texts) -> str:
    """One thing to look at before a schedule is saved."""
    return _NOTES[note.kind](note.facts, say)


def _months_without(f: Facts, say: Texts) -> str:
    months = ", ".join(calendar.month_name[month.month] for month in f["months"])
    return say("Not every month has such a day. In the coming twelve, these have none: {months}.", months=months)


def _holidays(f: Facts, say: Texts) -> str:
    match f["policy"]:
        case HolidayPolicy.SKIP:
            return say("It is left out on holidays. Choose whose: a country, and a region if need be.")
        case HolidayPolicy.WEEK_LATER:
            return say("On a holiday it moves a week later. Choose whose: a country, and a region if need be.")
        case HolidayPolicy.ASK:
            return say("On a holiday the hosts are asked. Choose whose: a country, and a region if need be.")
        case _:
            return say("It takes place on holidays too.")


def _left_out(f: Facts, say: Texts) -> str:
    if f["falls_on"]:
        return say("{date} is left out.", date=_day(f["date"]))
    return say("{date} is not one of its dates, so nothing is left out there.", date=_day(f["date"]))


def _pattern(f: Facts, say: Texts) -> str:
    if f["day"] is not None:
        return say("You named no day of the month; I took day {day}.", day=f["day"])
    return say("I took the rule from the dates that you named.")


_NOTES: Mapping[NoteKind, Callable[[Facts, Texts], str]] = {
    NoteKind.ZONE_AMBIGUOUS: lambda f, say: say(
        "“{words}” can mean several time zones; I took {zone}. Others: {others}.",
        words=f["words"],
        zone=f["zone"],
        others=", ".join(f["others"]),
    ),
    NoteKind.ZONE_ASSUMED: lambda f, say: say("You named no time zone; I took {zone}.", zone=f["zone"]),
    NoteKind.ZONE_SEASON: lambda f, say: say(
        "“{words}” is not what clocks in {zone} are called today; I follow that zone's clocks, summer and winter.",
        words=f["words"],
        zone=f["zone"],
    ),
    NoteKind.ZONE_FIXED: lambda f, say: say(
        "“{words}” never follows summer time. Name a place if it should.", words=f["words"]
    ),
    NoteKind.ZONES_DRIFT: lambda f, say: say(
        "Clocks in {other} change on other days than in {zone}; for some weeks the two times differ. {zone} counts.",
        zone=f["zone"],
        other=f["other"],
    ),
    NoteKind.TIME_ASSUMED: lambda f, say: say("You named no time; I took {time}.", time=clock(f["time"])),
    NoteKind.HALF_OF_DAY_ASSUMED: lambda f, say: say(
        "You didn't say morning or evening; I took {time}.", time=clock(f["time"])
    ),
    NoteKind.HOURS: lambda f, say: say("It lasts {hours} hours.", hours=f["hours"]),
    NoteKind.ONCE_ASSUMED: lambda f, say: say(
        "I took it as once. If it is every week, say “every {weekday}”.", weekday=_weekday(f["weekday"])
    ),
    NoteKind.WEEKLY_ASSUMED: lambda _f, say: say("I took it as every week. If it is once, name only the date."),
    NoteKind.PATTERN_ASSUMED: _pattern,
    NoteKind.WORD_TAKEN: lambda f, say: say(
        "“{words}” is used in more than one way; I took it as {taken}.", words=f["words"], taken=f["taken"]
    ),
    NoteKind.BEAT_ASSUMED: lambda _f, say: say("You named no first date; it begins with the next that fits."),
    NoteKind.DATE_ORDER_ASSUMED: lambda f, say: say(
        "I read the date in figures as {day} {month}.", day=f["day"], month=calendar.month_name[f["month"]]
    ),
    NoteKind.YEAR_ASSUMED: lambda f, say: say(
        "You named no year; with that weekday I took {date}.", date=_day(f["date"])
    ),
    NoteKind.YEARLY_ASSUMED: lambda _f, say: say("I took it as every year. If it is once, name the date."),
    NoteKind.MIDNIGHT: lambda _f, say: say(
        "Midnight begins the day that you named: on a Friday, it is in the night from Thursday to Friday."
    ),
    NoteKind.PERIOD_UNKNOWN: lambda f, say: say(
        "I don't know when “{words}” is, and left it out. Name months or dates, such as “September to May”.",
        words=f["words"],
    ),
    NoteKind.MONTHS_WITHOUT: _months_without,
    NoteKind.YEARS_WITHOUT: lambda f, say: say(
        "Years without a {day} {month} are left out.", day=f["day"], month=calendar.month_name[f["month"]]
    ),
    NoteKind.HOLIDAYS: _holidays,
    NoteKind.LEFT_OUT_ONCE: _left_out,
    NoteKind.SLOW: lambda _f, say: say("It is a slow chat: it goes on over days."),
    NoteKind.WORDS_PASSED_OVER: lambda f, say: say("I passed over “{words}”.", words=f["words"]),
    NoteKind.ALL_PAST: lambda f, say: say("{date} has passed already.", date=_day(f["date"])),
}
