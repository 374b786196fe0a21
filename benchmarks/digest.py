"""How well the digest selects and names themes, beside others: `python benchmarks/digest.py DIR [--json]`.

DIR holds sets of questions with many answers each (`NAME.….jsonl`, one question a line: id, question, k, answers with
author and text, references, and for some reference_selected and themes). The product's own selector runs on each,
beside random, longest, TF-IDF facility location, and LexRank and LSA from sumy. Higher is better but for words and
seconds: ROUGE-1/2/L F1 against the references, SEL (share of the person's picks that were picked), THEME and wTHEME
(share of the human themes that a quote voices, plain and weighted by support). Needs the extra `dev`.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from digest_rivals import RIVALS, rake, yake_phrases
from rouge_score import rouge_scorer, tokenizers

from bot.domain.chat import Chat, Question
from bot.domain.digest import Answer, Memory, Said, find_themes, make_digest, select
from bot.domain.digest.words import EMPTY_WORDS
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord, Filing

MEASURES = ("R1", "R2", "RL", "SEL", "THEME", "wTHEME", "words", "seconds")
PHRASES = 5
STEMS = tokenizers.DefaultTokenizer(use_stemmer=True)
EMPTY = {found for word in EMPTY_WORDS for found in STEMS.tokenize(word)}


def read_sets(folder):
    """The sets of a folder by name."""
    found = {}
    for path in sorted(Path(folder).glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found[path.name.partition(".")[0]] = [json.loads(line) for line in lines if line.strip()]
    return found


def shelftalk(record):
    """What the product quotes."""
    answers = [Answer(answer["text"], answer.get("author")) for answer in record["answers"]]
    return [choice.index for choice in select(answers, record["k"], record["question"])]


def score(record, chosen, scorer):
    """The measures of one question's quotes, in the order in which they were said."""
    chosen = sorted(set(chosen[: record["k"]]))
    text = "\n".join(record["answers"][i]["text"] for i in chosen)
    rows = [scorer.score(reference, text) for reference in record["references"]]
    found = {
        name: 100 * statistics.mean(row[key].fmeasure for row in rows)
        for name, key in (("R1", "rouge1"), ("R2", "rouge2"), ("RL", "rougeLsum"))
    }
    found["words"] = len(text.split())
    if picks := set(record.get("reference_selected") or ()):
        found["SEL"] = 100 * len(picks & set(chosen)) / len(picks)
    if themes := record.get("themes"):
        voiced = [(theme["support"], not set(theme["answers"]).isdisjoint(chosen)) for theme in themes]
        found["THEME"] = 100 * statistics.mean(hit for _, hit in voiced)
        found["wTHEME"] = 100 * sum(support for support, hit in voiced if hit) / sum(support for support, _ in voiced)
    return found


def measure(records, method, scorer):
    """A method's means over a set."""
    begun = time.perf_counter()
    chosen = [method(record) for record in records]
    seconds = time.perf_counter() - begun
    rows = [score(record, found, scorer) for record, found in zip(records, chosen, strict=True)]
    means = {
        name: round(statistics.mean(row[name] for row in rows if name in row), 2)
        for name in MEASURES
        if any(name in row for row in rows)
    }
    return {**means, "seconds": round(seconds, 3)}


def theme_recall(records, phrases_of):
    """The share of human themes that five phrases name, weighted by support, with and without empty words.

    A phrase names a theme if it holds at least half of the word stems of the theme's label.
    """
    results = {"content": [], "all": []}
    for record in (r for r in records if r.get("themes")):
        for kind, found in results.items():
            labels = theme_labels(record, kind)
            phrases = [set(STEMS.tokenize(phrase)) for phrase in phrases_of(record, labels)[:PHRASES]]
            hits = sum(support for label, support in labels if any(names(phrase, label) for phrase in phrases))
            found.append(100 * hits / sum(support for _, support in labels))
    return {kind: round(statistics.mean(found), 1) for kind, found in results.items() if found}


def theme_labels(record, kind):
    """The word stems of each human theme's label, and how many answers voice it."""
    stems = [(set(STEMS.tokenize(theme["label"])), theme["support"]) for theme in record["themes"]]
    return [((label - EMPTY) or label if kind == "content" else label, support) for label, support in stems]


def names(phrase, label):
    return 2 * len(label & phrase) >= len(label)


