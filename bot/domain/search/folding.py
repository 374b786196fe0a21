"""A text as the words by which it is found: small letters, without accents, compatible signs made one.

What is said here of one text holds for what is looked for too, so both meet. A word is a run of letters and digits of
any script with what belongs to them. Scripts that put no space between words (Chinese, Japanese, Thai, Lao, Khmer,
Burmese) and Korean, whose words carry endings, are split into signs; several signs in a row are looked for in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

# Nothing of these is anybody's word: who or what is mentioned, an emoji's number, a time stamp.
_NOISE = re.compile(r"<(?:@[!&]?|#)\d+>|<a?:(?P<emoji>\w+):\d+>|<t:\d+(?::\w)?>")
# Accents, Arabic and Hebrew points; in other scripts a mark is a part of its letter.
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_SIGN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)


def _ranges(kinds: frozenset[str]) -> str:
    """The inside of a character class that holds all characters of some Unicode categories."""
    # Beyond there are only rare Chinese signs, and tags that no word has.
    found = [code for code in range(0x2_0000) if unicodedata.category(chr(code)) in kinds]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(found), lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


# Marks, and signs that nobody sees, stand within a word without ending it.
_WITHIN = _ranges(frozenset({"Mn", "Mc", "Me", "Cf"}))
_WORD = re.compile(f"[{_SIGN}][{_WITHIN}]*|(?:(?![{_SIGN}])[^\\W_][{_WITHIN}]*)+")
# In a text of such signs only, which most are, words are runs of ASCII letters and digits; that is told much faster.
_PLAIN = re.compile(r"[\x00-\x7f\u2010-\u2027\u2030-\u205e]*")
_PLAIN_WORD = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a text.

    Attributes:
        folded: as it is looked for; letters and digits only.
        start: where it begins in the text.
        end: where it ends.
    """

    folded: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    # What isn't read keeps its place, so that the others keep theirs.
    readable = _NOISE.sub(_blanked, text)
    for match in _WORD.finditer(readable):
        for folded in fold(match[0]).split():
            yield Word(folded, match.start(), match.end())


def folded_words(text: str) -> list[str]:
    """The words of a text as they are looked for, in order: what `words_of` gives, without their places."""
    if "<" not in text and _PLAIN.fullmatch(text):
        return _PLAIN_WORD.findall(text.lower())
    return [word.folded for word in words_of(text)]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """One word as it is looked for; a sign that stands for several words gives several, with spaces between."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = unicodedata.normalize("NFC", _DROPPED.sub("", apart)).casefold()
    return "".join(_kept(sign) for sign in bare).strip()


def _kept(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return ""
    return sign if sign.isalnum() or kind.startswith("M") else " "


def _blanked(match: re.Match[str]) -> str:
    name = match["emoji"]
    if not name:
        return " " * len(match[0])
    before = match.start("emoji") - match.start()
    return " " * before + name + " " * (len(match[0]) - before - len(name))
