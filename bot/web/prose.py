"""What people typed, as safe HTML: escaped piece by piece, held in elements of its own, addresses made links.

Discord's Markdown is shown as what its author meant. Nothing typed can change a page or the order in which it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from markupsafe import Markup, escape

from bot.domain.digest import spoilers
from bot.domain.links import canonical
from bot.ui.texts import Texts

_ADDRESS_LENGTH = 60

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
# Discord's Markdown, as much of it as people use in a chat. No kind of emphasis holds its own sign, which bounds how
# deep they nest. An address ends as in `bot.domain.links`: what closes a sentence or a bracket isn't part of it.
_SIGN = re.compile(
    r"""
    \\(?P<escaped>[!-/:-@\[-`{-~])
    |(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    |<(?P<bracketed>https?://[^\s<>"'\u201c\u201d]+)>
    |(?P<address>https?://(?:\([^\s<>()"'\u201c\u201d]*\)|\[[^\s<>\[\]"'\u201c\u201d]*\]|[^\s<>()\[\]"'\u201c\u201d])+
        (?<![.,;:!?*_~|\u2026\u2019\u00bb\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\uff09]))
    |<(?P<kind>@&|@!?|\#)(?P<mentioned>[0-9]{1,20})>
    |<a?(?P<emoji>:\w+:)\d+>
    |<(?P<command>/[^<>:\n]+):\d+>
    |\*\*(?P<bold>[^\s*](?:[^*]|\*(?!\*))*)\*\*
    |\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?!\*)
    |__(?P<stressed>[^\s_](?:[^_]|_(?!_))*)__
    |(?<!\w)_(?P<slanted>[^\s_](?:[^_]*[^\s_])?)_(?!\w)
    |~~(?P<struck>[^\s~](?:[^~]|~(?!~))*)~~
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# Underlined words would look like links.
_EMPHASIS = {"bold": "strong", "italic": "em", "stressed": "em", "slanted": "em", "struck": "s"}
_SPOILER = Markup('<details class="spoiler"><summary>{}</summary>{}</details>')
_LINK = Markup('<a href="{}" rel="nofollow noopener ugc">{}</a>')


class Prose:
    """What people typed, as safe HTML.

    Args:
        names: the names of those who may be named, by their Discord id.
        say: the sentences.
    """

    def __init__(self, names: Mapping[int, str], say: Texts) -> None:
        self._names = names
        self._someone = say("someone")
        self._channel = say("channel")
        self._spoiler = say("Spoiler")

    def paragraphs(self, text: str) -> Markup:
        """The paragraphs of a text, each an element; spoilers stay closed until somebody opens them."""
        found = [Markup()]
        for piece, is_hidden in _pieces(text.strip()):
            if is_hidden:
                found[-1] += _SPOILER.format(self._spoiler, self.line(piece))
                continue
            first, *others = _BLANK_LINE.split(piece)
            found[-1] += self.line(first)
            found += [self.line(other) for other in others]
        # What unfolds may not stand in a `<p>`.
        whole, divided = Markup('<p dir="auto">{}</p>'), Markup('<div class="p" dir="auto">{}</div>')
        return Markup().join((divided if "<details" in html else whole).format(html) for html in found if html.strip())

    def line(self, text: str) -> Markup:
        """A text without spoilers as phrasing content."""
        parts, done = [], 0
        for match in _SIGN.finditer(text):
            parts += [_plain(text[done : match.start()]), self._sign(match)]
            done = match.end()
        return Markup().join([*parts, _plain(text[done:])])

    def _sign(self, match: re.Match[str]) -> Markup:
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in _EMPHASIS:
            return Markup("<{0}>{1}</{0}>").format(_EMPHASIS[kind], self.line(value))
        if kind == "code":
            return Markup("<code>{}</code>").format(_plain(value.strip("\n")))
        if kind in {"address", "bracketed"}:
            return address(value)
        if kind == "mentioned":
            if match["kind"] == "#":
                return escape(f"#{self._channel}")
            known = self._names.get(int(value)) if match["kind"] != "@&" else None
            return Markup("<bdi>@{}</bdi>").format(known or self._someone)
        return escape(value)


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """The text's parts in order, each with whether it is a spoiler."""
    done = 0
    for start, end in spoilers(text):
        yield text[done:start], False
        yield text[start + 2 : end - 2], True
        done = end
    yield text[done:], False


def _plain(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>"))


def address(typed: str, length: int = _ADDRESS_LENGTH) -> Markup:
    """An address as a link that shows so many characters of it; what can't be one stays text."""
    url = canonical(typed)
    shown = url.partition("//")[2].rstrip("/")
    shown = shown if len(shown) <= length else f"{shown[: length - 1]}…"
    return _LINK.format(url, shown) if url else escape(typed)


def bdi(text: str) -> Markup:
    """A text that doesn't turn the reading order of what stands around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def filled(sentence: str, **marks: Markup) -> Markup:
    """A sentence whose facts are HTML: it was said with each fact's own name in braces in its place."""
    return escape(sentence).format(**marks)


def time_tag(at: datetime, clock: str) -> Markup:
    """An instant (aware), shown as a clock's time."""
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(iso, clock)
