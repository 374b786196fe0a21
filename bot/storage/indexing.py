"""Messages enter the index of words right behind the writes that brought them, many at once."""

from __future__ import annotations

import asyncio
import math
from asyncio import Future
from typing import Any

from bot.storage import index
from bot.storage.database import Database
from bot.storage.repeated import Repeated


class Indexing:
    """Lets those in that wait, after others have written and before somebody searches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._letting_in = Repeated(index.let_few_in, bool, _seen)
        self._entering: Future[bool] | None = None

    def stir(self, *, later: bool = False) -> None:
        """Something was handed to the writer that may have to enter; safe to repeat.

        Args:
            later: whether it may enter once nothing else waits to be written.
        """
        self._letting_in.stir(self._database.submit_later if later else self._database.submit)

    async def catch_up(self, patience: float = math.inf) -> None:
        """Return once everything has entered that was committed before.

        Args:
            patience: how many seconds to wait at most.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while await self._has_waiting() and (left := until - loop.time()) > 0:
            if self._entering is None or self._entering.done():
                # Shared by all who wait at the same time.
                self._entering = self._database.submit(index.let_in, soon=True)
                self._entering.add_done_callback(_seen)
            entering = self._entering
            await asyncio.wait([entering], timeout=left if left < math.inf else None)
            if entering.done():
                entering.result()

    async def take_many(self) -> None:
        """The same for very many at once, as after an import; each step holds the writer for a second or two."""
        while await self._has_waiting():
            await self._database.write(index.let_many_in)

    async def _has_waiting(self) -> bool:
        return await self._database.look(index.has_waiting)


def _seen(done: Future[Any]) -> None:
    # A full disk is told of to whoever wrote; whoever writes or searches next tries again.
    if not done.cancelled():
        done.exception()
