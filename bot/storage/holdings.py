"""A person may have all that is kept of them: each column that says whose a row is has an exporter here."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.anonymity import author_key
from bot.domain.showing import Showing
from bot.services.person_values import Entry, Held, HeldHere, Section
from bot.storage import tables as t
from bot.storage.agenda import KEY_NOTE
from bot.storage.among import among
from bot.storage.database import Database

_BATCH = 500

Exporter = Callable[[AsyncConnection, int], Awaitable[Section]]

_OF_MESSAGES: tuple[tuple[str, Table, tuple[str, ...]], ...] = (
    ("earlier_wordings", t.versions, ("text", "replaced_at")),
    ("filed_under", t.filings, ("question", "basis", "confidence", "sure")),
    ("ruled_under", t.rulings, ("question", "by_author")),
    ("links", t.links, ("url",)),
    ("files", t.attachments, ("filename", "size", "content_type", "description", "url", "stored")),
    ("reactions", t.reactions, ("emoji", "count")),
)


async def _messages(conn: AsyncConnection, person_id: int) -> Section:
    m, c = t.messages.c, t.chats.c
    query = (
        select(t.messages, c.guild_id, c.title, c.hashtag)
        .join(t.chats)
        .where(m.author_id == person_id)
        .order_by(m.posted_at, m.id)
    )
    rows = (await conn.execute(query)).mappings().all()
    entries: list[Entry] = []
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        parts = await _parts(conn, [row["id"] for row in some])
        entries += [_message(row, parts[row["id"]]) for row in some]
    return Section("messages", tuple(entries))


async def _parts(conn: AsyncConnection, ids: Sequence[int]) -> Mapping[int, list[tuple[str, object]]]:
    """What belongs to each of some messages, by name."""
    found: defaultdict[int, list[tuple[str, object]]] = defaultdict(list)
    for name, table, columns in _OF_MESSAGES:
        order = list(table.primary_key.columns)
        query = select(table).where(among(table.c.message_id, ids)).order_by(*order)
        of_each: defaultdict[int, list[Entry]] = defaultdict(list)
        for row in (await conn.execute(query)).mappings():
            of_each[row["message_id"]].append([(column, row[column]) for column in columns])
        for message_id, entries in of_each.items():
            found[message_id].append((name, entries))
    return found


def _message(row: Mapping[Any, Any], parts: Sequence[tuple[str, object]]) -> Entry:
    left_out = {"search_id", "extras", "author_id"}
    own = [(column.name, row[column.name]) for column in t.messages.columns if column.name not in left_out]
    chat = [("server", row["guild_id"]), ("chat_title", row["title"]), ("chat_hashtag", row["hashtag"])]
    extras = [("extras", json.loads(row["extras"]))] if row["extras"] else []
    return [*chat, *own, *extras, *parts]


async def _anonymous(conn: AsyncConnection, person_id: int) -> Section:
    r = t.relays.c
    secrets = await conn.execute(select(t.notes.c.value).where(t.notes.c.key.startswith(KEY_NOTE)))
    keys = [author_key(secret, person_id) for secret in secrets.scalars()]
    query = select(r.chat_id, r.question, r.text, r.given_at, r.message_id, r.state).where(r.author_key.in_(keys))
    return await _section(conn, "anonymous_answers_in_running_chats", query.order_by(r.id))


async def _section(conn: AsyncConnection, name: str, query: Select[Any]) -> Section:
    rows = (await conn.execute(query)).mappings().all()
    return Section(name, tuple([list(row.items()) for row in rows]))


def _listed(name: str, column: Column[Any], *columns: str) -> Exporter:
    """Exports these columns of the rows that are a person's."""

    async def export(conn: AsyncConnection, person_id: int) -> Section:
        table = column.table
        query = select(*(table.c[wanted] for wanted in columns)).where(column == person_id)
        return await _section(conn, name, query.order_by(*table.primary_key.columns))

    return export


