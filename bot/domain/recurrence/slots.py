"""Times in a phrase: "8-9:30 pm ET / 5 PT" becomes one slot with its zone; guesses are noted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.schedule import EVENING, NoteKind
from bot.domain.recurrence.tokens import Clock, Days, Named
from bot.domain.recurrence.zones import Said, is_summer_time, offsets

_NOON = 12
_DAY_MINUTES = 24 * 60
_LATE_MORNING = 10
# "6 pm - 7 am" goes over midnight; "9 pm - 8 pm" is a slip.
LONGEST_OVER_MIDNIGHT = 16 * 60
_WORTH_A_LOOK = 6 * 60
PARTS = {
    "morning": time(9),
    "lunchtime": time(12),
    "afternoon": time(14),
    "evening": EVENING,
    "eve": EVENING,
    "night": EVENING,
}
# Where clocks are read with am and pm; elsewhere "8:00" without either is in the morning.
_TWELVE_HOURS = ("America/", "Australia/", "Pacific/", "US/", "Canada/")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of day that was said.

    Attributes:
        at: the start.
        minutes: to the end, or None if no end was said.
        zone: as said, or None.
        start: the index of its first token.
        end: the index behind its last token.
        with_others: "and" stands before it, so it is one more time and not the same in another zone.
    """

    at: time
    minutes: int | None
    zone: Said | None
    start: int
    end: int
    with_others: bool = False


def find_slots(context: Context) -> list[Slot]:
    """All times, in order, each made use of; what is said of one instant in several zones becomes one slot.

    Raises:
        BadInput: times in several zones that aren't the same instant.
    """
    tape = context.tape
    _numbers_to_times(context)
    slots: list[Slot] = []
    for between in re.finditer(r"(?<=[TN])&(?=T)|(?<=TZ)&(?=T)", tape.codes):
        if tape.words(*between.span()).casefold() == "or":
            context.note(NoteKind.WORD_TAKEN, words="or", taken="“and”")
    pattern = r"(?:B(?=T&T)|(?:S(?=T)))?T(?:[(/]*Z\)?)?P?(?:(?:[-X]|,X|(?<=BT)&)T)?P?(?:[(,/]*Z(?![WT])\)?|[(/,]Z\)?)*"
    while (match := tape.first(pattern)) is not None:
        slots.append(_slot(context, match))
        tape.use(match.start(), match.end())
    if (match := tape.first(r"XT")) is not None and slots:
        tape.use(match.start(), match.end())
    merged = _merged(context, slots)
    times = {slot.at for slot in merged}
    # Of a time that is said again in other zones, one question is enough.
    context.notes = [n for n in context.notes if n.kind is not NoteKind.HALF_OF_DAY_ASSUMED or n.facts["time"] in times]
    return merged


def loose_zone(context: Context) -> Said | None:
    """A zone that stands apart from the times, made use of if there is only one (in several words)."""
    found = [(i, t.value) for i, t in enumerate(context.tape.tokens) if t.code == "Z" and isinstance(t.value, Said)]
    if not found:
        return None
    index, first = found[0]
    context.tape.use(index, index + 1)
    for other, said in found[1:]:
        if offsets(said.name, context.now) == offsets(first.name, context.now):
            context.tape.use(other, other + 1)
    return first


def note_zone(context: Context, said: Said) -> None:
    """Points out what a host may not have meant by a zone's name."""
    if said.others:
        context.note(NoteKind.ZONE_AMBIGUOUS, words=said.words, zone=said.name, others=list(said.others))
    if said.is_fixed:
        context.note(NoteKind.ZONE_FIXED, words=said.words, zone=said.name)
    if said.season and len(set(offsets(said.name, context.now))) > 1:
        summer = is_summer_time(said.name, context.now)
        if summer != (said.season == "summer"):
            context.note(NoteKind.ZONE_SEASON, words=said.words, zone=said.name)


def _numbers_to_times(context: Context) -> None:
    """Numbers where a time must stand: "8-9:30 pm", "at 8", "8 ET"."""
    tape = context.tape
    pattern = r"N(?=[-X&]*[TP]|[-X]NP?\(?Z|P?[(]?Z|[-X]N(?=[TZ,.)_]|$))|(?<=[TN][-X])N(?![UMW])|(?<=T[&,/])N(?=T|Z|$)"
    for _ in range(2):
        for match in re.finditer(pattern, tape.codes):
            _take_number(context, match.start())
    for index, token in enumerate(tape.tokens):
        before = tape.text[: token.start].rstrip().casefold()
        follows = tape.codes[index + 1 : index + 2]
        if (
            token.code == "N"
            and re.search(r"(?:\bat|@|\bfrom|\baround|\babout)$", before)
            and follows not in {"U", "M"}
        ):
            _take_number(context, index)


