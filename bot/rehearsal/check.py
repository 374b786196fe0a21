"""Holds the archive against what the transcript's people said: every message, every text, nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.rehearsal.play import Played, Said


def differences(record: ChatRecord, played: Played) -> list[str]:
    """What the archive lacks, has too much, or has otherwise than it was said; empty if it is exact."""
    return list(_differences(record, played))


def _differences(record: ChatRecord, played: Played) -> Iterator[str]:
    archived = {message.id: message for message in record.messages}
    expected = {said.message.id: (line_id, said) for line_id, said in played.said.items()}
    if len(archived) != len(expected):
        yield f"{len(expected)} messages were sent and {len(archived)} are archived"
    for message_id, (line_id, said) in expected.items():
        message = archived.get(message_id)
        if message is None:
            yield f"{line_id} by {said.author} is missing"
        else:
            yield from _compare(line_id, said, message, is_left_out=said.author in played.left_out)
    for message_id in archived.keys() - expected.keys():
        yield f"message {message_id} is archived, but nobody of the transcript sent it"


def _compare(line_id: str, said: Said, message: ArchivedMessage, *, is_left_out: bool) -> Iterator[str]:
    if is_left_out:
        if message.text is not None or message.author_name:
            yield f"{line_id}: {said.author} asked to be left out, and words or name are still archived"
        return
    if message.is_deleted != (said.text is None):
        yield f"{line_id} by {said.author} should be {'gone' if said.text is None else 'there'}"
    elif message.text != said.text:
        yield f"{line_id} by {said.author} is archived with another text"
    names = sorted(file.filename for file in said.message.attachments)
    if said.text is not None and sorted(file.filename for file in message.attachments) != names:
        yield f"{line_id} by {said.author} is archived with other files"
    if message.author_name != said.author:
        yield f"{line_id} is archived under another name than {said.author}"
