"""How many real labels are read, and how much is read that is none: `python benchmarks/markers.py DIR [--json]`.

DIR holds `markers.tsv` (marker, count, example), `falsefriends.tsv` (text, why not a marker, source) and
`chats/*.jsonl` (a first line with `questions`, then messages with `text` and in `answers` the numbers at their start).
The last line is JSON; with --json it is the only one.
"""

import argparse
import csv
import json
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.markers import Place, read_labels, read_markers

QUESTIONS = 12
# Rows of markers.tsv that are talk about a question, a place or a rule, by our judgement; FF rows say so themselves.
NO_LABEL = {
    "I\u2019m/My A1 prose": "a place, or talk about a question",
    "Q1/A1 or Q&A rule": "the host explains how to label",
    "Follow up to Q1": "a notice about a question that is over",
    "late/missed Q1 prose": "talk about a question, not an answer to it",
}
# Rows without an example are tried with these words behind the spelling itself.
SAID = " we began with a bus full of books"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def texts_of(row):
    """The example; where there is none, each spelling that the row names."""
    if row["example"]:
        return [row["example"].replace("\u23ce", "\n")]
    spelled = [one.removeprefix("FF: ").strip() for one in row["marker"].split("/")]
    figure = re.search(r"\s?\d.*", spelled[-1])
    return [one + ("" if re.search(r"\d", one) or not figure else figure[0]) + SAID for one in spelled]


def spellings(folder):
    """How many rows are read, also weighted by how often people wrote so, and what isn't read."""
    real, read, unread, wrong = [0, 0], [0, 0], [], []
    for row in rows(folder / "markers.tsv"):
        count = int(row["count"])
        none = row["marker"].startswith("FF") or row["marker"] in NO_LABEL
        for text in texts_of(row):
            numbers = read_labels(text, QUESTIONS)
            if none:
                wrong += [row["marker"]] if numbers else []
                continue
            real[0] += 1
            real[1] += count
            if numbers:
                read[0] += 1
                read[1] += count
            else:
                unread.append(row["marker"])
    return {
        "spellings": real[0],
        "read": read[0],
        "recall": read[0] / max(real[0], 1),
        "weighted_recall": read[1] / max(real[1], 1),
        "unread": unread,
        "no_label_but_read": wrong,
    }


def false_friends(folder):
    """Texts that are read though they bear no label, and those that do bear one, as their row says, and aren't read."""
    tried, wrong, missed = 0, [], []
    for number, row in enumerate(rows(folder / "falsefriends.tsv"), 1):
        text, why = row["text (real, shortened)"], row["why not a marker"]
        is_label = re.match(r"IS an?\b|IS a marker", why) is not None
        for part in re.split(r" / | ; ", text) if not is_label else [text]:
            tried += 1
            numbers = read_labels(part, QUESTIONS)
            if numbers and not is_label:
                wrong.append(f"row {number}: {list(numbers)}")
            if not numbers and is_label:
                missed.append(f"row {number}")
    return {"tried": tried, "read": len(wrong), "which": wrong, "labels_missed": missed}


def annotated(folder):
    """Agreement with the leading labels that were annotated, message and number by number."""
    wanted = found = agreed = beyond = messages = 0
    places = dict.fromkeys(Place, 0)
    seconds = 0.0
    for path in sorted((folder / "chats").glob("*.jsonl")):
        head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        count = max((q["number"] for q in head["questions"]), default=0)
        prompts = {q["id"] for q in head["questions"]}
        for line in lines:
            messages += 1
            at = time.perf_counter()
            markers = read_markers(line["text"], count, by_host=line["author"] in head["hosts"])
            seconds += time.perf_counter() - at
            told = set(line["answers"])
            leading = {m.number for m in markers if m.place is Place.START and m.letter in "AR"}
            for marker in markers:
                places[marker.place] += 1
            wanted += len(told)
            agreed += len(told & set(read_labels(line["text"], count)))
            if line["id"] not in prompts:
                found += len(leading)
                beyond += len(leading - told)
    return {
        "messages": messages,
        "annotated": wanted,
        "recall": agreed / max(wanted, 1),
        "leading_answers": found,
        "precision": (found - beyond) / max(found, 1),
        "beyond_annotation": beyond,
        "places": {str(place): number for place, number in places.items()},
        "ms_a_message": round(seconds * 1000 / max(messages, 1), 4),
    }


def show(result):
    marks, friends, chats = result["spellings"], result["false_friends"], result["chats"]
    print(f"Spellings read      {marks['read']} of {marks['spellings']}: {marks['recall']:.1%}")
    print(f"  weighted by use   {marks['weighted_recall']:.1%}")
    for name in marks["unread"]:
        print(f"  not read          {name}")
    for name in marks["no_label_but_read"]:
        print(f"  read, but none    {name}")
    for name, why in NO_LABEL.items():
        print(f"  held to be none   {name}: {why}")
    print(f"False friends read  {friends['read']} of {friends['tried']} {' '.join(friends['which'])}")
    print(f"  labels missed     {len(friends['labels_missed'])}")
    print(f"Annotated labels    {chats['recall']:.2%} of {chats['annotated']} read, in {chats['messages']} messages")
    print(f"  leading A labels  {chats['leading_answers']}, of which {chats['precision']:.2%} are annotated")
    print(f"  all by place      {', '.join(f'{place} {number}' for place, number in chats['places'].items())}")
    print(f"  time a message    {chats['ms_a_message']} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for needed in ("markers.tsv", "falsefriends.tsv", "chats"):
        if not (options.folder / needed).exists():
            parser.error(f"there is no {needed} in {options.folder}")
    result = {
        "spellings": spellings(options.folder),
        "false_friends": false_friends(options.folder),
        "chats": annotated(options.folder),
    }
    if not options.json:
        show(result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
