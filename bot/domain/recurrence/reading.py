"""A phrase becomes a schedule: what people write on a poster, or an iCalendar rule."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.beats import Beat, Pattern, find_beat, find_patterns
from bot.domain.recurrence.bounds import find_bounds
from bot.domain.recurrence.building import (
    bounded,
    coming_days,
    has_passed,
    never_comes,
    sitting,
    start_date,
    united,
    until_date,
    with_exceptions,
    with_months,
    with_spans,
)
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.days import day_in_year, merge_dates
from bot.domain.recurrence.feasts import rule_of_feast
from bot.domain.recurrence.grouping import distinct, grouped
from bot.domain.recurrence.icalendar import looks_like_rrule, read_rrule
from bot.domain.recurrence.lexer import tidy, tokenize
from bot.domain.recurrence.rules import Frequency, Nth, Rule
from bot.domain.recurrence.schedule import DEFAULT_MINUTES, EVENING, NoteKind, Reading, Schedule, Sitting
from bot.domain.recurrence.slots import PARTS, Slot, find_slots, loose_zone, note_zone
from bot.domain.recurrence.tokens import Named
from bot.domain.recurrence.zones import Said

MOST_CHARACTERS = 500
_MORNING = time(9)
_DAY_MINUTES = 24 * 60
_ONCE = Rule(Frequency.DAILY, count=1)
_WEEK_OF = re.compile(r"\bweek (?:of|beginning|commencing)\b", re.IGNORECASE)
_SERIES_DATE = re.compile(r"^\W*for\b|\bour next\b", re.IGNORECASE)


def read_phrase(phrase: str, zone: str, now: datetime, minutes: int = DEFAULT_MINUTES) -> Reading:
    """What a phrase means.

    Args:
        phrase: such as `2nd Thursday of the month, 9-10 pm ET, unless it is a holiday`, or an RFC 5545 RRULE.
        zone: the server's zone (IANA name), for phrases that name none and for ambiguous abbreviations.
        now: aware UTC; without a start date, the first occurrence is the next one.
        minutes: the length where none is said.

    Raises:
        BadInput: a `SCHEDULE_…` or `RRULE_…` problem; its fact `words` has the words that it stumbled on.
    """
    if not phrase.strip():
        raise BadInput(Problem.SCHEDULE_EMPTY, words=[])
    if len(phrase) > MOST_CHARACTERS:
        raise BadInput(Problem.SCHEDULE_TOO_LONG, words=[], length=len(phrase), limit=MOST_CHARACTERS)
    if looks_like_rrule(phrase):
        return read_rrule(phrase, zone, now, minutes)
    text = tidy(phrase)
    try:
        return _Reader(Context(tokenize(text, zone, now), zone, now), minutes).read()
    except BadInput as refused:
        if refused.problem is Problem.SCHEDULE_NEVER and not refused.facts["words"]:
            raise BadInput(Problem.SCHEDULE_NEVER, words=[text]) from None
        raise


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date that was said, and the index of its token."""

    start: int
    named: Named


