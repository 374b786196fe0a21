"""One plain spelling for what looks the same to a reader, with the way back to each character of the original.

Full-width, circled and mathematical letters become plain ones (Unicode's NFKC), digits of any script ASCII digits;
signs that nobody sees are dropped. Links, mentions and blocks of code are covered up, so that nothing is read in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LINK = "\ue000"
"""Stands for each character of a link or of code (private use: no script has it)."""
MENTION = "\ue001"
"""Stands for each character of a mention or of one of a server's own emoji."""

# Zero-width and direction signs, soft hyphens, and what makes an emoji of a figure.
_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20e3\ufe0e\ufe0f\ufeff]"
)
# Letters that look like A on other keyboards, the emoji of a blood group, and other ends of lines.
_SAME = str.maketrans(
    {
        "\u0391": "A",
        "\u0410": "A",
        "\u0430": "a",
        "\U0001f170": "A",
        "\r": "\n",
        "\x0b": "\n",
        "\x0c": "\n",
        "\x85": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
# Texts of such signs only are in their plain spelling already: each stands for itself and melts into none.
_PLAIN = re.compile(
    r"[\x00-\x7f\u00c0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\U0001f300-\U0001f51e\U0001f520-\U0001faff]*"
)
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LINK = re.compile(r"<?(?:https?://|www\.|pic\.twitter\.com/)[^\s>]+>?", re.IGNORECASE)
_MENTION = re.compile(
    r"<(?:[@#][&!]?\d{1,25}|id:\w{1,20}|a?:\w{1,40}:\d{1,25}|t:-?\d{1,15}(?::\w)?|/[\w \-]{1,80}:\d{1,25})>"
)
_KEYCAP = re.compile("[0-9]\ufe0f?\u20e3|\U0001f51f")
_TEN = "\U0001f51f"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in its plain spelling; `starts[i]` and `ends[i]` span what its character `i` was in the original.

    `keycaps` are the plain characters that were keycap emoji.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    keycaps: frozenset[int] = frozenset()


def fold(text: str) -> Folded:
    """The text as the grammar reads it; for any text, at a cost in proportion to its length."""
    if _PLAIN.fullmatch(text):
        return Folded(_cover(text.translate(_SAME)), range(len(text)), range(1, len(text) + 1))
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    keycaps: set[int] = set()
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        cluster = text[at:end]
        if _KEYCAP.match(cluster):
            keycaps.add(len(plain))
        for character in _plain(cluster):
            plain.append(character)
            starts.append(at)
            ends.append(end)
        at = end
    return Folded(_cover("".join(plain)), starts, ends, frozenset(keycaps))


def _plain(cluster: str) -> str:
    if cluster.isascii():
        return cluster.translate(_SAME)
    if cluster == _TEN:
        return "10"
    spelled = _UNSEEN.sub("", unicodedata.normalize("NFKC", cluster)).translate(_SAME)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in spelled)


def _joins(character: str) -> bool:
    """Whether a character melts into the one before it: accents, vowel signs, later parts of a Korean syllable."""
    if character < "\u0300":
        return False
    return (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or "\uff9e" <= character <= "\uffdc"
    )


def _cover(plain: str) -> str:
    for pattern, sign in ((_FENCE, LINK), (_LINK, LINK), (_MENTION, MENTION)):
        plain = pattern.sub(lambda found, sign=sign: sign * len(found[0]), plain)  # type: ignore[misc]
    return plain
