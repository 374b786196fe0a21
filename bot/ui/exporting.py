"""What a host reads when a chat is exported: what the files are, whose names stand in them, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.domain.chat import OVER_STATES, Chat
from bot.domain.digest import shorten
from bot.domain.errors import Problem
from bot.ui.digest.prose import escape_plain
from bot.ui.texts import Texts

# So much of what was typed is given back.
_TYPED = 60
_MEGABYTE = 1 << 20


def describe(form: str, say: Texts) -> str:
    """A form of export in a few words, for a list."""
    return {
        "html": say("html: a page for any browser, with the digest at its top"),
        "markdown": say("markdown: text for wikis, notes and blogs"),
        "text": say("text: a plain transcript"),
        "csv": say("csv: a spreadsheet, one message a row"),
        "json": say("json: everything, for programs and to read back in"),
        "ris": say("ris: the shared links, for Zotero and others"),
        "bibtex": say("bibtex: the shared links, for LaTeX"),
        "csl": say("csl: the shared links as CSL-JSON"),
        "bookmarks": say("bookmarks: the shared links, for a browser"),
        "all": say("all: every one of these, zipped"),
    }[form]


def making(form: str, number: int, count: int, say: Texts) -> str:
    """What a host sees meanwhile."""
    return say("I'm making the files: {number} of {count} ({form}) …", number=number, count=count, form=form)


def made(chats: Sequence[Chat], series: str, empty: Sequence[str], say: Texts) -> str:
    """What stands above the files.

    Args:
        chats: which they are, at least one.
        series: the name of the series that they are all of; empty for a single chat.
        empty: the forms that there is no file of, since no link was shared.
        say: the host's language.
    """
    running = any(chat.state not in OVER_STATES for chat in chats)
    if series:
        counted = say.plural("{count} chat", "{count} chats", len(chats))
        lines = [
            say("Here is **{name}**: {chats}. Only you see this message.", name=escape_plain(series), chats=counted)
        ]
        lines += [say("One of them isn't over yet: there may be more later.")] if running else []
    else:
        title = escape_plain(chats[0].title)
        told = say("Here is **#{hashtag}: {title}**. Only you see this message.", hashtag=chats[0].hashtag, title=title)
        lines = [told, *([say("The chat isn't over yet: there may be more later.")] if running else [])]
    if empty:
        lines.append(say("No links were shared, so there is no file for: {forms}.", forms=", ".join(empty)))
    lines.append(
        say(
            "It shows people as they chose to be shown within this server, most by their name. Keep it among "
            "yourselves; before you pass it on, ask them."
        )
    )
    return "\n".join(lines)


def _typed(words: Sequence[str]) -> str:
    return escape_plain(shorten(" ".join(words), _TYPED))


SENTENCES: Mapping[Problem, Callable[[Mapping[str, Any], Texts], str]] = {
    Problem.EXPORT_FOR_HOSTS: lambda f, say: say(
        "Only hosts of a chat, people with the role **{role}** and those who may manage events can export it. "
        "`/digest` shows you what was said, and its button As a file gives it to you.",
        role=f["role"],
    ),
    Problem.EXPORT_FORM_UNKNOWN: lambda f, say: say(
        "I don't know the format “{words}”. I know: {known}. Name several with commas, such as `html, csv`.",
        words=_typed(f["words"]),
        known=", ".join(f"`{form}`" for form in f["known"]),
    ),
    Problem.EXPORT_NOTHING: lambda _f, say: say(
        "There is no chat to export yet: none has begun. `/chats` shows what is planned."
    ),
    Problem.EXPORT_NOT_BEGUN: lambda f, say: say(
        "**#{hashtag}: {title}** hasn't begun, so there is nothing to export yet. `/chat show` has its plan.",
        hashtag=f["chat"].hashtag,
        title=escape_plain(f["chat"].title),
    ),
    Problem.EXPORT_NO_LINKS: lambda _f, say: say(
        "No links were shared there, so there is nothing to put into such a file. `html` has what was said."
    ),
    Problem.EXPORT_ONE_OR_SERIES: lambda _f, say: say(
        "`chat:` means one chat and `series:` all of a series. Leave one of them out."
    ),
    Problem.EXPORT_SERIES_NOTHING: lambda f, say: say(
        "None of the chats of **{name}** has begun, so there is nothing to export yet. `/series show` has its plan.",
        name=escape_plain(f["name"]),
    ),
    Problem.EXPORT_TOO_MANY: lambda f, say: say(
        "**{name}** has {count} chats, and I hand over up to {limit} at once. Take them one by one with `chat:`, or "
        "ask whoever runs me for `shelftalk export`, which knows no limit.",
        name=escape_plain(f["name"]),
        count=f["count"],
        limit=f["limit"],
    ),
    Problem.EXPORT_TOO_BIG: lambda f, say: say(
        "{name} is too big for Discord ({size} MB, and {limit} MB fit). Choose another format, such as `text` or "
        "`csv`, or ask whoever runs me for `shelftalk export`, which knows no limit.",
        name=escape_plain(f["name"]),
        size=-(-f["size"] // _MEGABYTE),
        limit=f["limit"] // _MEGABYTE,
    ),
}
