"""The JSON archive is written piece by piece: a chat's plan on one line, then each message on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import BaseModel

from bot.domain.messages import ArchivedMessage, ChatRecord, Extras
from bot.exchange.archive.converting import chat_model, message_model
from bot.exchange.archive.model import FORMAT, VERSION, View


class ArchiveWriter:
    """The parts of a file, in the order in which they are asked for; the same records give the same bytes.

    Args:
        view: whose view the records are.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._count = 0

    def begin(self) -> str:
        """What a file begins with."""
        view = json.dumps(self._view.value)
        return f'{{"format": "{FORMAT}", "version": {VERSION}, "view": {view}, "chats": ['

    def add(self, record: ChatRecord) -> Iterator[str]:
        """A chat, line by line."""
        record = record if self._view is View.EVERYTHING else _for_others(record)
        yield ("," if self._count else "") + '\n{"chat": ' + _json(chat_model(record.chat)) + ', "messages": ['
        self._count += 1
        for place, message in enumerate(record.messages):
            yield (",\n" if place else "\n") + _json(message_model(message))
        yield "\n]}"

    def end(self) -> str:
        """What a file ends with; a file without it was cut off."""
        return "\n]}\n"


def write_archive(records: Iterable[ChatRecord], view: View = View.EVERYTHING) -> Iterator[str]:
    """A whole file, in pieces, to be encoded as UTF-8.

    Args:
        records: the chats, in order.
        view: whose view they are.
    """
    writer = ArchiveWriter(view)
    yield writer.begin()
    for record in records:
        yield from writer.add(record)
    yield writer.end()


def _for_others(record: ChatRecord) -> ChatRecord:
    """The record without what concerns nobody but its own archive: earlier wordings, what is gone, who may host."""
    chat = replace(record.chat, guests=(), cohosts=(), host_role_id=None)
    return ChatRecord(chat, tuple(_as_it_stands(message) for message in record.messages))


def _as_it_stands(message: ArchivedMessage) -> ArchivedMessage:
    if message.is_readable:
        return replace(message, versions=())
    return replace(
        message,
        author_name="",
        text=None,
        attachments=(),
        reactions=(),
        extras=Extras(),
        versions=(),
    )


def _json(part: BaseModel) -> str:
    return part.model_dump_json(exclude_defaults=True)
