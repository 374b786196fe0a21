"""What leaves for Discord passes one budget, prompts first.

Discord allows an application 50 requests a second in all and answers 429 beyond it; discord.py only reacts to
that answer. The budget is a token bucket with a queue for each priority. It starts no task of its own: a timer
runs only while somebody waits.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from enum import IntEnum

REQUESTS_PER_SECOND = 45.0


class Priority(IntEnum):
    """Who goes first; the lower number."""

    PROMPT = 0
    POST = 1
    LOOK = 2


class Budget:
    """A token bucket.

    Args:
        rate: requests a second, and how many may leave at once after a quiet second.
        clock: seconds that only grow; given by tests, else the event loop's.
    """

    def __init__(self, rate: float = REQUESTS_PER_SECOND, clock: Callable[[], float] | None = None) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = rate
        self._filled_at: float | None = None
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, priority: Priority) -> None:
        """Wait until one request may leave."""
        self._refill()
        if not self._waiting and self._tokens >= 1:
            self._tokens -= 1
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), future))
        self._arm()
        await future

    def _refill(self) -> None:
        now = self._clock() if self._clock is not None else asyncio.get_running_loop().time()
        if self._filled_at is not None:
            self._tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now

    def _arm(self) -> None:
        if self._timer is None and self._waiting:
            wait = max(0.0, (1 - self._tokens) / self._rate)
            self._timer = asyncio.get_running_loop().call_later(wait, self._release)

    def _release(self) -> None:
        self._timer = None
        self._refill()
        while self._waiting and self._tokens >= 1:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                self._tokens -= 1
                future.set_result(None)
        self._arm()
