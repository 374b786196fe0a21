"""How well answers find their question: the product's filing on annotated chats, each label hidden in its turn.

    .venv/bin/python benchmarks/filing.py DIR [--json]

- `baseline`: the question asked last.
- `cold`: no label is visible in the whole chat.
- `live`: only earlier messages and their labels are known.
- `after`: all other messages and their labels are known.

`coverage_at_97` is the largest share of messages, the surest first, of which 97 % are filed rightly. The last line
is JSON. The shipped weights were learned from such chats; `learn_filing.py` has the figures for chats left out.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles

from filing_data import RealChat, coverage, hidden, load

from bot.domain.filing import Asked, Room, Said
from bot.domain.filing.room import Verdict
from bot.domain.messages import Basis

_MANY = 5_000


@dataclass
class Tally:
    """How one way of filing did."""

    sure: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def add(self, said: Said, verdict: Verdict) -> None:
        """One more message."""
        filing = verdict.filings[0] if verdict.filings else None
        self.sure.append(filing.confidence if filing else 0.0)
        self.right.append(filing is not None and filing.question in said.signs)

    def figures(self) -> dict[str, float]:
        """Shares from 0 to 1."""
        return {
            "accuracy": round(sum(self.right) / max(1, len(self.right)), 4),
            "coverage_at_97": round(coverage(self.sure, self.right)[0], 4),
        }


def signed(said: Said) -> tuple[Said, Basis | None]:
    """The message with its label, and what that is called."""
    return said, Basis.LABEL if said.signs else None


def room_of(chat: RealChat, *, cold: bool) -> Room:
    """A room that has heard the whole chat."""
    room = Room()
    for asked in chat.asked:
        room.ask(asked)
    for said in chat.said:
        room.hear(*((hidden(said), None) if cold else signed(said)))
    return room


def cold(chat: RealChat, tally: Tally) -> None:
    """No label is visible."""
    verdicts = room_of(chat, cold=True).review()
    for said in chat.labelled:
        tally.add(said, verdicts[said.id])


def live(chat: RealChat, tally: Tally, seconds: list[float]) -> None:
    """Message by message, as they came."""
    room, waiting = Room(), list(chat.asked)
    targets = {said.id for said in chat.labelled}
    for said in chat.said:
        while waiting and waiting[0].message_id < said.id:
            room.ask(waiting.pop(0))
        if said.id in targets:
            started = time.perf_counter()
            verdict = room.hear(hidden(said))
            seconds.append(time.perf_counter() - started)
            tally.add(said, verdict)
        room.hear(*signed(said))


def after(chat: RealChat, tally: Tally) -> None:
    """Everything else is known; the label of one message at a time is hidden."""
    room = room_of(chat, cold=False)
    for said in chat.labelled:
        room.hear(hidden(said))
        # What the message answers may itself have been filed by this message's label.
        verdict = room.reconsider(said.id) if said.reply_to is None else room.review()[said.id]
        tally.add(said, verdict)
        room.hear(*signed(said))


def asked_last(chat: RealChat, tally: Tally) -> None:
    """The question being asked now."""
    for said in chat.labelled:
        numbers = [asked.number for asked in chat.asked if asked.message_id < said.id]
        tally.sure.append(1.0)
        tally.right.append(bool(numbers) and numbers[-1] in said.signs)


def long_chat(chats: list[RealChat]) -> float:
    """Seconds for reviewing a chat of 5,000 messages, made of real ones joined end to end."""
    room, offset, at, number, heard = Room(), 0, 0.0, 0, 0
    while heard < _MANY:
        for chat in chats:
            begin = min(said.at for said in chat.said)
            known = {asked.number: number + place for place, asked in enumerate(chat.asked, start=1)}
            for asked in chat.asked:
                moved = Asked(known[asked.number], asked.message_id + offset, asked.at - begin + at, asked.text)
                if number < len(chat.asked):
                    room.ask(moved)
            for said in chat.said[: max(0, _MANY - heard)]:
                signs = tuple(n for n in said.signs if known.get(n, _MANY) <= len(chats[0].asked))
                reply = said.reply_to + offset if said.reply_to is not None else None
                later = replace(said, id=said.id + offset, at=said.at - begin + at, reply_to=reply, signs=signs)
                room.hear(*signed(later))
                heard += 1
            offset += 10_000
            at += 7_200
            number += len(chat.asked)
    started = time.perf_counter()
    room.review()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if folder is None or not folder.is_dir():
        sys.exit("Which folder has the annotated chats? For example: filing.py path/to/chats")
    chats = [chat for chat in load(folder) if chat.labelled]
    if not chats:
        sys.exit(f"No chat in {folder} has labelled answers behind their questions.")
    tallies = {name: Tally() for name in ("baseline", "cold", "live", "after")}
    seconds: list[float] = []
    for chat in chats:
        asked_last(chat, tallies["baseline"])
        cold(chat, tallies["cold"])
        live(chat, tallies["live"], seconds)
        after(chat, tallies["after"])
    found = {name: tally.figures() for name, tally in tallies.items()}
    n = len(tallies["cold"].right)
    if "--json" not in sys.argv:
        print(f"{n} labelled answers in {len(chats)} chats, each with its label hidden\n")
        print(f"{'':10}{'right':>8}{'at 97 % precision':>20}")
        print(f"{'baseline':10}{found['baseline']['accuracy']:8.1%}")
        for name in ("cold", "live", "after"):
            print(f"{name:10}{found[name]['accuracy']:8.1%}{found[name]['coverage_at_97']:20.1%}")
        slow = quantiles(seconds, n=100)[98] if len(seconds) > 1 else seconds[0]
        print(
            f"\nfiling live: {median(seconds) * 1000:.2f} ms a message at the median, {slow * 1000:.2f} ms at the 99th"
        )
        print(f"reviewing {_MANY:,} messages: {long_chat(chats):.2f} s")
    print(json.dumps({"n": n, "baseline": found.pop("baseline")["accuracy"], **found}))


if __name__ == "__main__":
    main()
