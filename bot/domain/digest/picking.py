"""Whom to quote: the selection's choice, held to what is fair to everyone who spoke.

Nobody is quoted twice under one question or more than `PER_PERSON` times in all, and who was quoted waits behind the
others. The three who wrote most have at most their share of the people and a fifth more of the quotes. Reactions,
replies and labels are a prior, never a ranking. Names have no say.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.domain.chat import Chat
from bot.domain.digest.memory import Memory, by_text
from bot.domain.digest.quotes import Quote, Why, quote
from bot.domain.digest.selection import Answer, Choice, Selector, read
from bot.domain.digest.small_talk import AGREES, PASSED_ON, PRAISES, is_about_the_hour
from bot.domain.digest.words import bare, content_stems, plain, question_at_end, singular, stem, words
from bot.domain.markers import read_labels
from bot.domain.messages import ArchivedMessage

PER_PERSON = 2
_SHORTEST = 15
_MOST_LIKED = 1.3
# A newcomer can read an answer to the question alone, but not one side of a talk between two. A greeting is none, and
# the question said again or another's words passed on are hardly one.
_LABELLED = 1.25
_ASIDE = 0.7
_ASKS = 0.7
_NOT_OWN = 0.3
# Who writes ten answers has ten chances; this takes back a part of it.
_CHANCES = 0.25
# The three who wrote most are quoted at most by this much more than their share of the people.
_TALKERS = 3
_TALKERS_MORE = 0.2
_FIRST_TIME = 1.3
_WORDS_SHOWN = 4
_LONGEST_ECHO = 6
_CHAT = "chat"
_PROMPT = re.compile(r"\W*q(?:uestion)?\s?\d{1,2}\b", re.IGNORECASE)
_MENTIONS_FIRST = re.compile(r"\W*(?:@\w|<@!?\d+>)")


class Picker:
    """Picks quotes question by question and remembers whom it quoted.

    Attributes:
        words: those of each readable message, by its id.
        ignored: stems that everybody uses here.
    """

    def __init__(
        self,
        chat: Chat,
        said: Sequence[ArchivedMessage],
        per_person: int,
        newcomers: frozenset[int],
        memory: Memory,
    ) -> None:
        self._memory = memory
        self._questions = len(chat.questions)
        self._prompts = frozenset(question.message_id for question in chat.questions)
        self._newcomers = newcomers
        readable = [message for message in said if message.is_readable]
        wrote = Counter(m.author_id for m in readable)
        self._people = len(wrote)
        self._talkers = _most_talkative(wrote)
        self._room_for_talkers = 0
        self._per_person = per_person
        self._quoted: Counter[int] = Counter()
        found = memory.recall_each("words", None, by_text(readable), words)
        self.words = {message.id: each for message, each in zip(readable, found, strict=True)}
        # Everybody uses the chat's hashtag, and names say nothing of what it is about.
        # So they do of its subject, where that is its first half: "ngss" in #ngsschat.
        tags = {plain(chat.hashtag), plain(chat.hashtag).removesuffix(_CHAT)}
        self.ignored = frozenset(stem(cut) for tag in tags if tag for cut in (tag, singular(tag)))

    def pick(self, parts: Sequence[tuple[str, Sequence[ArchivedMessage]]], count: int) -> list[tuple[Quote, ...]]:
        """Up to `count` quotes for each part by different people, in order of time.

        Args:
            parts: the question's text and the messages under it.
            count: how many quotes a part may have; fewer are chosen where a few people's must last for all parts.
        """
        answered = sum(1 for _, answers in parts if answers)
        if answered > 1:
            count = min(count, max(1, self._people * self._per_person // answered))
        share = _TALKERS / max(self._people, 1) + _TALKERS_MORE
        self._room_for_talkers = math.floor(min(share, 1.0) * count * len(parts))
        while True:
            self._quoted.clear()
            picked = [self._pick(number, *part, count) for number, part in enumerate(parts)]
            fair = math.floor(share * sum(len(quotes) for quotes in picked))
            if share >= 1 or self._by_talkers() <= fair:
                return picked
            # Fewer quotes by the talkative may leave fewer in all, so this may take more than one turn.
            self._room_for_talkers = min(fair, self._room_for_talkers - 1)

    def _pick(self, number: int, question: str, answers: Sequence[ArchivedMessage], count: int) -> tuple[Quote, ...]:
        """The quotes of one part, taken into account for the parts to come."""
        readable = [m for m in answers if m.is_readable]
        # All that decides, but what is the same for a chat as long as it runs.
        made_from = (
            (question, count, self._per_person, self._newcomers, self._talkers, self._prompts, self.ignored),
            +self._quoted,
            readable,
        )
        pick = partial(self._chosen, number, question, readable, count)
        authors, quotes = self._memory.recall("picked", (number, self._room_for_talkers), made_from, pick)
        # The comparison isn't needed when the choice stands, but perhaps next time.
        self._memory.keep_each("selector", None, [number])
        numbers = [message.id for message in readable]
        self._memory.keep_each("prior", self._prompts, numbers)
        self._memory.keep_each("terms", self.ignored, numbers)
        self._quoted.update(authors)
        return quotes

    def _chosen(
        self, number: int, question: str, readable: Sequence[ArchivedMessage], count: int
    ) -> tuple[frozenset[int], tuple[Quote, ...]]:
        """The quotes of one part, and whose they are."""
        quoted_before = self._quoted.copy()
        wrote = Counter(m.author_id for m in readable)
        known = self._priors(readable)
        priors = [prior * wrote[m.author_id] ** -_CHANCES for m, prior in zip(readable, known, strict=True)]
        selector = self._selector(number, question, readable, priors)
        taken: set[int] = set()
        while len(selector.chosen) < count:
            choice = selector.choose_next({author: self._standing(author) for author in wrote if author not in taken})
            if choice is None:
                break
            author = readable[choice.index].author_id
            self._quoted[author] += 1
            taken.add(author)
        worth = _worth_of_part(selector, self.ignored)
        made = [_quoted(choice, readable, selector, worth, priors) for choice in selector.covered_by()]
        self._quoted = quoted_before
        return frozenset(taken), tuple(sorted(made, key=lambda found: found.message_id))

    def _selector(
        self, number: int, question: str, readable: Sequence[ArchivedMessage], priors: Sequence[float]
    ) -> Selector:
        made_from = (question, [(m.id, m.text, prior) for m, prior in zip(readable, priors, strict=True)])

        def compare() -> Selector:
            items = ((m.id, m.text, self.words[m.id]) for m in readable)
            found = self._memory.recall_each("terms", self.ignored, items, lambda each: read(each, self.ignored))
            answers = [
                Answer(m.text or "", m.author_id, prior, read=each)
                for m, prior, each in zip(readable, priors, found, strict=True)
            ]
            return Selector(answers, question, self.ignored)

        return self._memory.recall("selector", number, made_from, compare).again()

    def _by_talkers(self) -> int:
        return sum(self._quoted[talker] for talker in self._talkers)

    def _standing(self, author: int) -> float:
        times = self._quoted[author]
        is_full = author in self._talkers and self._by_talkers() >= self._room_for_talkers
        if times >= self._per_person or is_full:
            return 0.0
        return (_FIRST_TIME if author in self._newcomers else 1.0) / (1 + times)

    def _priors(self, readable: Sequence[ArchivedMessage]) -> list[float]:
        items = ((m.id, (m.text, m.reply_to_id, m.replies, m.reactions), m) for m in readable)
        return self._memory.recall_each("prior", self._prompts, items, self._prior)

    def _prior(self, message: ArchivedMessage) -> float:
        text = message.text or ""
        said = bare(text)
        if not message.is_readable or len(said) < _SHORTEST:
            return 0.0
        is_labelled = bool(read_labels(text, self._questions))
        if not is_labelled and is_about_the_hour(said):
            return 0.0
        noticed = message.replies + sum(count for _, count in message.reactions)
        prior = min(1 + 0.1 * math.log1p(noticed), _MOST_LIKED)
        if is_labelled:
            prior *= _LABELLED
        elif message.reply_to_id not in self._prompts | {None} or _MENTIONS_FIRST.match(text) or PRAISES.match(said):
            prior *= _ASIDE
        asks = bool(question_at_end(said))
        if (asks and _PROMPT.match(text)) or PASSED_ON.search(text):
            prior *= _NOT_OWN
        return prior * _ASKS if asks else prior


def _most_talkative(wrote: Counter[int]) -> frozenset[int]:
    """The three who wrote most, and those few who wrote as much as the third."""
    ranked = sorted(wrote, key=lambda author: (-wrote[author], author))
    third = wrote[ranked[_TALKERS - 1]] if len(ranked) >= _TALKERS else 0
    level = [author for author in ranked if wrote[author] >= third]
    return frozenset(level if 2 * len(level) < len(ranked) else ranked[:_TALKERS])


def _worth_of_part(selector: Selector, ignored: frozenset[str]) -> Callable[[str], float]:
    """How much of what the answers say a part of one says: its words, each by how many answers use it."""
    spread = selector.spread

    def worth(part: str) -> float:
        stems = frozenset(content_stems(words(part), ignored))
        return math.fsum(math.log1p(spread.get(found, 0)) for found in stems)

    return worth


def _quoted(
    choice: Choice,
    readable: Sequence[ArchivedMessage],
    selector: Selector,
    worth: Callable[[str], float],
    priors: Sequence[float],
) -> Quote:
    message = readable[choice.index]
    shown = quote(message, worth=worth)
    why = Why(
        choice.gain,
        choice.coverage,
        choice.own,
        choice.fit,
        choice.repeats,
        priors[choice.index],
        _shared_words(message.text or "", selector.spread),
    )
    others = _others(message, [readable[j] for j in choice.covers], readable)
    return replace(shown, others=others, why=why)


def _others(
    message: ArchivedMessage, alike: Sequence[ArchivedMessage], readable: Sequence[ArchivedMessage]
) -> tuple[int, ...]:
    """One message of each other person who said something like it, short agreement in a reply included."""
    echoes = [m for m in readable if m.reply_to_id == message.id and _is_echo(m.text or "")]
    first: dict[int, int] = {}
    for other in (*alike, *echoes):
        if other.author_id != message.author_id:
            first.setdefault(other.author_id, other.id)
    return tuple(first.values())


def _is_echo(text: str) -> bool:
    return AGREES.match(bare(text)) is not None and len(words(text)) <= _LONGEST_ECHO


def _shared_words(text: str, spread: Mapping[str, int]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for word in words(text):
        for key in content_stems([word]):
            found.setdefault(key, plain(word))
    ranked = sorted((key for key in found if spread.get(key, 0) > 1), key=lambda key: (-spread[key], key))
    return tuple(found[key] for key in ranked[:_WORDS_SHOWN])
