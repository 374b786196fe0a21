"""Texts as sparse vectors of weighted terms, so that likeness is a cosine; pure Python, through an inverted index.

Terms are stems and pairs of neighbouring stems. A term weighs more the fewer texts use it (as in TF-IDF, but damped by
a square root, since texts of ten words are short of evidence), less if only one text uses it (that can't be a strand
of a talk), and less if it is in the question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
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
        used_by = Counter(term for found in counts for term in found)
        numbers = {term: number for number, term in enumerate(used_by)}
        asked = frozenset(question)
        weights = {term: _weight(term, used, len(texts), asked) for term, used in used_by.items()}
        self.terms: list[Term] = list(numbers)
        self.units: list[Vector] = []
        lengths = []
        for found in counts:
            raw = {numbers[term]: weights[term] * (1 + _REPEAT * math.log(times)) for term, times in found.items()}
            length = math.sqrt(math.fsum(value * value for value in raw.values()))
            lengths.append(length)
            self.units.append({number: value / length for number, value in raw.items()} if length else {})
        middle = median([length for length in lengths if length] or [1.0])
        self.substance = [length / middle for length in lengths]
        self._used_in: list[list[tuple[int, float]]] = [[] for _ in numbers]
        for at, unit in enumerate(self.units):
            for number, value in unit.items():
                self._used_in[number].append((at, value))

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


def _weight(term: Term, used_by: int, texts: int, asked: frozenset[str]) -> float:
    weight: float = math.log(1 + texts / (used_by + 1)) ** _RARITY_POWER
    if used_by == 1:
        weight *= _SINGLE_WEIGHT
    if isinstance(term, tuple):
        weight *= _PAIR_WEIGHT
    if not asked.isdisjoint(term if isinstance(term, tuple) else (term,)):
        weight *= _QUESTION_WEIGHT
    return weight
