"""Which answers to quote: those that together voice most of what was said, at a readable length.

A greedy choice for a facility-location function (Lin & Bilmes 2011, "A class of submodular functions for document
summarization"): an answer is covered as far as the quote most like it is like it, and each next quote is the one that
adds most. For the coverage alone greedy is within 1 - 1/e of the best possible (Nemhauser, Wolsey & Fisher 1978), and
a gain computed earlier bounds a later one, which saves most of the work ("lazy" greedy, Minoux 1978; Krause & Golovin
2014, "Submodular function maximization"). Likeness reaches over a second step: what is like an answer's neighbours is
a little like the answer (document expansion, Singhal & Pereira 1999), which lets short texts meet that share no word.
docs/digest.md says how the constants were found. Ties go to the earlier answer; nobody's name has a say.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain

import numpy as np

from bot.domain.digest.vectors import Floats, Term, Vector, Vectors, terms_of
from bot.domain.digest.words import content_stems, word_count, words

# How many words a quote should have on average over a question: what a phone shows in about three lines.
WORDS_PER_QUOTE = 22
# Fewer content stems than this and a text is only counted: "same here", "👍".
_FEWEST_STEMS = 1
# Of a very long text its beginning is compared; it isn't quoted whole anyway.
_WORDS_READ = 200
_ROUNDING = 1 + 1e-9
_FIT_SHARPNESS = 0.8
_FIT_OF_COVERAGE = 0.3
_OWN_WORTH = 0.8
_REDUNDANCY = 0.5
_SECOND_STEP = 0.3
_NEIGHBOURS = 40
# A reach keeps its strongest terms; long texts by hundreds of people would make it slow else.
_REACH_TERMS = 200
# Among many answers there are enough near ones.
_MANY = 200
_NEIGHBOURS_OF_MANY = 15
_REACH_TERMS_OF_MANY = 80
# Of more answers than this only so many of the weightiest are candidates; all of them are to be covered.
_MOST_CANDIDATES = 120
_FEWEST_CANDIDATES = 24
_COMPARISONS = 12_000
# A thin answer ("it was good") is worth less to cover.
_SUBSTANCE_POWER = 0.75
# The cosine from which on two answers say "something like" the same.
_LIKE = 0.25


Author = int | str | None


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it is compared with others.

    Attributes:
        terms: and how often it uses them.
        stems: those that say what it is about, each once.
        is_empty: whether it says too little to be quoted.
        length: how long it reads, in words.
    """

    terms: Counter[Term]
    stems: frozenset[str]
    is_empty: bool
    length: int


def read(found: Sequence[str], ignored: frozenset[str]) -> Read:
    """A text as terms.

    Args:
        found: its words.
        ignored: stems that say nothing here.
    """
    stems = content_stems(found[:_WORDS_READ], ignored)
    return Read(terms_of(stems), frozenset(stems), len(stems) < _FEWEST_STEMS, word_count(found))


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that may be quoted.

    Attributes:
        text: as written.
        author: whose it is; None where nobody knows.
        prior: multiplies its worth; 0 for a text that is only to be covered.
        counts: how much covering it is worth; 0 for a text that may be quoted but speaks for nobody else.
        read: the text as terms, if it was read before.
    """

    text: str
    author: Author = None
    prior: float = 1.0
    counts: float = 1.0
    read: Read | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that was chosen, and why.

    Attributes:
        index: which answer.
        gain: what decided, compared with the other answers at that moment.
        coverage: how many answers' worth it covered that nothing chosen before did.
        own: what it says itself, before its length is taken into account.
        fit: how well its length fits, 0 to 1.
        repeats: how like it is to the quotes chosen before, 0 to 1.
        covers: the answers that are most like this of all quotes, and like enough to say so, the most like first.
    """

    index: int
    gain: float
    coverage: float
    own: float
    fit: float
    repeats: float
    covers: tuple[int, ...] = ()


