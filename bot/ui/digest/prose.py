"""People's words in Discord's markup: as they stand, formatting nothing, with spoilers kept as spoilers."""

from __future__ import annotations

import re

from bot.domain.digest import spoilers

# An address in angle brackets ends there, whatever sign comes next, and an emoji's name may hold a `_`. What is
# between brackets is escaped too, which discord.py's own helper leaves as it is.
_SIGN = re.compile(
    r"(?P<kept><https?://[^\s<>|]+>|<a?:\w+:\d+>|<[@#][&!]?\d+>)"
    r"|(?P<url>https?://[^\s<>|]*[^\s<>|*_~`\\\[\]().,:;!?\"'])|[\\_*~`|\[\]]",
    re.IGNORECASE,
)


def escape(text: str) -> str:
    """A person's words as they stand, so that a cut `**` can't reach beyond the quote; spoilers stay spoilers."""
    pieces, done = [], 0
    for start, end in spoilers(text):
        pieces += [escape_plain(text[done:start]), f"||{escape_plain(text[start + 2 : end - 2])}||"]
        done = end
    return "".join([*pieces, escape_plain(text[done:])])


def escape_plain(text: str) -> str:
    """The same where no spoiler can be."""
    return _SIGN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    if match["url"]:
        return f"<{match['url']}>"
    return match["kept"] or f"\\{match[0]}"
