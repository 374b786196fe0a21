"""What a person does with one message: rule where it stands, take it back, keep a bookmark of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.errors import BadInput, NotAllowed, Problem
from bot.domain.manner import Layout
from bot.domain.messages import Kept
from bot.services.values import Posted, SavedMessage, Standing
from bot.storage import tables as t
from bot.storage.agenda import insert_actions
from bot.storage.anonymity import is_own
from bot.storage.archive import forget_words
from bot.storage.chat_rows import load_chat
from bot.storage.database import Database
from bot.storage.filings import Rooms, file_as_ruled, sure_filings
from bot.storage.relays import retraction


class WordStore:
    """Implements the port `Words`."""

    def __init__(self, database: Database, rooms: Rooms | None = None) -> None:
        self._database = database
        self._rooms = rooms or Rooms()

    async def standing(self, message_id: int) -> Standing | None:
        """Where a message stands, or None if it isn't in the archive or has no words any more."""
        async with self._database.read() as conn:
            return await _standing(conn, message_id)

    async def rule(self, message_id: int, questions: Sequence[int], *, by_author: bool) -> Kept:
        """File a message as a person says; it stays so whatever the machine thinks later."""

        async def job(conn: AsyncConnection) -> Kept:
            standing = await _standing(conn, message_id)
            if standing is None:
                raise BadInput(Problem.MESSAGE_UNKNOWN)
            before = await sure_filings(conn, message_id)
            wanted = [q.number for q in standing.chat.questions if q.number in set(questions)]
            await conn.execute(delete(t.rulings).where(t.rulings.c.message_id == message_id))
            rulings = [
                {"message_id": message_id, "question": number, "by_author": by_author} for number in wanted or [0]
            ]
            await conn.execute(insert(t.rulings), rulings)
            row = (await conn.execute(select(t.messages).where(t.messages.c.id == message_id))).mappings().one()
            await file_as_ruled(conn, self._rooms, standing.chat, row)
            return Kept(standing.chat, message_id, row["thread_id"], await sure_filings(conn, message_id), before)

        return await self._database.write(job)

    async def withdraw(self, message_id: int, person_id: int, at: datetime) -> bool:
        """Take a message's words out of the archive; whether the bot had posted it and takes that post down."""

        async def job(conn: AsyncConnection) -> bool:
            standing = await _standing(conn, message_id)
            if standing is None:
                raise BadInput(Problem.MESSAGE_UNKNOWN)
            relay = await conn.execute(select(t.relays.c.id).where(t.relays.c.message_id == message_id))
            relay_id = relay.scalar_one_or_none()
            is_theirs = standing.author_id == person_id
            if relay_id is not None and not is_theirs:
                is_theirs = await is_own(conn, relay_id, person_id)
            if not is_theirs:
                raise NotAllowed(Problem.NOT_YOURS)
            await forget_words(conn, [message_id], deleted_at=at if relay_id is not None else None)
            self._rooms.forget([message_id])
            if relay_id is not None:
                await insert_actions(conn, [retraction(standing.chat.id, relay_id, Posted(message_id, at))])
            return relay_id is not None

        return await self._database.write(job)

    async def save(self, message_id: int, person_id: int, at: datetime) -> bool:
        """Keep a bookmark, or take it away again; whether it is kept now."""

        async def job(conn: AsyncConnection) -> bool:
            if await _standing(conn, message_id) is None:
                raise BadInput(Problem.MESSAGE_UNKNOWN)
            mine = (t.saved.c.person_id == person_id) & (t.saved.c.message_id == message_id)
            gone = await conn.execute(delete(t.saved).where(mine))
            if gone.rowcount:
                return False
            await conn.execute(insert(t.saved).values(person_id=person_id, message_id=message_id, saved_at=at))
            return True

        return await self._database.write(job)

    async def saved(self, person_id: int, guild_id: int) -> Sequence[SavedMessage]:
        """A person's bookmarks in a server, the newest first."""
        home = case((t.chats.c.layout == Layout.FORUM, t.chats.c.forum_id), else_=t.chats.c.channel_id)
        query = (
            select(t.messages, t.chats.c.hashtag, home.label("home_id"), t.chats.c.guild_id, t.saved.c.saved_at)
            .join(t.saved, t.saved.c.message_id == t.messages.c.id)
            .join(t.chats, t.chats.c.id == t.messages.c.chat_id)
            .where(t.saved.c.person_id == person_id, t.chats.c.guild_id == guild_id)
            .order_by(t.saved.c.saved_at.desc(), t.messages.c.id.desc())
        )
        async with self._database.read() as conn:
            return [_saved(row) for row in (await conn.execute(query)).mappings()]


async def _standing(conn: AsyncConnection, message_id: int) -> Standing | None:
    row = (await conn.execute(select(t.messages).where(t.messages.c.id == message_id))).mappings().first()
    if row is None or row["text"] is None:
        return None
    chat = await load_chat(conn, row["chat_id"])
    if chat is None:
        return None
    return _stands(chat, row, await sure_filings(conn, message_id))


def _stands(chat: Chat, row: RowMapping, questions: tuple[int, ...]) -> Standing:
    return Standing(
        chat,
        message_id=row["id"],
        author_id=row["author_id"],
        text=row["text"],
        questions=questions,
    )


def _saved(row: RowMapping) -> SavedMessage:
    return SavedMessage(
        guild_id=row["guild_id"],
        channel_id=row["home_id"],
        thread_id=row["thread_id"],
        message_id=row["id"],
        hashtag=row["hashtag"],
        author_name=row["author_name"],
        text=row["text"],
        chat_id=row["chat_id"],
        author_id=row["author_id"],
    )
