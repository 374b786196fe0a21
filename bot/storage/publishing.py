"""What may be shown outside Discord: hosts' decisions about chats, and people's about themselves."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat, ChatState
from bot.domain.consent import Consent, Showing, is_published
from bot.services.publishing_ports import PublishingRules, Stale
from bot.storage import tables as t
from bot.storage.chat_rows import load_chats
from bot.storage.database import Database
from bot.storage.index import HOME
from bot.storage.stale import mark_stale

_KEY = "pseudonyms"
_KEY_BYTES = 32


class PublicationStore:
    """Implements the port `Publications`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self, guild_id: int) -> PublishingRules:
        """What a server's hosts decided."""
        async with self._database.read() as conn:
            return await _rules(conn, guild_id)

    async def decide(self, guild_id: int, rules: PublishingRules) -> None:
        """Save what they decided."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(delete(t.publishing).where(t.publishing.c.guild_id == guild_id))
            values = {"guild_id": guild_id, "publishes": rules.publishes, "showing": rules.showing}
            await conn.execute(insert(t.publishing).values(values))
            await mark_stale(conn, select(t.chats.c.id).where(t.chats.c.guild_id == guild_id))

        await self._database.write(job)

    async def publish(self, chat_id: int, *, published: bool | None) -> None:
        """Say of one chat whether it may be shown outside; None for what its server does."""

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(update(t.chats).where(t.chats.c.id == chat_id).values(published=published))
            await mark_stale(conn, [chat_id])

        await self._database.write(job)

    async def places(self, guild_id: int) -> Sequence[int]:
        """The channels whose readers may read a server's chats."""
        async with self._database.read() as conn:
            return (await conn.scalars(select(HOME).where(t.chats.c.guild_id == guild_id).distinct())).all()

    async def note_readers(self, guild_id: int, channel_id: int, *, everybody: bool) -> Sequence[int]:
        """Remember whether everybody in the server may read the chats of a channel; those for which that is news."""
        c = t.chats.c
        known = c.is_public.is_not(None) & (c.is_public == everybody)
        query = select(c.id).where(c.guild_id == guild_id, HOME.in_([channel_id]), ~known)

        async def job(conn: AsyncConnection) -> Sequence[int]:
            news = (await conn.scalars(query)).all()
            here = c.id.in_(news)
            if not everybody:
                # The yes was to what everybody could read.
                lapsed = update(t.chats).where(here, c.is_public.is_(True), c.published.is_(True))
                await conn.execute(lapsed.values(published=None))
            await conn.execute(update(t.chats).where(here).values(is_public=everybody))
            await mark_stale(conn, news)
            return news

        async with self._database.read() as conn:
            # Looked at often, and hardly ever news.
            if (await conn.execute(query.limit(1))).first() is None:
                return ()
        return await self._database.write(job)

    async def servers(self) -> Sequence[int]:
        """The servers that have chats."""
        async with self._database.read() as conn:
            return (await conn.scalars(select(t.chats.c.guild_id).distinct().order_by(t.chats.c.guild_id))).all()

    async def chats(self, guild_id: int) -> Sequence[Chat]:
        """The chats of a server that are over and may be shown outside, the earliest first."""
        c = t.chats.c
        over = select(t.chats).where(c.guild_id == guild_id, c.state == ChatState.CLOSED).order_by(c.starts_at, c.id)
        async with self._database.read() as conn:
            rules = await _rules(conn, guild_id)
            return [chat for chat in await load_chats(conn, over) if is_published(chat, publishes=rules.publishes)]

    async def consent(self, guild_id: int, *, outside: bool) -> Consent:
        """How people are shown, outside their server or within it."""
        s = t.showings.c
        async with self._database.read() as conn:
            rules = await _rules(conn, guild_id)
            rows = await conn.execute(select(s.person_id, s.showing).where(s.guild_id == guild_id))
            choices = {row.person_id: Showing(row.showing) for row in rows}
            key: str | None = await conn.scalar(select(t.notes.c.value).where(t.notes.c.key == _KEY))
        if key is None:
            key = await self._database.write(_make_key)
        return Consent(bytes.fromhex(key), choices, rules.showing if outside else Showing.NAMED)

    async def folders(self) -> Sequence[str]:
        """The folders into which pages were written, by their absolute paths."""
        async with self._database.read() as conn:
            return (await conn.scalars(select(t.page_folders.c.path).order_by(t.page_folders.c.path))).all()

    async def stale(self, folder: str) -> Stale:
        """What changed since a folder was built last; everything that was ever marked, for one that is new."""
        s, f = t.stale_pages.c, t.page_folders.c
        async with self._database.read() as conn:
            known = await conn.scalar(select(f.mark).where(f.path == folder))
            rows = (await conn.execute(select(s.mark, s.chat_id).where(s.mark > (known or 0)))).all()
        return Stale(tuple(row.chat_id for row in rows), max((row.mark for row in rows), default=known or 0))

    async def built(self, folder: str, mark: int) -> None:
        """A folder has everything that was marked until `mark`; it is known from now on."""

        async def job(conn: AsyncConnection) -> None:
            f = t.page_folders.c
            changed = await conn.execute(
                update(t.page_folders).where(f.path == folder).values(mark=func.max(f.mark, mark))
            )
            if not changed.rowcount:
                await conn.execute(insert(t.page_folders).values(path=folder, mark=mark))

        await self._database.write(job)

    async def forget_folder(self, folder: str) -> None:
        """A folder of pages is no more."""
        gone = delete(t.page_folders).where(t.page_folders.c.path == folder)

        async def job(conn: AsyncConnection) -> None:
            await conn.execute(gone)

        await self._database.write(job)


async def _rules(conn: AsyncConnection, guild_id: int) -> PublishingRules:
    row = (await conn.execute(select(t.publishing).where(t.publishing.c.guild_id == guild_id))).first()
    return PublishingRules(row.publishes, Showing(row.showing)) if row is not None else PublishingRules()


async def _make_key(conn: AsyncConnection) -> str:
    known: str | None = await conn.scalar(select(t.notes.c.value).where(t.notes.c.key == _KEY))
    if known is None:
        known = secrets.token_hex(_KEY_BYTES)
        await conn.execute(insert(t.notes).values(key=_KEY, value=known))
    return known
