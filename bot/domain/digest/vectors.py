"""Texts as sparse vectors of weighted terms, so that likeness is a cosine; pure Python, through an inverted index.

Terms are stems and pairs of neighbouring stems. A term weighs more the fewer texts use it (as in TF-IDF, but damped by
a square root, since texts of ten words are short of evidence), less if only one text uses it (that can't be a strand
of a talk), and less if it is in the question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from operator import mul
from statistics import median

_PAIR_WEIGHT = 0.75
_SINGLE_WEIGHT = 0.7
_QUESTION_WEIGHT = 0.7
_REPEAT = 0.8
_RARITY_POWER = 0.5

Term = str | tuple[str, str]
Vector = dict[int, float]


class Vectors:
    """Unit vectors of some texts.

    Attributes:
        units: one vector a text, of length 1, or empty if it has no content.
        substance: how much each text says, as a ratio to the middle one; 0 for none.
        terms: the term behind each number.
    """

    def __init__(self, texts: Sequence[Sequence[str]], question: Iterable[str] = ()) -> None:
        """Weigh the texts.

        Args:
            texts: the content stems of each.
            question: the content stems of the question they answer.
        """
        counts = [_terms(stems) for stems in texts]
        used_by = Counter(chain.from_iterable(counts))
        weigh = _Weights(len(texts), frozenset(question))
        known = {term: (number, weigh(term, used)) for number, (term, used) in enumerate(used_by.items())}
        self.terms: list[Term] = list(known)
        self.units: list[Vector] = []
        self._used_in: list[list[tuple[int, float]]] = [[] for _ in known]
        lengths = []
        for at, found in enumerate(counts):
            raw: Vector = {}
            for term, times in found.items():
                number, weight = known[term]
                raw[number] = weight if times == 1 else weight * (1 + _REPEAT * math.log(times))
            length = math.sqrt(math.fsum(map(mul, raw.values(), raw.values())))
            lengths.append(length)
            unit = {number: value / length for number, value in raw.items()} if length else {}
            self.units.append(unit)
            for number, value in unit.items():
                self._used_in[number].append((at, value))
        middle = median([length for length in lengths if length] or [1.0])
        self.substance = [length / middle for length in lengths]

    def likeness(self, vector: Mapping[int, float]) -> dict[int, float]:
        """The scalar product of a vector with each text that shares a term with it."""
        sums = [0.0] * len(self.units)
        for number, value in vector.items():
            for at, other in self._used_in[number]:
                sums[at] += value * other
        return {at: total for at, total in enumerate(sums) if total}

    def whole(self, weights: Sequence[float]) -> Vector:
        """The weighted sum of all texts; its scalar product with a text is the sum of that text's likenesses."""
        # Most terms are one text's alone, and need no exact sum.
        return {
            number: used[0][1] * weights[used[0][0]]
            if len(used) == 1
            else math.fsum(value * weights[at] for at, value in used)
            for number, used in enumerate(self._used_in)
        }


def _terms(stems: Sequence[str]) -> Counter[Term]:
    found: Counter[Term] = Counter(stems)
    found.update(pairwise(stems))
    return found


class _Weights:
    """How much terms weigh, by how many texts use them."""

    def __init__(self, texts: int, asked: frozenset[str]) -> None:
        self._texts = texts
        self._asked = asked
        self._rarity: dict[int, float] = {}

    def __call__(self, term: Term, used_by: int) -> float:
        """A term's weight; most are used as often as many others, so that part is reckoned once."""
        weight = self._rarity.get(used_by)
        if weight is None:
            weight = self._rarity[used_by] = self._of(used_by)
        is_pair = isinstance(term, tuple)
        if is_pair:
            weight *= _PAIR_WEIGHT
        if self._asked and not self._asked.isdisjoint(term if is_pair else (term,)):
            weight *= _QUESTION_WEIGHT
        return weight

    def _of(self, used_by: int) -> float:
        weight: float = math.log(1 + self._texts / (used_by + 1)) ** _RARITY_POWER
        return weight * _SINGLE_WEIGHT if used_by == 1 else weight
