"""What is refused at the jar, said kindly: what was wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.digest import shorten
from bot.domain.errors import Problem
from bot.ui.digest.prose import escape_plain
from bot.ui.texts import Texts

# So much of what was typed is given back.
_TYPED = 60


def _typed(text: str) -> str:
    return escape_plain(shorten(" ".join(text.split()), _TYPED))


SENTENCES: Mapping[Problem, Callable[[Mapping[str, Any], Texts], str]] = {
    Problem.JAR_EMPTY: lambda _f, say: say(
        "There is no question in the jar yet that a host approved. `/jar add` puts one in, and `/jar list` shows "
        "what waits."
    ),
    Problem.JAR_NOTHING_TAGGED: lambda f, say: say(
        "No approved question in the jar has the tag “{tag}”. `/jar list` shows what is there.", tag=_typed(f["tag"])
    ),
    Problem.JAR_TAG_GONE: lambda _f, say: say("No question in the jar has that tag any more. Please choose another."),
    Problem.JAR_FULL: lambda f, say: say(
        "The jar is full: it holds {limit} questions. A host can make room with `/jar remove`.", limit=f["limit"]
    ),
    Problem.JAR_ENOUGH_WAITING: lambda f, say: say(
        "{limit} suggestions wait for a host already, and that is the most for now. Please come back once they have "
        "been looked at.",
        limit=f["limit"],
    ),
    Problem.JAR_QUESTION_UNKNOWN: lambda _f, say: say(
        "I don't find that question in the jar. Begin to type some of its words and choose it from the list that "
        "appears; if it isn't there, somebody has taken it out."
    ),
    Problem.JAR_TAG_UNUSABLE: lambda f, say: say(
        "“{tag}” can't be a tag. Use one word of letters, digits or hyphens, no longer than {limit} characters, "
        "such as `new-members`.",
        tag=_typed(f["tag"]),
        limit=f["limit"],
    ),
    Problem.JAR_TOO_MANY_TAGS: lambda f, say: say(
        "I found {count} tags; a question can have {most}. Please leave some out.", count=f["count"], most=f["most"]
    ),
    Problem.JAR_FILE_TOO_BIG: lambda f, say: say(
        "That file has {size} kB; I read up to {limit} kB. Please split it in two.",
        size=-(-f["size"] // 1000),
        limit=f["limit"] // 1000,
    ),
    Problem.JAR_FILE_NOT_UTF8: lambda _f, say: say(
        "I can't read that file: it isn't text in UTF-8. In a spreadsheet, choose Save as and then “CSV UTF-8”."
    ),
    Problem.JAR_FILE_TOO_LONG: lambda f, say: say(
        "That file has {count} lines with questions; I read up to {most} at once. Please split it in two.",
        count=f["count"],
        most=f["most"],
    ),
    Problem.JAR_FILE_EMPTY: lambda _f, say: say(
        "There is no question in that file. Write one a line; behind it there may be its tags and the date on which "
        "it was last asked, such as `Why do you read?,fun warm-up,2026-12-03`."
    ),
    Problem.JAR_LINE_QUOTES: lambda _f, say: say(
        "The quotation marks don't match. Write one inside a question twice, and one at each end of it."
    ),
    Problem.JAR_LINE_COLUMNS: lambda f, say: say(
        "It has {count} parts. If there are commas in the question, put quotation marks around it.", count=f["count"]
    ),
    Problem.JAR_LINE_EMPTY: lambda _f, say: say("There is no question in it."),
    Problem.JAR_LINE_DATE: lambda f, say: say(
        "“{typed}” isn't a day on which it can have been asked. Write the date as `2026-12-03`, or nothing; if there "
        "are commas in the question, put quotation marks around it.",
        typed=_typed(f["typed"]),
    ),
    Problem.JAR_DAY_UNUSABLE: lambda f, say: say(
        "“{typed}” isn't a day on which it can have been asked. Write the date as `2026-12-03`, or nothing for today.",
        typed=_typed(f["typed"]),
    ),
}
