"""The signs of one label: a letter or word, one or more numbers, their parts, and what shows that it is no label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.markers.model import MarkerKind

# Gaps and repetitions are bounded, so that no text can make the search slow.
WORD = (
    r"(?:answer(?:ing)?\s{1,3}to\s{1,3}q(?:uestion)?|answer|antwort|r[e\u00e9]ponse|respuesta|resposta|risposta|ans"
    r"|question|frage|pregunta|pergunta|domanda|re\s{0,3}:?\s{0,3}[aq]|[aqrp]"
    r"|[\u062c\u0633\u7b54\u554f\u95ee])"
)
# What follows a number that belongs to no label: `A2:30` is a time, `A1.50` a price, `A2 & 50%` a share.
_NOT_MORE = r"(?!\d|:\d|\.\d\d|%|(?:st|nd|rd|th)\b)"
_LETTERS = r"[a-d](?![a-z])(?:\s?[&/+,]\s?[a-d](?![a-z\d.])){0,3}"
# A further number needs a letter, or to stand close, or an "and": "A1 - 3 books" answers one question.
_AND = r"(?:&|and|und|et|y|e)"
_MORE = rf"""(?:
    \s{{0,3}}(?:[/,&+\-\u2013]|\b(?:and|und|et|y|e)\b)\s{{0,3}}{WORD}[.\#]?\s?\d{{1,2}}(?:[a-d](?![a-z]))?{_NOT_MORE}
    |[/,&+\-\u2013]\d{{1,2}}{_NOT_MORE}
    |\s{{1,3}}{_AND}\s{{1,3}}\d{{1,2}}{_NOT_MORE}
    |,\s\d{{1,2}}(?=\s?[:)])(?!:\d)
)"""
_BRACKET = r"[):.\]\u3001\u3002\u060c\u061b\u3011\u300d\u3015\u300f\u2014;]"
# "A 4 mile walk" and "A 7-year plan" are articles: a bare letter, a space and a figure need a sign behind them.
_LABEL = re.compile(
    rf"""
    (?P<word>\#?{WORD})
    (?P<gap>[.\s\#:\-]{{0,3}})
    (?P<number>\d{{1,2}})(?!\.\d\d)
    (?P<part>\.\d(?!\d)|\s?\([a-d]\)|{_LETTERS})?
    (?P<more>{_MORE}{{0,9}})
    (?P<after>[*_~`|]{{0,6}}\s{{0,3}}(?:{_BRACKET}|[\-\u2013,(\#@!?=>/&]|$)|[*_~`|]{{0,6}}[\s\ue000\ue001\u2600-\u27bf\U0001f000-\U0001faff"\u201c]
        |(?=[a-z]{{2}}|I\b|[\u0600-\u06ff\u0900-\u0dff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FURTHER = re.compile(r"(\d{1,2})([a-d](?![a-z]))?", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,2})[-\u2013](\d{1,2})")
_NOT_RANGE = re.compile(r"[^0-9,/&+\u2013\-]")
_UNIT = re.compile(
    r"\s*(?:mile|year|month|week|day|hour|minute|min\b|am\b|pm\b|people|things?|quick|more|of\b|d\b|%|st\b|nd\b|rd\b|th\b"
    r"|q(?:uestion)?s\b)",
    re.IGNORECASE,
)
# Paper, clock times, codes and the quarters of a year look like labels up to the word or figure that follows.
_THING = re.compile(
    r"[-\u2013](?:sized?|format|levels?|rated)\b|[-\u2013]\s?(?:year|d\b)|:[0-5]\d(?!\d)|[-\u2013/]?[A-Z]\d",
    re.IGNORECASE,
)
_PAPER = re.compile(r"\s(?:paper|sheets?|size|format|posters?|envelopes?|landscape|portrait|printouts?)\b")
_ROAD = re.compile(r"\s(?:motorway|autobahn|junction|(?:north|south|east|west)bound|levels?\b|sauce\b)")
_QUARTER = re.compile(
    r"\s(?:(?:of|in)\s)?(?:(?:19|20)\d\d\b|FY|fiscal|results\b|earnings\b|sales\b|revenue)|\s?['\u2019]\d\d\b"
)
# Blood sugar; and the number of an exercise beside the code of a standard, which no chat has so many questions for.
_BLOOD = re.compile(r"a1c(?!\s{0,2}[:.)\]&/,-])", re.IGNORECASE)
_CODE = re.compile(r"\W{0,3}(?:[A-Z]{2,6}[.\-]){1,3}[A-Z]{0,3}\d[\w.\-]{0,12}\s*$")
_MANY = 12
_PAPER_SIZES = range(3, 6)
SURE = re.compile(rf"[*_~`|\s]*{_BRACKET}")
_RE = re.compile(r"re[\s:]*[aq]$", re.IGNORECASE)

_SIGNS = re.compile(r"\s{0,2}(?:[:;,=>!?.\u2026\u3001\u3002\u060c\u061b)\]]|[-\u2013\u2014](?!\d)){1,4}", re.IGNORECASE)
_BLANKS = re.compile(r"\s{1,3}")
_WRAPPED = {"(": ")", "[": "]", "\u3010": "\u3011", "\u300c": "\u300d", "\u3014": "\u3015", "\u300e": "\u300f"}
_MARKUP = "*_~`|"
_WIDEST = 6

_LETTER_OF = {
    "a": "A", "\u062c": "A", "\u7b54": "A", "r": "R", "q": "Q", "f": "Q", "d": "Q", "\u0633": "Q", "\u554f": "Q",
    "\u95ee": "Q", "p": "P",
}  # fmt: skip
KIND_OF = {
    "A": MarkerKind.ANSWER,
    "R": MarkerKind.ANSWER,
    "Q": MarkerKind.QUESTION,
    "P": MarkerKind.QUESTION,
    "": MarkerKind.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Label:
    """A label as found in the plain text.

    `numbers` are pairs of a number and its part; `start` and `core_end` span the letters and figures alone,
    `cut_start` and `cut_end` also the signs and markup that belong to them. `signed`: a colon, bracket or full stop
    follows. `loose`: written so that more than the start of a message is needed to be certain.
    """

    numbers: tuple[tuple[int, str], ...]
    letter: str
    start: int
    core_end: int
    cut_start: int
    cut_end: int
    signed: bool
    loose: bool


def label_at(plain: str, at: int) -> Label | None:
    """The label that begins exactly at a place of a folded text, or None; its numbers may be out of range."""
    match = _LABEL.match(plain, at)
    if match is None or not _is_label(match, plain):
        return None
    word = match["word"].lstrip("#").casefold()
    letter = "A" if _RE.match(word) else _LETTER_OF[word[0]]
    core_end = match.end("more")
    cut_start, cut_end = _cut(plain, match.start(), core_end)
    return Label(
        numbers=_numbers(match),
        letter=letter,
        start=match.start(),
        core_end=core_end,
        cut_start=cut_start,
        cut_end=cut_end,
        signed=bool(SURE.match(match["after"])),
        loose=letter in "RP" or bool(match["gap"].strip(".#:")) or "?" in match["after"],
    )


def _is_label(match: re.Match[str], plain: str) -> bool:
    gap, after, word = match["gap"], match["after"], match["word"].lstrip("#").casefold()
    rest = plain[match.end("more") : match.end("more") + 40]
    if gap.strip() == "-" or _is_thing(match, word, rest):
        return False
    if gap and gap.isspace():
        if _UNIT.match(rest):
            return False
        # "A 2 I think": only what can't be a counted thing.
        return len(word) > 1 or bool(SURE.match(after)) or rest[:2].strip() in {"I", "", "-"}
    return not (after == "" and rest[:1].isalpha() and match["part"] is not None)


def _is_thing(match: re.Match[str], word: str, rest: str) -> bool:
    """Whether what follows makes it paper, a road, a quarter of a year, a page, a time or a code."""
    number = int(match["number"])
    if _THING.match(rest) or _BLOOD.match(match[0]) or (number > _MANY and _CODE.match(rest)):
        return True
    if word == "q":
        return _QUARTER.match(rest) is not None
    if word == "p":
        return SURE.match(match["after"]) is None
    return word == "a" and bool(_ROAD.match(rest) or (number in _PAPER_SIZES and _PAPER.match(rest)))


def _numbers(match: re.Match[str]) -> tuple[tuple[int, str], ...]:
    first = int(match["number"])
    parts = [sign for sign in (match["part"] or "").casefold() if sign.isalnum()] or [""]
    numbers = [(first, part) for part in parts]
    if match["more"]:
        figures = _NOT_RANGE.sub("", match["more"])
        span = _RANGE.fullmatch(f"{first}{figures}")
        if span and int(span[1]) < int(span[2]):
            return tuple((number, "") for number in range(int(span[1]), int(span[2]) + 1))
        # "A1 +1" is agreement, not question 1 again; the set of numbers is the same either way.
        numbers += [(int(found[1]), (found[2] or "").casefold()) for found in _FURTHER.finditer(match["more"])]
    return tuple(dict.fromkeys(numbers))


def _cut(plain: str, start: int, end: int) -> tuple[int, int]:
    """What to take off with a label: its signs, blanks, and brackets or markup that open before and close behind it."""
    left = start
    while left > 0 and start - left < _WIDEST and (plain[left - 1] in _MARKUP or plain[left - 1] in _WRAPPED):
        left -= 1
    signs = _SIGNS.match(plain, end)
    for opening in range(left, start):
        closing = "".join(_WRAPPED.get(sign, sign) for sign in reversed(plain[opening:start]))
        at = plain.find(closing, end, (signs.end() if signs else end) + len(closing))
        if at >= 0 and (at == end or signs):
            return opening, after_signs(plain, at + len(closing))
    return start, after_signs(plain, end)


def after_signs(plain: str, at: int) -> int:
    """Where the text goes on behind the signs and blanks that follow a label."""
    for pattern in (_SIGNS, _BLANKS):
        if found := pattern.match(plain, at):
            at = found.end()
    return at
