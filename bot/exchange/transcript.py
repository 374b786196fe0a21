"""A chat as plain text in the order of time: lines of ours begin at the margin, people's words stand behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.chat import Question
from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.exchange.outline import Outline
from bot.exchange.words import address

_INDENT = "    "


def transcript(record: ChatRecord, made_at: datetime) -> Iterator[str]:
    """A text file, in pieces.

    Args:
        record: the chat as its people want to be shown.
        made_at: now (aware UTC), told at its end.
    """
    outline = Outline(record)
    say = outline.say
    yield f"{outline.title}\n\n"
    for term, fact in outline.facts:
        yield f"{term}: {fact}\n"
    if outline.state:
        yield f"\n{outline.state}\n"
    if record.chat.description:
        yield f"\n{_indented(outline.words.plain(record.chat.description))}\n"
    moments = list(_in_order(outline))
    if moments and not isinstance(moments[0], Question):
        yield "\n"
    for moment in moments:
        yield from _question(outline, moment) if isinstance(moment, Question) else _message(outline, moment)
    if not outline.messages:
        yield f"\n{say('Nothing was said.')}\n"
    if outline.links:
        yield f"\n{say('Links shared')}\n\n"
        for link in outline.links:
            title, shared = outline.link(link)
            yield (
                "\n".join([f"- {address(link.url)}", *(f"{_INDENT}{line}" for line in (title, shared) if line)]) + "\n"
            )
    yield f"\n{outline.made(made_at)}\n"


def _in_order(outline: Outline) -> Iterator[Question | ArchivedMessage]:
    asked = sorted(
        ((q.asked_at or outline.chat.starts_at, q) for q in outline.questions), key=lambda pair: pair[1].number
    )
    for message in outline.messages:
        # Messages stay in Discord's order, whatever their clocks say.
        while asked and asked[0][0] <= message.posted_at:
            yield asked.pop(0)[1]
        yield message
    yield from (question for _, question in asked)


def _question(outline: Outline, question: Question) -> Iterator[str]:
    at = f"[{outline.time(question.asked_at)}] " if question.asked_at else ""
    yield f"\n{at}Q{question.number}. {_continued(outline.words.plain(question.text))}\n"


def _message(outline: Outline, message: ArchivedMessage) -> Iterator[str]:
    at, gap = outline.time(message.posted_at), outline.gap(message)
    if gap:
        yield f"[{at}] ({gap})\n"
        return
    numbers = [f"Q{number}" for number in outline.numbers(message)[:1]]
    notes = ", ".join([*numbers, *outline.notes(message)])
    who = f"{outline.name(message)} ({notes})" if notes else outline.name(message)
    yield f"[{at}] {who}: {_continued(outline.text(message))}".rstrip()
    yield "\n"
    for part in outline.parts(message):
        yield f"{_INDENT}{part}\n"


def _continued(text: str) -> str:
    """A text whose further lines stand in from the margin."""
    return "\n".join(line if not place else f"{_INDENT}{line}".rstrip() for place, line in enumerate(text.split("\n")))


def _indented(text: str) -> str:
    return "\n".join(f"{_INDENT}{line}".rstrip() for line in text.split("\n"))
