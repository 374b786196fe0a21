"""One archive: opened with its migrations done, one writer, several readers, closed with everything written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.errors import TryLater
from bot.storage import freed
from bot.storage.at_once import AtOnce, done_at_once
from bot.storage.migrate import MigrationReport, migrate
from bot.storage.sqlite import looking_engine, reading_engine, translated, writing_engine
from bot.storage.writer import Job, Together, Writer

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")

_READERS = 4
_LOOKERS = 2


class Database:
    """A SQLite file.

    Args:
        path: the file; made when it is opened.
        flush_seconds: how long writes that don't hurry may be gathered.
        batch_jobs: the most writes in one transaction.
        queue_limit: the most writes that wait before callers are held back.
    """

    def __init__(
        self, path: Path, *, flush_seconds: float = 0.05, batch_jobs: int = 500, queue_limit: int = 2000
    ) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writing: Engine | None = None
        self._reading: AsyncEngine | None = None
        self._looking: Engine | None = None
        self._looks = 0
        self._files_changed: Callable[[], None] = lambda: None
        self._writer = Writer(
            self._transaction,
            flush_seconds=flush_seconds,
            batch_jobs=batch_jobs,
            queue_limit=queue_limit,
            others_wait=lambda: self._looks > 0,
        )

    async def open(self) -> MigrationReport:
        """Bring the schema up to date and connect.

        Raises:
            SetupProblem: the file can't be used; it is left as it was.
        """
        report = await asyncio.to_thread(migrate, self.path)
        self._writing = writing_engine(self.path)
        self._reading = reading_engine(self.path, _READERS)
        self._looking = looking_engine(self.path, _LOOKERS)
        return report

    async def close(self) -> None:
        """Write everything that is queued and let go of the file; safe to repeat.

        An open connection would keep the process alive: aiosqlite gives each a thread.
        """
        await self._writer.close()
        reading, self._reading = self._reading, None
        if reading is not None:
            await reading.dispose()
        for engine in (self._writing, self._looking):
            if engine is not None:
                engine.dispose()
        self._writing = self._looking = None
        self._thread.shutdown(wait=False)

    def when_files_change(self, call: Callable[[], None]) -> None:
        """Have something called once it is committed that a file is to be fetched or may be free."""
        self._files_changed = call

    @property
    def pending(self) -> int:
        """How many writes wait."""
        return self._writer.pending

    @property
    def is_in_a_rush(self) -> bool:
        """Whether very much was written within the last second."""
        return self._writer.is_in_a_rush

    async def room(self) -> None:
        """Wait until fewer writes are queued than the limit; for those who `submit` many."""
        await self._writer.room()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that can't write and sees the archive as it was at its first query.

        Raises:
            TryLater: the archive is closed, or the disk can't be read now.
        """
        engine = self._reading
        if engine is None:
            raise TryLater("the database is closed")
        with _translating():
            async with engine.connect() as connection:
                try:
                    yield connection
                finally:
                    if self._reading is not engine:
                        # Closed in the meantime: nobody else would let go of this connection.
                        await connection.invalidate()

    async def look(self, job: Callable[[Connection], T]) -> T:
        """What a whole function reads, in a thread, on a connection that can't write; as `read` sees the archive.

        Raises:
            TryLater: the archive is closed, or the disk can't be read now.
        """
        engine = self._looking
        if engine is None:
            raise TryLater("the database is closed")
        self._looks += 1
        try:
            return await asyncio.to_thread(self._look, engine, job)
        finally:
            self._looks -= 1

    def _look(self, engine: Engine, job: Callable[[Connection], T]) -> T:
        with _translating(), engine.connect() as connection:
            try:
                return job(connection)
            finally:
                if self._looking is not engine:
                    # Closed in the meantime, as above.
                    connection.invalidate()

    async def write(self, job: Job[T], *, soon: bool = True) -> T:
        """Hand a whole function to the one writer; see `Writer.write`."""
        return await self._writer.write(job, soon=soon)

    def submit(self, job: Job[T], *, soon: bool = False) -> asyncio.Future[T]:
        """Queue a whole function without waiting; see `Writer.submit`."""
        return self._writer.submit(job, soon=soon)

    def gather(self, together: Together[I, T], item: I) -> asyncio.Future[list[T | BaseException]]:
        """Queue one of many things that are done at once; see `Writer.gather`."""
        return self._writer.gather(together, item)

    def submit_later(self, job: Job[T]) -> asyncio.Future[T]:
        """Queue what may follow later; see `Writer.submit_later`."""
        return self._writer.submit_later(job)

    async def _transaction(self, job: Job[T]) -> T:
        if self._writing is None:
            raise TryLater("the database is closed")
        loop = asyncio.get_running_loop()
        result, changed = await loop.run_in_executor(self._thread, _transact, self._writing, job)
        if changed:
            self._files_changed()
        return result


def _transact(engine: Engine, job: Job[T]) -> tuple[T, bool]:
    with engine.begin() as connection:
        return done_at_once(job(AtOnce(connection))), freed.is_noted(connection)


@contextmanager
def _translating() -> Iterator[None]:
    """Raise what an error of the database means instead of it, where it means something."""
    try:
        yield
    except DBAPIError as error:
        problem = translated(error)
        if problem is error:
            raise
        raise problem from error
