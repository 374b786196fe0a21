"""What filing knows of a chat: the questions asked, and of each message its author, time, words and sign."""

from __future__ import annotations

import math
import re
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from statistics import median

_NOISE = re.compile(r"https?://\S+|<[@#:][^>]+>|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_MENTION = re.compile(r"<@!?(\d+)>")
_LINK = re.compile(r"https?://\S+")
# Endings that English, French and Spanish add to a word; what is left need not be a word, only the same for all.
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "er", "es", "s", "ly")
_LEAST_STEM = 4
# A question's own words count as much as so many answers with them.
_OF_PROMPT = 1.5
# And how usual a word is in the whole chat as much as so many.
_USUAL = 2.0
# Words that say nothing about what a message is about.
_EMPTY = frozenset(
    [
        "the",
        "and",
        "for",
        "that",
        "this",
        "with",
        "are",
        "was",
        "but",
        "not",
        "you",
        "your",
        "our",
        "they",
        "them",
        "their",
        "from",
        "have",
        "has",
        "had",
        "can",
        "could",
        "would",
        "will",
        "what",
        "which",
        "when",
        "where",
        "who",
        "how",
        "why",
        "all",
        "any",
        "some",
        "also",
        "just",
        "get",
        "got",
        "too",
        "out",
        "about",
        "into",
        "more",
        "most",
        "very",
        "been",
        "were",
        "its",
        "it's",
        "there",
        "then",
        "than",
        "she",
        "him",
        "her",
        "his",
        "one",
        "use",
        "i'm",
        "amp",
    ]
)


def words_of(text: str) -> tuple[str, ...]:
    """The words that say what a text is about, each once, without their endings."""
    found = " ".join(_WORD.findall(_NOISE.sub(" ", text))).casefold().split(" ")
    return tuple(dict.fromkeys(filter(None, map(_stem, found))))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """A word without its ending; nothing of one that says nothing."""
    if word in _EMPTY:
        return ""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was posted.

    Attributes:
        number: the question's.
        message_id: its prompt; ids order messages.
        at: when (Unix seconds).
        text: its words.
    """

    number: int
    message_id: int
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message as filing sees it.

    Attributes:
        id: Discord's id; ids order messages.
        author: any number that stands for its author.
        at: when (Unix seconds).
        text: as written.
        reply_to: the message that it replies to, or None.
        mentions: the authors whom it names.
        signs: the questions under which it stands by a label, a button, a thread of their own or a person's ruling.
    """

    id: int
    author: int
    at: float
    text: str
    reply_to: int | None = None
    mentions: tuple[int, ...] = ()
    signs: tuple[int, ...] = ()

    @property
    def seems_an_answer(self) -> float:
        """How likely a message is an answer at all by its form alone, 0 to 1."""
        return _seems_an_answer(self, words_of(self.text))


def _seems_an_answer(said: Said, words: Sequence[str]) -> float:
    # People who talk to each other name each other first, and an answer has some words.
    start = _LINK.sub("", said.text).lstrip()
    if start.startswith(("@", ".@", "<@")) or len(words) < _LEAST_STEM:
        return 0.15
    return 0.3 if said.mentions or _MENTION.search(said.text) else 0.8


@dataclass(slots=True)
class Heard:
    """A message with what is worked out once.

    Attributes:
        said: the message.
        words: what it is about.
        share: how much of it stands under each question by a sign; empty without one.
        answers: how likely it is an answer by its form.
    """

    said: Said
    words: tuple[str, ...]
    share: Mapping[int, float]
    answers: float

    @classmethod
    def of(cls, said: Said) -> Heard:
        """Work it out."""
        share = dict.fromkeys(said.signs, 1 / len(said.signs)) if said.signs else {}
        words = words_of(said.text)
        return cls(said, words, share, _seems_an_answer(said, words))


