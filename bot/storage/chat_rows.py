"""A chat and its row: what a row says becomes a `Chat`, and what a chat is becomes a row's values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Belonging, Chat, ChatState, Guest, Question, Source
from bot.domain.manner import Ahead, Anonymous, EventWish, Format, Layout, Notice, Pace, Rhythm
from bot.storage import tables as t
from bot.storage.sqlite import row_text, rows_text

# What a chat is made of beside its own row: all that `load_chats` reads.
PARTS = (
    (t.questions, t.questions.c.chat_id == t.chats.c.id),
    (t.question_threads, t.question_threads.c.chat_id == t.chats.c.id),
    (t.guests, t.guests.c.chat_id == t.chats.c.id),
    (t.series_hosts, t.series_hosts.c.series_id == t.chats.c.series_id),
    (t.series, t.series.c.id == t.chats.c.series_id),
)
# All that stands in a chat's row and in those of its parts: what tells cheaply whether a chat is as it was.
CHAT_TEXTS = (row_text(t.chats), *[rows_text(part, condition) for part, condition in PARTS])
_TEXTS = select(*CHAT_TEXTS).where(t.chats.c.id == bindparam("chat_id"))
_MOST_KNOWN = 50
# A series' hosts are told from a chat's own guests by their numbers.
COHOSTS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Beside:
    """What belongs to chats in tables of its own, by the chat's number; cohosts by the series'."""

    questions: dict[int, list[Question]]
    threads: dict[int, list[tuple[int, int]]]
    guests: dict[int, list[Guest]]
    cohosts: dict[int, list[Guest]]
    roles: dict[int, int | None]


class KnownChats:
    """Chats that were read before; one query in the same transaction tells whether one is still as it was."""

    def __init__(self) -> None:
        # By the chat's number: all that stood in its rows, and the chat.
        self._read: OrderedDict[int, tuple[tuple[str, ...], Chat]] = OrderedDict()

    async def load(self, conn: AsyncConnection, chat_id: int) -> Chat | None:
        """A chat as it stands now, or None if there is none."""
        row = (await conn.execute(_TEXTS, {"chat_id": chat_id})).first()
        before = self._read.pop(chat_id, None)
        if row is None:
            return None
        texts = tuple(row)
        chat = before[1] if before is not None and before[0] == texts else await load_chat(conn, chat_id)
        if chat is not None:
            self._read[chat_id] = (texts, chat)
            while len(self._read) > _MOST_KNOWN:
                self._read.popitem(last=False)
        return chat


async def load_chat(conn: AsyncConnection, chat_id: int) -> Chat | None:
    """A chat with its questions, on a connection that is open already."""
    found = await load_chats(conn, select(t.chats).where(t.chats.c.id == chat_id))
    return found[0] if found else None


async def load_chats(conn: AsyncConnection, query: Any) -> Sequence[Chat]:  # noqa: ANN401 - any select of chats
    """The chats that a query finds, with all that belongs to them."""
    rows = (await conn.execute(query)).mappings().all()
    beside = await _beside(conn, [row["id"] for row in rows], sorted({row["series_id"] or 0 for row in rows} - {0}))
    return [_chat(row, beside) for row in rows]


async def _beside(conn: AsyncConnection, ids: Sequence[int], series: Sequence[int]) -> _Beside:
    found = _Beside({}, {}, {}, {}, {})
    asked = await conn.execute(select(t.questions).where(t.questions.c.chat_id.in_(ids)).order_by(t.questions.c.number))
    for row in asked.mappings():
        question = Question(row["number"], row["text"], row["message_id"], row["asked_at"])
        found.questions.setdefault(row["chat_id"], []).append(question)
    own = t.question_threads
    for thread in await conn.execute(select(own).where(own.c.chat_id.in_(ids)).order_by(own.c.chat_id, own.c.number)):
        found.threads.setdefault(thread.chat_id, []).append((thread.number, thread.thread_id))
    guests = select(t.guests).where(t.guests.c.chat_id.in_(ids)).order_by(t.guests.c.id)
    for guest in await conn.execute(guests):
        found.guests.setdefault(guest.chat_id, []).append(Guest(guest.id, guest.person_id))
    if series:
        found.cohosts.update(await load_cohosts(conn, series))
        roles = select(t.series.c.id, t.series.c.host_role_id).where(t.series.c.id.in_(series))
        found.roles.update({row.id: row.host_role_id for row in await conn.execute(roles)})
    return found


async def load_cohosts(conn: AsyncConnection, series: Sequence[int]) -> dict[int, list[Guest]]:
    """The hosts of some series, by the series' numbers."""
    found: dict[int, list[Guest]] = {}
    hosts = select(t.series_hosts).where(t.series_hosts.c.series_id.in_(series)).order_by(t.series_hosts.c.id)
    for host in await conn.execute(hosts):
        found.setdefault(host.series_id, []).append(Guest(COHOSTS + host.id, host.person_id))
    return found


