"""An iCalendar rule as text (RFC 5545, 3.3.10) becomes a schedule; nothing finer than a day is taken."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.building import sitting
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.dates import MAX_COUNT, is_impossible
from bot.domain.recurrence.lexer import tidy, tokenize
from bot.domain.recurrence.rules import DAY_CODES, Frequency, Nth, Rule
from bot.domain.recurrence.schedule import EVENING, NoteKind, Reading, Schedule
from bot.domain.recurrence.slots import find_slots, loose_zone, note_zone
from bot.domain.recurrence.zones import resolve

MOST_SITTINGS = 12
_MOST_INTERVAL = 1_000
_RULE = re.compile(r"(?:RRULE:)?((?:[A-Z]+=[^;\s]+;?)*FREQ=[^;\s]*(?:;[A-Z]+=[^;\s]*)*;?)", re.IGNORECASE)
_START = re.compile(r"DTSTART(?:;TZID=([^:;\s]+))?(?:;VALUE=DATE)?:(\d{8})(?:T(\d{4})\d{0,2}(Z)?)?", re.IGNORECASE)
_LISTS = {
    "BYMONTHDAY": (-31, 31),
    "BYMONTH": (1, 12),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 0),
}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_LISTS}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_MINUTE_HAND = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z)?)?")


def looks_like_rrule(phrase: str) -> bool:
    """Whether it is meant as an iCalendar rule."""
    return re.search(r"\bFREQ\s*=|^\s*RRULE\b", phrase, re.IGNORECASE) is not None


def read_rrule(phrase: str, zone: str, now: datetime, minutes: int) -> Reading:
    """The schedule of an RRULE, with a DTSTART line or a time and a zone in words beside it, if they are there.

    Args:
        phrase: such as `FREQ=MONTHLY;BYDAY=2TH, 9 pm ET`.
        zone: the server's zone (IANA name).
        now: aware UTC.
        minutes: the length where none is said.

    Raises:
        BadInput: a `RRULE_…` or `SCHEDULE_…` problem.
    """
    match = _RULE.search(phrase.upper())
    if match is None:
        raise BadInput(Problem.RRULE_UNREADABLE, words=[phrase.strip()])
    parts = _parts(match[1])
    begun = _START.search(phrase)
    rest = _START.sub(" ", phrase[: match.start()] + " " + phrase[match.end() :])
    context = Context(tokenize(tidy(rest), zone, now), zone, now)
    slots, said = find_slots(context), loose_zone(context)
    home, start, at = _begin(context, begun)
    spoken = (slots[0].zone if slots else None) or said
    if spoken is not None:
        home = spoken.name
        note_zone(context, spoken)
    elif begun is None or begun[1] is None:
        context.note(NoteKind.ZONE_ASSUMED, zone=home)
    if left := context.tape.left():
        raise BadInput(Problem.SCHEDULE_NOT_UNDERSTOOD, words=left)
    rule = _rule(parts, home)
    times = _times(parts, slots[0].at if slots else at)
    if not times:
        context.note(NoteKind.TIME_ASSUMED, time=EVENING)
    long = next((t.value for t in context.tape.tokens if t.code == "L" and isinstance(t.value, int)), None)
    long = (slots[0].minutes if slots else None) or long or minutes
    if is_impossible(rule):
        raise BadInput(Problem.SCHEDULE_NEVER, words=[match[1]])
    sittings = tuple(sitting(context, rule, at, home, long, start) for at in times or [EVENING])
    return Reading(Schedule(sittings), tuple(context.notes))


def rules_text(schedule: Schedule) -> str:
    """The rules as RFC 5545 writes them, one a line; sittings on the same days become one rule where that is possible.

    `UNTIL` is an instant in UTC, as the RFC asks for a start with a zone.
    """
    first = schedule.sittings[0]
    same = all(replace(one, at=first.at, begins_on=first.begins_on) == first for one in schedule.sittings)
    minutes = {one.at.minute for one in schedule.sittings}
    if len(schedule.sittings) > 1 and same and len(minutes) == 1 and first.rule.count is None:
        hours = ",".join(str(one.at.hour) for one in sorted(schedule.sittings, key=lambda one: one.at))
        last = max(one.at for one in schedule.sittings)
        return first.rule.text(last, first.zone, f"BYHOUR={hours};BYMINUTE={minutes.pop()};BYSECOND=0")
    return "\n".join(one.rule.text(one.at, one.zone) for one in schedule.sittings)


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.strip(";").split(";"):
        name, _, value = piece.partition("=")
        if name not in _KNOWN or not value or name in parts:
            raise BadInput(Problem.RRULE_UNREADABLE, words=[piece])
        parts[name] = value
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadInput(Problem.RRULE_COUNT_AND_UNTIL, words=[f"COUNT={parts['COUNT']}", f"UNTIL={parts['UNTIL']}"])
    if parts["FREQ"] in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise BadInput(Problem.SCHEDULE_TOO_OFTEN, words=[f"FREQ={parts['FREQ']}"])
    if parts["FREQ"] not in Frequency.__members__:
        raise BadInput(Problem.RRULE_UNREADABLE, words=[f"FREQ={parts['FREQ']}"])
    return parts


def _rule(parts: dict[str, str], zone: str) -> Rule:
    frequency = Frequency(parts["FREQ"])
    lists = {name: _numbers(name, parts.get(name)) for name in _LISTS}
    if lists["BYWEEKNO"] and frequency is not Frequency.YEARLY:
        raise BadInput(Problem.RRULE_UNREADABLE, words=[f"BYWEEKNO={parts['BYWEEKNO']}"])
    return Rule(
        frequency,
        _number(parts, "INTERVAL", _MOST_INTERVAL) or 1,
        _by_day(parts, frequency),
        lists["BYMONTHDAY"],
        lists["BYMONTH"],
        lists["BYYEARDAY"],
        lists["BYWEEKNO"],
        lists["BYSETPOS"],
        DAY_CODES.index(parts["WKST"]) if parts.get("WKST") in DAY_CODES else 0,
        _number(parts, "COUNT", MAX_COUNT),
        _until(parts.get("UNTIL"), zone),
    )


def _number(parts: dict[str, str], name: str, most: int) -> int | None:
    if name not in parts:
        return None
    value = parts[name]
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not 1 <= int(value) <= most:  # noqa: PLR2004
        raise BadInput(Problem.RRULE_UNREADABLE, words=[f"{name}={value}"])
    return int(value)


def _numbers(name: str, value: str | None) -> tuple[int, ...]:
    if value is None:
        return ()
    least, most = _LISTS[name]
    found = []
    for piece in value.split(","):
        if not re.fullmatch(r"[+-]?\d{1,3}", piece, re.ASCII) or not least <= int(piece) <= most:
            raise BadInput(Problem.RRULE_UNREADABLE, words=[f"{name}={value}"])
        if int(piece) == 0 and least < 0:
            raise BadInput(Problem.RRULE_UNREADABLE, words=[f"{name}={value}"])
        found.append(int(piece))
    return tuple(dict.fromkeys(found))


def _by_day(parts: dict[str, str], frequency: Frequency) -> tuple[Nth, ...]:
    found = []
    for piece in parts["BYDAY"].split(",") if "BYDAY" in parts else []:
        match = _DAY.fullmatch(piece)
        numbered = match is not None and match[1] is not None
        if match is None or (numbered and frequency in {Frequency.DAILY, Frequency.WEEKLY}) or match[1] in {"0", "00"}:
            raise BadInput(Problem.RRULE_UNREADABLE, words=[f"BYDAY={parts['BYDAY']}"])
        found.append(Nth(DAY_CODES.index(match[2]), int(match[1] or 0)))
    return tuple(dict.fromkeys(found))


def _until(value: str | None, zone: str) -> date | None:
    if value is None:
        return None
    match = _MINUTE_HAND.fullmatch(value)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
        if day is not None and match and match[6]:
            at = datetime.combine(day, time(int(match[4]), int(match[5])), UTC)
            return at.astimezone(ZoneInfo(zone)).date()
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise BadInput(Problem.RRULE_UNREADABLE, words=[f"UNTIL={value}"])
    return day


def _times(parts: dict[str, str], at: time | None) -> list[time]:
    hours, minutes = _numbers("BYHOUR", parts.get("BYHOUR")), _numbers("BYMINUTE", parts.get("BYMINUTE"))
    if not hours and not minutes:
        return [at] if at is not None else []
    hours = hours or ((at or EVENING).hour,)
    minutes = minutes or ((at.minute if at else 0),)
    if len(hours) * len(minutes) > MOST_SITTINGS:
        raise BadInput(Problem.SCHEDULE_TOO_OFTEN, words=[f"BYHOUR={parts.get('BYHOUR', '')}"])
    return [time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)]


def _begin(context: Context, begun: re.Match[str] | None) -> tuple[str, date | None, time | None]:
    if begun is None:
        return context.zone, None, None
    zone = context.zone
    if begun[1]:
        said = resolve(begun[1], context.zone, context.now)
        if said is None:
            raise BadInput(Problem.RRULE_UNREADABLE, words=[begun[0]])
        zone = said.name
    try:
        day = date(int(begun[2][:4]), int(begun[2][4:6]), int(begun[2][6:]))
        at = time(int(begun[3][:2]), int(begun[3][2:])) if begun[3] else None
    except ValueError:
        raise BadInput(Problem.RRULE_UNREADABLE, words=[begun[0]]) from None
    if begun[4] and at is not None:
        zone = "Etc/UTC"
    return zone, day, at
