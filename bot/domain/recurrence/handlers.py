"""What each piece of a phrase counts as: a handler makes a token of a match, or None if it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.days import coming_weekday
from bot.domain.recurrence.feasts import coming_feast
from bot.domain.recurrence.lexicon import (
    ADVERBS,
    DAY_GROUPS,
    FEASTS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    WEEKDAYS,
)
from bot.domain.recurrence.places import ABBREVIATIONS, MANY_ZONES, ONLY_CAPITALS, PLACES, REGIONS
from bot.domain.recurrence.tokens import Clock, Days, Named, Token
from bot.domain.recurrence.zones import is_place, resolve

_NOON, _MIDNIGHT = 12, 24
_LAST_MINUTE = 59
_CENTURY = 100
_MIDDLE = 15
_DAY_MINUTES = 24 * 60
# "Mon" to "Thurs"; Monday and Friday have six letters.
_SHORT_DAY = 5
# "the sun", "we sat": these need a capital.
_COMMON_WORDS = frozenset({"sat", "sun", "mon", "wed", "fri"})

Found = tuple[str, object] | None


class Cursor:
    """Where in a phrase the reading stands; `now` (aware UTC) and the server's zone say what "today" and "EST" are."""

    def __init__(self, text: str, server_zone: str, now: datetime) -> None:
        self.text = text
        self.zone = server_zone
        self.now = now
        self.at = 0
        self.tokens: list[Token] = []

    @property
    def today(self) -> date:
        """The local date in the server's zone."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def before(self) -> str:
        """The code of the token before."""
        return self.tokens[-1].code if self.tokens else ""

    def said_before(self, words: str) -> bool:
        """Whether one of some words stands right before; words that carry no code count."""
        return re.search(rf"(?:^|\W)(?:{words})\s*\W?\s*$", self.text[: self.at], re.IGNORECASE) is not None


Handler = Callable[[re.Match[str], Cursor], Found]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


ZONE_WORDS = any_of([*ABBREVIATIONS, *MANY_ZONES, *PLACES, *REGIONS])


def token(code: str, value: object = None) -> Handler:
    """Always the same token; an empty code is a word that is passed over."""
    return lambda _match, _cursor: (code, value)


def word(code: str) -> Handler:
    """A token whose value is the word itself, in small letters."""
    return lambda match, _cursor: (code, match[0].casefold())


def zone_name(match: re.Match[str], cursor: Cursor) -> Found:
    """`Europe/London`, `UTC+2`."""
    said = resolve(match[0].removesuffix(" time"), cursor.zone, cursor.now)
    return ("Z", said) if said else None


def zone(match: re.Match[str], cursor: Cursor) -> Found:
    """`ET`, `Texas time`; a place alone only where a zone can stand."""
    words = match[1]
    with_time = match[0].casefold().rstrip(" .").endswith(("time", "timezone", "zone"))
    if not with_time and not _may_be_zone(words, cursor):
        return None
    said = resolve(match[0], cursor.zone, cursor.now)
    return ("Z", said) if said else None


def _may_be_zone(words: str, cursor: Cursor) -> bool:
    bare = words.upper().replace(".", "")
    behind_time = cursor.before in {"T", "N"}
    if cursor.before == "," and len(cursor.tokens) > 1 and cursor.tokens[-2].code in "TP" and is_place(words):
        # "8 pm, new york": at the end of what is said, it is where.
        return re.match(r"\s*(?:$|[.,;!?()])", cursor.text[cursor.at + len(words) :]) is not None
    if cursor.before == "P" and len(cursor.tokens) > 1 and cursor.tokens[-2].code in "TN" and is_place(words):
        # "6 in the morning Sydney".
        return not words.islower()
    if cursor.before == "(":
        behind_time = len(cursor.tokens) > 1 and cursor.tokens[-2].code in "TNZP"
        return behind_time and (bare not in ONLY_CAPITALS or words.isupper())
    if bare in ABBREVIATIONS:
        return words.isupper() or behind_time or (cursor.before == "Z" and bare not in ONLY_CAPITALS)
    if not behind_time and not (cursor.before and cursor.before in "Z/") and not cursor.said_before("in|for|from"):
        return False
    return behind_time or not words.islower()


def city(match: re.Match[str], cursor: Cursor) -> Found:
    """A city of the database that isn't in our own list, such as "8pm Ljubljana" or "Tashkent time"."""
    if not is_place(match[1]) or not (match[2] is not None or (cursor.before and cursor.before in "TN")):
        return None
    return ("Z", resolve(match[1], cursor.zone, cursor.now))


