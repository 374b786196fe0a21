"""A whole chat that came from elsewhere is filed at once, as one that was held here stands when it is over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.domain.chat import Question
from bot.domain.filing.heard import Asked, Said
from bot.domain.filing.room import Room
from bot.domain.handles import named_in
from bot.domain.markers import read_hosts_labels, read_labels
from bot.domain.messages import Basis, Filing

_MENTION = re.compile(r"<@!?(\d+)>")


class Spoken(NamedTuple):
    """A message as filing needs it, small enough to be handed from process to process; `at` in Unix seconds."""

    id: int
    author: int
    at: float
    text: str
    reply_to: int | None
    by_machine: bool


def file_whole(
    questions: Sequence[Question], spoken: Iterable[Spoken], hosts: frozenset[int], *, by_handles: bool = False
) -> Mapping[int, tuple[Filing, ...]]:
    """The questions under which messages stand, by the messages' numbers.

    Args:
        questions: those that were asked have the message that asked them.
        spoken: what was said and can be read, in order.
        hosts: whose Q2 asks; anyone else's is meant as A2.
        by_handles: people name each other by handles.
    """
    prompts = {question.message_id: question.number for question in questions if question.message_id is not None}
    if not prompts:
        return {}
    room = Room()
    for question in questions:
        if question.message_id is not None and question.asked_at is not None:
            room.ask(Asked(question.number, question.message_id, question.asked_at.timestamp(), question.text))
    count = len(questions)
    carried: dict[int, tuple[Filing, ...]] = {}
    for one in spoken:
        if one.by_machine:
            # A bridge may carry a person's answer, with its label.
            labels = () if one.id in prompts else read_labels(one.text, count)
            carried[one.id] = tuple(Filing(number, Basis.LABEL) for number in labels)
            continue
        signs, basis = _signs(room, one, hosts, prompts, count)
        mentions = tuple(_mentions(one.text, by_handles=by_handles))
        room.recall(Said(one.id, one.author, one.at, one.text, one.reply_to, mentions, signs), basis)
    return {number: verdict.filings for number, verdict in room.review().items()} | carried


def _signs(
    room: Room, one: Spoken, hosts: frozenset[int], prompts: Mapping[int, int], count: int
) -> tuple[tuple[int, ...], Basis | None]:
    if one.id in prompts:
        # What asks a question answers none, however it is labelled.
        room.repeat(one.id, (prompts[one.id],))
        return (), Basis.LABEL
    signs = read_labels(one.text, count)
    if signs and one.author in hosts:
        signs, asks = read_hosts_labels(one.text, count)
        room.repeat(one.id, asks)
        return signs, Basis.LABEL
    return signs, Basis.LABEL if signs else None


def _mentions(text: str, *, by_handles: bool) -> Iterator[int]:
    if by_handles:
        return named_in(text)
    return (int(found) for found in _MENTION.findall(text)) if "<@" in text else iter(())
