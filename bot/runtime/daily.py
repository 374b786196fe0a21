"""Work that is looked at now and then, as long as the bot runs: at the start, and every few hours after that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import TryLater
from bot.runtime.tasks import Tasks

_log = logging.getLogger(__name__)

_SECONDS = 6 * 3_600.0


class Daily:
    """Starts some work again and again; nothing waits in between but a timer.

    Args:
        name: of the work.
        work: what to do; if it fails it is logged, and done again the next time.
        tasks: where it runs.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], tasks: Tasks) -> None:
        self._name = name
        self._work = work
        self._tasks = tasks
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def begin(self) -> None:
        """Do it now, and again every few hours; safe to repeat."""
        if self._stopped:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_SECONDS, self.begin)
        self._tasks.start(self._name, self._run())

    def stop(self) -> None:
        """Begin no more."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    async def _run(self) -> None:
        try:
            await self._work()
        except TryLater as error:
            _log.warning("%s has to wait: %s", self._name, error)