@dataclass(slots=True)
class Chatter:
    """All that was heard so far; messages may come late or anew, as after an edit.

    Attributes:
        asked: the questions posted so far, in order.
        order: the ids of the messages, ascending.
        signed: of those, the ids of the messages with a sign.
        heard: the messages by id.
        of_author: their ids, ascending.
        replies: the ids of those that reply to a message.
        spread: how many messages have a word.
        used: how much a word stands under each question by signs.
        totals: how much stands under each question by signs.
        prompt_words: the words of each question.
        pace: the usual time between two questions in seconds; ten minutes before that can be told.
    """

    asked: list[Asked] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)
    heard: dict[int, Heard] = field(default_factory=dict)
    of_author: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    replies: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    spread: Counter[str] = field(default_factory=Counter)
    used: defaultdict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    totals: dict[int, float] = field(default_factory=dict)
    prompt_words: dict[int, frozenset[str]] = field(default_factory=dict)
    pace: float = 600.0
    # What was worked out since something was asked, heard or forgotten last.
    _rarities: dict[str, float] = field(default_factory=dict)
    _sizes: dict[int, float] = field(default_factory=dict)
    _leanings: dict[int, Leanings] = field(default_factory=dict)

    def ask(self, asked: Asked) -> None:
        """A question was posted."""
        if asked.number not in self.prompt_words:
            self._leanings.clear()
            self.asked.append(asked)
            self.asked.sort(key=lambda one: one.message_id)
            self.prompt_words[asked.number] = frozenset(words_of(asked.text))
            gaps = [later.at - earlier.at for earlier, later in pairwise(self.asked)]
            self.pace = max(median(gaps), 1.0) if gaps else 600.0

    def hear(self, said: Said) -> Heard:
        """A message was posted, edited or given a sign; what was known of it before is forgotten."""
        self.forget(said.id)
        self._know_nothing()
        heard = Heard.of(said)
        self.heard[said.id] = heard
        insort(self.order, said.id)
        insort(self.of_author[said.author], said.id)
        if said.reply_to is not None:
            self.replies[said.reply_to].append(said.id)
        self.spread.update(heard.words)
        if heard.share:
            insort(self.signed, said.id)
            self._count(heard, 1)
        return heard

    def forget(self, message_id: int) -> None:
        """A message is gone."""
        heard = self.heard.pop(message_id, None)
        if heard is None:
            return
        self._know_nothing()
        self.order.remove(message_id)
        self.of_author[heard.said.author].remove(message_id)
        if heard.said.reply_to is not None:
            self.replies[heard.said.reply_to].remove(message_id)
        self.spread.subtract(heard.words)
        if heard.share:
            self.signed.remove(message_id)
            self._count(heard, -1)

    def _know_nothing(self) -> None:
        self._rarities.clear()
        self._sizes.clear()
        self._leanings.clear()

    def _count(self, heard: Heard, times: int) -> None:
        for number, share in heard.share.items():
            more = times * share
            self.totals[number] = self.totals.get(number, 0.0) + more
            for word in heard.words:
                used = self.used[word]
                used[number] = used.get(number, 0.0) + more

    def before(self, message_id: int) -> Sequence[Asked]:
        """The questions posted before a message."""
        return [one for one in self.asked if one.message_id < message_id]

    def rarity(self, word: str) -> float:
        """How much a word tells: the fewer messages have it, the more (inverse document frequency)."""
        found = self._rarities.get(word)
        if found is None:
            found = self._rarities[word] = math.log((1 + len(self.order)) / (1 + self.spread[word])) + 0.3
        return found

    def prompt_size(self, number: int) -> float:
        """How much a question's own words tell together."""
        found = self._sizes.get(number)
        if found is None:
            words = sorted(self.prompt_words[number])
            found = self._sizes[number] = math.sqrt(math.fsum(self.rarity(word) ** 2 for word in words))
        return found

    def leanings(self, asked: Sequence[Asked]) -> Leanings:
        """How words lean to the first questions, so many as these are."""
        found = self._leanings.get(len(asked))
        if found is None:
            found = self._leanings[len(asked)] = Leanings.of(self, asked)
        return found


@dataclass(slots=True)
class Leanings:
    """How much more often each word stands under each of some questions than under any of them, by signs.

    Attributes:
        asked_of: the words of these questions.
    """

    asked_of: frozenset[str]
    _asked: Sequence[tuple[int, frozenset[str]]]
    _used: Mapping[str, Mapping[int, float]]
    _everything: float
    _seen: Sequence[float]
    _known: dict[str, Sequence[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, chatter: Chatter, asked: Sequence[Asked]) -> Leanings:
        """As they are now."""
        prompts = [(one.number, chatter.prompt_words[one.number]) for one in asked]
        totals = [max(0.0, chatter.totals.get(one.number, 0.0)) for one in asked]
        return cls(
            frozenset().union(*(words for _, words in prompts)),
            prompts,
            chatter.used,
            sum(totals) + _OF_PROMPT * len(asked),
            [total + _OF_PROMPT + _USUAL for total in totals],
        )

    def of_word(self, word: str) -> Sequence[float]:
        """A naive Bayes classifier's log odds for each question, smoothed towards how usual the word is in this chat.

        Empty for a word that tells nothing.
        """
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._worked_out(word)
        return found

    def _worked_out(self, word: str) -> Sequence[float]:
        used = self._used.get(word)
        if not used and word not in self.asked_of:
            return ()
        used = used or {}
        counts = [max(0.0, used.get(number, 0.0)) + _OF_PROMPT * (word in words) for number, words in self._asked]
        usual = sum(counts) / self._everything
        if usual <= 0:
            return ()
        more = _USUAL * usual
        return [math.log((count + more) / (total * usual)) for count, total in zip(counts, self._seen, strict=True)]