def best_phrases(record, labels):
    """Five phrases of at most three words by at least two people, chosen greedily by the labels themselves."""
    users = {}
    for place, answer in enumerate(record["answers"]):
        found = STEMS.tokenize(answer["text"])
        for start, size in itertools.product(range(len(found)), (1, 2, 3)):
            users.setdefault(tuple(found[start : start + size]), set()).add(answer.get("author") or place)
    shared = [phrase for phrase, who in users.items() if len(who) > 1]
    left, chosen = list(labels), []
    while left and shared and len(chosen) < PHRASES:
        best = max(shared, key=lambda phrase: sum(support for label, support in left if names(set(phrase), label)))
        chosen.append(" ".join(best))
        left = [(label, support) for label, support in left if not names(set(best), label)]
    return chosen


def our_themes(record, _labels=()):
    said = [Said(i, a.get("author") or i, a["text"]) for i, a in enumerate(record["answers"])]
    return [theme.phrase for theme in find_themes(said, question=record["question"])]


SPOKEN = """
shelf branch reader story garden lantern atlas kettle bicycle poster winter summer teen parent author poem budget room
chair table map train museum school choir market harbour bakery puzzle podcast radio film paper stamp keeps brings lends
reads shares opens moves holds needs plans paints counts finds writes hosts sings the a our every with for about near
under without slowly together often never early late by hand of course in and but because while so that which somebody
the a our every with for about near under without slowly together often never early late by hand of course in and but
"""


def a_big_chat(messages, questions, people, dice):
    """A made-up chat; each message stands under one question."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    asked = tuple(Question(n, "How do you do it?", message_id=n, asked_at=start) for n in range(1, questions + 1))
    chat = Chat(1, 1, "Benchmark", "bench", start, "UTC", 60, 1, "Host", questions=asked)
    said = []
    spoken = SPOKEN.split()
    for number in range(messages):
        # A few words that all use, and as in any talk many that few use.
        words = [dice.choice(spoken) for _ in range(dice.randint(3, 20))]
        words += [f"word{int(dice.paretovariate(0.5))}" for _ in range(dice.randint(0, 8))]
        at = start + timedelta(seconds=number)
        question = number * questions // messages + 1
        author = dice.randrange(people)
        filing = (Filing(question, Basis.LABEL),)
        said.append(ArchivedMessage(1000 + number, 1, author, f"Reader {author}", at, " ".join(words), filings=filing))
    return ChatRecord(chat, tuple(said))


def speeds():
    """Seconds, the median of five."""
    one = a_big_chat(1_000, 1, 200, random.Random(1))
    whole = a_big_chat(5_000, 8, 400, random.Random(2))
    answers = [Answer(m.text, m.author_id) for m in one.messages]
    memory, numbers = Memory(), itertools.count(1)
    make_digest(replace(whole, messages=whole.messages[:-10]), memory=memory)
    return {
        "select_1000_answers": _median(lambda: select(answers, 3, "How do you do it?")),
        "digest_5000_messages": _median(lambda: make_digest(whole)),
        "digest_5000_messages_of_a_running_chat": _median(lambda: _one_more(whole, memory, next(numbers))),
    }


def _one_more(record, memory, number):
    """The digest after one message more, with what the last one left in the memory."""
    last = record.messages[-1]
    more = replace(last, id=last.id + number, text=f"{last.text} once more")
    return make_digest(replace(record, messages=(*record.messages, more)), memory=memory)


def _median(work):
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times), 3)


def show(name, results):
    print(f"\n{name:<22}" + "".join(f"{measure:>9}" for measure in MEASURES))
    for method, row in results.items():
        print(f"  {method:<20}" + "".join(f"{row[m]:>9.2f}" if m in row else f"{'':>9}" for m in MEASURES))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print the last line only")
    arguments = parser.parse_args()
    sets = read_sets(arguments.folder)
    if not sets:
        sys.exit(f"There is no set (NAME.….jsonl) in {arguments.folder}.")
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    results = {}
    for name, records in sets.items():
        results[name] = {}
        for method, chooser in {"shelftalk": shelftalk, **RIVALS}.items():
            results[name][method] = measure(records, chooser, scorer)
        if arguments.json:
            continue
        show(f"{name} ({len(records)})", results[name])
        if any(record.get("themes") for record in records):
            print("\n  % of human themes named by five phrases, weighted by support (of the label: content words, all)")
            methods = {"shelftalk": our_themes, "yake": yake_phrases, "rake": rake, "best possible": best_phrases}
            for method, phrases in methods.items():
                found = theme_recall(records, phrases)
                print(f"  {method:<20}{found['content']:>9.1f}{found['all']:>9.1f}")
    if not arguments.json:
        print("\nseconds, median of five: " + ", ".join(f"{name} {value}" for name, value in speeds().items()))
    print(json.dumps({"sets": results}))


if __name__ == "__main__":
    main()