class _Reader:
    """One phrase on its way to a schedule."""

    def __init__(self, context: Context, minutes: int) -> None:
        self.context = context
        self.default_minutes = minutes

    def read(self) -> Reading:
        context = self.context
        merge_dates(context)
        self.slots = find_slots(context)
        self.loose = loose_zone(context)
        self.question = self._question()
        self.all_day = not self.slots and re.search(r"\ball[- ]day\b", context.tape.text, re.IGNORECASE) is not None
        self.length = self._length() or (_DAY_MINUTES if self.all_day else None)
        if self.length is None and self.question == "" and _WEEK_OF.search(context.tape.text):
            self.length = 7 * _DAY_MINUTES
        self.bounds = find_bounds(context)
        self.beat = find_beat(context)
        self.patterns = distinct(find_patterns(context, self.beat))
        if self.patterns and re.search(r"\ball week\b", context.tape.text, re.IGNORECASE):
            # "The first Monday of the month, all week" is how long each one is.
            self.bounds.spans, self.length = [], 7 * _DAY_MINUTES
        self.dates = self._loose_dates()
        self._refuse_leftovers()
        sittings = self._sittings()
        if self.bounds.spans:
            sittings = with_spans(sittings, self.bounds)
        if any(never_comes(one) for one in sittings):
            raise BadInput(Problem.SCHEDULE_NEVER, words=[context.tape.text])
        schedule = with_exceptions(context, Schedule(tuple(sittings), slow=self.is_slow), self.bounds)
        self._note_outcome(schedule)
        context.notes = [with_months(note, schedule, context.today) for note in context.notes]
        notes = sorted(context.notes, key=lambda note: not note.to_confirm)
        return Reading(schedule, tuple(notes), self.bounds.holidays)

    # What was said besides the days

    def _length(self) -> int | None:
        tape = self.context.tape
        found = None
        for index, token in enumerate(tape.tokens):
            if token.code == "L" and isinstance(token.value, int):
                found = token.value
                tape.use(index, index + 1)
        return found

    def _question(self) -> str | None:
        found = [str(token.value) for token in self.context.tape.tokens if token.code == "Q"]
        return max(found, key=len) if found else None

    @property
    def is_slow(self) -> bool:
        """Whether it goes on over days."""
        return self.question is not None or (self.length or 0) >= _DAY_MINUTES

    def _loose_dates(self) -> list[_Dated]:
        tape = self.context.tape
        found: list[_Dated] = []
        for index, token in enumerate(tape.tokens):
            if token.code == "D":
                values = token.value if isinstance(token.value, tuple) else (token.value,)
                found += [_Dated(index, value) for value in values if isinstance(value, Named)]
                tape.use(index, index + 1)
        return found

    def _refuse_leftovers(self) -> None:
        tape = self.context.tape
        # "Our first one", "the second chat": not every ordinal counts days.
        for match in list(tape.find(r"O(?=w(?!w?[EA]?[UW]))")):
            tape.use(*match.span())
        for match in list(tape.find(r"~(?=[w,]*(?:[._]|$))")):
            # "Except the first Tuesday, when it is at 7" would need a time of its own for that day.
            behind, ahead = tape.codes[: match.start()].rstrip(","), tape.codes[match.end() :].lstrip("w,")
            said = tape.value(match.start())
            has_own_time = said == "when" and behind.endswith("_") and ahead.startswith("_")
            if said in {"if", "when", "whenever"} and not has_own_time:
                tape.use(*match.span())
        left = tape.left()
        if left:
            raise BadInput(Problem.SCHEDULE_NOT_UNDERSTOOD, words=left)
        if not (self.patterns or self.dates or self.beat or self.question or self.bounds.start):
            words = [tape.words(i, i + 1) for i, token in enumerate(tape.tokens) if token.code in "wN"]
            problem = Problem.SCHEDULE_NO_DAY if self.slots else Problem.SCHEDULE_NOT_UNDERSTOOD
            raise BadInput(problem, words=words or [tape.text])

    # Days

    def _check_days(self, patterns: list[Pattern]) -> None:
        for one, other in pairwise(patterns):
            if not other.joined:
                tape = self.context.tape
                raise BadInput(
                    Problem.SCHEDULE_DAYS_CONTRADICT,
                    words=[tape.words(one.start, one.end), tape.words(other.start, other.end)],
                )

    def _sittings(self) -> list[Sitting]:
        if not self.patterns:
            return self._without_patterns()
        if len(self.dates) > 1 and self.bounds.start is None and self.bounds.until is None:
            return self._listed()
        anchor = self.dates[0].named if self.dates and self.bounds.start is None else None
        if anchor is not None:
            self.bounds.start = anchor
        start = start_date(self.context, self.bounds, roams=True)
        found: list[Sitting] = []
        for patterns, slots in grouped(self.patterns, self.slots):
            self._check_days(patterns)
            for pattern in patterns:
                found += self._of_pattern(pattern, slots, start, found)
        return united(found)

    def _listed(self) -> list[Sitting]:
        """The dates of "Tuesdays: 5, 12 and 26 January": these, and no others."""
        weekdays = {nth.weekday for pattern in self.patterns for nth in pattern.rule.by_day}
        if len(weekdays) == 1:
            weekday = weekdays.pop()
            self.dates = [replace(one, named=replace(one.named, weekday=weekday)) for one in self.dates]
        return self._dated()

    def _of_pattern(
        self, pattern: Pattern, slots: list[Slot], start: date | None, earlier: list[Sitting]
    ) -> list[Sitting]:
        rule = self._once_or_weekly(pattern, start)
        if rule.is_once:
            said = self.context.tape.words(pattern.start, pattern.end)
            at, zone = slots[0].at if slots else EVENING, self._zone_of(slots[0] if slots else None)
            days = coming_days(self.context, pattern.rule, said, start, datetime.combine(self.context.today, at), zone)
            return [one for day in days for one in self._with_times(_ONCE, slots, day)]
        rule = self._limited(rule, start)
        if pattern.weeks_later and earlier:
            first = earlier[0].begins_on
            monday = first - timedelta(days=first.weekday())
            start = monday + timedelta(weeks=pattern.weeks_later)
        return self._with_times(rule, slots, start)

    def _once_or_weekly(self, pattern: Pattern, start: date | None) -> Rule:
        rule = pattern.rule
        if pattern.repeats or rule.count is not None or rule.frequency is not Frequency.WEEKLY:
            return rule
        limits = self.bounds
        if limits.in_week and start is not None and len(rule.by_day) == 1:
            # "Tuesday next week".
            return replace(rule, count=1)
        said = (limits.until, limits.until_month, limits.spans, limits.months, limits.no_dates, limits.no_months)
        goes_on = start is not None or limits.holidays is not None or any(said)
        if len(rule.by_day) > 1 or len(self.patterns) > 1 or goes_on or self.question is not None:
            self.context.note(NoteKind.WEEKLY_ASSUMED)
            return rule
        if _SERIES_DATE.search(self.context.tape.text):
            self.context.note(NoteKind.WEEKLY_ASSUMED)
            return rule
        self.context.note(NoteKind.ONCE_ASSUMED, weekday=rule.by_day[0].weekday)
        return replace(rule, count=1)

    def _limited(self, rule: Rule, start: date | None) -> Rule:
        rule = bounded(rule, self.bounds)
        until = until_date(self.context, self.bounds, start or self.context.today)
        if rule.interval > 1 and start is None:
            self.context.note(NoteKind.BEAT_ASSUMED)
        return replace(rule, until=until) if until else rule

    def _without_patterns(self) -> list[Sitting]:
        bounds, beat = self.bounds, self.beat
        if bounds.days is not None:
            first, last = bounds.days
            days = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
            self.length = len(days) * _DAY_MINUTES
            rule = Rule(Frequency.DAILY, by_day=tuple(Nth(day) for day in sorted(days)))
            return self._with_times(self._limited(rule, None), self.slots, None)
        if beat is None and self.question in {"day", "week"}:
            beat = Beat(1, self.question, 0, 0)
        if beat is not None:
            return self._beaten(beat)
        if bounds.until is not None and bounds.start is not None and not bounds.in_year:
            return self._over_days()
        if self.dates:
            return self._dated()
        start = start_date(self.context, bounds, roams=False)
        if start is not None and not bounds.in_year:
            self.context.note(NoteKind.ONCE_ASSUMED, weekday=start.weekday())
            return self._with_times(_ONCE, self.slots, start)
        raise BadInput(Problem.SCHEDULE_NO_DAY, words=[self.context.tape.text])

    def _beaten(self, beat: Beat) -> list[Sitting]:
        """Every so many days, weeks, months or years from a date."""
        if self.dates and self.bounds.start is None:
            self.bounds.start = self.dates[0].named
        start = start_date(self.context, self.bounds, roams=beat.unit == "week")
        if beat.unit == "day":
            rule = Rule(Frequency.DAILY, beat.interval)
            if self.question == "day" and self.length and self.length > _DAY_MINUTES and not self.bounds.spans:
                rule, self.length = replace(rule, count=self.length // _DAY_MINUTES), _DAY_MINUTES
            return self._with_times(self._limited(rule, start), self.slots, start)
        if start is None:
            words = self.context.tape.words(beat.start, beat.end) or self.context.tape.text
            raise BadInput(Problem.SCHEDULE_NO_DAY, words=[words])
        if beat.unit == "week":
            rule = Rule(Frequency.WEEKLY, beat.interval, (Nth(start.weekday()),))
        elif beat.unit == "year":
            return self._each_year(beat.interval, start)
        else:
            interval = 3 if beat.unit == "quarter" else beat.interval
            rule = Rule(Frequency.MONTHLY, interval, (), (start.day,))
            self.context.note(NoteKind.PATTERN_ASSUMED, day=start.day)
        return self._with_times(self._limited(rule, start), self.slots, start)

    def _each_year(self, interval: int, start: date) -> list[Sitting]:
        feast = next((dated.named.feast for dated in self.dates if dated.named.feast), "")
        if feast:
            # Thanksgiving is on another date each year; Easter has no rule.
            rule = rule_of_feast(feast)
            if rule is None or len(self.dates) > 1:
                raise BadInput(Problem.SCHEDULE_NOT_UNDERSTOOD, words=[self.context.tape.text])
            return self._with_times(self._limited(replace(rule, interval=interval), start), self.slots, start)
        days = {(start.month, start.day): start}
        for dated in self.dates[1:]:
            named = dated.named
            days[named.month, named.day] = day_in_year(self.context, named, roams=False, after=start)
        found: list[Sitting] = []
        for day in days.values():
            rule = self._limited(Rule(Frequency.YEARLY, interval, (), (day.day,), (day.month,)), day)
            found += self._with_times(rule, self.slots, day)
        return found

    def _over_days(self) -> list[Sitting]:
        """From one date to another: a slow chat, or an hour on each of the days."""
        start = start_date(self.context, self.bounds, roams=False)
        until = until_date(self.context, self.bounds, start) if start else None
        if start is None or until is None:
            raise BadInput(Problem.SCHEDULE_NO_DAY, words=[self.context.tape.text])
        if self.slots and self.question is None:
            self.context.note(NoteKind.PATTERN_ASSUMED, day=None)
            return self._with_times(Rule(Frequency.DAILY, until=until), self.slots, start)
        self.question = self.question or ""
        at = self.slots[0].at if self.slots else time()
        end_of_days = ((until - start).days + 1) * _DAY_MINUTES
        zone = self._zone_of(self.slots[0] if self.slots else None)
        return [sitting(self.context, _ONCE, at, zone, end_of_days, start)]

    def _dated(self) -> list[Sitting]:
        """One or several dates, each once; or two that show a beat."""
        context, named = self.context, [dated.named for dated in self.dates]
        says_next = re.search(r"\bnext\b", context.tape.text, re.IGNORECASE) is not None
        if len(named) == 1 and named[0].weekday is not None and _SERIES_DATE.search(context.tape.text):
            start = day_in_year(context, named[0], roams=True)
            context.note(NoteKind.WEEKLY_ASSUMED)
            rule = self._limited(Rule(Frequency.WEEKLY, by_day=(Nth(start.weekday()),)), start)
            return self._with_times(rule, self.slots, start)
        if len(named) > 1 and says_next and named[0].weekday is not None and named[0].weekday == named[1].weekday:
            days = [day_in_year(context, one, roams=True) for one in named]
            nths = {(day.day - 1) // 7 + 1 for day in days}
            if len(nths) == 1 and days[0].month != days[1].month:
                context.note(NoteKind.PATTERN_ASSUMED, day=None)
                rule = Rule(Frequency.MONTHLY, by_day=(Nth(days[0].weekday(), nths.pop()),))
                return self._with_times(rule, self.slots, min(days))
        found: list[Sitting] = []
        for dates, slots in grouped(self.dates, self.slots):
            for day in sorted({day_in_year(context, dated.named, roams=False) for dated in dates}):
                found += self._with_times(_ONCE, slots, day)
        return found

    # Times

    def _zone_of(self, slot: Slot | None) -> str:
        said: Said | None = (slot.zone if slot else None) or self.loose
        if said is None:
            said = next((other.zone for other in self.slots if other.zone), None)
        if said is None:
            self.context.note(NoteKind.ZONE_ASSUMED, zone=self.context.zone)
            return self.context.zone
        note_zone(self.context, said)
        return said.name

    def _with_times(self, rule: Rule, slots: list[Slot], start: date | None) -> list[Sitting]:
        if not slots:
            at = self._assumed_time()
            return [sitting(self.context, rule, at, self._zone_of(None), self._minutes(rule, None), start)]
        return [
            sitting(self.context, rule, slot.at, self._zone_of(slot), self._minutes(rule, slot.minutes), start)
            for slot in slots
        ]

    def _assumed_time(self) -> time:
        tape = self.context.tape
        part = next((str(t.value[0]) for t in tape.tokens if t.code == "P" and isinstance(t.value, tuple)), None)
        at = time() if self.all_day else PARTS.get(part or "", _MORNING if self.question is not None else EVENING)
        self.context.note(NoteKind.TIME_ASSUMED, time=at)
        return at

    def _minutes(self, rule: Rule, said: int | None) -> int:
        if self.length or said:
            return self.length or said or 0
        if self.question is None:
            return self.default_minutes
        days = sorted({nth.weekday for nth in rule.by_day})
        if rule.frequency is Frequency.WEEKLY and days:
            gaps = [(after - day) % 7 or 7 for day, after in zip(days, days[1:] + days[:1], strict=True)]
            return min(gaps) * _DAY_MINUTES
        return _DAY_MINUTES

    def _note_outcome(self, schedule: Schedule) -> None:
        context = self.context
        for number, token in enumerate(context.tape.tokens):
            if token.code == "V":
                context.note(NoteKind.PERIOD_UNKNOWN, words=context.tape.words(number, number + 1))
        if self.bounds.spans and self.question is not None and self.bounds.start is None and not self.dates:
            context.note(NoteKind.BEAT_ASSUMED)
        if schedule.slow:
            context.note(NoteKind.SLOW, minutes=schedule.minutes)
        rule = schedule.sittings[0].rule
        if rule.frequency is Frequency.YEARLY and rule.by_month == (2,) and 29 in rule.by_month_day:  # noqa: PLR2004
            context.note(NoteKind.YEARS_WITHOUT, month=2, day=29)
        if all(has_passed(one, context.now) for one in schedule.sittings):
            context.note(NoteKind.ALL_PAST, date=schedule.sittings[0].begins_on)
