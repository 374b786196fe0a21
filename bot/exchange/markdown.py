"""A chat as Markdown (CommonMark), question by question: only headings, lists and strong names of ours have meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.links import canonical
from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.exchange.outline import Outline
from bot.exchange.words import address

# An address ends as in `bot.domain.links`: what closes a sentence or a bracket isn't part of it.
_SIGN = re.compile(
    r"""
    (?P<address>https?://(?:\([^\s<>()"'\u201c\u201d]*\)|\[[^\s<>\[\]"'\u201c\u201d]*\]|[^\s<>()\[\]"'\u201c\u201d])+
        (?<![.,;:!?*_~|\u2026\u2019\u00bb\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\uff09]))
    |(?<![^\W_])_|_(?![^\W_])
    |&(?=\#?\w+;)
    |\#(?=\#*$)
    |[\\`*\[\]<>~]
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What at the beginning of a line makes it a heading, a list, a table, a rule …
_AT_START = re.compile(r"^(?P<number>[0-9]{0,9})(?P<sign>(?<=[0-9])[.)]|(?<![0-9])[#+\-=|:])")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_BLANK_LINE = re.compile(r"\n\s*\n")


def markdown(record: ChatRecord, made_at: datetime) -> Iterator[str]:
    """A Markdown file, in pieces.

    Args:
        record: the chat as its people want to be shown.
        made_at: now (aware UTC), told at its end.
    """
    outline = Outline(record)
    say = outline.say
    yield f"# {escape(outline.title)}\n\n"
    for term, fact in outline.facts:
        yield f"- {escape(term)}: {escape(fact)}\n"
    for paragraph in (escape(outline.state), _block(outline.words.plain(record.chat.description), "")):
        if paragraph:
            yield f"\n{paragraph}\n"
    for question in outline.questions:
        yield f"\n## Q{question.number}. {escape(outline.words.line(question.text))}\n\n"
        if question.asked_at:
            yield f"{escape(say('asked {time}', time=outline.time(question.asked_at)))}\n\n"
        found = outline.under(question.number)
        yield from _messages(outline, found) if found else [f"{escape(say('No answers.'))}\n"]
    asides = outline.under(None)
    if asides:
        yield f"\n## {escape(say('Before and between the questions'))}\n\n"
        yield from _messages(outline, asides)
    if not outline.messages:
        yield f"\n{escape(say('Nothing was said.'))}\n"
    if outline.links:
        yield f"\n## {escape(say('Links shared'))}\n\n"
        for link in outline.links:
            title, shared = outline.link(link)
            parts = (f"<{address(link.url)}>", escape(title), escape(shared))
            yield "- " + "\\\n  ".join(part for part in parts if part) + "\n"
    yield f"\n{escape(outline.made(made_at))}\n"


def escape(text: str) -> str:
    """One line of plain text that Markdown shows as it stands; addresses become links."""
    return _AT_START.sub(r"\g<number>\\\g<sign>", _SIGN.sub(_escaped, text.strip()))


def _messages(outline: Outline, messages: list[ArchivedMessage]) -> Iterator[str]:
    for message in messages:
        yield "".join(_message(outline, message))


def _message(outline: Outline, message: ArchivedMessage) -> Iterator[str]:
    at, gap = outline.time(message.posted_at), outline.gap(message)
    if gap:
        yield f"- ({escape(gap)}, {escape(at)})\n"
        return
    notes = escape(", ".join([at, *outline.notes(message)]))
    text = _block(outline.text(message), "  ")
    yield f"- **{escape(outline.name(message))}** ({notes}){f': {text}' if text else ''}\n"
    parts = [f"  - {escape(part)}\n" for part in outline.parts(message) if part]
    if parts:
        yield from ["\n" if "\n\n" in text else "", *parts]


def _block(text: str, indent: str) -> str:
    """Some lines of plain text as paragraphs whose lines stay apart."""
    paragraphs = (
        f"\\\n{indent}".join(escape(line) for line in paragraph.split("\n") if line.strip())
        for paragraph in _BLANK_LINE.split(text)
    )
    return f"\n\n{indent}".join(paragraph for paragraph in paragraphs if paragraph)


def _escaped(match: re.Match[str]) -> str:
    if match["address"]:
        url = canonical(match["address"])
        return f"<{address(url)}>" if url else _PUNCTUATION.sub(r"\\\g<0>", match["address"])
    return f"\\{match[0]}"
