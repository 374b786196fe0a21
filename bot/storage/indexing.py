"""Messages enter the index of words right behind the writes that brought them, many at once."""

from __future__ import annotations

import asyncio
import math
from asyncio import Future
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import TryLater
from bot.storage import index
from bot.storage.database import Database


class Indexing:
    """Lets those in that wait, after others have written and before somebody searches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queued = False

    def stir(self) -> None:
        """Something was handed to the writer that may have to enter; safe to repeat."""
        if not self._queued:
            # Closed in the meantime: those who wait enter when somebody searches the next time.
            with suppress(TryLater):
                self._database.submit(self._work).add_done_callback(_seen)
                self._queued = True

    async def catch_up(self, patience: float = math.inf) -> None:
        """Return once everything has entered that was committed before.

        Args:
            patience: how many seconds to go on letting others in at most.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while await self._has_waiting() and loop.time() < until:
            await self._database.write(index.let_in)

    async def take_many(self) -> None:
        """The same for very many at once, as after an import; each step holds the writer for a second or two."""
        while await self._has_waiting():
            await self._database.write(index.let_many_in)

    async def _has_waiting(self) -> bool:
        return await self._database.look(index.has_waiting)

    async def _work(self, conn: AsyncConnection) -> None:
        self._queued = False
        # What was queued behind this meanwhile found it queued already.
        if await index.let_few_in(conn) or self._database.pending:
            self.stir()


def _seen(done: Future[None]) -> None:
    # A full disk is told of to whoever wrote; whoever writes or searches next tries again.
    if not done.cancelled():
        done.exception()
