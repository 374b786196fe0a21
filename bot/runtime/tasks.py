"""Background work is started here and nowhere else: named, referenced, and logged when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bot.runtime.logging import new_incident_id

_log = logging.getLogger(__name__)


class Tasks:
    """The tasks under way, by name; one name runs once at a time."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Any]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, object], then: Callable[[], None] | None = None) -> bool:
        """Run work in the background unless some of that name is under way.

        Args:
            name: one name runs once at a time.
            work: what to run.
            then: called once the work has ended, however it ended, and its name is free again.

        Returns:
            Whether it was started.
        """
        if name in self._running:
            work.close()
            return False
        task = asyncio.create_task(work, name=name)
        self._running[name] = task
        task.add_done_callback(partial(self._finished, then=then))
        return True

    def is_running(self, name: str) -> bool:
        """Whether work of this name is under way."""
        return name in self._running

    async def stop(self) -> None:
        """Cancel what is under way and wait until it has ended."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _finished(self, task: asyncio.Task[Any], then: Callable[[], None] | None) -> None:
        self._running.pop(task.get_name(), None)
        if task.cancelled():
            return
        if then is not None:
            then()
        error = task.exception()
        if error is not None:
            _log.error("incident %s: task %s failed", new_incident_id(), task.get_name(), exc_info=error)
