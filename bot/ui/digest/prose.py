"""People's words in Discord's markup: as they stand, formatting nothing, with spoilers kept as spoilers."""

from __future__ import annotations

import re

from bot.domain.chat import Chat
from bot.domain.digest import spoilers
from bot.domain.markers import Place, cut_labels, read_markers

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


def under_its_question(text: str, chat: Chat) -> str:
    """An answer without the `A1:` at its start and the chat's hashtag at either end, which a digest says already.

    All else is verbatim.
    """
    tag = re.escape(f"#{chat.hashtag}")
    tidy = re.sub(rf"^{tag}\b[\s:,]*|\s*{tag}\s*$", "", text, flags=re.IGNORECASE)
    count = len(chat.questions)
    markers = read_markers(tidy, count)
    if len(markers) == 1 and markers[0].place is Place.START:
        tidy = cut_labels(tidy, count)
    return tidy or text


def _escaped(match: re.Match[str]) -> str:
    if match["url"]:
        return f"<{match['url']}>"
    return match["kept"] or f"\\{match[0]}"
