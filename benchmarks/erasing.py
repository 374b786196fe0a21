"""How long erasing one person takes, beside bare sqlite3: `python benchmarks/erasing.py [MESSAGES] [--json]`.

So many messages (20,000 unless said otherwise) of made-up words, links, files and reactions in three servers are
written into a real archive and put into the index of words. One person wrote every two hundredth of them; all of theirs
is erased at once, as `/privacy erase` does it: words, name, links, files, places in the index, and words that nobody
else used. Bare sqlite3 does the same to a table of messages with one index and an FTS5 table of their words, and
overwrites what it takes away as the archive does; it has no vocabulary to look through.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from search import corpus, vocabulary

from bot.storage.database import Database
from bot.storage.indexing import Indexing
from bot.storage.people import PeopleStore

CHAT = 150
EVERY = 200
PERSON = 10**9
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def said(count):
    """So many messages, some by the one person: number, server, chat, author, instant, text, question."""
    chance = random.Random(11)
    for number, server, _, author, at, words, question in corpus(count, vocabulary(chance), chance):
        chat = server * 100_000 + number // CHAT
        own = number % EVERY == 0
        # Some words nobody else uses: they have to be found and forgotten too.
        text = f"{words} only{number}" if own and number % 3 == 0 else words
        yield number, server, chat, PERSON if own else author, at, text, question


def write(path, messages):
    """The messages as rows of the archive, without the index."""
    with closing(sqlite3.connect(path)) as database, database:
        needed = [row[1] for row in database.execute("PRAGMA table_info(chats)") if row[3] and row[4] is None]
        chats, rows, filings, links, files, reactions = set(), [], [], [], [], []
        for number, server, chat, author, at, text, question in messages:
            if chat not in chats:
                chats.add(chat)
                given = {"id": chat, "guild_id": server, "channel_id": server * 10, "hashtag": "bench"}
                columns, marks = ", ".join(needed), ", ".join("?" * len(needed))
                values = [given.get(name, "UTC" if name == "zone" else 1) for name in needed]
                database.execute(f"INSERT INTO chats ({columns}) VALUES ({marks})", values)  # noqa: S608 - our own names
            rows.append((number, chat, author, f"Reader {author}", int(at.timestamp() * 1_000_000), text))
            filings.append((number, question))
            links += [(number, f"https://example.org/{number}")] if number % 10 == 0 else []
            files += [(number, number)] if number % 40 == 0 else []
            reactions += [(number,)] if number % 5 == 0 else []
        database.executemany(
            "INSERT INTO messages (id, chat_id, thread_id, author_id, author_name, posted_at, text, by_machine, "
            "left_out) VALUES (?, ?, 1, ?, ?, ?, ?, 0, 0)",
            rows,
        )
        database.executemany("INSERT INTO filings (message_id, question, basis) VALUES (?, ?, 'label')", filings)
        database.executemany("INSERT INTO links (message_id, position, url) VALUES (?, 0, ?)", links)
        database.executemany(
            "INSERT INTO attachments (id, message_id, filename, url, size) VALUES (?, ?, 'a.png', 'b', 1)", files
        )
        database.executemany("INSERT INTO reactions (message_id, emoji, count) VALUES (?, '+', 1)", reactions)


def bare(path, messages):
    """Seconds that plain sqlite3 takes to take the words and names of one person out of two tables."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "CREATE TABLE plain (id INTEGER PRIMARY KEY, author INTEGER, name TEXT, words TEXT);"
            "CREATE INDEX by_author ON plain (author);"
            "CREATE VIRTUAL TABLE found USING fts5(words);"
        )
        database.execute("BEGIN")
        for number, _, _, author, _, text, _ in messages:
            database.execute("INSERT INTO plain VALUES (?, ?, ?, ?)", (number, author, f"Reader {author}", text))
            database.execute("INSERT INTO found (rowid, words) VALUES (?, ?)", (number, text))
        database.execute("COMMIT")
        begun = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        mine = "SELECT id FROM plain WHERE author = ?"
        database.execute(f"DELETE FROM found WHERE rowid IN ({mine})", (PERSON,))  # noqa: S608 - our own words
        database.execute("UPDATE plain SET words = NULL, name = '', author = 0 WHERE author = ?", (PERSON,))
        database.execute("COMMIT")
        return time.perf_counter() - begun


async def measure(count):
    messages = list(said(count))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "erasing.db"
        database = Database(path)
        await database.open()
        write(path, messages)
        await Indexing(database).take_many()
        begun, worked = time.perf_counter(), time.process_time()
        erased = await PeopleStore(database).leave_out(PERSON, NOW)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        await database.close()
        with closing(sqlite3.connect(path)) as plain:
            left = plain.execute(
                "SELECT count(*) FROM messages WHERE author_name = ?", (f"Reader {PERSON}",)
            ).fetchone()[0]
            left += plain.execute("SELECT count(*) FROM vocabulary WHERE word LIKE 'only%'").fetchone()[0]
        beside = bare(Path(folder) / "plain.db", messages)
    return {
        "messages": count,
        "erased": erased.messages,
        "left": left,
        "seconds": round(took, 6),
        "cpu_seconds": round(worked, 3),
        "bare_seconds": round(beside, 6),
        "to_bare": round(took / beside, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", nargs="?", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = asyncio.run(measure(arguments.messages))
    if arguments.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):<20}{value}")


if __name__ == "__main__":
    main()