def clock(match: re.Match[str], _cursor: Cursor) -> Found:
    """`8pm`, `8.30 p.m.`, `20:00`, `19 Uhr`; a bare number becomes a time later, by what stands around it."""
    hour, minute = int(match["h"]), int(match["m"] or 0)
    half = match["half"] or match["half2"] or ""
    marked, with_minutes = match["marked"] or "", match["m"] is not None
    if not (half or with_minutes or marked):
        return None
    if half and with_minutes and _NOON < hour < _MIDNIGHT:
        # "19:00 pm" is said twice, not wrongly.
        half = ""
    if hour > _MIDNIGHT or (half and not 1 <= hour <= _NOON) or (hour == _MIDNIGHT and minute):
        raise BadInput(Problem.SCHEDULE_TIME_IMPOSSIBLE, words=[match[0].strip()])
    is_24 = hour > _NOON or match["h"].startswith("0") or marked.strip() not in {"", "o'clock"}
    return "T", Clock(hour, minute, f"{half.lower()}m" if half else "24" if is_24 else "", with_minutes=with_minutes)


def time_with_h(match: re.Match[str], cursor: Cursor) -> Found:
    """`19h` is a time; `2h`, and what stands behind "for" or in parentheses, is a length."""
    hour, minute = int(match[1]), int(match[2] or 0)
    shortest_time = 4
    if cursor.said_before("for|lasts|lasting|takes|duration") or cursor.before == "(" or hour < shortest_time:
        return "L", hour * 60 + minute
    return ("T", Clock(hour, minute, "24", with_minutes=True)) if hour < _MIDNIGHT else None


def military(match: re.Match[str], cursor: Cursor) -> Found:
    """`1900 UTC`, `at 1930`, `0800-0900`; else four figures are a year or a number."""
    minute = int(match[1][2:])
    followed = re.match(rf"\s*(?:-\s?\d{{4}}\b|\(?(?:{ZONE_WORDS})\b)", cursor.text[match.end() :], re.IGNORECASE)
    behind_time = len(cursor.tokens) > 1 and cursor.before == "-" and cursor.tokens[-2].code == "T"
    if not (match[2] or followed or behind_time or match[1][0] == "0" or cursor.said_before("at|@")):
        return None
    return ("T", Clock(int(match[1][:2]), minute, "24", with_minutes=True)) if minute <= _LAST_MINUTE else None


def spoken_clock(match: re.Match[str], _cursor: Cursor) -> Found:
    """Half past seven, quarter to nine, half seven, seven o'clock, eight pm, seven thirty."""
    before, said = (match["before"] or "").casefold(), match["hour"].casefold()
    if not (before or match["clock"] or match["half"] or match["thirty"]):
        return None
    hour = int(said) if said.isdigit() else NUMBERS[said]
    minute = 30 if before.startswith("half") or match["thirty"] else 15 if "quarter" in before else 0
    if before.strip().endswith((" to", "before", " til", " till", " of")):
        hour, minute = hour - 1 or _NOON, 60 - minute
    half = f"{match['half'].lower()}m" if match["half"] else ""
    return ("T", Clock(hour, minute, half, with_minutes=bool(minute))) if 1 <= hour <= _NOON else None


