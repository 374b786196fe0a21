"""What each clue weighs, as learned by `benchmarks/learn_filing.py` from real chats; nobody sets these by hand.

The chance of a question is the softmax of the weighted sums over the questions asked so far: a conditional logit
(McFadden, Conditional Logit Analysis of Qualitative Choice Behavior, 1974).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.filing.clues import NAMES


class Knowing(IntEnum):
    """What is known when a message is filed."""

    BLIND = 0
    LIVE = 1
    WHOLE = 2


# Clue: without labels in sight, live, with the whole chat known.
_WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "asked_long_ago": (-1.62, -0.91, -0.71),
    "asked_just_now": (-0.99, 0.50, -0.17),
    "long_text_at_once": (-5.20, -4.37, -4.28),
    "long_text_soon": (-3.70, -2.21, -1.80),
    "time_used_up": (-0.05, -0.24, 0.00),
    "next_time_used_up": (-0.37, -0.40, -0.07),
    "words_of_question": (7.33, 6.66, 6.70),
    "words_of_answers": (0.58, 0.51, 0.46),
    "asks_back": (-0.45, -0.47, -0.69),
    "neighbours": (0.00, 0.38, 0.46),
    "replies_to_it": (6.03, 6.44, 5.87),
    "replied_to_from_it": (0.00, 0.00, 3.73),
    "author_goes_on": (0.00, 4.47, 3.49),
    "author_moves_on": (0.00, 0.60, 0.48),
    "author_goes_back": (0.00, -0.27, -0.17),
    "author_later_same": (0.00, 0.00, -1.31),
    "author_later_next": (0.00, 0.00, 0.43),
    "author_later_earlier": (0.00, 0.00, -2.88),
    "author_later_soon": (0.00, 0.00, 3.77),
    "author_answered_it": (0.00, -0.86, -0.87),
    "author_comes_late": (0.00, 0.63, 0.49),
    "spoke_at_its_time": (-0.84, -0.64, -0.45),
    "spoke_at_its_time_last": (1.12, 1.08, 0.99),
    "speaks_again_before_next": (0.66, 0.00, 0.19),
    "spoke_often": (-2.61, -1.82, -2.14),
    "first_words_soon": (2.68, 3.03, 3.02),
}
# From this confidence on 97 of 100 were right in chats that the weights weren't learned from.
_SURE_FROM = (0.91, 0.87, 0.85)
# With fewer signs than this in a whole chat they tell too little, and it is read as if there were none.
LEAST_SIGNS = 5


@dataclass(frozen=True, slots=True)
class Column:
    """The weights for one degree of knowing.

    Attributes:
        weights: in the order of `NAMES`.
        sure_from: the confidence from which on a filing may be shown without a person having looked.
    """

    weights: tuple[float, ...]
    sure_from: float


def column(knowing: Knowing) -> Column:
    """The weights that hold when so much is known."""
    return _COLUMNS[knowing]


_COLUMNS = tuple(Column(tuple(_WEIGHTS[name][k] for name in NAMES), _SURE_FROM[k]) for k in Knowing)
