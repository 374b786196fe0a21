"""Learn what the clues of filing weigh, and say how well that does on chats it was not learned from.

    .venv/bin/python benchmarks/learn_filing.py DIR

prints the figures of a cross-validation that leaves out one chat at a time, then the table for
`bot/domain/filing/weights.py`. The model is a conditional logit (McFadden 1974): the chance of a question is the
softmax of the weighted sum of its clues over the questions asked so far. It is fitted by Newton's method with a ridge.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
from filing_data import RealChat, cases, coverage, load

from bot.domain.filing.clues import NAMES

RIDGE = 8.0
# Learned also with a part of the labels hidden, for not every chat labels as much as these.
COLUMNS = {
    "blind": [("cold", 1.0)],
    "live": [("live", 1.0), ("live", 0.6)],
    "whole": [("after", 1.0), ("after", 0.6)],
}
_MOST = 20
_NEARLY_NOTHING = 1e-6


class Sample:
    """The cases of one chat as arrays: clues, which questions there are, and the right one."""

    def __init__(self, chat: RealChat, mode: str, share: float, dice: random.Random) -> None:
        visible = frozenset(one.id for one in chat.labelled if dice.random() < share) if share < 1 else None
        found = [case for case in cases(chat, mode, visible) if case[0].signs[0] in [a.number for a in case[1]]]
        self.clues = np.zeros((len(found), _MOST, len(NAMES)))
        self.there = np.zeros((len(found), _MOST), bool)
        self.right = np.zeros(len(found), int)
        for place, (said, asked, rows) in enumerate(found):
            self.clues[place, : len(rows)] = rows
            self.there[place, : len(rows)] = True
            self.right[place] = [a.number for a in asked].index(said.signs[0])


def chances(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """The chance of each question in each case."""
    scores = np.where(sample.there, sample.clues @ weights, -np.inf)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def fit(samples: list[Sample]) -> np.ndarray:
    """The weights that explain the samples best."""
    spread = np.sqrt(np.concatenate([s.clues[s.there] for s in samples]).var(axis=0))
    spread[spread < _NEARLY_NOTHING] = 1.0
    # As if each clue had been scaled to the same spread.
    ridge = RIDGE * np.square(spread)
    weights = np.zeros(len(NAMES))
    for _ in range(30):
        gradient, curve = ridge * weights, np.diag(ridge)
        for sample in samples:
            p = chances(sample, weights)
            mean = np.einsum("nq,nqf->nf", p, sample.clues)
            gradient += (mean - sample.clues[np.arange(len(p)), sample.right]).sum(axis=0)
            curve = curve + np.einsum("nq,nqf,nqg->fg", p, sample.clues, sample.clues) - mean.T @ mean
        step = np.linalg.solve(curve, gradient)
        weights = weights - step
        if np.abs(step).max() < _NEARLY_NOTHING:
            break
    return weights


def column(chats: list[RealChat], recipe: list[tuple[str, float]]) -> tuple[np.ndarray, dict[str, float]]:
    """The weights from all chats, and the figures of the cross-validation."""
    dice = random.Random(1)
    samples = [[Sample(chat, mode, share, dice) for mode, share in recipe] for chat in chats]
    sure, right = [], []
    for place, out in enumerate(samples):
        weights = fit([s for other, kinds in enumerate(samples) if other != place for s in kinds])
        p = chances(out[0], weights)
        sure += list(p.max(axis=1))
        right += list(p.argmax(axis=1) == out[0].right)
    covered, threshold = coverage(sure, right)
    figures = {"accuracy": sum(right) / len(right), "coverage_at_97": covered, "threshold": threshold}
    return fit([s for kinds in samples for s in kinds]), figures


def main() -> None:
    """Learn all columns."""
    folder = Path(sys.argv[-1])
    if not folder.is_dir():
        sys.exit("Which folder has the annotated chats? For example: learn_filing.py path/to/chats")
    chats = [chat for chat in load(folder) if chat.labelled]
    learned = {name: column(chats, recipe) for name, recipe in COLUMNS.items()}
    for name, (_, figures) in learned.items():
        print(f"# {name}, left-out chats: " + ", ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    for place, clue in enumerate(NAMES):
        print(f'    "{clue}": (' + ", ".join(f"{weights[place]:.2f}" for weights, _ in learned.values()) + "),")


if __name__ == "__main__":
    main()
