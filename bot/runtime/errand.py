"""Work that is done whenever something gives occasion for it, at most once a second, and nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import TryLater
from bot.runtime.tasks import Tasks

_log = logging.getLogger(__name__)

_LEAST_REST = 1.0
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
        self._wakes_at = float("inf")
        self._ended_at = float("-inf")
        self._again = self._stopped = False

    def stir(self) -> None:
        """There may be something to do; safe to repeat, and cheap."""
        if self._tasks.is_running(self._name):
            self._again = True
        elif not self._stopped:
            self._wake_in(max(0.0, self._ended_at + _LEAST_REST - asyncio.get_running_loop().time()))

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True
        self._disarm()

    def _wake_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        if at < self._wakes_at:
            self._disarm()
            self._wakes_at = at
            self._timer = loop.call_later(seconds, self._begin)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._wakes_at = None, float("inf")

    def _begin(self) -> None:
        self._disarm()
        if not self._stopped:
            self._again = False
            self._tasks.start(self._name, self._do(), then=self._ended)

    async def _do(self) -> None:
        now = self._clock.now()
        next_at: datetime | None = now + _AFTER_FAILURE
        try:
            next_at = await self._work()
        except TryLater as error:
            _log.warning("%s: has to wait: %s", self._name, error)
        finally:
            if next_at is not None and not self._stopped:
                self._wake_in(max(_LEAST_REST, (next_at - self._clock.now()).total_seconds()))

    def _ended(self) -> None:
        self._ended_at = asyncio.get_running_loop().time()
        if self._again:
            self.stir()
