"""How fast what Discord sends is archived: `python benchmarks/ingestion.py [MESSAGES] [--json]`.

Payloads of MESSAGE_CREATE (60,000 unless said otherwise), as Discord's socket carries them, are given to discord.py as
fast as it takes them: once with an empty listener, which is the baseline, and once with the wired bot, whose chat is
open. `committed` is when another connection sees the last of them in the file, `filed` when each stands under its
question, `indexed` when each can be found. Meanwhile a task looks every millisecond how late it is. Then 1,000 a second
come for some seconds: how long each takes to be seen in the file. In place of Discord stands nothing: nothing is sent.
Bare sqlite3 reads the same payloads as JSON and inserts them into one table, 500 in a transaction and one by one.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import discord
from discord.gateway import DiscordWebSocket
from sqlalchemy import update

from bot.app import build
from bot.domain.chat import Chat, ChatState, with_questions
from bot.domain.manner import Layout
from bot.platform.permissions import least_intents
from bot.runtime.clock import DiscordClock
from bot.runtime.tuning import tune
from bot.storage import tables as t
from bot.storage.chats import ChatStore
from config.settings import load_settings

GUILD, CHANNEL, THREAD, OWN = 1, 2, 50, 9
QUESTIONS = 6
PEOPLE = 60
# As many are read from the socket before anything else gets its turn.
IN_A_ROW = 10
PACE = 1_000
IN_A_TRANSACTION = 500
INSERT = "INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)"
KINDS = {"committed": "true", "filed": "NOT unfiled", "indexed": "search_id IS NOT NULL"}
# Discord's ids say when: a millisecond is 2 ** 22.
FIRST = 1_400_000_000_000_000_000
STEP = 7 << 22


def guild():
    """A server with a channel and the chat's thread, as GUILD_CREATE tells of it."""
    thread = {
        "archived": False,
        "auto_archive_duration": 1440,
        "archive_timestamp": "2026-01-01T00:00:00+00:00",
        "locked": False,
    }
    everyone = {"id": str(GUILD), "name": "@everyone", "permissions": "0", "position": 0, "color": 0, "hoist": False}
    return {
        "id": str(GUILD), "name": "Library", "owner_id": "8", "emojis": [], "stickers": [], "features": [],
        "members": [], "member_count": 3, "voice_states": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "mfa_level": 0, "premium_tier": 0, "preferred_locale": "en-US", "nsfw_level": 0,
        "system_channel_flags": 0, "roles": [{**everyone, "managed": False, "mentionable": False}],
        "channels": [{"id": str(CHANNEL), "type": 0, "name": "chats", "position": 0, "permission_overwrites": []}],
        "threads": [
            {
                "id": str(THREAD), "guild_id": str(GUILD), "parent_id": str(CHANNEL), "owner_id": str(OWN),
                "type": 11, "name": "chat", "thread_metadata": thread, "message_count": 0, "member_count": 1,
            }
        ],
    }  # fmt: skip


def number_of(place):
    """The id of a message."""
    return FIRST + place * STEP


def payload(place):
    """A message of a lively chat as Discord's socket carries it: a third labelled, a third replies, some with links."""
    label = f"A{place % QUESTIONS + 1}: " if place % 3 == 0 else ""
    link = f" see https://example.org/{place}" if place % 10 == 0 else ""
    author = 1_000 + place * 7 % PEOPLE
    reply = {
        "type": 19,
        "message_reference": {"type": 0, "channel_id": str(THREAD), "message_id": str(number_of(place - 2))},
    }
    said = {
        "id": str(number_of(place)), "channel_id": str(THREAD), "guild_id": str(GUILD), "type": 0, "channel_type": 11,
        "content": f"{label}We tried number {place % 97} in our branch last year, and the third attempt worked.{link}",
        "author": {
            "id": str(author), "username": f"reader{author}", "global_name": f"Reader {author}", "discriminator": "0",
            "avatar": None, "public_flags": 0,
        },
        "member": {
            "roles": [], "joined_at": "2025-01-01T00:00:00+00:00", "nick": None, "deaf": False, "mute": False,
            "flags": 0, "avatar": None, "premium_since": None, "pending": False,
        },
        "timestamp": "2026-01-01T00:00:01.000000+00:00", "edited_timestamp": None, "tts": False,
        "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": False, "flags": 0, "components": [], "nonce": str(place),
        **(reply if place % 3 == 1 else {}),
    }  # fmt: skip
    return json.dumps({"t": "MESSAGE_CREATE", "s": place, "op": 0, "d": said})


