"""A job that is queued at the writer whenever something gives occasion for it, and never twice at a time."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from bot.domain.errors import TryLater
from bot.storage.writer import Job

T = TypeVar("T")


class Repeated(Generic[T]):
    """Queues a job, and once more what it left or what came meanwhile.

    Args:
        job: does a part of what there is to do.
        is_more: whether its result says that more may be left.
        then: learns what became of it, failures included.
    """

    def __init__(self, job: Job[T], is_more: Callable[[T], bool], then: Callable[[Future[T]], None]) -> None:
        self._job = job
        self._is_more = is_more
        self._then = then
        self._is_queued = self._again = False

    def stir(self, submit: Callable[[Job[T]], Future[T]]) -> None:
        """There may be something to do; safe to repeat. Once the database is closed, it is left.

        Args:
            submit: queues the job.
        """
        if self._is_queued:
            # The job may have looked already, or comes before what has to be done now.
            self._again = True
            return
        with suppress(TryLater):
            submit(self._job).add_done_callback(partial(self._ended, submit))
            self._is_queued = True

    def _ended(self, submit: Callable[[Job[T]], Future[T]], done: Future[T]) -> None:
        again, self._is_queued, self._again = self._again, False, False
        # Cancelled: the writer is being killed. What failed is tried again with what comes next, or came meanwhile.
        if not done.cancelled() and (again or (done.exception() is None and self._is_more(done.result()))):
            self.stir(submit)
        self._then(done)
