"""Takes a phrase apart into tokens; what the pieces are is in `patterns.py`."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from bot.domain.recurrence.handlers import Cursor
from bot.domain.recurrence.patterns import SPELLINGS
from bot.domain.recurrence.tokens import Tape, Token

_SIGNS = str.maketrans({"½": ".5", "\N{NO-BREAK SPACE}": " ", "*": " ", "`": " ", "•": ".", "·": ".", "~": " "})
_DASHES = re.compile(r"\s*(?:[\u2010-\u2015\u2212]|--+)\s*")
_QUOTES = re.compile("[\u2018\u2019\u02bc]")
_STUCK_MERIDIEM = re.compile(r"(?<=\d)(\s?[ap]\.?m\.?)(?=[A-Z]{2,4}\b)", re.IGNORECASE)
# How American television says it: at 8 in the east, which is 7 Central.
_EAST_AND_CENTRAL = re.compile(r"\b(\d{1,2}(?::\d\d)?)\s?/\s?\d{1,2}(?::\d\d)?\s?c\b", re.IGNORECASE)
_EAST_AND_WEST = re.compile(r"\b(\d{1,2}(?::\d\d)?)\s?e\s?/\s?(\d{1,2}(?::\d\d)?)\s?([cmp])\b", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?![AP]\.M\.)([A-Z])\.([A-Z])\.(?:([A-Z])\.)?(?!\w)")
_FIRST_FEW = re.compile(r"\b(first|last) (two|three|four|[234])(?= \w+days?\b)", re.IGNORECASE)
_FEW = {
    "first": ("first and second", "first, second and third", "first, second, third and fourth"),
    "last": ("second to last and last",),
}
_ZULU = re.compile(r"\b((?:[01]\d|2[0-3]):?[0-5]\d)\s?Z\b")
_TIMES = re.compile(r"\bx\s?(\d{1,2})\b", re.IGNORECASE)
_EVERY_OTHER_MONTH = re.compile(r"\b(odd|even)(?:[- ]numbered)? months\b", re.IGNORECASE)
_MONTHS_OF = {
    "odd": "January, March, May, July, September and November",
    "even": "February, April, June, August, October and December",
}
_BRITISH = re.compile(r"\b(?:GMT\s?/\s?BST|BST\s?/\s?GMT)\b")
_SO_MANY_DAYS = re.compile(
    r"\b(?:for )?(?:the )?(?:next |following )?"
    r"(\d{1,3}|two|three|four|five|six|eight|ten|twelve) ((?:mon|tues|wednes|thurs|fri|satur|sun)days)\b"
    r"(?! (?:an?|per|each|every|in a) month)",
    re.IGNORECASE,
)
_STUCK_ZONE = re.compile(r"(?<=\d)(?=(?:[ECMPA]|AE|NZ|AK|H)[SD]?T\b|GMT\b|UTC\b|BST\b|CEST?\b)")


def tidy(phrase: str) -> str:
    """The phrase with one kind of digit, dash, quote and space, and air between a time and the zone stuck to it."""
    text = unicodedata.normalize("NFKC", phrase.translate(_SIGNS))
    text = _DASHES.sub(" - ", _QUOTES.sub("'", text)).replace("\u2044", "/")
    text = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
    text = _BRITISH.sub("UK time", _EAST_AND_CENTRAL.sub(r"\1 pm ET", text))
    text = _FIRST_FEW.sub(_few, _DOTTED.sub(r"\1\2\3", text))
    text = _TIMES.sub(r"\1 times", _ZULU.sub(r"\1 UTC", text))
    text = _EAST_AND_WEST.sub(lambda m: f"{m[1]} pm ET / {m[2]} pm {m[3].upper()}T", text)
    text = _EVERY_OTHER_MONTH.sub(lambda m: _MONTHS_OF[m[1].casefold()], text)
    text = _SO_MANY_DAYS.sub(r"\2 \1 times", text)
    text = _STUCK_ZONE.sub(" ", _STUCK_MERIDIEM.sub(r"\1 ", text))
    return re.sub(r"[ \t]+", " ", text.replace("\r", "")).strip()


def _few(match: re.Match[str]) -> str:
    """The ordinals of "the first three Tuesdays"; what has too many stays as it is, and isn't understood."""
    number = {"two": 2, "three": 3, "four": 4}.get(match[2].casefold()) or int(match[2])
    said = _FEW[match[1].casefold()]
    return said[number - 2] if number - 2 < len(said) else match[0]


def tokenize(text: str, server_zone: str, now: datetime) -> Tape:
    """The tokens of a tidy phrase.

    Args:
        text: see `tidy`.
        server_zone: IANA name; decides what ambiguous abbreviations are.
        now: aware UTC; decides what "tomorrow" is.

    Raises:
        BadInput: a time or a date that can't be, or something that would come every minute.
    """
    cursor = Cursor(text, server_zone, now)
    while cursor.at < len(text):
        token = _next(cursor)
        if token is None:
            cursor.at += 1
            continue
        if token.code:
            cursor.tokens.append(token)
        cursor.at = token.end
    return Tape(text, cursor.tokens)


def _next(cursor: Cursor) -> Token | None:
    for pattern, handler in SPELLINGS:
        match = pattern.match(cursor.text, cursor.at)
        if match is None or match.end() == cursor.at:
            continue
        found = handler(match, cursor)
        if found is not None:
            return Token(*found, match.start(), match.end())
    return None
