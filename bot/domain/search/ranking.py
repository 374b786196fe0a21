"""How well a text fits what was looked for: how often it says it for its length (the shape of BM25).

All texts that are compared have every word looked for, so how rare a word is decides nothing. After Robertson and
Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with their usual k1 and b.
"""

from __future__ import annotations

from collections.abc import Sequence

_K1 = 1.2
_B = 0.75


def fitness(times: Sequence[int], length: int, usual: float) -> float:
    """A text's fitness, to be compared with others' for the same search.

    Args:
        times: how often it has each of what was looked for.
        length: its words.
        usual: the middle length of all that are compared, in words.
    """
    share = _K1 * (1 - _B + _B * length / max(usual, 1.0))
    return sum(count * (_K1 + 1) / (count + share) for count in times)
