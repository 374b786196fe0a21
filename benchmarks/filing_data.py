"""Real chats from a folder, as filing sees them; shared by the benchmark and the learning of the weights.

Each file is JSON lines: first `{"chat", "hosts", "questions": [{"number", "id"}]}`, then one message a line with `id`,
`at`, `author`, `text`, `reply_to` and `answers` (the numbers of the label at its start, `[]` without one).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.domain.filing.clues import clues
from bot.domain.filing.heard import Asked, Chatter, Said

# Whatever looks like a label anywhere in a text: rather too much is hidden than too little.
_LABEL = re.compile(
    r"\b(?:answer|question|[aqr])\s?[.#]?\s?\d{1,2}(?:\.\d|[a-d])?\b\s*[:.)\-\u2013\u2014]*", re.IGNORECASE
)
_NAMED = re.compile(r"@(\w+)")


@dataclass(frozen=True, slots=True)
class RealChat:
    """An annotated chat.

    Attributes:
        name: the file's.
        asked: its questions, in order.
        said: its messages in order, without the prompts; labelled ones have their signs.
    """

    name: str
    asked: tuple[Asked, ...]
    said: tuple[Said, ...]

    @property
    def labelled(self) -> list[Said]:
        """The messages whose label is annotated, each behind its question's prompt."""
        known = {asked.number: asked.message_id for asked in self.asked}
        return [one for one in self.said if one.signs and any(known.get(n, one.id) < one.id for n in one.signs)]

    def hear_questions(self) -> Chatter:
        """A chatter that knows the questions and nothing else."""
        chatter = Chatter()
        for asked in self.asked:
            chatter.ask(asked)
        return chatter


def load(folder: Path) -> list[RealChat]:
    """All annotated chats of a folder."""
    return [_chat(path) for path in sorted(folder.glob("*.jsonl"))]


def hidden(said: Said) -> Said:
    """The message without its label, in its text either."""
    return replace(said, text=_LABEL.sub(" ", said.text), signs=())


Case = tuple[Said, tuple[Asked, ...], list[list[float]]]


def cases(chat: RealChat, mode: str, visible: frozenset[int] | None = None) -> Iterator[Case]:
    """Each labelled message with its label hidden, the questions it may answer, and their clues.

    Args:
        chat: the chat.
        mode: `cold` (no label in sight), `live` (only what came before) or `after` (everything else).
        visible: the ids of the messages whose labels may be seen; None for all.
    """
    chatter = chat.hear_questions()
    targets = {one.id for one in chat.labelled}
    shown = {
        one.id: one if mode != "cold" and (visible is None or one.id in visible) else hidden(one) for one in chat.said
    }
    if mode == "live":
        chatter = Chatter()
        waiting = list(chat.asked)
    else:
        waiting = []
        for one in chat.said:
            chatter.hear(shown[one.id])
    for one in chat.said:
        while waiting and waiting[0].message_id < one.id:
            chatter.ask(waiting.pop(0))
        if one.id in targets:
            asked, rows = clues(chatter, chatter.hear(hidden(one)), only_before=mode == "live")
            yield one, tuple(asked), rows
        chatter.hear(shown[one.id])


def _chat(path: Path) -> RealChat:
    head, *lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    place = {line["id"]: number for number, line in enumerate(lines, start=1)}
    authors: dict[str, int] = {}
    numbers = {question["id"]: question["number"] for question in head["questions"]}
    asked, said = [], []
    for line in lines:
        at = datetime.fromisoformat(line["at"]).timestamp()
        author = authors.setdefault(line["author"], len(authors) + 1)
        if line["id"] in numbers:
            asked.append(Asked(numbers[line["id"]], place[line["id"]], at, line["text"]))
            continue
        named = tuple(authors.setdefault(name, len(authors) + 1) for name in _NAMED.findall(line["text"]))
        reply = place.get(line["reply_to"]) if line["reply_to"] else None
        said.append(Said(place[line["id"]], author, at, line["text"], reply, named, tuple(line["answers"])))
    return RealChat(path.stem, tuple(asked), tuple(said))


def coverage(sure: list[float], right: list[bool], precision: float = 0.97) -> tuple[float, float]:
    """The largest share of messages that can be filed with this precision, and from which confidence on."""
    hits, best, threshold = 0, 0, 1.0
    ranked = sorted(zip(sure, right, strict=True), key=lambda pair: -pair[0])
    for count, (confidence, is_right) in enumerate(ranked, start=1):
        hits += is_right
        if hits / count >= precision:
            best, threshold = count, confidence
    return best / max(1, len(ranked)), threshold