EXPORTERS: Mapping[Column[Any], Exporter] = {
    t.messages.c.author_id: _messages,
    t.relays.c.author_id: _listed(
        "answers_given_through_a_form",
        t.relays.c.author_id,
        "id",
        "chat_id",
        "question",
        "author_name",
        "text",
        "given_at",
        "message_id",
        "state",
    ),
    t.relays.c.author_key: _anonymous,
    t.showings.c.person_id: _listed("choices", t.showings.c.person_id, "guild_id", "showing", "chosen_at"),
    t.left_out.c.person_id: _listed("left_out", t.left_out.c.person_id, "since"),
    t.greeted.c.person_id: _listed("greeted", t.greeted.c.person_id, "since"),
    t.looks.c.person_id: _listed("looks_at_digests", t.looks.c.person_id, "chat_id", "looked_at"),
    t.saved.c.person_id: _listed("bookmarks", t.saved.c.person_id, "message_id", "saved_at"),
    t.reminders.c.person_id: _listed("reminders", t.reminders.c.person_id, "chat_id", "locale"),
    t.roundups.c.person_id: _listed(
        "round_ups", t.roundups.c.person_id, "guild_id", "every", "zone", "locale", "active"
    ),
    t.jar.c.person_id: _listed(
        "questions_in_the_jar", t.jar.c.person_id, "guild_id", "text", "tags", "state", "added_at", "used_at"
    ),
    t.chats.c.host_id: _listed(
        "chats_planned",
        t.chats.c.host_id,
        "id",
        "guild_id",
        "title",
        "hashtag",
        "starts_at",
        "zone",
        "host_name",
        "typed_questions",
        "description",
    ),
    t.guests.c.person_id: _listed("chats_hosted_as_a_guest", t.guests.c.person_id, "chat_id"),
    t.series.c.host_id: _listed("series_begun", t.series.c.host_id, "id", "guild_id", "title", "hashtag", "host_name"),
    t.series_hosts.c.person_id: _listed("series_hosted", t.series_hosts.c.person_id, "series_id"),
    t.moves.c.person_id: _listed("what_a_host_pressed", t.moves.c.person_id, "chat_id", "kind", "made_at", "detail"),
}

# How many of a person's rows each server has, beside messages.
_COUNTED: tuple[Select[tuple[int, int]], ...] = (
    select(t.chats.c.guild_id, t.saved.c.person_id).select_from(
        t.saved.join(t.messages, t.messages.c.id == t.saved.c.message_id).join(t.chats)
    ),
    select(t.chats.c.guild_id, t.looks.c.person_id).select_from(
        t.looks.join(t.chats, t.chats.c.id == t.looks.c.chat_id)
    ),
    *(
        select(t.chats.c.guild_id, table.c[column]).select_from(table.join(t.chats, t.chats.c.id == table.c.chat_id))
        for table, column in (
            (t.reminders, "person_id"),
            (t.moves, "person_id"),
            (t.guests, "person_id"),
            (t.relays, "author_id"),
        )
    ),
    select(t.series.c.guild_id, t.series_hosts.c.person_id).select_from(
        t.series_hosts.join(t.series, t.series.c.id == t.series_hosts.c.series_id)
    ),
    *(
        select(table.c.guild_id, table.c[column])
        for table, column in (
            (t.roundups, "person_id"),
            (t.jar, "person_id"),
            (t.chats, "host_id"),
            (t.series, "host_id"),
        )
    ),
)


class HoldingStore:
    """Implements the port `Holdings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def held(self, person_id: int) -> Held:
        """What is kept of a person, in figures."""
        m, c, s = t.messages.c, t.chats.c, t.showings.c
        written = select(c.guild_id, func.count(), func.count(m.chat_id.distinct())).join(t.chats)
        written = written.where(m.author_id == person_id).group_by(c.guild_id)
        async with self._database.read() as conn:
            messages = {row[0]: (row[1], row[2]) for row in await conn.execute(written)}
            chosen = await conn.execute(select(s.guild_id, s.showing).where(s.person_id == person_id))
            choices = {row.guild_id: Showing(row.showing) for row in chosen}
            others: Counter[int] = Counter()
            for query in _COUNTED:
                guild_id, whose = query.selected_columns
                counted = query.with_only_columns(guild_id, func.count()).where(whose == person_id)
                others.update({row[0]: row[1] for row in await conn.execute(counted.group_by(guild_id))})
            wishes = [
                (await conn.execute(select(table).where(table.c.person_id == person_id).limit(1))).first() is not None
                for table in (t.left_out, t.greeted, t.looks)
            ]
        servers = sorted({*messages, *choices, *others})
        here = [HeldHere(i, *messages.get(i, (0, 0)), others[i], choices.get(i)) for i in servers]
        return Held(tuple(here), *wishes)

    async def export(self, person_id: int) -> Sequence[Section]:
        """Everything that is kept of a person; sections without anything are left out."""
        async with self._database.read() as conn:
            found = [await export(conn, person_id) for export in EXPORTERS.values()]
        return [section for section in found if section.entries]