class Selector:
    """Chooses among the answers to one question, one quote at a time."""

    def __init__(self, answers: Sequence[Answer], question: str = "", ignored: frozenset[str] = frozenset()) -> None:
        """Compare the answers.

        Args:
            answers: all that were given, in order.
            question: what they answer.
            ignored: stems that say nothing here, such as that of the chat's hashtag.
        """
        self.answers = answers
        self._is_small = len(answers) <= _MANY
        found = [read(words(answer.text), ignored) if answer.read is None else answer.read for answer in answers]
        self.vectors = Vectors([each.terms for each in found], content_stems(words(question), ignored))
        self.spread = Counter(chain.from_iterable(each.stems for each in found))
        self.lengths = [each.length for each in found]
        self.chosen: list[Choice] = []
        substance = self.vectors.substance
        weights = [min(s, 1.0) ** _SUBSTANCE_POWER * a.counts for s, a in zip(substance, answers, strict=True)]
        self._weights = np.array(weights, np.float64)
        self._covered = np.zeros(len(answers))
        self._repeats = np.zeros(len(answers))
        self._rows: dict[int, Floats] = {}
        self._words_so_far = 0
        usable = [i for i, each in enumerate(found) if not each.is_empty and answers[i].prior > 0]
        # What an answer could cover at most, without the work of comparing it with each other one.
        whole = self.vectors.whole(weights)
        self._open = self._candidates(usable, whole)
        self._reaches = {i: self._reach(i) for i in self._open}
        self._first_bounds = {
            i: math.fsum(value * whole[number] for number, value in reach.items()) * _ROUNDING
            for i, reach in self._reaches.items()
        }
        self._bounds = dict(self._first_bounds)

    def again(self) -> Selector:
        """A selector of the same answers that has chosen nothing yet; what was compared is shared."""
        fresh = copy(self)
        fresh.begin()
        return fresh

    def begin(self) -> None:
        """Forget what was chosen."""
        self.chosen = []
        self._covered = np.zeros(len(self.answers))
        self._repeats = np.zeros(len(self.answers))
        self._words_so_far = 0
        self._open = list(self._reaches)
        self._bounds = dict(self._first_bounds)

    def _candidates(self, usable: list[int], whole: Sequence[float]) -> list[int]:
        most = max(_FEWEST_CANDIDATES, min(_MOST_CANDIDATES, _COMPARISONS // max(len(usable), 1)))
        if len(usable) <= most:
            return usable
        ranked: dict[int, list[tuple[float, int]]] = {}
        shared = self.vectors.shares(whole)
        for i in usable:
            numbers, shares = shared[i]
            fit = self._fit(i)
            worth = (math.fsum(shares) * fit**_FIT_OF_COVERAGE + self._own(i) * fit) * self.answers[i].prior
            # The term that ties it to most others stands for its strand; every strand sends candidates in turn.
            most_shared = max(shares)
            strand = min(number for number, share in zip(numbers, shares, strict=True) if share == most_shared)
            ranked.setdefault(strand, []).append((-worth, i))
        turns = [(turn, *found) for strand in ranked.values() for turn, found in enumerate(sorted(strand))]
        return sorted(i for _, _, i in nsmallest(most, turns))

    def choose_next(self, standing: Mapping[Author, float] | None = None) -> Choice | None:
        """The next quote, or None if no answer is left that says something.

        Args:
            standing: what to multiply an author's answers by; who isn't named can't be chosen. None: all are equal.
        """
        worth = {i: self.answers[i].prior for i in self._open}
        if standing is not None:
            worth = {i: value * standing.get(self.answers[i].author, 0.0) for i, value in worth.items()}
        queue = sorted((-self._value(i, self._bounds[i], worth[i]), i) for i in self._open if worth[i] > 0)
        best: tuple[float, int] | None = None
        for bound, i in queue:
            if best is not None and -bound < -best[0]:
                break
            self._bounds[i] = self._gain(i)
            value = (-self._value(i, self._bounds[i], worth[i]), i)
            best = value if best is None else min(best, value)
        return None if best is None else self._take(best[1], -best[0])

    def _take(self, i: int, value: float) -> Choice:
        choice = Choice(i, value, self._bounds[i], self._own(i), self._fit(i), float(self._repeats[i]))
        self._covered = np.maximum(self._covered, self._row(i))
        self._repeats = np.maximum(self._repeats, self.vectors.likeness(self.vectors.unit(i)))
        self._words_so_far += self.lengths[i]
        self._open.remove(i)
        self.chosen.append(choice)
        return choice

    def _value(self, i: int, gain: float, worth: float) -> float:
        fit = self._fit(i)
        value: float = gain * fit**_FIT_OF_COVERAGE + self._own(i) * fit
        return value * worth * (1 - _REDUNDANCY * float(self._repeats[i]))

    def _own(self, i: int) -> float:
        return _OWN_WORTH * math.sqrt(self.vectors.substance[i])

    def _fit(self, i: int) -> float:
        """How near the quotes would come to the wanted length with this one; a log-normal hump."""
        wanted = WORDS_PER_QUOTE * (len(self.chosen) + 1)
        off = math.log((self._words_so_far + max(self.lengths[i], 1)) / wanted)
        return math.exp(-_FIT_SHARPNESS * off * off)

    def _gain(self, i: int) -> float:
        more = self._row(i) - self._covered
        # fsum: a sum that depended on its order would choose differently on another day.
        return math.fsum((self._weights * np.maximum(more, 0.0)).tolist())

    def _row(self, i: int) -> Floats:
        if i not in self._rows:
            self._rows[i] = np.minimum(self.vectors.likeness(self._reaches[i]), 1.0)
        return self._rows[i]

    def _reach(self, i: int) -> Vector:
        """The answer's vector, and a little of its nearest neighbours'."""
        reach = self.vectors.unit(i)
        like = self.vectors.likeness(reach)
        like[i] = 0.0
        near = _NEIGHBOURS if self._is_small else _NEIGHBOURS_OF_MANY
        # Of those as like the earlier comes first.
        for j in np.argsort(-like, kind="stable")[:near].tolist():
            step = _SECOND_STEP * float(like[j])
            if step:
                for number, value in self.vectors.unit(j).items():
                    reach[number] = reach.get(number, 0.0) + step * value
        most = _REACH_TERMS if self._is_small else _REACH_TERMS_OF_MANY
        if len(reach) <= most:
            return reach
        return dict(sorted(reach.items(), key=lambda term: (-term[1], term[0]))[:most])

    def covered_by(self) -> list[Choice]:
        """The choices so far, each with the answers by other people that say something like it."""
        like = {choice.index: self.vectors.likeness(self.vectors.unit(choice.index)).tolist() for choice in self.chosen}
        covers: dict[int, list[tuple[float, int]]] = {choice.index: [] for choice in self.chosen}
        for j, answer in enumerate(self.answers):
            if j in like:
                continue
            nearest = max(like, key=lambda i: (like[i][j], -i), default=None)
            if nearest is None or like[nearest][j] < _LIKE:
                continue
            if answer.author is None or answer.author != self.answers[nearest].author:
                covers[nearest].append((-like[nearest][j], j))
        return [
            Choice(c.index, c.gain, c.coverage, c.own, c.fit, c.repeats, tuple(j for _, j in sorted(covers[c.index])))
            for c in self.chosen
        ]


def select(answers: Sequence[Answer], count: int, question: str = "") -> list[Choice]:
    """Up to `count` answers to one question, the best first, no author twice."""
    selector = Selector(answers, question)
    authors: set[Author] = {answer.author for answer in answers}
    while len(selector.chosen) < count:
        taken = {answers[choice.index].author for choice in selector.chosen} - {None}
        if selector.choose_next(dict.fromkeys(authors - taken, 1.0)) is None:
            break
    return selector.covered_by()
