"""What comes in from files as rows: a message, and all that belongs to it in tables of its own.

Rows are tuples as SQLite keeps them, since there may be very many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Table

from bot.domain.links import find_urls
from bot.domain.messages import ArchivedMessage, Basis
from bot.storage import extras
from bot.storage import tables as t
from bot.storage.columns import kept

Row = tuple[int | float | str | None, ...]
Rows = dict[int, list[Row]]

_RULED = frozenset({Basis.AUTHOR, Basis.HOST})


def row_of(message: ArchivedMessage, chat_id: int, at: datetime, search_id: int | None, *, hidden: bool) -> Row:
    """A message's own row.

    Args:
        message: what was said.
        chat_id: its chat.
        at: when it comes in (aware UTC).
        search_id: its row in the index of words, or None.
        hidden: its author asked to be left out: that there was a message, and when, is all that is kept.
    """
    hidden = hidden or message.is_left_out
    is_gone = hidden or message.is_deleted
    return (
        message.id,
        chat_id,
        message.thread_id,
        message.author_id,
        "" if hidden else message.author_name,
        kept(message.posted_at),
        None if is_gone else message.text,
        None if message.edited_at is None else kept(message.edited_at),
        message.reply_to_id,
        message.by_machine,
        next((filing.question for filing in message.filings if filing.basis is Basis.BUTTON), None),
        # When it was deleted isn't told outside of the archive.
        kept(at) if message.is_deleted else None,
        hidden,
        message.extras.pinned and not hidden,
        None if is_gone else extras.to_text(message.extras),
        search_id,
    )


def parts_of(messages: Iterable[ArchivedMessage]) -> dict[Table, Rows]:
    """All that belongs to messages in tables of its own, by the messages' numbers."""
    found: dict[Table, Rows] = {table: {} for table in _PARTS}
    makers = [(rows_of, found[table]) for table, rows_of in _PARTS.items()]
    for message in messages:
        for rows_of, rows in makers:
            if made := rows_of(message):
                rows[message.id] = made
    return found


def _filings(message: ArchivedMessage) -> list[Row]:
    return [(message.id, f.question, f.basis.value, f.confidence, f.sure, " ".join(f.reasons)) for f in message.filings]


def _rulings(message: ArchivedMessage) -> list[Row]:
    """A person said where it stands, and that outranks the machine."""
    return [(message.id, f.question, f.basis is Basis.AUTHOR) for f in message.filings if f.basis in _RULED]


def _links(message: ArchivedMessage) -> list[Row]:
    text = message.text or ""
    if "://" not in text:
        return []
    return [(message.id, place, url) for place, url in enumerate(find_urls(text))]


def _files(message: ArchivedMessage) -> list[Row]:
    return [
        (f.id, message.id, f.filename, f.url, f.size, f.content_type, f.description, f.stored)
        for f in message.attachments
    ]


def _reactions(message: ArchivedMessage) -> list[Row]:
    return [(message.id, emoji, count) for emoji, count in message.reactions]


def _versions(message: ArchivedMessage) -> list[Row]:
    return [(message.id, kept(version.replaced_at), version.text) for version in message.versions]


_PARTS: Mapping[Table, Callable[[ArchivedMessage], list[Row]]] = {
    t.filings: _filings,
    t.rulings: _rulings,
    t.links: _links,
    t.attachments: _files,
    t.reactions: _reactions,
    t.versions: _versions,
}
# The columns of the tuples above, table by table, so that a row that another leads to comes before that.
COLUMNS: Mapping[Table, tuple[str, ...]] = {
    t.guests: ("id", "chat_id", "person_id"),
    t.question_threads: ("chat_id", "number", "thread_id"),
    t.questions: ("chat_id", "number", "text", "message_id", "asked_at"),
    t.messages: (
        "id",
        "chat_id",
        "thread_id",
        "author_id",
        "author_name",
        "posted_at",
        "text",
        "edited_at",
        "reply_to_id",
        "by_machine",
        "by_button",
        "deleted_at",
        "left_out",
        "pinned",
        "extras",
        "search_id",
    ),
    t.filings: ("message_id", "question", "basis", "confidence", "sure", "reasons"),
    t.rulings: ("message_id", "question", "by_author"),
    t.links: ("message_id", "position", "url"),
    t.attachments: ("id", "message_id", "filename", "url", "size", "content_type", "description", "stored"),
    t.reactions: ("message_id", "emoji", "count"),
    t.versions: ("message_id", "replaced_at", "text"),
}
# Where a message stood and what others thought of it outlast its words.
OUTLASTING = frozenset({t.filings, t.rulings, t.reactions})