def socket_of(client):
    """discord.py's socket of a client, connected to nothing; what is received is given to it by hand."""
    socket = DiscordWebSocket(None, loop=asyncio.get_running_loop())
    state = client._connection  # noqa: SLF001 - as discord.py does when it connects
    socket._connection, socket._discord_parsers, socket._dispatch = state, state.parsers, client.dispatch  # noqa: SLF001
    socket.shard_id = None
    user = {"id": str(OWN), "username": "shelftalk", "discriminator": "0", "avatar": None, "bot": True}
    state.user = discord.ClientUser(state=state, data=user)
    state._guilds[GUILD] = discord.Guild(data=guild(), state=state)  # noqa: SLF001
    return socket


async def receive(socket, payloads):
    """Give payloads to discord.py as fast as it takes them."""
    for place, text in enumerate(payloads):
        await socket.received_message(text)
        if place % IN_A_ROW == 0:
            await asyncio.sleep(0)


async def dispatched(payloads):
    """Messages a second that discord.py dispatches to an empty listener."""
    options = {"member_cache_flags": discord.MemberCacheFlags.none(), "chunk_guilds_at_startup": False}
    client = discord.Client(intents=least_intents(message_content=True), max_messages=None, **options)
    await client._async_setup_hook()  # noqa: SLF001 - what logging in does first
    heard, everything = [0], asyncio.Event()

    @client.event
    async def on_message(_message):
        heard[0] += 1
        if heard[0] == len(payloads):
            everything.set()

    # Whatever looks on at the bot looks on here too.
    watching = asyncio.create_task(Lag().watch())
    begun = time.perf_counter()
    await receive(socket_of(client), payloads)
    await everything.wait()
    took = time.perf_counter() - begun
    watching.cancel()
    return len(payloads) / took


@asynccontextmanager
async def wired(folder):
    """The bot with an open chat, on the archive of a folder, which may hold other chats; its socket, and the app."""
    environ = {"SHELFTALK_DATABASE__PATH": str(folder / "shelftalk.db")}
    app = build(load_settings(environ=environ))
    await app.bot._async_setup_hook()  # noqa: SLF001
    socket = socket_of(app.bot)
    await app.database.open()
    start = DiscordClock().now()
    chat = Chat(GUILD, CHANNEL, "Benchmark", "bench", start, "UTC", 60, 8, "Host", quiet=True, layout=Layout.THREAD)
    saved = await ChatStore(app.database).add_draft(chat)
    await ChatStore(app.database).confirm(with_questions(saved, [f"What of {n}?" for n in range(QUESTIONS)]), ())

    async def open_chat(conn):
        here = t.chats.c.id == saved.id
        await conn.execute(update(t.chats).where(here).values(state=ChatState.ASKING, thread_id=THREAD))
        for number in range(1, QUESTIONS + 1):
            this = (t.questions.c.chat_id == saved.id) & (t.questions.c.number == number)
            await conn.execute(update(t.questions).where(this).values(message_id=number, asked_at=start))

    await app.database.write(open_chat)
    await app.services.archiving.start()
    await app.bot.load_extension("cogs.answering")
    try:
        yield socket, app
    finally:
        await app.close()


class Lag:
    """How late a task is that wants to be woken every millisecond, in milliseconds."""

    def __init__(self):
        self.late = []

    async def watch(self):
        while True:
            at = time.perf_counter()
            await asyncio.sleep(0.001)
            self.late.append(1_000 * (time.perf_counter() - at) - 1)


async def until(path, condition, number):
    """Wait until another connection sees this message in the file, as it should be by then; when it does."""
    with closing(sqlite3.connect(path, check_same_thread=False)) as database:
        query = f"SELECT 1 FROM messages WHERE id = ? AND {condition}"  # noqa: S608 - our own words
        while (await asyncio.to_thread(database.execute, query, (number,))).fetchone() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return time.perf_counter()