def _chat(row: RowMapping, beside: _Beside) -> Chat:
    in_channel = row["layout"] == Layout.CHANNEL and row["thread_id"] is not None
    series_id, chat_id = row["series_id"], row["id"]
    return Chat(
        **model_of(row),
        starts_at=row["starts_at"],
        state=ChatState(row["state"]),
        questions=tuple(beside.questions.get(chat_id, ())),
        # In the channel itself there is no thread; the opening message's id stands in its place.
        thread_id=row["channel_id"] if in_channel else row["thread_id"],
        opened_by=row["thread_id"] if in_channel else None,
        guests=tuple(beside.guests.get(chat_id, ())),
        cohosts=tuple(beside.cohosts.get(series_id, ())),
        host_role_id=beside.roles.get(series_id),
        belonging=_belonging(row) if series_id is not None else None,
        sequence=row["sequence"],
        moved_from=row["moved_from"],
        announced_in=row["announced_in"],
        question_threads=tuple(beside.threads.get(chat_id, ())),
        held_at=row["held_at"],
        source=Source(row["source"]),
        published=row["published"],
        is_public=bool(row["is_public"]),
        id=chat_id,
    )


def _belonging(row: RowMapping) -> Belonging:
    key = row["series_key"] or ""
    return Belonging(row["series_id"], key, own=row["own"], first_key=row["first_key"] or key)


def model_of(row: RowMapping) -> dict[str, Any]:
    """What a chat has in common with all chats of its series, from the row of either."""
    return {
        "guild_id": row["guild_id"],
        "channel_id": row["channel_id"],
        "title": row["title"],
        "hashtag": row["hashtag"],
        "zone": row["zone"],
        "minutes": row["minutes"],
        "host_id": row["host_id"],
        "host_name": row["host_name"],
        "pace": Pace(
            welcome=row["welcome_minutes"],
            wrap_up=row["wrap_up_minutes"],
            late=row["late_minutes"],
            reminder=row["reminder_minutes"],
            rhythm=Rhythm(row["rhythm"]),
            every=row["every_minutes"],
            times=tuple(time.fromisoformat(part) for part in row["times_of_day"].split(",") if part),
        ),
        "locale": row["locale"],
        "anonymous": Anonymous(row["anonymous"]),
        "quiet": row["quiet"],
        "layout": Layout(row["layout"]),
        "recap": row["recap"],
        "format": Format(row["format"]),
        "notice": Notice(
            before=None if row["announce"] is None else tuple(int(p) for p in row["announce"].split(",") if p),
            ahead=Ahead(row["ahead"]),
            ping_role_id=row["ping_role_id"],
            event=EventWish(row["event_wish"]),
        ),
        "description": row["description"],
        "forum_id": row["forum_id"],
    }


def model_values(chat: Chat) -> dict[str, object]:
    """The values of the columns that a chat's row and its series' have in common."""
    before = chat.notice.before
    return {
        "guild_id": chat.guild_id,
        "channel_id": chat.channel_id,
        "title": chat.title,
        "hashtag": chat.hashtag,
        "zone": chat.zone,
        "minutes": chat.minutes,
        "welcome_minutes": chat.pace.welcome,
        "wrap_up_minutes": chat.pace.wrap_up,
        "late_minutes": chat.pace.late,
        "reminder_minutes": chat.pace.reminder,
        "rhythm": chat.pace.rhythm,
        "every_minutes": chat.pace.every,
        "times_of_day": ",".join(f"{at:%H:%M}" for at in chat.pace.times),
        "host_id": chat.host_id,
        "host_name": chat.host_name,
        "locale": chat.locale,
        "anonymous": chat.anonymous,
        "quiet": chat.quiet,
        "layout": chat.layout,
        "recap": chat.recap,
        "format": chat.format,
        "announce": None if before is None else ",".join(map(str, before)),
        "ahead": chat.notice.ahead,
        "ping_role_id": chat.notice.ping_role_id,
        "event_wish": chat.notice.event,
        "description": chat.description,
        "forum_id": chat.forum_id,
    }


def chat_values(chat: Chat) -> dict[str, object]:
    """The values of a chat's row, but for what its run changes."""
    belonging = chat.belonging
    return {
        **model_values(chat),
        "starts_at": chat.starts_at,
        "state": chat.state,
        "series_id": belonging.series_id if belonging is not None else None,
        "series_key": (belonging.key or None) if belonging is not None else None,
        "own": belonging is not None and belonging.own,
        "sequence": chat.sequence,
        "moved_from": chat.moved_from,
        "announced_in": chat.announced_in,
        "source": chat.source,
        "published": chat.published,
    }
