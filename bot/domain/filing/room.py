"""Files each message as it comes, and all of them once more when the chat is over and everything is known.

What its author or a person says of a message outranks every clue: a ruling, the button, a label. A reply stands
where the message stands that it answers. Only what bears no sign is told by the clues, and shown only where they
are sure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from bot.domain.filing.clues import NAMES, clues
from bot.domain.filing.heard import Asked, Chatter, Heard, Said
from bot.domain.filing.weights import LEAST_SIGNS, Column, Knowing, column
from bot.domain.markers import read_piece
from bot.domain.messages import Basis, Filing

# What a message rests on that bears no sign, in words for a person.
_FAMILIES = {
    "asked": "time",
    "long": "time",
    "time": "time",
    "next": "time",
    "first": "time",
    "words": "words",
    "asks": "words",
    "neighbours": "neighbours",
    "replies": "reply",
    "replied": "reply",
    "author": "author",
    "spoke": "author",
    "speaks": "author",
}
_FAMILY_OF = tuple(_FAMILIES[name.partition("_")[0]] for name in NAMES)
_REASONS = 3
# Greetings, thanks and goodbyes answer no question if they are all there is.
_ASIDE = re.compile(
    r"\W*(?:hi|hello|hey|howdy|good (?:morning|evening|night|afternoon)|welcome|greetings|bye|goodbye|thanks?|thx"
    r"|thank you|see you|sorry|brb|lol|haha+|hola|buenas|gracias|adi[oó]s|bonjour|bonsoir|salut|merci|hallo|danke"
    r"|tsch[uü]ss)\b",
    re.IGNORECASE,
)
_LONGEST_ASIDE = 8
_LEAST_WORDS = 2
# Who writes "2/2" or "cont." goes on from what they wrote within so many seconds.
_PIECES_WITHIN = 600


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a message stands.

    Attributes:
        filings: the questions; empty for what belongs to none.
        chances: of each question asked so far, by number; empty where a sign or a rule decided.
    """

    filings: tuple[Filing, ...] = ()
    chances: tuple[tuple[int, float], ...] = ()


class Room:
    """One chat, heard message by message; a message may be heard anew after an edit, or forgotten.

    Messages may come in any order; each is filed from those before it by id.
    """

    def __init__(self) -> None:
        self._chatter = Chatter()
        self._basis: dict[int, Basis] = {}
        self._verdicts: dict[int, Verdict] = {}
        self._repeats: dict[int, tuple[int, ...]] = {}

    def ask(self, asked: Asked) -> None:
        """A question was posted; heard twice, it is known once."""
        self._chatter.ask(asked)

    def repeat(self, message_id: int, numbers: tuple[int, ...]) -> None:
        """A message asks these questions once more; it answers none itself, and what replies to it answers them."""
        self._repeats[message_id] = numbers

    def hear(self, said: Said, basis: Basis | None = None) -> Verdict:
        """A message came, or came anew; where it stands by all that was said before it.

        Args:
            said: the message with its signs.
            basis: what the signs rest on; None without any.
        """
        self.recall(said, basis)
        self._verdicts[said.id] = self._file(self._chatter.heard[said.id], Knowing.LIVE)
        return self._verdicts[said.id]

    def recall(self, said: Said, basis: Basis | None = None) -> None:
        """A message that was filed before, as after a restart; `place` tells where it stands."""
        self._chatter.hear(said)
        self._basis.pop(said.id, None)
        if basis is not None:
            self._basis[said.id] = basis

    def place(self, message_id: int, verdict: Verdict) -> None:
        """Where a message stands that isn't filed here, such as one of the bot's own posts."""
        self._verdicts[message_id] = verdict

    def follow(self, message_id: int) -> dict[int, Verdict]:
        """File what replies to a message anew, and what replies to that; where all these stand now."""
        found: dict[int, Verdict] = {}
        waiting = list(self._chatter.replies.get(message_id, ()))
        while waiting:
            reply = waiting.pop()
            if reply > message_id and reply not in found:
                found[reply] = self._verdicts[reply] = self._file(self._chatter.heard[reply], Knowing.LIVE)
                waiting += self._chatter.replies.get(reply, ())
        return found

    def forget(self, message_id: int) -> None:
        """A message is gone, or its author withdrew it; where it stood is remembered for those that reply to it."""
        self._chatter.forget(message_id)
        self._basis.pop(message_id, None)

    def verdict(self, message_id: int) -> Verdict | None:
        """Where a message stood when it was filed last."""
        return self._verdicts.get(message_id)

    def reconsider(self, message_id: int) -> Verdict:
        """File one message with the whole chat known; the others stay as they are."""
        self._verdicts[message_id] = self._file(self._chatter.heard[message_id], self._knowing())
        return self._verdicts[message_id]

    def review(self) -> dict[int, Verdict]:
        """File everything once more with the whole chat known, later labels and replies included."""
        knowing = self._knowing()
        for message_id in self._chatter.order:
            self._verdicts[message_id] = self._file(self._chatter.heard[message_id], knowing)
        return {message_id: self._verdicts[message_id] for message_id in self._chatter.order}

    def _knowing(self) -> Knowing:
        signed = sum(1 for heard in self._chatter.heard.values() if heard.share)
        return Knowing.WHOLE if signed >= LEAST_SIGNS else Knowing.BLIND

    def _file(self, heard: Heard, knowing: Knowing) -> Verdict:
        said = heard.said
        basis = self._basis.get(said.id)
        if basis is not None:
            return Verdict(tuple(Filing(number, basis, reasons=(basis.value,)) for number in said.signs))
        asked = self._chatter.before(said.id)
        replied = self._by_reply(said, asked)
        if replied is not None:
            return replied
        begun = self._by_piece(said)
        if begun is not None:
            return begun
        if not asked or is_aside(said.text):
            return Verdict()
        return _by_clues(self._chatter, heard, knowing)

    def _by_reply(self, said: Said, asked: Sequence[Asked]) -> Verdict | None:
        """Where the message stands that it answers; None if it answers none that is known."""
        if said.reply_to is None:
            return None
        prompt = next((one.number for one in asked if one.message_id == said.reply_to), None)
        repeated = self._repeats.get(said.reply_to, () if prompt is None else (prompt,))
        if repeated:
            return Verdict(tuple(Filing(number, Basis.REPLY, reasons=("reply",)) for number in repeated))
        parent = self._verdicts.get(said.reply_to)
        if parent is None:
            return None
        return Verdict(
            tuple(
                Filing(f.question, Basis.REPLY, f.confidence, f.sure, ("reply", *f.reasons)[:_REASONS])
                for f in parent.filings
            )
        )

    def _by_piece(self, said: Said) -> Verdict | None:
        """Where the piece before stands, if the message says that it goes on from one."""
        earlier = [i for i in self._chatter.of_author[said.author] if i < said.id]
        if not earlier or said.at - self._chatter.heard[earlier[-1]].said.at > _PIECES_WITHIN:
            return None
        before, piece = self._verdicts.get(earlier[-1]), read_piece(said.text)
        if before is None or not before.filings or piece is None or not piece.continues:
            return None
        return Verdict(
            tuple(
                Filing(f.question, Basis.INFERRED, f.confidence, f.sure, ("piece", *f.reasons)[:_REASONS])
                for f in before.filings
            )
        )


