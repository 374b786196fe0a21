"""How often: weekdays, ordinals and units of time in a phrase become rules, still without times and bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.errors import Problem
from bot.domain.recurrence.context import Context
from bot.domain.recurrence.lexicon import HABIT, TWO_MEANINGS
from bot.domain.recurrence.rules import LAST, QUARTERS, Frequency, Nth, Rule
from bot.domain.recurrence.schedule import NoteKind
from bot.domain.recurrence.tokens import Days

_QUARTER_ENDS = (3, 6, 9, 12)
_MONTHS_OF_QUARTER = 3
_LAST_NTH = 5
_LONGEST_MONTH = 31
# "Two Tuesdays a month": which ones?
_SO_OFTEN_A_MONTH = re.compile(
    r"\b(?:twice|thrice|(?:one|two|three|\d)(?:x| times?| \w+days)) (?:an?|per|each|every|in a) month", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Some days that were said.

    Attributes:
        rule: which.
        start: the index of the first token.
        end: the index behind the last.
        repeats: whether it was said to come again; False where a single weekday may be just the next.
        weeks_later: by how many weeks it begins after the others, in an alternation.
        joined: "and" or a comma stands before it.
    """

    rule: Rule
    start: int
    end: int
    repeats: bool = True
    weeks_later: int = 0
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """How often, said apart from the days: every two weeks."""

    interval: int
    unit: str
    start: int
    end: int


def find_beat(context: Context) -> Beat | None:
    """Such as "Fortnightly", "every two months": made use of.

    Raises:
        BadInput: two of them that contradict each other.
    """
    tape, found = context.tape, []
    for match in re.finditer(r"F|E?A(?:&E)?U|E[NO]U|EU|EP|E(?=,?_*D)", tape.codes):
        beat = _beat(context, match)
        if beat is not None and not _belongs_to_nth(tape.codes, match):
            found.append(beat)
    for beat in found:
        tape.use(beat.start, beat.end)
    if not found:
        return None
    kinds = {(beat.interval, beat.unit) for beat in found}
    if len(kinds) > 1:
        context.refuse(Problem.SCHEDULE_BEATS_CONTRADICT, found[0].start, found[-1].end)
    return found[0]


def _belongs_to_nth(codes: str, match: re.Match[str]) -> bool:
    return match.start() > 0 and re.search(r"(?:O[,&/]*)+(?:W[,&/]*)+$|O$", codes[: match.start()]) is not None


def _beat_at(context: Context, start: int, end: int) -> Beat | None:
    match = re.compile(r"E[NO]U|[EA]U").match(context.tape.codes, start, end)
    return _beat(context, match) if match is not None else None


def _beat(context: Context, match: re.Match[str]) -> Beat | None:
    tape, (start, end) = context.tape, match.span()
    if match[0] == "F":
        value = tape.value(start)
        if not isinstance(value, tuple):
            return None
        if value[2] in TWO_MEANINGS:
            context.note(NoteKind.WORD_TAKEN, words=value[2], taken=f"every {value[0]} {value[1]}s")
        return Beat(value[0], value[1], start, end)
    if match[0] == "E":
        return Beat(1, "year", start, end)
    if match[0] == "EP":
        return Beat(1, "day", start, end)
    unit = str(tape.value(end - 1))
    number = next((v for code in "NO" for v in tape.values(start, end, code) if isinstance(v, int)), 1)
    interval = 2 if "A" in match[0] else number
    if interval < 1:
        return None
    factor = {"fortnight": 2, "quarter": 3}.get(unit, 1)
    base = {"fortnight": "week", "quarter": "month"}.get(unit, unit)
    return Beat(interval * factor, "quarter" if unit == "quarter" and interval == 1 else base, start, end)


def find_patterns(context: Context, beat: Beat | None) -> list[Pattern]:
    """All days that were said, each made use of, in order.

    Raises:
        BadInput: a beat and days that don't fit together.
    """
    found = [*_alternation(context, beat)]
    found += _nth_weekdays(context, beat)
    found += _month_days(context, beat)
    found += _weekdays(context, beat)
    return sorted(found, key=lambda pattern: pattern.start)


def _alternation(context: Context, beat: Beat | None) -> list[Pattern]:
    """Such as "Alternating Tuesdays and Thursdays": each every other week, the second a week later."""
    tape = context.tape
    match = tape.first(r"A(?:B|w?B)?(W)[P_()/,]*&(W)P?")
    if match is None:
        return []
    said = tape.words(match.start(), match.start() + 1).casefold()
    if "B" not in match[0] and not said.startswith("alternating"):
        return []
    weeks = beat.interval if beat is not None and beat.unit == "week" else 1
    patterns = []
    for number, group in enumerate((1, 2)):
        index = match.start(group)
        days = tape.value(index)
        if isinstance(days, Days):
            rule = Rule(Frequency.WEEKLY, weeks * 2, tuple(Nth(day) for day in days.days))
            patterns.append(Pattern(rule, index, index + 1, weeks_later=number * weeks, joined=True))
    tape.use(*match.span())
    return patterns


