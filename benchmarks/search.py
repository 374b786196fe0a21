"""How long a search takes, beside bare sqlite3 in the same run: `python benchmarks/search.py [MESSAGES] [--json]`.

So many messages (20,000 unless said otherwise) of made-up words in three servers, in chats of 3,000, are written into a
real archive and put into the index. Searches of many kinds (frequent and rare words, two words, phrases, beginnings,
one person's, one chat's, by question, in one server, with a hidden channel) are made as `/search` makes them: newest
first and best match first, one at a time and twenty at once. Then the bot is wired to the same archive, 1,000 messages
a second come through discord.py, and every half second twenty search at once: how long they wait, how long until the
messages are seen in the file, and how late the event loop is. Bare sqlite3 searches an FTS5 table of the same words in
a server's messages, newest first or by its own rank, without the rest.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ingestion import PACE, p99, payload, stream, wired
from bot.domain.search import Query, Term
from bot.runtime.tuning import tune
from bot.services.search_ports import Scope
from bot.services.searching import MOST, MOST_COMPARED, PAGE
from bot.storage.database import Database
from bot.storage.indexing import Indexing
from bot.storage.searching import SearchStore

START = datetime(2020, 1, 1, tzinfo=UTC)
SERVERS = {1: 0.6, 2: 0.3, 3: 0.1}
CHAT = 3_000
PEOPLE = 3_000
AT_ONCE = 20
PAUSE = 0.5


def vocabulary(chance):
    """Made-up words, the frequent ones first."""
    syllables = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "el", "in")]
    return sorted({"".join(chance.choices(syllables, k=chance.randint(2, 5))) for _ in range(40_000)}, key=len)


def corpus(count, words, chance):
    """So many messages: number, server, chat, author, instant, text, question."""
    heights = [1 / rank for rank in range(1, len(words) + 1)]
    reach = [sum(heights[:1])]
    for height in heights[1:]:
        reach.append(reach[-1] + height)
    at, said = START, dict.fromkeys(SERVERS, 0)
    for number in range(1, count + 1):
        at += timedelta(milliseconds=chance.randint(1, 20_000))
        server = chance.choices(list(SERVERS), list(SERVERS.values()))[0]
        chat = server * 10_000 + said[server] // CHAT
        said[server] += 1
        text = " ".join(chance.choices(words, cum_weights=reach, k=chance.randint(4, 35)))
        yield number, server, chat, chance.randint(1, PEOPLE), at, text, chance.randint(1, 8)


def write(path, messages):
    """The messages as rows of the archive, without the index; the product's own way in is measured elsewhere."""
    with closing(sqlite3.connect(path)) as database, database:
        needed = [row[1] for row in database.execute("PRAGMA table_info(chats)") if row[3] and row[4] is None]
        chats = {}
        for number, server, chat, author, at, text, question in messages:
            if chat not in chats:
                given = {"id": chat, "guild_id": server, "channel_id": server * 10 + chat % 2, "hashtag": "bench"}
                chats[chat] = [given.get(name, "UTC" if name == "zone" else 1) for name in needed]
                columns, marks = ", ".join(needed), ", ".join("?" * len(needed))
                database.execute(f"INSERT INTO chats ({columns}) VALUES ({marks})", chats[chat])  # noqa: S608 - our own names
            instant = int(at.timestamp() * 1_000_000)
            database.execute(
                "INSERT INTO messages (id, chat_id, thread_id, author_id, author_name, posted_at, text, by_machine, "
                "left_out) VALUES (?, ?, 1, ?, ?, ?, ?, 0, 0)",
                (number, chat, author, f"Reader {author}", instant, text),
            )
            database.execute(
                "INSERT INTO filings (message_id, question, basis) VALUES (?, ?, 'label')", (number, question)
            )
    return len(chats)