def is_aside(text: str) -> bool:
    """Whether a text is but a greeting, thanks or a sign, and so answers no question by itself."""
    if text and not any(sign.isalnum() for sign in text):
        return True
    return _ASIDE.match(text) is not None and len(text.split()) <= _LONGEST_ASIDE


def chances_of(rows: Sequence[Sequence[float]], weights: Column) -> list[float]:
    """The chance of each question, from its clues."""
    scores = [math.fsum(map(mul, weights.weights, row)) for row in rows]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    total = math.fsum(odds)
    return [one / total for one in odds]


def _by_clues(chatter: Chatter, heard: Heard, knowing: Knowing) -> Verdict:
    weights = column(knowing)
    asked, rows = clues(chatter, heard, only_before=knowing is Knowing.LIVE)
    chances = chances_of(rows, weights)
    best = max(range(len(chances)), key=lambda place: (chances[place], place))
    filing = Filing(
        asked[best].number,
        Basis.INFERRED,
        confidence=round(chances[best], 3),
        # A word or two may answer anything.
        sure=chances[best] >= weights.sure_from and len(heard.words) >= _LEAST_WORDS,
        reasons=_reasons(rows, best, weights),
    )
    numbered = tuple((one.number, chance) for one, chance in zip(asked, chances, strict=True))
    return Verdict((filing,), numbered)


def _reasons(rows: Sequence[Sequence[float]], best: int, weights: Column) -> tuple[str, ...]:
    """What speaks for the chosen question against the average of the others, the strongest first."""
    if len(rows) == 1:
        return ("time",)
    spoken: dict[str, float] = {}
    others = list(zip(*(row for at, row in enumerate(rows) if at != best), strict=True))
    for family, weight, own, rest in zip(_FAMILY_OF, weights.weights, rows[best], others, strict=True):
        if own or any(rest):
            spoken[family] = spoken.get(family, 0.0) + weight * (own - math.fsum(rest) / len(rest))
    ranked = sorted(spoken, key=lambda family: (-spoken[family], family))
    return tuple(family for family in ranked if spoken[family] > 0)[:_REASONS]
