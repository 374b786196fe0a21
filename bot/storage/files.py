"""Files of messages on the disk, each under its content's own number; a row names it only once it is safely there.

Whether a file is free is asked, and the file removed, by the one writer: so no row can come to name it in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from io import BufferedWriter
from pathlib import Path

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Source
from bot.domain.errors import TryLater
from bot.domain.files import BEGINNING, BY_SETTING, EXTENSIONS, Kind, Refusal
from bot.domain.messages import Attachment
from bot.services.file_ports import DueFile, RefusedError
from bot.storage import freed
from bot.storage import tables as t
from bot.storage.among import among
from bot.storage.database import Database

_log = logging.getLogger(__name__)

_NAME = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(sorted(EXTENSIONS))})")
_PART = "fetching.part"


class FileStore:
    """Implements the port `Files`.

    Args:
        database: the archive.
        folder: where the files stand; made when the first is kept.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def path(self, name: str) -> Path | None:
        """Where a kept file stands; None if it isn't there, or the name can't be one of ours."""
        path = self._folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None

    async def next_due(self, now: datetime) -> DueFile | None:
        """A file to be fetched now."""
        a, m = t.attachments.c, t.messages.c
        waits_not = a.try_at.is_(None) | (a.try_at <= now)
        query = (
            select(t.attachments, m.thread_id)
            .join(t.messages, m.id == a.message_id)
            .join(t.chats, t.chats.c.id == m.chat_id)
            .where(a.stored.is_(None), a.refused.is_(None), waits_not, t.chats.c.source == Source.DISCORD)
            .order_by(a.message_id, a.id)
            .limit(1)
        )
        async with self._database.read() as conn:
            row = (await conn.execute(query)).first()
        if row is None:
            return None
        file = Attachment(row.id, row.filename, row.url, row.size, row.content_type, row.description)
        return DueFile(file, row.message_id, row.thread_id, row.tries)

    async def next_try_at(self) -> datetime | None:
        """When the earliest of those that couldn't be fetched is tried again."""
        a = t.attachments.c
        query = select(a.try_at).where(a.stored.is_(None), a.refused.is_(None), a.try_at.is_not(None))
        async with self._database.read() as conn:
            found: datetime | None = await conn.scalar(query.order_by(a.try_at).limit(1))
            return found

    async def keep(self, due: DueFile, kind: Kind, content: AsyncIterator[bytes]) -> None:
        """Write a file to the disk, then record it."""
        part = self._folder / _PART
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            name = await _write(part, kind, content)
            await asyncio.to_thread(_put_in_place, part, self._folder / name)
        except OSError as error:
            raise TryLater(f"the disk doesn't take a file: {type(error).__name__}") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

        async def job(conn: AsyncConnection) -> None:
            if not (self._folder / name).exists():
                # Another message of the same content was withdrawn just now; this one is fetched once more.
                return
            recorded = await conn.execute(update(t.attachments).where(_mine(due)).values(stored=name, try_at=None))
            if not recorded.rowcount:
                await conn.execute(insert(t.freed_files).prefix_with("OR IGNORE").values(name=name))

        await self._database.write(job)

    async def move(self, due: DueFile, url: str) -> None:
        """Remember a file's new address."""
        await self._change(due, url=url)

    async def refuse(self, due: DueFile, why: Refusal) -> None:
        """It is never kept."""
        await self._change(due, refused=why, try_at=None)

    async def put_off(self, due: DueFile, until: datetime) -> None:
        """It couldn't be fetched, and is tried again then."""
        await self._change(due, tries=due.tries + 1, try_at=until)

    async def _change(self, due: DueFile, **values: object) -> None:
        async def job(conn: AsyncConnection) -> None:
            await conn.execute(update(t.attachments).where(_mine(due)).values(**values))

        await self._database.write(job)

    async def tidy(self) -> None:
        """Remove from the disk what no message has any more."""
        async with self._database.read() as conn:
            if not await freed.has_freed(conn):
                return

        async def job(conn: AsyncConnection) -> None:
            for name in await freed.free_names(conn):
                self._remove(name)
            await freed.forget_freed(conn)

        await self._database.write(job)

    async def sweep(self) -> None:
        """Remove what a crash left, and fetch again what is missing or was refused by other settings.

        Where the whole folder is missing, as when a disk isn't mounted, the rows stay as they are.
        """
        found = await asyncio.to_thread(self._names)

        async def job(conn: AsyncConnection) -> None:
            a = t.attachments.c
            named = set(await conn.scalars(select(a.stored).where(a.stored.is_not(None)).distinct()))
            if found is None and named:
                _log.error("the folder %s with %d kept files can't be read; is it mounted?", self._folder, len(named))
            for name in (found or set()) - named:
                self._remove(name)
            if found is not None:
                await conn.execute(update(t.attachments).where(among(a.stored, named - found)).values(stored=None))
            await conn.execute(update(t.attachments).where(a.refused.in_(BY_SETTING)).values(refused=None))

        await self._database.write(job)

    def _names(self) -> set[str] | None:
        try:
            names = {path.name for path in self._folder.iterdir()}
        except OSError:
            return None
        return {name for name in names if _NAME.fullmatch(name) or name == _PART}

    def _remove(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise TryLater(f"a file can't be removed: {type(error).__name__}") from error


def _mine(due: DueFile) -> ColumnElement[bool]:
    return (t.attachments.c.message_id == due.message_id) & (t.attachments.c.id == due.file.id)


async def _write(part: Path, kind: Kind, content: AsyncIterator[bytes]) -> str:
    """Write a file under a name that isn't its own yet; its own name."""
    number, beginning = hashlib.sha256(), b""
    is_told = False
    with part.open("wb") as file:
        async for chunk in content:
            if not is_told:
                beginning += chunk[:BEGINNING]
                is_told = len(beginning) >= BEGINNING
                if is_told and not kind.begins_so(beginning):
                    raise RefusedError(Refusal.NOT_WHAT_IT_SAYS)
            number.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        if not kind.begins_so(beginning):
            raise RefusedError(Refusal.NOT_WHAT_IT_SAYS)
        await asyncio.to_thread(_sync, file)
    return f"{number.hexdigest()}.{kind.extension}"


def _sync(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())


def _put_in_place(part: Path, path: Path) -> None:
    part.replace(path)
    if os.name == "posix":
        # The name is safe once its folder is.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