def _numbers(context: Context, start: int, end: int) -> list[int]:
    return [value for value in context.tape.values(start, end, "O") if isinstance(value, int)]


def _days(context: Context, start: int, end: int) -> tuple[int, ...]:
    """The weekdays of a stretch; "Monday to Friday" is all between."""
    found: list[int] = []
    codes = context.tape.codes
    for index in range(start, end):
        value = context.tape.value(index)
        if codes[index] == "W" and isinstance(value, Days):
            if found and re.search(r"W[P]?[-X]$", codes[:index]):
                found += [(found[-1] + n) % 7 for n in range(1, (value.days[0] - found[-1]) % 7 + 1)]
            elif set(value.days) < set(found):
                # "This weekend, Saturday": the second says which of the days.
                found = list(value.days)
            else:
                found += value.days
    return tuple(dict.fromkeys(found))


def _nth_weekdays(context: Context, beat: Beat | None) -> list[Pattern]:
    tape, found = context.tape, []
    pattern = (
        r"[EA]*(?:O[,&/]+|N[,&/]+)*OW(?:[,&/]+W(?!_))*P?(?:(?:[EA]|E[NO])?U|F|E?M(?:[,&/-]+M)*)?(?:E?U(?=$|[.,_]))?"
    )
    while (match := tape.first(pattern)) is not None:
        found.append(_nth(context, match, beat))
        tape.use(*match.span())
    return found


def _nth(context: Context, match: re.Match[str], beat: Beat | None) -> Pattern:
    tape, (start, end) = context.tape, match.span()
    numbers, days = _numbers(context, start, end), _days(context, start, end)
    joined = start > 0 and tape.codes[start - 1] in "&,/"
    inner = _beat_of_nth(context, match) or beat
    if inner is None and "A" in match[0]:
        # "Every other first Monday".
        inner = Beat(2, "month", start, end)
    months = tuple(v for v in tape.values(start, end, "M") if isinstance(v, int))
    if match[0].startswith("E") and inner is None and not months and len(numbers) == 1 and numbers[0] > 0:
        spelt = not re.search(r"\d", tape.words(start, end))
        if numbers[0] == 2 and spelt:  # noqa: PLR2004 - "every second Tuesday" is every other
            context.note(NoteKind.WORD_TAKEN, words=tape.words(start, end), taken="every two weeks")
            return Pattern(Rule(Frequency.WEEKLY, 2, tuple(Nth(day) for day in days)), start, end, joined=joined)
        context.note(NoteKind.WORD_TAKEN, words=tape.words(start, end), taken="once a month")
    if inner is not None and inner.unit in {"week", "day"}:
        context.refuse(Problem.SCHEDULE_BEATS_CONTRADICT, min(start, inner.start), max(end, inner.end))
    if any(not 1 <= abs(number) <= _LAST_NTH for number in numbers):
        context.refuse(Problem.SCHEDULE_NEVER, start, end)
    rule = _nth_rule(numbers, days, months, inner)
    if len(months) == 1 and "E" not in tape.codes[max(start - 1, 0) : end] and beat is None:
        context.note(NoteKind.YEARLY_ASSUMED)
    if _LAST_NTH in numbers and len(days) < _LAST_NTH:
        context.note(NoteKind.MONTHS_WITHOUT)
    return Pattern(rule, start, end, joined=joined)


def _beat_of_nth(context: Context, match: re.Match[str]) -> Beat | None:
    inner = re.search(r"F|(?:[EA]|E[NO])?U", match[0])
    if inner is None:
        return None
    start, end = match.start() + inner.start(), match.start() + inner.end()
    if inner[0] == "U":
        unit = str(context.tape.value(start))
        return Beat(1, unit, start, end)
    shifted = re.compile(r"F|A U|E[NO]U|[EA]U").search(context.tape.codes, start)
    return _beat(context, shifted) if shifted else None


def _nth_rule(numbers: list[int], days: tuple[int, ...], months: tuple[int, ...], beat: Beat | None) -> Rule:
    if len(days) == 1:
        by_day, set_pos = tuple(Nth(days[0], number) for number in numbers), tuple[int, ...]()
    elif set(days) in ({0, 1, 2, 3, 4}, set(range(7))):
        by_day, set_pos = tuple(Nth(day) for day in days), tuple(numbers)
    else:
        by_day, set_pos = tuple(Nth(day, number) for number in numbers for day in days), ()
    if months:
        return Rule(
            Frequency.YEARLY if len(months) == 1 else Frequency.MONTHLY, 1, by_day, (), months, by_set_pos=set_pos
        )
    if beat is not None and beat.unit == "quarter":
        months = _QUARTER_ENDS if numbers[0] == LAST else QUARTERS
        return Rule(Frequency.MONTHLY, 1, by_day, (), months, by_set_pos=set_pos)
    if beat is not None and beat.unit == "year":
        return Rule(Frequency.YEARLY, beat.interval, by_day, by_set_pos=set_pos)
    return Rule(Frequency.MONTHLY, beat.interval if beat else 1, by_day, by_set_pos=set_pos)


