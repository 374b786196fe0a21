"""Whether the selection's constants hold for questions not seen: `python benchmarks/learn_digest.py DIR [--turns N]`.

Five-fold cross-validation, repeated three times, on the set with human themes. Around the constants in the code other
values are drawn by chance; for each fold the best setting on the other four is taken, and its figures on the fold
itself are reported, beside those of the constants in the code. What a setting is best by is the sum of its shortfalls
from the aims. Nothing is written: what is learned is put into the code by hand.
"""

import argparse
import random
import statistics
from pathlib import Path

from digest import read_sets, score, shelftalk
from rouge_score import rouge_scorer

from bot.domain.digest import selection, vectors

SPACE = [
    (selection, "WORDS_PER_QUOTE", (20, 21, 22, 23)),
    (selection, "_FIT_SHARPNESS", (0.5, 0.65, 0.8, 1.0)),
    (selection, "_FIT_OF_COVERAGE", (0.2, 0.3, 0.4, 0.6, 1.0)),
    (selection, "_OWN_WORTH", (0.6, 0.7, 0.8, 0.9, 1.0)),
    (selection, "_REDUNDANCY", (0.3, 0.4, 0.5, 0.6)),
    (selection, "_SECOND_STEP", (0.1, 0.2, 0.3, 0.4)),
    (selection, "_SUBSTANCE_POWER", (0.5, 0.65, 0.75, 1.0)),
    (vectors, "_PAIR_WEIGHT", (0.5, 0.75, 1.0)),
    (vectors, "_SINGLE_WEIGHT", (0.6, 0.7, 0.8, 1.0)),
    (vectors, "_QUESTION_WEIGHT", (0.35, 0.5, 0.7, 1.0)),
    (vectors, "_REPEAT", (0.6, 0.8, 1.0)),
    (vectors, "_RARITY_POWER", (0.4, 0.5, 0.6, 0.75)),
]
AIMS = {"R1": 68, "R2": 54.5, "THEME": 80}
MOST_WORDS = 98


def short_of(rows):
    """By how much some questions' means fall short of the aims; 0 if by nothing."""
    means = {name: statistics.mean(row[name] for row in rows) for name in (*AIMS, "words")}
    return sum(max(0.0, aim - means[name]) for name, aim in AIMS.items()) + max(0.0, means["words"] - MOST_WORDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turns", type=int, default=60, help="how many settings to try")
    arguments = parser.parse_args()
    sets = read_sets(arguments.folder)
    records = next(found for found in sets.values() if found[0].get("themes"))
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    dice = random.Random(4)
    built_in = {name: getattr(module, name) for module, name, _ in SPACE}
    tried = []
    for turn in range(arguments.turns + 1):
        for module, name, values in SPACE:
            # The first turn is what the code has; the others change about a quarter of it.
            changed = turn and dice.random() < 1 / 4
            setattr(module, name, dice.choice(values) if changed else built_in[name])
        tried.append([score(record, shelftalk(record), scorer) for record in records])
    held_out = []
    for seed in range(3):
        order = random.Random(seed).sample(range(len(records)), len(records))
        for fold in range(5):
            test = set(order[fold::5])
            best = min(tried, key=lambda rows, test=test: short_of([r for i, r in enumerate(rows) if i not in test]))
            held_out += [row for i, row in enumerate(best) if i in test]
    for title, rows in (("constants in the code", tried[0]), ("chosen anew, on what was held out", held_out)):
        means = {
            name: statistics.mean(row[name] for row in rows) for name in ("R1", "R2", "RL", "SEL", "THEME", "words")
        }
        print(f"{title:<36}" + "  ".join(f"{name} {value:.2f}" for name, value in means.items()))


if __name__ == "__main__":
    main()
