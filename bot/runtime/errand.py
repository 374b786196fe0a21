"""Work that is done whenever something gives occasion for it, once at a time, and nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import TryLater
from bot.runtime.tasks import Tasks

_log = logging.getLogger(__name__)

_LEAST_WAIT = 1.0
_AFTER_FAILURE = timedelta(seconds=30)


class _Clock(Protocol):
    def now(self) -> datetime: ...


class Errand:
    """Does one kind of work in the background.

    Args:
        name: of its task.
        work: does all there is to do; tells when there is more (aware UTC), if ever.
        clock: when it is now.
        tasks: where it runs.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[datetime | None]], clock: _Clock, tasks: Tasks) -> None:
        self._name = name
        self._work = work
        self._clock = clock
        self._tasks = tasks
        self._timer: asyncio.TimerHandle | None = None
        self._again = self._stopped = False

    def stir(self) -> None:
        """There may be something to do; safe to repeat, and cheap."""
        if self._stopped:
            return
        self._disarm()
        # What is under way may have looked already.
        self._again = not self._tasks.start(self._name, self._do(), then=self._ended)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True
        self._disarm()

    async def _do(self) -> None:
        next_at: datetime | None = self._clock.now() + _AFTER_FAILURE
        try:
            next_at = await self._work()
        except TryLater as error:
            _log.warning("%s: has to wait: %s", self._name, error)
        finally:
            if next_at is not None and not self._stopped:
                wait = max(_LEAST_WAIT, (next_at - self._clock.now()).total_seconds())
                self._timer = asyncio.get_running_loop().call_later(wait, self.stir)

    def _ended(self) -> None:
        if self._again:
            self.stir()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