def count_of(path, condition):
    """How many messages of the file are so."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT count(*) FROM messages WHERE {condition}").fetchone()[0]  # noqa: S608


async def flood(folder, payloads):
    """Messages a second until all are committed, filed and indexed; how late the event loop was meanwhile."""
    lag, count, last = Lag(), len(payloads), number_of(len(payloads) - 1)
    rates, late = {}, []
    async with wired(folder) as (socket, app):
        path = app.database.path
        watching = asyncio.create_task(lag.watch())
        begun = time.perf_counter()
        await receive(socket, payloads)
        for kind, condition in KINDS.items():
            rates[kind] = count / (await until(path, condition, last) - begun)
            if count_of(path, condition) != count:
                sys.exit(f"Not all messages are {kind}.")
            late = late or list(lag.late)
        watching.cancel()
    return rates, late


def seen_at(path, numbers, found):
    """Note when each of these messages is first seen in the file; in a thread of its own."""
    with closing(sqlite3.connect(path)) as database:
        for number in numbers:
            while database.execute("SELECT 1 FROM messages WHERE id = ?", (number,)).fetchone() is None:
                time.sleep(0.001)
            found[number] = time.perf_counter()


async def stream(socket, path, payloads):
    """Milliseconds until messages that come 1,000 a second are seen in the file; how late the loop was."""
    lag, sent, seen = Lag(), {}, {}
    sampled = [number_of(place) for place in range(0, len(payloads), 7)]
    looking = threading.Thread(target=seen_at, args=(path, sampled, seen))
    looking.start()
    watching = asyncio.create_task(lag.watch())
    begun = time.perf_counter()
    for place, text in enumerate(payloads):
        pause = begun + place / PACE - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        sent[number_of(place)] = time.perf_counter()
        await socket.received_message(text)
    await asyncio.to_thread(looking.join)
    watching.cancel()
    return [1_000 * (seen[number] - sent[number]) for number in sampled], lag.late


def bare(folder, payloads):
    """Plain sqlite3: messages a second, so many in a transaction as in the product; milliseconds of one alone."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, thread, author, name, at, text, reply_to)")
        begun = time.perf_counter()
        for start in range(0, len(payloads), IN_A_TRANSACTION):
            database.execute("BEGIN")
            database.executemany(INSERT, map(plain_row, payloads[start : start + IN_A_TRANSACTION]))
            database.execute("COMMIT")
        rate = len(payloads) / (time.perf_counter() - begun)
        database.execute("DELETE FROM plain")
        alone = []
        for text in payloads[:PACE]:
            begun = time.perf_counter()
            database.execute(INSERT, plain_row(text))
            alone.append(1_000 * (time.perf_counter() - begun))
    return rate, alone


def plain_row(text):
    said = json.loads(text)["d"]
    reply_to = said.get("message_reference", {}).get("message_id")
    author = said["author"]
    return (
        said["id"],
        said["channel_id"],
        author["id"],
        author["global_name"],
        said["timestamp"],
        said["content"],
        reply_to,
    )


def p99(times):
    """The 99th percentile."""
    return round(sorted(times)[int(len(times) * 0.99)], 2)


async def measure(count):
    """All figures."""
    payloads = [payload(place) for place in range(count)]
    # As the bot does when it starts; the baseline has it too.
    tune()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("flood", "stream"):
            (folder / part).mkdir()
        empty = await dispatched(payloads)
        rates, late = await flood(folder / "flood", payloads)
        again = await dispatched(payloads)
        async with wired(folder / "stream") as (socket, app):
            waits, lag = await stream(socket, app.database.path, payloads[: min(count, 5 * PACE)])
        bare_rate, bare_waits = bare(folder, payloads)
    baseline = max(empty, again)
    return {
        "messages": count,
        "dispatched_per_second": round(baseline),
        **{f"{kind}_per_second": round(rate) for kind, rate in rates.items()},
        **{f"{kind}_to_dispatched": round(rate / baseline, 3) for kind, rate in rates.items()},
        "bare_per_second": round(bare_rate),
        "flood_loop_late_ms_p99": p99(late),
        "stream_per_second": PACE,
        "stream_commit_ms_p99": p99(waits),
        "stream_loop_late_ms_p99": p99(lag),
        "bare_commit_ms_p99": p99(bare_waits),
    }


def main():
    """Run, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", nargs="?", type=int, default=60_000)
    parser.add_argument("--json", action="store_true", help="only the figures, as JSON")
    wanted = parser.parse_args()
    figures = asyncio.run(measure(wanted.messages))
    if not wanted.json:
        for name, figure in figures.items():
            print(f"{name:<32}{figure:>12}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