def _month_days(context: Context, beat: Beat | None) -> list[Pattern]:
    """Such as "The 1st and 15th of every month", "the last day of the month"."""
    tape = context.tape
    match = tape.first(r"(?:O[,&/]+)*O(U(?=[EA]?(?:[NO]?U|F|_|$)))?(?:E[NO]U|[EA]?U)?")
    if match is None and beat is not None and beat.unit == "month":
        match = tape.first(r"N")
    if match is None:
        return []
    start, end = match.span()
    day_unit = match.re.groups and match[1] is not None and tape.value(match.start(1)) == "day"
    units = [str(value) for value in tape.values(start, end, "U") if value != "day"]
    says_month = "month" in units or "quarter" in units or (beat is not None and beat.unit in {"month", "quarter"})
    numbers = _numbers(context, start, end) or [v for v in tape.values(start, end, "N") if isinstance(v, int)]
    every = start > 0 and tape.codes[start - 1] == "E"
    if not (says_month or every or day_unit) or not all(1 <= abs(n) <= _LONGEST_MONTH for n in numbers):
        return []
    inner = re.search(r"E[NO]U$|[EA]U$", match[0])
    if inner is not None and (own := _beat_at(context, start + inner.start(), end)) is not None:
        beat = own
        numbers = _numbers(context, start, start + inner.start())
    interval = beat.interval if beat is not None and beat.unit == "month" else 1
    for index in range(start - every, end):
        tape.use(index, index + 1)
    if any(number > 28 for number in numbers):  # noqa: PLR2004 - the shortest month
        context.note(NoteKind.MONTHS_WITHOUT)
    months: tuple[int, ...] = ()
    if beat is not None and beat.unit == "quarter":
        months = _QUARTER_ENDS if numbers[0] == LAST else QUARTERS
    return [Pattern(Rule(Frequency.MONTHLY, interval, (), tuple(numbers), months), start - every, end)]


def _weekdays(context: Context, beat: Beat | None) -> list[Pattern]:
    tape, found = context.tape, []
    pattern = r"(E?A|EN?|I)?[&]?W(P)?(?:(?:[,&/]+E?|-|X)W(?:P)?)*"
    while (match := tape.first(pattern)) is not None and "W" in match[0]:
        found.append(_weekly(context, match, beat))
        tape.use(*match.span())
    return found


def _weeks_between(context: Context, match: re.Match[str], beat: Beat | None, weekday: int) -> int:
    """Every how many weeks."""
    start, end = match.span()
    number = next((v for v in context.tape.values(start, end, "N") if isinstance(v, int)), 1)
    interval = 2 if "A" in match[0] else number
    if beat is None:
        if interval == 1 and _SO_OFTEN_A_MONTH.search(context.tape.text):
            context.refuse(Problem.SCHEDULE_WHICH_WEEK, start, end, weekday=weekday)
        return interval
    start, end = min(start, beat.start), max(end, beat.end)
    if beat.unit in {"month", "quarter", "year"}:
        context.refuse(Problem.SCHEDULE_WHICH_WEEK, start, end, weekday=weekday)
    if beat.unit == "week" and interval not in {1, beat.interval}:
        context.refuse(Problem.SCHEDULE_BEATS_CONTRADICT, start, end)
    return beat.interval if beat.unit == "week" else interval


def _weekly(context: Context, match: re.Match[str], beat: Beat | None) -> Pattern:
    tape, (start, end) = context.tape, match.span()
    days = _days(context, start, end)
    values = [value for value in tape.values(start, end, "W") if isinstance(value, Days)]
    plural_parts = any(isinstance(v, tuple) and v[1] for v in tape.values(start, end, "P"))
    repeats = match[1] not in {None, "I"} or plural_parts or any(value.is_plural for value in values)
    repeats = repeats or beat is not None
    interval = _weeks_between(context, match, beat, days[0])
    joined = start > 0 and tape.codes[start - 1] in "&,/"
    if re.search(r"\bor\b", tape.words(start, end), re.IGNORECASE):
        context.note(NoteKind.WORD_TAKEN, words="or", taken="“and”")
    rule = Rule(Frequency.WEEKLY, interval, tuple(Nth(day) for day in sorted(days)))
    if len(days) == len(range(7)):
        rule = Rule(Frequency.DAILY, interval)
    if match[1] == "I":
        rule = replace(rule, count=1)
    said = tape.text.casefold()
    if not repeats and match[1] != "I":
        repeats = any(re.search(rf"\b{re.escape(word)}\b", said) for word in HABIT)
    return Pattern(rule, start, end, repeats, joined=joined)