def length(match: re.Match[str], cursor: Cursor) -> Found:
    """A length in minutes; behind "every" it is a beat that no chat has."""
    number, unit = match["n"].casefold(), match["u"].casefold()
    if cursor.before in {"E", "A"}:
        raise BadInput(Problem.SCHEDULE_TOO_OFTEN, words=[cursor.text[cursor.tokens[-1].start : match.end()]])
    if number in NUMBERS:
        amount = float(NUMBERS[number])
    elif number.startswith("half"):
        amount = 0.5
    else:
        amount = 1.0 if number in {"a", "an"} else float(number.replace(",", "."))
    minutes = amount * (60 if unit.startswith("h") else 1)
    return "L", round(minutes) + (30 if match["half"] else 0)


def days_long(match: re.Match[str], _cursor: Cursor) -> Found:
    """`week-long`, `three-day`: a slow chat's length. "For six weeks" is how long a series goes on."""
    days = {"d": 1, "w": 7, "f": 14}[match["u"][0].casefold()]
    return "L", _count(match["n"] or "one") * days * _DAY_MINUTES


def span(match: re.Match[str], cursor: Cursor) -> Found:
    """`for six weeks`, `8 sessions`."""
    amount = _count(match["n"])
    return None if cursor.before == "E" or not amount else ("C", (amount, match["u"].casefold().rstrip("s")))


def _count(number: str) -> int:
    return int(number) if number.isdigit() else NUMBERS.get(number.casefold(), 1)


def weekday(match: re.Match[str], cursor: Cursor) -> Found:
    """`Thursday`, `Thurs.`, `Thursdays`; "Thursday's" is one."""
    name = match[1].casefold()
    if name in _COMMON_WORDS and match[1].islower() and cursor.said_before("the|we|who|i|and he"):
        return None
    is_plural = match[2] is not None and not match[2].startswith("'")
    return "W", Days((WEEKDAYS[name],), is_plural, len(name) <= _SHORT_DAY)


def day_group(match: re.Match[str], _cursor: Cursor) -> Found:
    """`weekdays`, `the weekend`, `MWF`."""
    said = match[1].casefold()
    name = said if said in DAY_GROUPS else re.sub(r"[\s-]+", " ", said)
    if len(name) <= _SHORT_DAY and not match[1][0].isupper():
        return None
    return "W", Days(DAY_GROUPS[name], is_plural=match[0][-1] in "sS")


def month(match: re.Match[str], cursor: Cursor) -> Found:
    """`March`, `Sept.`; "may" and "march" in small letters only where a month can stand."""
    name = match[1].casefold()
    if name in {"may", "mar", "march", "dec", "sep", "jan"} and match[1].islower():
        beside = re.match(r"\W*(?:the )?\d", cursor.text[match.end() :]) or cursor.before in set("NO-X~SeM&,")
        if not beside and not cursor.said_before("in|of|until|till|to|from|and|except|every|each"):
            return None
    return "M", MONTHS[name]


def relative_day(match: re.Match[str], cursor: Cursor) -> Found:
    """Today, tonight, tomorrow, the day after tomorrow."""
    said = match[0].casefold()
    return _on(cursor.today + timedelta(days=2 if "after" in said else 1 if "tomorrow" in said else 0))


def from_now(match: re.Match[str], cursor: Cursor) -> Found:
    """`in two weeks`, `a week from Thursday`, `Thursday week`; not the "a week on Thursday" of "once a week"."""
    if cursor.said_before(r"once|twice|times?|days?|\d?x|one|questions?|chats?") or cursor.before in set("EAOWI"):
        return None
    groups = match.groupdict()
    day, said = cursor.today, (groups.get("from") or "").casefold().rstrip(".")
    if said in WEEKDAYS:
        day = coming_weekday(day, WEEKDAYS[said])
    elif said == "tomorrow":
        day += timedelta(days=1)
    days = {"d": 1, "w": 7, "f": 14}[(groups.get("u") or "w")[0].casefold()]
    return _on(day + timedelta(days=days * _count(groups.get("n") or "one")))


