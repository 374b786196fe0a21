"""Texts as sparse vectors of weighted terms, so that likeness is a cosine, through an inverted index.

Terms are stems and pairs of neighbouring stems. A term weighs more the fewer texts use it (as in TF-IDF, but damped by
a square root, since texts of ten words are short of evidence), less if only one text uses it (that can't be a strand
of a talk), and less if it is in the question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

_PAIR_WEIGHT = 0.75
_SINGLE_WEIGHT = 0.7
_QUESTION_WEIGHT = 0.7
_REPEAT = 0.8
_RARITY_POWER = 0.5

Term = str | tuple[str, str]
Vector = dict[int, float]
Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


class Vectors:
    """Unit vectors of some texts.

    All are kept in two lists, once text by text and once term by term. Sums are taken in the order of the terms or
    with `fsum`, so that they are the same to the last digit wherever this runs.

    Attributes:
        substance: how much each text says, as a ratio to the middle one; 0 for none.
        terms: the term behind each number.
    """

    def __init__(self, counts: Sequence[Mapping[Term, int]], question: Iterable[str] = ()) -> None:
        """Weigh the texts.

        Args:
            counts: the terms of each, and how often it uses them.
            question: the content stems of the question they answer.
        """
        used_by = Counter(chain.from_iterable(counts))
        weigh = _Weights(len(counts), frozenset(question))
        known = {term: number for number, term in enumerate(used_by)}
        self.terms: list[Term] = list(known)
        self._texts = len(counts)
        sizes = [len(found) for found in counts]
        self._ends = [0, *accumulate(sizes)]
        size = self._ends[-1]
        self._numbers = np.fromiter(map(known.__getitem__, chain.from_iterable(counts)), np.intp, size)
        times = np.fromiter(chain.from_iterable(found.values() for found in counts), np.intp, size)
        repeated = [1.0] + [1 + _REPEAT * math.log(most) for most in range(1, int(times.max(initial=0)) + 1)]
        weights = np.array([weigh(term, used) for term, used in used_by.items()], np.float64)
        raw = weights[self._numbers] * np.array(repeated)[times]
        lengths = [math.sqrt(math.fsum(squares)) for squares in self._by_text(raw * raw)]
        self._values: Floats = raw / np.repeat(np.array(lengths), sizes)
        middle = median([length for length in lengths if length] or [1.0])
        self.substance = [length / middle for length in lengths]
        by_term = np.argsort(self._numbers, kind="stable")
        self._used_in: Numbers = np.repeat(np.arange(self._texts), sizes)[by_term]
        self._used_values = self._values[by_term]
        self._uses: Numbers = np.bincount(self._numbers, minlength=len(known))
        self._first_use: Numbers = np.cumsum(self._uses) - self._uses

    def unit(self, text: int) -> Vector:
        """A text's vector, of length 1, or empty if it has no content."""
        here = slice(self._ends[text], self._ends[text + 1])
        return dict(zip(self._numbers[here].tolist(), self._values[here].tolist(), strict=True))

    def likeness(self, vector: Mapping[int, float]) -> Floats:
        """The scalar product of a vector with each text."""
        numbers = np.fromiter(vector, np.intp, len(vector))
        uses = self._uses[numbers]
        # Each term's uses stand in a row: where a row begins, less how many stand in the rows before it.
        shifts = np.repeat(self._first_use[numbers] - (np.cumsum(uses) - uses), uses)
        places = shifts + np.arange(len(shifts))
        parts = self._used_values[places] * np.repeat(np.fromiter(vector.values(), np.float64, len(vector)), uses)
        # It adds one after the other, term by term.
        sums: Floats = np.bincount(self._used_in[places], weights=parts, minlength=self._texts).astype(
            np.float64, copy=False
        )
        return sums

    def whole(self, weights: Sequence[float]) -> list[float]:
        """The weighted sum of all texts; its scalar product with a text is the sum of that text's likenesses."""
        parts = (self._used_values * np.array(weights, np.float64)[self._used_in]).tolist()
        # Most terms are one text's alone, and need no exact sum.
        return [
            parts[begin] if uses == 1 else math.fsum(parts[begin : begin + uses])
            for begin, uses in zip(self._first_use.tolist(), self._uses.tolist(), strict=True)
        ]

    def shares(self, whole: Sequence[float]) -> list[tuple[list[int], list[float]]]:
        """Each text's terms, and the parts of its scalar product with a vector of all terms."""
        parts = self._by_text(self._values * np.array(whole, np.float64)[self._numbers])
        numbers = self._numbers.tolist()
        return [(numbers[begin:end], part) for (begin, end), part in zip(pairwise(self._ends), parts, strict=True)]

    def _by_text(self, values: Floats) -> list[list[float]]:
        plain = values.tolist()
        return [plain[begin:end] for begin, end in pairwise(self._ends)]


def terms_of(stems: Sequence[str]) -> Counter[Term]:
    """A text's terms, and how often it uses them, from its content stems."""
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
