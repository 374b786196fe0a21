"""How fast messages are archived, beside bare sqlite3 in the same run: `python benchmarks/writing.py [COUNT] [--json]`.

Three ways on the same disk: the product (filing, links, one writer, batches), bare sqlite3 with one commit a message,
and bare sqlite3 with one commit for all. Machines differ, so the ratios count.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.chat import Chat, ChatState, with_questions
from bot.domain.messages import Incoming
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.database import Database

START = datetime(2026, 1, 1, tzinfo=UTC)


def messages(count):
    """A lively chat: a third of the messages labelled, a third replies, some with links."""
    for number in range(1, count + 1):
        label = f"A{number % 6 + 1}: " if number % 3 == 0 else ""
        link = f" see https://example.org/{number}" if number % 10 == 0 else ""
        yield Incoming(
            id=number,
            thread_id=1,
            author_id=number % 30,
            author_name=f"Reader {number % 30}",
            posted_at=START + timedelta(seconds=number),
            text=f"{label}We tried this in our branch last year, and the third attempt worked.{link}",
            reply_to_id=number - 1 if number % 3 == 1 and number > 1 else None,
        )


async def product(folder, count):
    """Messages a second through the archive's own way in, and the slowest wait of one message in milliseconds."""
    database = Database(folder / "product.db")
    await database.open()
    chat = Chat(1, 1, "Benchmark", "bench", START, "UTC", 60, 1, "Host", state=ChatState.DRAFT)
    saved = await ChatStore(database).add_draft(chat)
    planned = with_questions(saved, ("One?", "Two?", "Three?", "Four?", "Five?", "Six?"))
    await ChatStore(database).confirm(planned, ())
    archive = ArchiveStore(database)
    begun = time.perf_counter()
    await asyncio.gather(*[archive.keep_message(saved.id, message) for message in messages(count)])
    rate = count / (time.perf_counter() - begun)
    waits = []
    for message in messages(200):
        at = time.perf_counter()
        await archive.keep_message(saved.id, Incoming(**{**_fields(message), "id": message.id + count}))
        waits.append(time.perf_counter() - at)
    await database.close()
    return rate, sorted(waits)[int(len(waits) * 0.99)] * 1000


def _fields(message):
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def bare(folder, count, *, each):
    """Rows a second with bare sqlite3, one commit a row or one for all."""
    connection = sqlite3.connect(folder / f"bare-{each}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, author INTEGER, name TEXT, at TEXT, text TEXT)")
    rows = [(m.id, m.author_id, m.author_name, m.posted_at.isoformat(), m.text) for m in messages(count)]
    begun = time.perf_counter()
    if each:
        for row in rows:
            connection.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", row)
    else:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    rate = count / (time.perf_counter() - begun)
    connection.close()
    return rate


def main():
    """Run, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rate, wait = asyncio.run(product(folder, wanted.count))
        each, once = (bare(folder, wanted.count, each=flag) for flag in (True, False))
    figures = {
        "messages": wanted.count,
        "product_per_second": round(rate),
        "product_wait_ms_p99": round(wait, 2),
        "bare_commit_each_per_second": round(each),
        "bare_one_commit_per_second": round(once),
        "product_to_commit_each": round(rate / each, 3),
        "product_to_one_commit": round(rate / once, 4),
    }
    if wanted.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:<32}{figure:>12}")


if __name__ == "__main__":
    main()