def _on(day: date) -> Found:
    return "D", Named(day.month, day.day, day.year)


def iso_date(match: re.Match[str], _cursor: Cursor) -> Found:
    """`2027-03-16`."""
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadInput(Problem.SCHEDULE_DATE_IMPOSSIBLE, words=[match[0]]) from None
    return "D", Named(found.month, found.day, found.year)


def figures(match: re.Match[str], _cursor: Cursor) -> Found:
    """`12/4`, `4.12.2027`: which is the month is decided later, by the zone and the weekday."""
    first, second = int(match["a"]), int(match["b"])
    year = int(match["y"]) if match["y"] else None
    if year is not None and year < _CENTURY:
        year += 2000
    return "D", Named(first, second, year, in_figures=True, dotted="." in match[0])


def feast(match: re.Match[str], _cursor: Cursor) -> Found:
    """Christmas Eve."""
    return "D", Named(*FEASTS[match[1].casefold()])


def moving_feast(match: re.Match[str], cursor: Cursor) -> Found:
    """The next Thanksgiving, the next Easter Monday."""
    day = coming_feast(match[1].casefold(), cursor.today)
    return ("D", Named(day.month, day.day, day.year, feast=match[1].casefold())) if day else None


def beside_feast(match: re.Match[str], cursor: Cursor) -> Found:
    """`the day after Thanksgiving`, `the Tuesday before Christmas`."""
    if cursor.before in {"E", "A"}:
        return None
    which, side = match["which"].casefold(), "before" if match["side"].casefold() == "before" else "after"
    beside = f"{side} {WEEKDAYS[which]}" if which in WEEKDAYS else 1 if side == "after" else -1
    day = coming_feast(match["feast"].casefold(), cursor.today, beside)
    return _on(day) if day else None


def part_of_month(match: re.Match[str], _cursor: Cursor) -> Found:
    """`mid-June` is taken as its 15th, which is pointed out."""
    return "D", Named(MONTHS[match[1].casefold()], _MIDDLE, vague=match[0])


def unknown_zone(_match: re.Match[str], cursor: Cursor) -> Found:
    """Such as "8 pm Mars time": not to be passed over."""
    return ("z", None) if cursor.before == "T" else None


def adverb(match: re.Match[str], _cursor: Cursor) -> Found:
    """Weekly, fortnightly, once a month."""
    return "F", (*ADVERBS[match[1].casefold()], match[1].casefold())


def number(match: re.Match[str], _cursor: Cursor) -> Found:
    """`8`, `eight`."""
    digits = re.match(r"\d+", match[0])
    return "N", int(digits[0]) if digits else NUMBERS[match[0].casefold()]


def ordinal(match: re.Match[str], _cursor: Cursor) -> Found:
    """`2nd`, `second`, `last`, `twenty-first`; -1 is the last."""
    said = re.sub(r"[\s-]+", " ", match[1].casefold())
    if said[0].isdigit():
        return "O", int(re.sub(r"\D", "", said))
    tens, _, ones = said.partition(" ")
    if said not in ORDINALS and tens in {"twenty", "thirty"}:
        return "O", (20 if tens == "twenty" else 30) + ORDINALS[ones]
    return "O", ORDINALS[said]


def too_often(match: re.Match[str], _cursor: Cursor) -> Found:
    """Every minute."""
    raise BadInput(Problem.SCHEDULE_TOO_OFTEN, words=[match[0].strip()])


def part_of_day(match: re.Match[str], _cursor: Cursor) -> Found:
    """`evening`, `nights`: the part, and whether it is more than one."""
    name = match[1].casefold()
    return "P", (re.sub(r"\s|s$", "", name), name.endswith("s"))


def until(match: re.Match[str], _cursor: Cursor) -> Found:
    """`until`, `until the end of`."""
    return "X", "end" if match["e"] else ""
