"""A person who left a trace in every store of a server: each word of theirs has a word in it that nobody else uses."""

import sqlalchemy as sa

from bot.domain.messages import Attachment
from bot.domain.run import Action, ActionKind
from bot.services.values import Posted, Relay
from bot.storage import tables as t
from bot.storage.anonymity import AnonymityStore
from bot.storage.archive import ArchiveStore
from bot.storage.columns import metadata
from tests.storage.making import START, a_message, edited

PERSON = 7_000_000_000_000_000_001
OTHER = 8


async def leave_traces(database, chat, word, first=3500):
    """Everything that the archive can come to keep of a person in a chat's server, from message `first` on."""
    archive, name = ArchiveStore(database), f"Name-{word}"
    thread, guild = chat.thread_id, chat.guild_id
    file = Attachment(first, f"{word}.jpg", f"https://cdn.example.org/{word}", 1, "image/jpeg", f"A {word}")
    said = a_message(first, f"A1: {word} https://example.org/{word}", PERSON, author_name=name, thread_id=thread)
    said = edited(said, said.text, attachments=(file,))
    await archive.keep_message(chat.id, said)
    await archive.keep_message(
        chat.id, edited(said, f"{word}, again https://example.org/2{word}", 2, attachments=(file,))
    )
    await archive.keep_message(chat.id, a_message(first + 1, "I disagree", OTHER, reply_to_id=first, thread_id=thread))
    relay = Relay(first + 2, chat.id, 1, PERSON, name, f"{word} by form", START)
    await archive.add_relay(relay, _due(chat, relay))
    hidden = Relay(first + 3, chat.id, 1, -first - 3, "Anonymous", f"{word} without a name", START)
    await AnonymityStore(database).give(hidden, PERSON, [_due(chat, hidden)])
    await archive.relay_posted(relay, thread, Posted(first + 4, START))
    rows = _rows(chat, word, name, first)

    async def job(conn):
        for table, values in rows.items():
            await conn.execute(sa.insert(table).values(**values))
        series_id = await conn.scalar(sa.select(sa.func.max(t.series.c.id)))
        await conn.execute(sa.insert(t.series_hosts).values(series_id=series_id, person_id=PERSON))
        over = {"guild_id": guild, "host_id": PERSON, "host_name": name, "typed_questions": word, "state": "closed"}
        await conn.execute(sa.insert(t.chats).values(**_filled(t.chats) | over | {"starts_at": START}))
        greeted = await conn.execute(sa.select(t.greeted))
        if greeted.first() is None:
            await conn.execute(sa.insert(t.greeted).values(person_id=PERSON, since=START))

    await database.write(job)


def _rows(chat, word, name, first):
    """A row of theirs for each of the other tables."""
    guild = chat.guild_id
    return {
        t.moves: {
            "press_id": first,
            "chat_id": chat.id,
            "kind": "ask",
            "person_id": PERSON,
            "made_at": START,
            "detail": word,
        },
        t.saved: {"person_id": PERSON, "message_id": first + 1, "saved_at": START},
        t.looks: {"person_id": PERSON, "chat_id": chat.id, "looked_at": START},
        t.reminders: {"chat_id": chat.id, "person_id": PERSON, "locale": "en-US"},
        t.guests: {"chat_id": chat.id, "person_id": PERSON},
        t.roundups: {
            "guild_id": guild,
            "every": "week",
            "zone": "UTC",
            "locale": "en-US",
            "channel_id": 0,
            "person_id": PERSON,
            "active": True,
        },
        t.jar: {
            "guild_id": guild,
            "text": f"Who likes {word}?",
            "folded": word,
            "tags": "",
            "state": "suggested",
            "person_id": PERSON,
            "added_at": START,
        },
        t.seals: {"chat_id": chat.id, "state": "matched", "messages": 1, "differences": 0, "checked_at": START},
        t.showings: {"guild_id": guild, "person_id": PERSON, "showing": "named", "chosen_at": START},
        t.series: _filled(t.series)
        | {
            "guild_id": guild,
            "host_id": PERSON,
            "host_name": name,
            "state": "ended",
            "created_at": START,
        },
    }


def _due(chat, relay):
    return Action(chat.id, ActionKind.RELAY, due_at=START, number=relay.id, lane=f"relay:{relay.id}")


def _filled(table):
    """Something in each column that needs something."""
    needed = [c for c in table.columns if not c.nullable and c.server_default is None and not c.primary_key]
    return {c.name: 1 if isinstance(c.type, (sa.Integer, sa.BigInteger)) else "UTC" for c in needed}


async def of_guild(database, guild_id):
    """How many rows of a server each table has, by what says whose server a row is of."""
    chats = sa.select(t.chats.c.id).where(t.chats.c.guild_id == guild_id)
    messages = sa.select(t.messages.c.id).where(t.messages.c.chat_id.in_(chats))
    series = sa.select(t.series.c.id).where(t.series.c.guild_id == guild_id)
    ways = {"guild_id": [guild_id], "chat_id": chats, "message_id": messages, "series_id": series}
    found = {}
    async with database.read() as conn:
        for table in metadata.tables.values():
            way = next((name for name in ways if name in table.c), None)
            if way is not None and table is not t.stale_pages:
                here = table.c[way].in_(ways[way])
                found[table.name] = await conn.scalar(sa.select(sa.func.count()).select_from(table).where(here))
    return found
