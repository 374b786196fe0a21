"""What people typed, for files without Discord: its own signs become words, and nothing turns what stands around it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from bot.domain.names import can_be_seen
from bot.ui.texts import Texts

# What no text may hold: controls, what turns the reading order of all that follows, and what is no character.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
# Whatever somewhere counts as the end of a line.
_LINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SIGN = re.compile(
    r"<(?P<kind>@&|@!?|\#)(?P<mentioned>[0-9]{1,20})>"
    r"|<a?(?P<emoji>:\w+:)[0-9]+>"
    r"|<(?P<command>/[^<>:\n]+):[0-9]+>"
    r"|<t:(?P<time>-?[0-9]{1,12})(?::\w)?>"
    r"|<(?P<address>https?://[^\s<>]+)>",
    re.IGNORECASE,
)


def fit(text: str) -> str:
    """The text without what no text should hold; its lines end with a line feed."""
    return _LINE.sub("\n", _UNFIT.sub("", text)).replace("\t", " ")


def address(url: str) -> str:
    """An address for every kind of file: what could end it or turn it is percent-encoded."""
    return "".join(sign if _is_plain(sign) else quote(sign, safe="", errors="replace") for sign in url)


def _is_plain(sign: str) -> bool:
    return sign not in '"<>\\^`{|}' and unicodedata.category(sign)[0] not in "CZ"


def one_line(text: str) -> str:
    """The same on one line, without needless spaces."""
    return " ".join(fit(text).split())


def name_of(name: str, say: Texts) -> str:
    """A name on one line; `someone` for a name of which nothing can be seen."""
    shown = one_line(name)
    return shown if can_be_seen(shown) else say("someone")


class Words:
    """What people typed in one chat, as plain text.

    Args:
        names: the names of those who may be named, by their number.
        zone: on whose clocks moments are told that somebody named.
        say: the sentences.
    """

    def __init__(self, names: Mapping[int, str], zone: str, say: Texts) -> None:
        self._names = names
        self._zone = zone
        self._say = say

    def plain(self, text: str) -> str:
        """A text whose mentions, emoji, commands and moments are words."""
        return fit(_SIGN.sub(self._sign, text)).strip()

    def line(self, text: str) -> str:
        """The same on one line."""
        return one_line(self.plain(text))

    def _sign(self, match: re.Match[str]) -> str:
        if match["mentioned"]:
            if match["kind"] == "#":
                return "#" + self._say("channel")
            known = self._names.get(int(match["mentioned"])) if match["kind"] != "@&" else None
            return "@" + (name_of(known, self._say) if known else self._say("someone"))
        if match["time"]:
            return self._moment(int(match["time"]), match[0])
        return match["emoji"] or match["command"] or match["address"]

    def _moment(self, seconds: int, typed: str) -> str:
        try:
            return self._say.clock(datetime.fromtimestamp(seconds, UTC), self._zone)
        except (ValueError, OverflowError, OSError):
            return typed.strip("<>")