def _take_number(context: Context, index: int) -> None:
    value = context.tape.value(index)
    if isinstance(value, int) and 0 <= value <= 24 and context.tape.tokens[index].code == "N":  # noqa: PLR2004
        # "20-22 Uhr": what can't be of twelve hours is of 24.
        context.tape.recode(index, "T", Clock(value, 0, "24" if value > _NOON or value == 0 else ""))


def _slot(context: Context, match: re.Match[str]) -> Slot:
    tape = context.tape
    inside = tape.tokens[match.start() : match.end()]
    clocks = [token.value for token in inside if isinstance(token.value, Clock)]
    zones = [token.value for token in inside if isinstance(token.value, Said)]
    part = next((str(t.value[0]) for t in tape.tokens if t.code == "P" and isinstance(t.value, tuple)), "")
    zone = zones[0] if zones else None
    _check_listed_zones(context, zones, match)
    home = zone.name if zone else context.zone
    start, end = clocks[0], clocks[1] if len(clocks) > 1 else None
    if not start.half:
        start = replace(start, half=_half(context, start, end, part, home))
    at = _clock_time(start)
    if at == time() and re.search(r"midnight|\b12|\b24", tape.words(match.start(), match.end()), re.IGNORECASE):
        context.note(NoteKind.MIDNIGHT)
    minutes = None
    if end is not None:
        minutes = _minutes(at, end)
        over_midnight = at.hour * 60 + at.minute + minutes > _DAY_MINUTES
        if over_midnight and LONGEST_OVER_MIDNIGHT < minutes < _DAY_MINUTES:
            context.refuse(Problem.SCHEDULE_TIMES_BACKWARDS, match.start(), match.end())
        if minutes >= _WORTH_A_LOOK:
            context.note(NoteKind.HOURS, hours=f"{minutes / 60:.3g}")
    joined = tape.tokens[match.start() - 1].code == "&" if match.start() else False
    return Slot(at, minutes, zone, match.start(), match.end(), joined)


def _check_listed_zones(context: Context, zones: list[Said], match: re.Match[str]) -> None:
    for other in zones[1:]:
        if offsets(other.name, context.now) != offsets(zones[0].name, context.now):
            context.refuse(Problem.SCHEDULE_ZONES_DISAGREE, match.start(), match.end())


def _half(context: Context, start: Clock, end: Clock | None, part: str, zone: str) -> str:
    """Whether a time without am or pm is in the morning."""
    if end is not None and (half := _half_of_range(start, end)):
        return half
    if (end is not None and end.half == "24") or start.hour == 0:
        return "24"
    if part:
        return "am" if part == "morning" else "pm"
    if start.with_minutes and not zone.startswith(_TWELVE_HOURS):
        return "24"
    half = "am" if _LATE_MORNING <= start.hour < _NOON else "pm"
    context.note(NoteKind.HALF_OF_DAY_ASSUMED, time=_clock_time(replace(start, half=half)))
    return half


def _half_of_range(start: Clock, end: Clock) -> str:
    if not end.half:
        # "9-5", "11-1" go over noon.
        return "am" if end.hour < start.hour < _NOON else ""
    if end.half == "24":
        return ""
    same = _clock_time(replace(start, half=end.half))
    other = "am" if end.half == "pm" else "pm"
    return end.half if same < _clock_time(end) else other


def _clock_time(clock: Clock) -> time:
    hour = clock.hour % 24
    if clock.half in {"am", "pm"}:
        hour = clock.hour % _NOON + (_NOON if clock.half == "pm" else 0)
    return time(hour, clock.minute)


