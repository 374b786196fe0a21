"""How long an import takes, beside bare sqlite3 in the same run: `python benchmarks/importing.py [MESSAGES] [--json]`.

So many messages (100,000 unless said otherwise) of made-up words, in evenings of 250 with five questions, are written
as DiscordChatExporter writes a channel: a third with a label, some replies, links, files and reactions. What stands
behind `shelftalk import` takes the file in: read, cut into chats, filed, written and made findable. Once more, it finds
that nothing is new. Bare sqlite3 then inserts the rows that came of it into the same tables with the same indexes, in
one transaction, and the words into a plain FTS5 table. `cpu_seconds` is what the import took of processors, its helping
processes included, whoever else used them.
"""

import argparse
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

START = datetime(2020, 1, 7, 20, tzinfo=UTC)
DISCORD = datetime(2015, 1, 1, tzinfo=UTC)
EVENING = 250
QUESTIONS = 5
PEOPLE = 300
SERVER, CHANNEL = 101, 202
# How many messages have a label, a link, a reply, a file, a reaction.
LABELLED, LINKED, REPLYING, CARRYING, LIKED = 0.33, 0.08, 0.2, 0.03, 0.1
NEAR = 20
TABLES = ("chats", "questions", "messages", "filings", "links", "attachments", "reactions", "versions")


def vocabulary(chance):
    """Made-up words, the frequent ones first."""
    syllables = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "el", "in")]
    return sorted({"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)}, key=len)


def evenings(count, chance):
    """So many messages as the exporter writes them, evening by evening."""
    words = vocabulary(chance)
    heights = [1 / rank for rank in range(1, len(words) + 1)]
    ids = []
    for number in range(count):
        evening, place = divmod(number, EVENING)
        at = START + timedelta(weeks=evening, seconds=3600 * place / EVENING)
        text = " ".join(chance.choices(words, heights, k=chance.randint(4, 35)))
        asked, rest = divmod(place, EVENING // QUESTIONS)
        author = chance.randint(1, PEOPLE)
        if rest == 0:
            author, text = 0, f"**Q{asked + 1}:** {text}?"
        elif chance.random() < LABELLED:
            text = f"A{asked + 1}: {text}"
        if chance.random() < LINKED:
            text += f" https://example.org/{words[chance.randrange(2_000)]}"
        ids.append((int((at - DISCORD).total_seconds() * 1_000) << 22) + number % 1_000)
        reply_to = chance.choice(ids[-NEAR:]) if place > NEAR and chance.random() < REPLYING else None
        yield message(ids[-1], at, author, text, reply_to, chance)


def message(number, at, author, text, reply_to, chance):
    """One message with all the fields that there are."""
    name = f"reader{author}"
    made = {
        "id": str(number),
        "type": "Reply" if reply_to else "Default",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": text,
        "author": {
            "id": str(1_000 + author),
            "name": name,
            "discriminator": "0000",
            "nickname": name.title(),
            "color": None,
            "isBot": False,
            "roles": [{"id": "7", "name": "Member", "color": None, "position": 1}],
            "avatarUrl": f"https://cdn.example.org/avatars/{author}.png?size=512",
        },
        "attachments": [],
        "components": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
    }
    if reply_to:
        made["reference"] = {"messageId": str(reply_to), "channelId": str(CHANNEL), "guildId": str(SERVER)}
    if chance.random() < CARRYING:
        file = {"id": str(number + 1), "url": "https://cdn.example.org/a.png", "fileName": "a.png", "fileSizeBytes": 9}
        made["attachments"].append(file)
    if chance.random() < LIKED:
        emoji = {"id": "", "name": "\U0001f44d", "code": "thumbsup", "isAnimated": False, "imageUrl": ""}
        made["reactions"].append({"emoji": emoji, "count": chance.randint(1, 9), "users": []})
    return made


def write(path, messages):
    """A file as the exporter writes it."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{\n  "guild": {{ "id": "{SERVER}", "name": "Bench", "iconUrl": "" }},\n')
        channel = {"id": str(CHANNEL), "type": "GuildTextChat", "categoryId": None, "name": "bench", "topic": None}
        file.write(f'  "channel": {json.dumps(channel)},\n  "dateRange": {{ "after": null, "before": null }},\n')
        file.write('  "messages": [\n')
        count = 0
        for one in messages:
            text = json.dumps(one, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            file.write((",\n    " if count else "    ") + text)
            count += 1
        file.write(f'\n  ],\n  "messageCount": {count}\n}}')


def bare(source, target):
    """Seconds that sqlite3 takes to insert the same rows, and the words into an index."""
    with closing(sqlite3.connect(source)) as made, closing(sqlite3.connect(target)) as database:
        rows = {table: made.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608 - our own
        texts = made.execute("SELECT id, text FROM messages WHERE text IS NOT NULL").fetchall()
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        marks = ", ".join("?" * len(TABLES))
        schema = made.execute(f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ({marks})", TABLES)  # noqa: S608
        for (statement,) in schema.fetchall():
            database.execute(statement)
        database.execute("CREATE VIRTUAL TABLE plain USING fts5(words)")
        begun = time.perf_counter()
        with database:
            for table, found in rows.items():
                if found:
                    places = ", ".join("?" * len(found[0]))
                    database.executemany(f"INSERT INTO {table} VALUES ({places})", found)  # noqa: S608
            database.executemany("INSERT INTO plain (rowid, words) VALUES (?, ?)", texts)
        return time.perf_counter() - begun, {table: len(found) for table, found in rows.items()}


def processors():
    """Seconds of processors that this process and those it began have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def measure(count):
    # Here, for the helping processes begin with what stands at the top of this file, as they do with the command's.
    from bot.importing import Order, bring_in
    from config.settings import DatabaseSettings, Settings

    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        file, path = Path(folder) / "channel.json", Path(folder) / "archive.db"
        write(file, evenings(count, chance))
        settings = Settings(database=DatabaseSettings(path=path))
        order = Order((file,), SERVER)
        now = START + timedelta(weeks=count // EVENING + 10)
        took = []
        for _ in range(2):
            said, begun = [], (time.perf_counter(), processors())
            bring_in(settings, order, now, said.append)
            took.append((time.perf_counter() - begun[0], processors() - begun[1]))
        if "Nothing has changed" not in said[-1]:
            raise SystemExit(said[-1])
        plain, rows = bare(path, Path(folder) / "bare.db")
        return {
            "messages": rows["messages"],
            "chats": rows["chats"],
            "filings": rows["filings"],
            "megabytes": round(file.stat().st_size / 1e6, 1),
            "seconds": round(took[0][0], 2),
            "cpu_seconds": round(took[0][1], 2),
            "again_seconds": round(took[1][0], 2),
            "per_second": round(rows["messages"] / took[0][0]),
            "bare_seconds": round(plain, 2),
            "to_bare": round(took[0][0] / plain, 1),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", nargs="?", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    found = measure(wanted.messages)
    if not wanted.json:
        for name, value in found.items():
            print(f"{name:>14} {value:,}")
        return
    print(json.dumps(found))


if __name__ == "__main__":
    main()
