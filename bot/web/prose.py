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
from bot.domain.names import can_be_seen
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
# The scripts that are read from the right, and what turns the reading order.
_TURNING = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Most of what people write has none of these, and is done at once.
_SPECIAL = re.compile(r"[\\`<*_~]|https?://", re.IGNORECASE)


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
        self._spoiler = escaped(say("Spoiler"))
        self._is_ltr = say.locale.text_direction == "ltr"

    def paragraphs(self, text: str) -> Markup:
        """The paragraphs of a text, each an element; spoilers stay closed until somebody opens them."""
        return safe(self.html_of(text))

    def html_of(self, text: str) -> str:
        """The same as a plain string, for whoever makes a page of thousands of them."""
        text = text.strip()
        if not text:
            return ""
        if "||" not in text and "\n" not in text:
            return f"<p{self._direction(text)}>{self._line(text)}</p>"
        found = [""]
        for piece, is_hidden in _pieces(text):
            if is_hidden:
                found[-1] += f"<details class=spoiler><summary>{self._spoiler}</summary>{self._line(piece)}</details>"
                continue
            first, *others = _BLANK_LINE.split(piece)
            found[-1] += self._line(first)
            found += [self._line(other) for other in others]
        # What unfolds may not stand in a `<p>`.
        direction = self._direction(text)
        return "".join(
            f"<div class=p{direction}>{html}</div>" if "<details" in html else f"<p{direction}>{html}</p>"
            for html in found
            if html.strip()
        )

    def _direction(self, text: str) -> str:
        """Each text has a direction of its own; one without any sign that is read from the right has its page's."""
        return "" if self._is_ltr and (text.isascii() or not _TURNING.search(text)) else " dir=auto"

    def line(self, text: str) -> Markup:
        """A text without spoilers as phrasing content."""
        return safe(self._line(text))

    def _line(self, text: str) -> str:
        if _SPECIAL.search(text) is None:
            return _plain(text)
        parts, done = [], 0
        for match in _SIGN.finditer(text):
            parts += [_plain(text[done : match.start()]), self._sign(match)]
            done = match.end()
        return "".join([*parts, _plain(text[done:])])

    def _sign(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in _EMPHASIS:
            return f"<{_EMPHASIS[kind]}>{self._line(value)}</{_EMPHASIS[kind]}>"
        if kind == "code":
            code = value.strip("\n")
            return f"<code>{_plain(code)}</code>"
        if kind in {"address", "bracketed"}:
            return _link(value, _ADDRESS_LENGTH)
        if kind == "mentioned":
            if match["kind"] == "#":
                return escaped(f"#{self._channel}")
            known = self._names.get(int(value)) if match["kind"] != "@&" else None
            return f"<bdi>@{escaped(known or self._someone)}</bdi>"
        return escaped(value)


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """The text's parts in order, each with whether it is a spoiler."""
    done = 0
    for start, end in spoilers(text):
        yield text[done:start], False
        yield text[start + 2 : end - 2], True
        done = end
    yield text[done:], False


def escaped(text: str) -> str:
    """A text as HTML, as `markupsafe.escape` makes it; it takes a fraction of the time where there are thousands."""
    text = _outside_tags(text)
    if "'" in text:
        text = text.replace("'", "&#39;")
    if '"' in text:
        text = text.replace('"', "&#34;")
    return text


def _outside_tags(text: str) -> str:
    """The same where no quotation mark ends anything: in no attribute."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def safe(html: str) -> Markup:
    """HTML that was put together here, each text in it escaped, as what templates show as it is."""
    return Markup(html)  # noqa: S704 - the one place where a string becomes HTML unseen


def _plain(text: str) -> str:
    html = _outside_tags(text)
    return html.replace("\n", "<br>") if "\n" in html else html


def address(typed: str, length: int = _ADDRESS_LENGTH) -> Markup:
    """An address as a link that shows so many characters of it; what can't be one stays text."""
    return safe(_link(typed, length))


def _link(typed: str, length: int) -> str:
    url = canonical(typed)
    if not url:
        return escaped(typed)
    shown = url.partition("//")[2].rstrip("/")
    shown = shown if len(shown) <= length else f"{shown[: length - 1]}…"
    return f'<a href="{escaped(url)}" rel="nofollow ugc">{escaped(shown)}</a>'


def bdi(text: str) -> Markup:
    """A text that doesn't turn the reading order of what stands around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def named(name: str, say: Texts) -> Markup:
    """Somebody's name; `someone` where nothing of it can be seen."""
    return bdi(name if can_be_seen(name) else say("someone"))


def filled(sentence: str, **marks: Markup) -> Markup:
    """A sentence whose facts are HTML: it was said with each fact's own name in braces in its place."""
    return escape(sentence).format(**marks)


def time_tag(at: datetime, clock: str) -> Markup:
    """An instant (aware), shown as a clock's time."""
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(iso, clock)
