"""How fairly the digest quotes, on real chats: `python benchmarks/fairness.py DIR [--json] [--show NAME]`.

DIR holds chats as JSON Lines (first line: chat, hosts, questions with the ids of their prompts; then messages with id,
at, author, text, reply_to, answers). Chats with one name before the first `_` are a series; whoever writes in one for
the first time is a first-timer there (the series' first file is passed over: everybody would be one). Messages are
filed as the bot files them. `--show` prints one chat's digest as text.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.chat import Chat, ChatState, Question
from bot.domain.digest import make_digest
from bot.domain.filing import Asked, Room, Said
from bot.domain.markers import read_labels
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord

TOP = 3
MOST_BY_ONE = 2
POINTS = 20


def read_chat(path):
    """A chat as the archive would hold it, and its hosts' pseudonyms by id."""
    head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ids = {line["id"]: number for number, line in enumerate(lines, start=1)}
    times = {line["id"]: datetime.fromisoformat(line["at"]) for line in lines}
    people = {name: number for number, name in enumerate(dict.fromkeys(line["author"] for line in lines), start=1)}
    asked = tuple(
        Question(q["number"], _text(lines, q["id"]), ids.get(q["id"]), times.get(q["id"])) for q in head["questions"]
    )
    host = head["hosts"][0] if head["hosts"] else ""
    hashtag = path.name.partition("_")[0]
    chat = Chat(
        1, 1, head["chat"], hashtag, min(times.values()), "UTC", 60, people.get(host, 0), host,
        state=ChatState.CLOSED, questions=asked, thread_id=1,
    )  # fmt: skip
    prompts = {q.message_id: q.number for q in asked}
    replies = Counter(ids.get(line["reply_to"]) for line in lines)
    said, filed = [], _file(chat, lines, ids, people)
    for line in lines:
        number, to = ids[line["id"]], ids.get(line["reply_to"])
        filings = () if number in prompts else filed[number].filings
        said.append(
            ArchivedMessage(
                number, 1, people[line["author"]], line["author"], times[line["id"]], line["text"],
                reply_to_id=to, filings=filings, replies=replies[number], by_machine=number in prompts,
            )
        )  # fmt: skip
    return ChatRecord(chat, tuple(said))


def _text(lines, prompt):
    return next((line["text"] for line in lines if line["id"] == prompt), "")


def _file(chat, lines, ids, people):
    """Where each message stands once the whole chat is known."""
    room = Room()
    for q in chat.questions:
        if q.message_id is not None and q.asked_at is not None:
            room.ask(Asked(q.number, q.message_id, q.asked_at.timestamp(), q.text))
    prompts = {q.message_id for q in chat.questions}
    for line in lines:
        number = ids[line["id"]]
        if number not in prompts:
            signs = read_labels(line["text"], len(chat.questions))
            at = datetime.fromisoformat(line["at"]).timestamp()
            said = Said(number, people[line["author"]], at, line["text"], ids.get(line["reply_to"]), (), signs)
            room.hear(said, Basis.LABEL if signs else None)
    return room.review()


def measure(record, newcomers):
    """One chat's figures; shares in percent."""
    begun = time.perf_counter()
    digest = make_digest(record)
    seconds = time.perf_counter() - begun
    author_of = {m.id: m.author_name for m in record.messages}
    quotes = [quote for part in digest.questions for quote in part.quotes] or list(digest.highlights)
    quoted = Counter(author_of[quote.message_id] for quote in quotes)
    answers = Counter(m.author_name for m in record.messages if not m.by_machine and (m.questions or digest.highlights))
    talk = Counter(m.author_name for m in record.messages if not m.by_machine)
    top = [name for name, _ in sorted(talk.items(), key=lambda item: (-item[1], item[0]))[:TOP]]
    found = {
        "messages": digest.messages,
        "people": digest.people,
        "quotes": len(quotes),
        "most_by_one": max(quoted.values(), default=0),
        "top3_quotes": _share(quoted, top),
        "top3_people": 100 * len(top) / max(len(talk), 1),
        "seconds": seconds,
    }
    if newcomers is not None:
        found |= {"new_quotes": _share(quoted, newcomers), "new_answers": _share(answers, newcomers)}
    return found


def _share(counted, names):
    return 100 * sum(counted[name] for name in names) / max(counted.total(), 1)


def show(record):
    """A digest as plain text, for reading."""
    digest = make_digest(record)
    print(f"{digest.chat.title}: {digest.messages} messages by {digest.people} people")
    print("Themes: " + ", ".join(f"{theme.phrase} ({len(theme.people)})" for theme in digest.themes))
    for part in digest.questions:
        print(f"\n{part.question.number}. {part.question.text}\n   {part.answers} answers by {part.people} people")
        for quote in part.quotes:
            alike = f"  (+{len(quote.others)} said something like this)" if quote.others else ""
            print(f"   > {quote.author_name}: {quote.text}{alike}")
    for quote in digest.highlights:
        print(f"   > {quote.author_name}: {quote.text}  (+{len(quote.others)})")
    for link in digest.links:
        print(f"- {link.url} | {link.title} | {link.people} people, Q{link.question}")
    for left in digest.unanswered:
        print(f"? Q{left.question} {left.quote.author_name}: {left.quote.text}")
    for found in digest.disagreements:
        print(f"! {found.quote.author_name}: {found.quote.text}\n    about: {found.about.text if found.about else '-'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print the last line only")
    parser.add_argument("--show", help="print the digest of the chat with this name")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.glob("*.jsonl"))
    if not paths:
        sys.exit(f"There is no chat (*.jsonl) in {arguments.folder}.")
    seen = defaultdict(set)
    rows = {}
    for path in paths:
        record = read_chat(path)
        if arguments.show == path.stem:
            show(record)
            return
        series = path.name.partition("_")[0]
        names = {m.author_name for m in record.messages}
        rows[path.stem] = measure(record, names - seen[series] if seen[series] else None)
        rows[path.stem]["seconds"] = round(rows[path.stem]["seconds"], 3)
        seen[series] |= names
    report(rows, quiet=arguments.json)


def report(rows, *, quiet):
    columns = ("messages", "people", "quotes", "most_by_one", "top3_quotes", "top3_people", "new_quotes", "new_answers")
    later = [row for row in rows.values() if "new_quotes" in row]
    total = {
        "most_by_one": max(row["most_by_one"] for row in rows.values()),
        "top3_quotes": statistics.mean(row["top3_quotes"] for row in rows.values()),
        "top3_people": statistics.mean(row["top3_people"] for row in rows.values()),
        "worst_top3_excess": max(row["top3_quotes"] - row["top3_people"] for row in rows.values()),
        "new_quotes": statistics.mean(row["new_quotes"] for row in later) if later else 0.0,
        "new_answers": statistics.mean(row["new_answers"] for row in later) if later else 0.0,
        "median_seconds": statistics.median(row["seconds"] for row in rows.values()),
    }
    if not quiet:
        print(f"{'':<24}" + "".join(f"{name:>12}" for name in (*columns, "seconds")))
        for name, row in rows.items():
            cells = (f"{row[c]:>12.1f}" if c in row else f"{'':>12}" for c in columns)
            print(f"{name:<24}" + "".join(cells) + f"{row['seconds']:>12.3f}")
        for name, row in rows.items():
            if row["most_by_one"] > MOST_BY_ONE or row["top3_quotes"] > row["top3_people"] + POINTS:
                print(f"unfair: {name}")
    print(json.dumps({"chats": len(rows), **{name: round(value, 3) for name, value in total.items()}}))


if __name__ == "__main__":
    main()
