"""What was wrong with a wish about one's own words or about publishing, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.errors import Problem
from bot.ui.texts import Texts

SENTENCES: Mapping[Problem, Callable[[Mapping[str, Any], Texts], str]] = {
    Problem.LEFT_OUT_EVERYWHERE: lambda _f, say: say(
        "You asked to be left out everywhere, so nothing of yours is kept that could be shown. Type "
        "`/privacy include-me` first, then choose."
    ),
    Problem.CHOICE_NEEDS_SERVER: lambda _f, say: say(
        "You choose for each server by itself: type `/privacy choose` in a channel of the server that you mean. To "
        "erase what is kept of you, or to get it, this is the right place."
    ),
    Problem.NOTHING_KEPT: lambda f, say: (
        say("Nothing of yours is kept in this server. It is in others: `/privacy erase where: Everywhere` erases that.")
        if f.get("elsewhere")
        else say("Nothing of yours is kept, so there is nothing to do.")
    ),
    Problem.SERVER_UNKNOWN: lambda f, say: say(
        "Nothing of yours is kept in a server “{typed}”. Choose one of the list that opens as you type, or Everywhere.",
        typed=f["typed"],
    ),
    Problem.NOTHING_TO_PUBLISH: lambda _f, say: say(
        "Say what should change: `chats:` whether they are published, `people:` how those are shown who chose nothing. "
        "`/publish show` tells how it is now."
    ),
    Problem.NEVER_HELD: lambda _f, say: say(
        "That chat never took place, so there is nothing to publish. `/publish show` lists those that did."
    ),
}
