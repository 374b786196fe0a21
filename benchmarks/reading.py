"""How long a reader waits for a digest: `python benchmarks/reading.py [MESSAGES] [--json]`.

A chat of so many messages (5,000 unless said otherwise) of made-up words is written into a real archive. Measured is
the way from the archive to the digest: the first time; again once it is sealed; while it is running, after one more
message, asked again within seconds and after a while; and 20 readers at once, with the longest time for which nothing
else could be done meanwhile. The baseline in the same run is making the digest anew from the archive each time.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, update

from bot.domain.chat import Chat, ChatState, with_questions
from bot.domain.digest import Length, make_digest
from bot.domain.messages import Incoming
from bot.runtime.tuning import tune
from bot.services.digesting import Digesting
from bot.services.showing import Showings
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.database import Database
from bot.storage.indexing import Indexing
from bot.storage.publishing import PublicationStore

START = datetime(2026, 1, 1, tzinfo=UTC)
QUESTIONS = 6
PEOPLE = 120
READERS = 20


def sayings(chance):
    """Texts of 5 to 40 made-up words, frequent and rare ones as in any talk."""
    syllables = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "el", "in")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 3))) for _ in range(3_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    while True:
        yield " ".join(chance.choices(words, weights, k=chance.randint(5, 40)))


async def fill(database, count, guild_id=1, channel_id=1):
    """A running chat with so many messages, each filed under a question by its label."""
    chats = ChatStore(database)
    draft = Chat(guild_id, channel_id, "Benchmark", "bench", START, "UTC", 60, 1, "Host", state=ChatState.DRAFT)
    chat = await chats.add_draft(draft)
    await chats.confirm(with_questions(chat, [f"What about {n}?" for n in range(1, QUESTIONS + 1)]), ())
    chance, number = random.Random(7), 0
    texts = sayings(chance)
    rows, filed = [], []
    for number in range(1, count + 1):
        question = (number - 1) * QUESTIONS // count + 1
        at = START + timedelta(seconds=number)
        rows.append(
            {
                "id": 1_000 + number, "chat_id": chat.id, "thread_id": 9, "author_id": chance.randint(1, PEOPLE),
                "author_name": f"Reader {number % PEOPLE}", "posted_at": at, "text": f"A{question}: {next(texts)}",
                "reply_to_id": 1_000 + number - 3 if number % 5 == 0 else None,
                "by_machine": False, "left_out": False,
            }
        )  # fmt: skip
        filed.append({"message_id": 1_000 + number, "question": question, "basis": "label"})

    async def job(conn):
        await conn.execute(update(t.chats).values(state=ChatState.ASKING, thread_id=9))
        for q in range(1, QUESTIONS + 1):
            await conn.execute(
                update(t.questions).where(t.questions.c.number == q).values(message_id=q, asked_at=START)
            )
        await conn.execute(insert(t.messages), rows)
        await conn.execute(insert(t.filings), filed)

    await database.write(job)
    return chat.id


class Hands:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = START

    def now(self):
        return self.at

    def pass_time(self, minutes):
        self.at += timedelta(minutes=minutes)


async def timed(work):
    """Milliseconds that it took."""
    begun = time.perf_counter()
    await work
    return 1_000 * (time.perf_counter() - begun)


async def longest_pause(work):
    """Milliseconds that some work took, and the longest for which the event loop did nothing else meanwhile."""
    pauses, done = [0.0], asyncio.Event()

    async def watch():
        while not done.is_set():
            at = time.perf_counter()
            await asyncio.sleep(0.005)
            pauses.append(1_000 * (time.perf_counter() - at) - 5)

    watching = asyncio.create_task(watch())
    took = await timed(work)
    done.set()
    await watching
    return took, max(pauses)


async def measure(count):
    # As the bot does when it starts.
    tune()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "reading.db", flush_seconds=0)
        await database.open()
        chat_id = await fill(database, count)
        # What was said can be found long before; the index would be filled beside what is measured.
        await Indexing(database).take_many()
        archive, chats = ArchiveStore(database), ChatStore(database)
        clock = Hands()
        showings = Showings(PublicationStore(database), archive)
        digesting = Digesting(archive, showings, clock)
        chat = await chats.get(chat_id)
        first, pause = await longest_pause(digesting.digest(chat, Length.STANDARD))
        running, soon = [], []
        for number in range(20):
            said = Incoming(9_000_000 + number, 9, 5, "Reader 5", START, f"A6: one more thing, number {number}")
            await archive.keep_message(chat_id, said)
            clock.pass_time(minutes=1 if number % 2 else 0)
            (running if number % 2 else soon).append(await timed(digesting.digest(chat, Length.STANDARD)))
        sealed = replace(chat, state=ChatState.CLOSED)
        await digesting.digest(sealed, Length.STANDARD)
        again = [await timed(digesting.digest(sealed, Length.STANDARD)) for _ in range(50)]
        crowd = Digesting(archive, showings, clock)
        at_once, crowd_pause = await longest_pause(
            asyncio.gather(*[crowd.digest(chat, Length.STANDARD) for _ in range(READERS)])
        )
        anew = []
        for _ in range(3):
            begun = time.perf_counter()
            make_digest(await archive.record_of(chat_id))
            anew.append(1_000 * (time.perf_counter() - begun))
        await database.close()
    return {
        "messages": count,
        "baseline_ms": round(statistics.median(anew), 1),
        "first_ms": round(first, 1),
        "first_pause_ms": round(pause, 1),
        "running_ms": round(statistics.median(running), 1),
        "running_soon_ms": round(statistics.median(soon), 1),
        "sealed_ms": round(statistics.median(again), 1),
        "readers": READERS,
        "readers_ms": round(at_once, 1),
        "readers_pause_ms": round(crowd_pause, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", type=int, nargs="?", default=5_000)
    parser.add_argument("--json", action="store_true", help="only the last line")
    options = parser.parse_args()
    found = asyncio.run(measure(options.messages))
    if not options.json:
        for name, value in found.items():
            print(f"{name:20}{value:>12}")
        for name in ("first_ms", "running_ms", "running_soon_ms", "sealed_ms"):
            print(f"{name[:-3]:8} takes {found[name] / found['baseline_ms']:.3f} of the baseline")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