def searches(words, chats, chance, count):
    """So many searches of all kinds: what is looked for, and where."""
    frequent, common, rare = words[:50], words[50:2_000], words[2_000:]
    for number in range(count):
        server = chance.choice(list(SERVERS))
        one, other = chance.choice(common), chance.choice(common)
        scope = Scope(server)
        kinds = [
            (Query((Term((chance.choice(frequent),)),)), scope),
            (Query((Term((chance.choice(rare),)),)), scope),
            (Query((Term((chance.choice(frequent),)), Term((one,)))), scope),
            (Query((Term((chance.choice(frequent), one)),)), scope),
            (Query((Term((one[:5],), is_beginning=True),)), scope),
            (Query((Term((chance.choice(frequent),)),), author_id=chance.randint(1, PEOPLE)), scope),
            (Query((Term((one,)),)), Scope(server, chats=(server * 10_000 + chance.randrange(max(chats // 3, 1)),))),
            (Query((Term((chance.choice(frequent),)),), question=chance.randint(1, 8)), scope),
            (Query((Term((one,)),), without=(Term((other,)),)), Scope(server, hidden=(server * 10,))),
            (Query((Term((one,)),), after=START + timedelta(days=chance.randint(0, 100))), scope),
        ]
        yield kinds[number % len(kinds)]


def bare(path, messages, asked):
    """Milliseconds that plain FTS5 takes for the words alone in one server: newest first, and best first."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIRTUAL TABLE plain USING fts5(words, server UNINDEXED)")
        with database:
            database.executemany(
                "INSERT INTO plain (rowid, words, server) VALUES (?, ?, ?)", ((m[0], m[5], m[1]) for m in messages)
            )
        newest = [plain(database, query, scope, "rowid DESC") for query, scope in asked]
        # It ranks all hits, so fewer are asked for.
        return newest, [plain(database, query, scope, "rank") for query, scope in asked[::10]]


def plain(database, query, scope, order):
    term = query.terms[0]
    match = f'"{" ".join(term.words)}"' + (" *" if term.is_beginning else "")
    begun = time.perf_counter()
    database.execute(
        f"SELECT rowid FROM plain WHERE plain MATCH ? AND server = ? ORDER BY {order} LIMIT ?",  # noqa: S608
        (match, scope.guild_id, MOST + 1),
    ).fetchall()
    return 1_000 * (time.perf_counter() - begun)


async def beside(folder, asked, seconds):
    """Milliseconds of searches beside 1,000 messages a second, and those until the messages are committed."""
    payloads = [payload(place) for place in range(PACE * seconds)]
    async with wired(folder) as (socket, app):
        store, took = SearchStore(app.database), []
        coming = asyncio.create_task(stream(socket, app.database.path, payloads))
        start = 0
        while not coming.done():
            await asyncio.sleep(PAUSE)
            some = [asked[(start + place) % len(asked)] for place in range(AT_ONCE)]
            took += await asyncio.gather(*[timed(search(store, *one)) for one in some])
            start += AT_ONCE
        waits, late = await coming
    return took, waits, late


async def search(store, query, scope):
    """The newest hits, and the first page of them with their neighbours."""
    found = await store.find(query, scope, MOST + 1)
    await store.hits(found[:PAGE])


async def timed(work):
    """Milliseconds that it took."""
    begun = time.perf_counter()
    await work
    return 1_000 * (time.perf_counter() - begun)


async def measure(count, number, seconds):
    # As the bot does when it starts.
    tune()
    chance = random.Random(11)
    words = vocabulary(chance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shelftalk.db"
        database = Database(path)
        await database.open()
        messages = list(corpus(count, words, chance))
        chats = write(path, messages)
        begun = time.perf_counter()
        await Indexing(database).take_many()
        indexed = time.perf_counter() - begun
        store = SearchStore(database)
        asked = list(searches(words, chats, chance, number))
        newest = [await timed(store.find(query, scope, MOST + 1)) for query, scope in asked]
        best = [await timed(store.find(query, scope, MOST_COMPARED + 1, best=True)) for query, scope in asked]
        crowd = []
        for start in range(0, len(asked), AT_ONCE):
            together = asked[start : start + AT_ONCE]
            crowd += await asyncio.gather(*[timed(store.find(query, scope, MOST + 1)) for query, scope in together])
        pages = [await timed(search(store, query, scope)) for query, scope in asked]
        await database.close()
        size = path.stat().st_size
        # Else the first message that is saved would wait until this archive's many pages are on the disk.
        os.sync()
        busy, waits, late = await beside(Path(folder), asked, seconds)
        bare_newest, bare_best = bare(Path(folder) / "plain.db", messages, asked)
    return {
        "messages": count,
        "indexed_per_second": round(count / indexed),
        "megabytes": round(size / 1e6, 1),
        "newest_ms_p99": p99(newest),
        "best_ms_p99": p99(best),
        "page_ms_p99": p99(pages),
        "at_once": AT_ONCE,
        "at_once_ms_p99": p99(crowd),
        "beside_per_second": PACE,
        "beside_at_once_ms_p99": p99(busy),
        "beside_commit_ms_p99": p99(waits),
        "beside_loop_late_ms_p99": p99(late),
        "bare_newest_ms_p99": p99(bare_newest),
        "bare_best_ms_p99": p99(bare_best),
        "newest_to_bare": round(p99(newest) / p99(bare_newest), 2),
        "best_to_bare": round(p99(best) / p99(bare_best), 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", nargs="?", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=1_000, help="how many of each sort")
    parser.add_argument("--seconds", type=int, default=10, help="how long messages come")
    parser.add_argument("--json", action="store_true", help="only the figures, as JSON")
    arguments = parser.parse_args()
    figures = asyncio.run(measure(arguments.messages, arguments.searches, arguments.seconds))
    if not arguments.json:
        for name, value in figures.items():
            print(f"{name:24}{value:>14}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
