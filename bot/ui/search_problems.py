"""What somebody is told whose search can't be understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.digest import shorten
from bot.domain.errors import Problem
from bot.ui.digest.prose import escape_plain
from bot.ui.texts import Texts

Facts = Mapping[str, Any]
# So much of what was typed is given back.
_TYPED = 60


def _typed(text: str) -> str:
    return escape_plain(shorten(" ".join(text.split()), _TYPED))


SENTENCES: Mapping[Problem, Callable[[Facts, Texts], str]] = {
    Problem.SEARCH_EMPTY: lambda _f, say: say(
        "Tell me a word to look for, such as `/search words: large print`. In quotes, words are looked for as they "
        "stand; `read*` finds whatever begins so."
    ),
    Problem.SEARCH_TOO_LONG: lambda f, say: say(
        "That is too much to look for at once. Take {most} words at most; the rarest find most.", most=f["most"]
    ),
    Problem.SEARCH_UNREADABLE: lambda f, say: say(
        "I don't understand “{words}”. For example: `question:2`, `has:link`, `has:file`, `from:Ana`, `in:libchat`, "
        "`after:2026-01`, `before:2026-03-15`.",
        words=_typed(f["words"]),
    ),
    Problem.SEARCH_BEGINNING: lambda f, say: say(
        "“{words}” would find too much. Write at least {fewest} letters before the `*`.",
        words=_typed(f["words"]),
        fewest=f["fewest"],
    ),
    Problem.SEARCH_WITHOUT_FILTER: lambda f, say: say(
        "A `-` can stand before a word only, so I can't leave out “{words}”.", words=_typed(f["words"])
    ),
    Problem.SEARCH_PLACE_UNKNOWN: lambda f, say: say(
        "No series and no chat that you may read is called “{name}”. `/chats` shows what there is.",
        name=_typed(f["name"]),
    ),
}