def _minutes(at: time, end: Clock) -> int:
    begins = at.hour * 60 + at.minute
    if end.half:
        last = _clock_time(end)
        return (last.hour * 60 + last.minute - begins) % _DAY_MINUTES or _DAY_MINUTES
    last = time(end.hour % 24, end.minute)
    minutes = last.hour * 60 + last.minute - begins
    return minutes % (_DAY_MINUTES // 2) or _DAY_MINUTES // 2


def _merged(context: Context, slots: list[Slot]) -> list[Slot]:
    kept: list[Slot] = []
    for slot in slots:
        same = next((other for other in kept if _same_instant(context, other, slot)), None)
        if same is not None:
            # The server's own zone is the one that its people read, if the day that was named is its day too.
            servers = slot.zone is not None and slot.zone.name == context.zone
            servers = servers and (_has_day(context, slot) or _days_apart(context, same, slot) == 0)
            _drop_day(context, same if servers else slot)
            _note_drift(context, *((slot, same) if servers else (same, slot)))
            if servers:
                own = replace(slot, start=same.start, end=same.end, with_others=same.with_others)
                kept[kept.index(same)] = own
        elif kept and _contradicts(context, kept[-1], slot):
            raise BadInput(
                Problem.SCHEDULE_ZONES_DISAGREE,
                words=[context.tape.words(kept[-1].start, kept[-1].end), context.tape.words(slot.start, slot.end)],
            )
        else:
            kept.append(slot)
    return kept


def _days_apart(context: Context, one: Slot, other: Slot) -> int:
    """By how many days the other zone's date is later at that moment."""
    if one.zone is None or other.zone is None:
        return 0
    at = datetime.combine(context.today, one.at, ZoneInfo(one.zone.name))
    return (at.astimezone(ZoneInfo(other.zone.name)).date() - at.date()).days


def _beside(context: Context, slot: Slot) -> int:
    """The index of what was said right before a time, which may be its day."""
    index = slot.start - 1
    while index > 0 and context.tape.codes[index] in ",_":
        index -= 1
    return index


def _has_day(context: Context, slot: Slot) -> bool:
    index = _beside(context, slot)
    return index >= 0 and isinstance(context.tape.value(index), (Days, Named))


def _drop_day(context: Context, slot: Slot) -> None:
    """The day on which it is, elsewhere: "Thursdays 8pm ET (Fridays 10am AEST)", "9 Dec 8pm ET / 10 Dec noon AEDT"."""
    tape = context.tape
    weekdays = {day for token in tape.tokens if isinstance(token.value, Days) for day in token.value.days}
    index = _beside(context, slot)
    beside = tape.tokens[index].value if index >= 0 else None
    if isinstance(beside, Named) and any(token.code == "D" for token in tape.tokens[:index]):
        tape.use(index, index + 1)
    if isinstance(beside, Days) and len(beside.days) == 1 and len(weekdays) > 1:
        day = beside.days[0]
        if (day - 1) % 7 in weekdays or (day + 1) % 7 in weekdays:
            tape.use(index, index + 1)


def _contradicts(context: Context, one: Slot, other: Slot) -> bool:
    if one.zone is None or other.zone is None or one.zone.name == other.zone.name or other.with_others:
        return False
    between = context.tape.codes[one.end : other.start]
    return not set(between) - set("/,(_)=-")


def _offset(context: Context, slot: Slot, week: int) -> int:
    """Minutes of the day in UTC, that many weeks from now."""
    if slot.zone is None:
        return -1
    day = (context.now + timedelta(weeks=week)).date()
    at = datetime.combine(day, slot.at, ZoneInfo(slot.zone.name))
    offset = at.utcoffset() or timedelta()
    return (slot.at.hour * 60 + slot.at.minute - int(offset.total_seconds()) // 60) % _DAY_MINUTES


def _same_instant(context: Context, one: Slot, other: Slot) -> bool:
    if one.zone is None or other.zone is None or one.zone.name == other.zone.name:
        return False
    between = [token.value for token in context.tape.tokens[one.end : other.start] if token.code == "D"]
    if between and isinstance(between[-1], Named):
        # Each time has its date: they are one moment only if they are so on that day.
        week = _weeks_until(context, between[-1])
        return _offset(context, one, week) == _offset(context, other, week)
    agree = sum(_offset(context, one, week) == _offset(context, other, week) for week in range(52))
    return agree >= 4  # noqa: PLR2004 - clocks that change on other Sundays agree at least for a month


def _weeks_until(context: Context, named: Named) -> int:
    year = named.year or context.today.year + ((named.month, named.day) < (context.today.month, context.today.day))
    return (date(year, named.month, min(named.day, 28)) - context.today).days // 7


def _note_drift(context: Context, one: Slot, other: Slot) -> None:
    drifts = any(_offset(context, one, week) != _offset(context, other, week) for week in range(52))
    if drifts and one.zone and other.zone:
        context.note(NoteKind.ZONES_DRIFT, zone=one.zone.name, other=other.zone.name)
