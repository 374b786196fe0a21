"""Erasure is a contract: each store that keeps anything about a person says here how it lets go of it.

`ERASERS` names the columns that each eraser answers for; a test holds the list against every column of the schema
that is marked as a person's. What a person is told of what is kept stands in `bot.storage.holdings`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import OVER_STATES
from bot.domain.consent import NOBODY, Erased
from bot.domain.run import ActionKind
from bot.domain.series import SeriesState
from bot.domain.showing import Showing
from bot.services.values import Posted
from bot.storage import anonymity
from bot.storage import tables as t
from bot.storage.agenda import correct_recaps_of, insert_actions
from bot.storage.database import Database
from bot.storage.filings import Rooms
from bot.storage.keeping import forget_words
from bot.storage.relays import retraction
from bot.storage.stale import mark_stale
from bot.storage.versions import drop_versions


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be erased.

    Attributes:
        person_id: whose.
        at: when (aware UTC).
        guild_id: in which server; None for everywhere.
        keeps_out: whether nothing of theirs is to be kept from now on.
    """

    person_id: int
    at: datetime
    guild_id: int | None = None
    keeps_out: bool = False

    def of_guild(self, guild_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a row of this server is meant."""
        return true() if self.guild_id is None else guild_id == self.guild_id

    def of_chat(self, chat_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a row of this chat is meant."""
        if self.guild_id is None:
            return true()
        return chat_id.in_(select(t.chats.c.id).where(t.chats.c.guild_id == self.guild_id))

    def of_message(self, message_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a row of this message is meant."""
        if self.guild_id is None:
            return true()
        here = select(t.messages.c.id).join(t.chats).where(t.chats.c.guild_id == self.guild_id)
        return message_id.in_(here)


Eraser = Callable[[AsyncConnection, Erasure], Awaitable[None]]


async def _erase_messages(conn: AsyncConnection, wish: Erasure) -> None:
    await forget_words(conn, [message_id for _, message_id in await _written(conn, wish)], deleted_at=None)
    # What had no words any more has nobody's number either.
    mine = (t.messages.c.author_id == wish.person_id) & wish.of_chat(t.messages.c.chat_id)
    await conn.execute(update(t.messages).where(mine).values(author_id=NOBODY, author_name=""))


async def _erase_relays(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.relays.c.author_id == wish.person_id) & wish.of_chat(t.relays.c.chat_id)
    rows = (await conn.execute(select(t.relays).where(mine))).mappings().all()
    posted = [row for row in rows if row["message_id"] is not None]
    await insert_actions(
        conn, [retraction(row["chat_id"], row["id"], Posted(row["message_id"], wish.at)) for row in posted]
    )
    await conn.execute(delete(t.relays).where(mine))


async def _erase_hosting(conn: AsyncConnection, wish: Erasure) -> None:
    # The title and the questions are the chat's programme and stay; what else was typed into its form goes.
    mine = (t.chats.c.host_id == wish.person_id) & wish.of_guild(t.chats.c.guild_id)
    await conn.execute(update(t.chats).where(mine).values(host_name="", typed_questions=""))
    # Whoever hosts a chat that isn't over has to be known to it.
    await conn.execute(update(t.chats).where(mine, t.chats.c.state.in_(OVER_STATES)).values(host_id=NOBODY))


async def _erase_moves(conn: AsyncConnection, wish: Erasure) -> None:
    # That a move was made remains, for a press must not count twice; by whom and what was typed goes.
    mine = (t.moves.c.person_id == wish.person_id) & wish.of_chat(t.moves.c.chat_id)
    await conn.execute(update(t.moves).where(mine).values(person_id=NOBODY, detail=""))


async def _erase_saved(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.saved.c.person_id == wish.person_id) & wish.of_message(t.saved.c.message_id)
    await conn.execute(delete(t.saved).where(mine))


async def _erase_looks(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.looks.c.person_id == wish.person_id) & wish.of_chat(t.looks.c.chat_id)
    await conn.execute(delete(t.looks).where(mine))


async def _erase_greeting(conn: AsyncConnection, wish: Erasure) -> None:
    # It holds in every server, so leaving one doesn't end it.
    if wish.guild_id is None:
        await conn.execute(delete(t.greeted).where(t.greeted.c.person_id == wish.person_id))


async def _erase_roundups(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.roundups.c.person_id == wish.person_id) & wish.of_guild(t.roundups.c.guild_id)
    await conn.execute(delete(t.roundups).where(mine))


async def _erase_reminders(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.reminders.c.person_id == wish.person_id) & wish.of_chat(t.reminders.c.chat_id)
    await conn.execute(delete(t.reminders).where(mine))


async def _erase_series(conn: AsyncConnection, wish: Erasure) -> None:
    # Its programme stays, as a chat's does; the name goes. Drafts that nobody saved go whole.
    mine = (t.series.c.host_id == wish.person_id) & wish.of_guild(t.series.c.guild_id)
    await conn.execute(delete(t.series).where(mine, t.series.c.state == SeriesState.DRAFT))
    await conn.execute(update(t.series).where(mine).values(host_name=""))
    await conn.execute(update(t.series).where(mine, t.series.c.state == SeriesState.ENDED).values(host_id=NOBODY))


async def _erase_cohosting(conn: AsyncConnection, wish: Erasure) -> None:
    here = select(t.series.c.id).where(wish.of_guild(t.series.c.guild_id))
    mine = (t.series_hosts.c.person_id == wish.person_id) & t.series_hosts.c.series_id.in_(here)
    await conn.execute(delete(t.series_hosts).where(mine))


async def _erase_guest(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.guests.c.person_id == wish.person_id) & wish.of_chat(t.guests.c.chat_id)
    await conn.execute(delete(t.guests).where(mine))


async def _erase_jar(conn: AsyncConnection, wish: Erasure) -> None:
    mine = (t.jar.c.person_id == wish.person_id) & wish.of_guild(t.jar.c.guild_id)
    await conn.execute(delete(t.jar).where(mine))


async def _erase_showings(conn: AsyncConnection, wish: Erasure) -> None:
    # Who wants no name or no words shown wants that for what they write next as well; who is left out has no next.
    mine = (t.showings.c.person_id == wish.person_id) & wish.of_guild(t.showings.c.guild_id)
    gone = mine if wish.keeps_out else mine & (t.showings.c.showing == Showing.NAMED)
    await conn.execute(delete(t.showings).where(gone))


async def _erase_anonymous(conn: AsyncConnection, wish: Erasure) -> None:
    await anonymity.erase(conn, wish.person_id, wish.at, wish.of_chat(t.relays.c.chat_id))


async def _keep_wish(conn: AsyncConnection, wish: Erasure) -> None:
    # An erasure doesn't end the wish to be left out: without the row it couldn't be honoured.
    known = await conn.execute(select(t.left_out).where(t.left_out.c.person_id == wish.person_id))
    if wish.keeps_out and known.first() is None:
        await conn.execute(insert(t.left_out).values(person_id=wish.person_id, since=wish.at))


ERASERS: Mapping[Column[Any], Eraser] = {
    t.left_out.c.person_id: _keep_wish,
    t.messages.c.author_id: _erase_messages,
    t.relays.c.author_id: _erase_relays,
    t.relays.c.author_key: _erase_anonymous,
    t.chats.c.host_id: _erase_hosting,
    t.moves.c.person_id: _erase_moves,
    t.saved.c.person_id: _erase_saved,
    t.looks.c.person_id: _erase_looks,
    t.greeted.c.person_id: _erase_greeting,
    t.roundups.c.person_id: _erase_roundups,
    t.reminders.c.person_id: _erase_reminders,
    t.series.c.host_id: _erase_series,
    t.series_hosts.c.person_id: _erase_cohosting,
    t.guests.c.person_id: _erase_guest,
    t.jar.c.person_id: _erase_jar,
    t.showings.c.person_id: _erase_showings,
}


class PeopleStore:
    """Implements the port `People`.

    Args:
        database: the archive.
        rooms: forgets what is erased.
    """

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()

    async def leave_out(self, person_id: int, at: datetime) -> Erased:
        """Take a person's words and name out of everything kept, now and from now on, at once."""
        return await self._erase(Erasure(person_id, at, keeps_out=True))

    async def erase(self, person_id: int, guild_id: int | None, at: datetime) -> Erased:
        """Take a person's words and name out of everything kept of a server, or everywhere, at once."""
        return await self._erase(Erasure(person_id, at, guild_id))

    async def _erase(self, wish: Erasure) -> Erased:
        async def job(conn: AsyncConnection) -> Erased:
            found = await _written(conn, wish)
            hosted = select(t.chats.c.id).where(t.chats.c.host_id == wish.person_id, wish.of_guild(t.chats.c.guild_id))
            await mark_stale(conn, hosted)
            found += await anonymity.erase(conn, wish.person_id, wish.at, wish.of_chat(t.relays.c.chat_id))
            chats = [chat_id for chat_id, _ in found]
            self._rooms.forget(message_id for _, message_id in found)
            for erase in ERASERS.values():
                await erase(conn, wish)
            return Erased(len(chats), len(set(chats)))

        return await self._database.write(job)

    async def include(self, person_id: int) -> bool:
        """Keep what they say from now on; whether they had been left out."""

        async def job(conn: AsyncConnection) -> bool:
            gone = await conn.execute(delete(t.left_out).where(t.left_out.c.person_id == person_id))
            return bool(gone.rowcount)

        return await self._database.write(job)

    async def is_left_out(self, person_id: int) -> bool:
        """Whether this person asked to be left out."""
        async with self._database.read() as conn:
            found = await conn.execute(select(t.left_out).where(t.left_out.c.person_id == person_id))
            return found.first() is not None

    async def greet(self, person_id: int, at: datetime | None) -> None:
        """Name a person as somebody to say hello to, or with None name them no more; safe to repeat."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.greeted).where(t.greeted.c.person_id == person_id))
            if at is not None:
                await conn.execute(insert(t.greeted).values(person_id=person_id, since=at))

        await self._database.write(job)

    async def choose(self, person_id: int, guild_id: int, showing: Showing | None, at: datetime) -> bool:
        """Show a person in a server as they choose, or with None as is usual there; whether that changes anything."""

        async def job(conn: AsyncConnection) -> bool:
            s = t.showings.c
            mine = (s.guild_id == guild_id) & (s.person_id == person_id)
            known: str | None = await conn.scalar(select(s.showing).where(mine))
            if known == (showing and showing.value):
                return False
            await conn.execute(delete(t.showings).where(mine))
            if showing is not None:
                values = {"guild_id": guild_id, "person_id": person_id, "showing": showing, "chosen_at": at}
                await conn.execute(insert(t.showings).values(values))
            await drop_versions(conn)
            await correct_recaps_of(conn, await _telling_of(conn, guild_id, person_id))
            await mark_stale(conn, select(t.chats.c.id).where(t.chats.c.guild_id == guild_id))
            return True

        return await self._database.write(job)


async def _written(conn: AsyncConnection, wish: Erasure) -> list[tuple[int, int]]:
    """Chat and number of each message with a person's words or name."""
    m = t.messages.c
    rows = await conn.execute(
        select(m.chat_id, m.id).where(m.author_id == wish.person_id, m.left_out.is_(False), wish.of_chat(m.chat_id))
    )
    return [(chat_id, message_id) for chat_id, message_id in rows.all()]


async def _telling_of(conn: AsyncConnection, guild_id: int, person_id: int) -> Sequence[int]:
    """A server's chats of which something was posted that may quote a person or mention them."""
    m, a = t.messages.c, t.actions.c
    # A round-up stands with the last of the chats that it tells of.
    has_recap = (a.kind == ActionKind.RECAP) & a.message_id.is_not(None)
    posted = select(a.chat_id).where(has_recap | (a.kind == ActionKind.ROUNDUP))
    told = select(t.chats.c.id).where(t.chats.c.guild_id == guild_id, t.chats.c.id.in_(posted))
    is_meant = (m.author_id == person_id) | m.text.contains(f"<@{person_id}>") | m.text.contains(f"<@!{person_id}>")
    return (await conn.scalars(select(m.chat_id).distinct().where(m.chat_id.in_(told), is_meant))).all()
