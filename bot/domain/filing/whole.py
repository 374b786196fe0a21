"""A whole chat that came from elsewhere is filed at once, as one that was held here stands when it is over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.chat import Chat, Source
from bot.domain.filing.heard import Asked, Said
from bot.domain.filing.room import Room
from bot.domain.handles import named_in
from bot.domain.markers import read_hosts_labels, read_labels
from bot.domain.messages import ArchivedMessage, Basis, Filing

_MENTION = re.compile(r"<@!?(\d+)>")


def file_whole(chat: Chat, messages: Sequence[ArchivedMessage], hosts: frozenset[int]) -> tuple[ArchivedMessage, ...]:
    """The messages with the questions that they stand under.

    Args:
        chat: with its questions, those asked with the message that asked them.
        messages: in order; what stands in their filings is passed over.
        hosts: whose Q2 asks; anyone else's is meant as A2.
    """
    if not any(question.message_id is not None for question in chat.questions):
        return tuple(messages)
    room = Room()
    for question in chat.questions:
        if question.message_id is not None and question.asked_at is not None:
            room.ask(Asked(question.number, question.message_id, question.asked_at.timestamp(), question.text))
    prompts = {question.message_id: question.number for question in chat.questions}
    carried: dict[int, tuple[Filing, ...]] = {}
    for message in messages:
        if message.text is None:
            continue
        if message.by_machine:
            # A bridge may carry a person's answer, with its label.
            labels = () if message.id in prompts else read_labels(message.text, len(chat.questions))
            carried[message.id] = tuple(Filing(number, Basis.LABEL) for number in labels)
            continue
        _hear(room, chat, message, hosts, prompts)
    found = {number: verdict.filings for number, verdict in room.review().items()} | carried
    return tuple(replace(m, filings=found[m.id]) if found.get(m.id) else m for m in messages)


def _hear(
    room: Room, chat: Chat, message: ArchivedMessage, hosts: frozenset[int], prompts: dict[int | None, int]
) -> None:
    text = message.text or ""
    signs: tuple[int, ...] = ()
    basis: Basis | None = None
    if message.id in prompts:
        # What asks a question answers none, however it is labelled.
        room.repeat(message.id, (prompts[message.id],))
        basis = Basis.LABEL
    elif signs := read_labels(text, len(chat.questions)):
        basis = Basis.LABEL
        if message.author_id in hosts:
            signs, asks = read_hosts_labels(text, len(chat.questions))
            room.repeat(message.id, asks)
    mentions = tuple(_mentions(text, chat.source))
    said = Said(
        message.id, message.author_id, message.posted_at.timestamp(), text, message.reply_to_id, mentions, signs
    )
    room.recall(said, basis)


def _mentions(text: str, source: Source) -> Iterator[int]:
    return named_in(text) if source is Source.TWITTER else (int(found) for found in _MENTION.findall(text))
