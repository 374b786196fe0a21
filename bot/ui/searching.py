"""What a search found, for one reader: each hit in its place, what was looked for in bold, the way there.

The words looked for stand in the message itself, the rest in its buttons' ids: nothing about a search is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord

from bot.domain.chat import Chat
from bot.domain.digest import shorten, spoilers
from bot.domain.messages import ArchivedMessage, jump_url
from bot.domain.search import Snippet, Term, snippet
from bot.services.search_ports import Hit
from bot.services.searching import Found, SearchWish
from bot.ui.controls import ControlButton, Doing, free_control_id
from bot.ui.digest.prose import escape, escape_plain
from bot.ui.texts import Texts

_NEIGHBOUR = 90
_TITLE = 60
_TYPED = re.compile(r"`([^`]*)`")
_CHATS, _PAGES = 1 << 40, 1_000


def value_of(wish: SearchWish) -> int:
    """What a button's id holds beside the words, as digits of one number."""
    return ((wish.author_id * _CHATS + wish.chat_id) * _PAGES + wish.page) * 2 + wish.best


def read(value: int, components: Any) -> SearchWish:  # noqa: ANN401 - discord.py's many kinds of components
    """What a button looks for: from its value and the message it stands in."""
    rest, best = divmod(value, 2)
    rest, page = divmod(rest, _PAGES)
    author_id, chat_id = divmod(rest, _CHATS)
    texts = (getattr(component, "content", "") for component in components)
    typed = _TYPED.search(next(texts, ""))
    return SearchWish(typed[1] if typed else "", author_id, chat_id, bool(best), page)


def results(found: Found, say: Texts) -> discord.ui.LayoutView:
    """A page, its texts in reading order, then the buttons."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay("\n".join(_heading(found, say))))
    for hit, chat in found.hits:
        view.add_item(discord.ui.Separator(visible=False))
        view.add_item(discord.ui.TextDisplay("\n".join(_hit(hit, chat, found.terms, say))))
    buttons = list(_buttons(found, say))
    if buttons:
        view.add_item(discord.ui.ActionRow(*buttons))
    return view


def _heading(found: Found, say: Texts) -> Iterator[str]:
    wish = found.wish
    # Nothing in a code span is formatted, and a backtick would end it; no word has one.
    words = " ".join(wish.typed.replace("`", "\u2019").split())
    yield say("**Search:** {words}", words=f"`{words}`" if words else say("everything"))
    if wish.author_id:
        yield say("Said by <@{person}>", person=wish.author_id)
    if not found.total:
        yield say("Nothing was found in the chats that you may read.")
        yield say(
            "-# Words are looked for as they are written: try fewer of them, or a beginning such as `read*`. Only you "
            "see this."
        )
        return
    order = say("the best match first") if wish.best else say("the newest first")
    if found.is_more:
        counted = say("more than {count} hits; these are the newest", count=found.total)
    else:
        counted = say.plural("{count} hit", "{count} hits", found.total)
    yield say(
        "{counted}, {order}. Page {page} of {pages}. Only you see this.",
        counted=counted,
        order=order,
        page=wish.page,
        pages=found.pages,
    )


def _hit(hit: Hit, chat: Chat, terms: tuple[Term, ...], say: Texts) -> Iterator[str]:
    message = hit.message
    facts = [
        f"#{chat.hashtag}: {discord.utils.escape_markdown(shorten(chat.title, _TITLE))}",
        discord.utils.format_dt(message.posted_at, "d"),
        *_under(message, say),
    ]
    link = jump_url(chat.guild_id, message.thread_id, message.id)
    # What came from elsewhere stands in no thread.
    opened = f" [{say('open')}](<{link}>)" if chat.thread_id is not None else ""
    yield f"**{_name(message, say)}**, {', '.join(facts)}{opened}"
    if hit.before is not None:
        yield say("-# Before: {words}", words=_neighbour(hit.before, say))
    yield f"> {_marked(snippet(message.text or '', terms))}"
    if hit.after is not None:
        yield say("-# After: {words}", words=_neighbour(hit.after, say))


def _under(message: ArchivedMessage, say: Texts) -> list[str]:
    """The first question that it stands under; nothing if under none."""
    if message.questions:
        return [f"Q{message.questions[0]}"]
    # `question:` finds these too.
    return [say("perhaps Q{number}", number=filing.question) for filing in message.filings[:1]]


def _neighbour(message: ArchivedMessage, say: Texts) -> str:
    text = escape(shorten(" ".join((message.text or "").split()), _NEIGHBOUR)) or say("a file")
    return f"{_name(message, say)}: {text}"


def _name(message: ArchivedMessage, say: Texts) -> str:
    return discord.utils.escape_markdown(message.author_name) or say("someone")


def _marked(found: Snippet) -> str:
    """A snippet with its hits in bold; its words format nothing, and a spoiler stays one."""
    text, pieces, done = found.text, [], 0
    for start, end in spoilers(text):
        pieces += [_bold(found, done, start), "||", _bold(found, start + 2, end - 2), "||"]
        done = end
    pieces.append(_bold(found, done, len(text)))
    shown = "".join(pieces) or "\u2026"
    return ("\u2026 " if found.is_begun else "") + shown + (" \u2026" if found.is_cut else "")


def _bold(found: Snippet, start: int, end: int) -> str:
    pieces, done = [], start
    for first, last in found.hits:
        if start <= first and last <= end:
            pieces += [escape_plain(found.text[done:first]), f"**{escape_plain(found.text[first:last])}**"]
            done = last
    return "".join([*pieces, escape_plain(found.text[done:end])])


def _buttons(found: Found, say: Texts) -> Iterator[ControlButton]:
    wish = found.wish
    for page, label in ((wish.page - 1, say("Back")), (wish.page + 1, say("Next"))):
        if 1 <= page <= found.pages:
            yield _button(SearchWish(wish.typed, wish.author_id, wish.chat_id, wish.best, page), label)
    if found.total > 1:
        label = say("Newest first") if wish.best else say("Best match first")
        yield _button(SearchWish(wish.typed, wish.author_id, wish.chat_id, not wish.best), label)


def _button(wish: SearchWish, label: str) -> ControlButton:
    return ControlButton(free_control_id(0, Doing("search", value_of(wish))), label)
