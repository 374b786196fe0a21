"""The one writer: a queue of whole functions, committed in batches, each answered once it is on the disk.

It starts a task when there is work and ends it when there is none, so that nothing waits in the background. While
one batch is being committed the next gathers, which is all the batching that a busy hour needs; jobs that don't
hurry wait up to `flush_seconds` since the last commit besides.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import TryLater
from bot.storage.sqlite import translated

T = TypeVar("T")
Job = Callable[[AsyncConnection], Awaitable[T]]


@dataclass(slots=True)
class _Entry:
    job: Job[Any]
    answer: asyncio.Future[Any]
    soon: bool


class Writer:
    """Runs jobs one after another, in the order in which they were handed in.

    Args:
        transaction: begins a transaction on the writing connection, and commits it at its end.
        flush_seconds: how long jobs that don't hurry may be gathered.
        batch_jobs: the most jobs in one transaction.
        queue_limit: the most jobs that wait before `write` holds its callers back.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
        *,
        flush_seconds: float,
        batch_jobs: int,
        queue_limit: int,
    ) -> None:
        self._transaction = transaction
        self._flush_seconds = flush_seconds
        self._batch_jobs = batch_jobs
        self._queue_limit = queue_limit
        self._queue: deque[_Entry] = deque()
        self._task: asyncio.Task[None] | None = None
        self._hurry: asyncio.Future[None] | None = None
        self._room: deque[asyncio.Future[None]] = deque()
        self._flushed_at = float("-inf")
        self._is_closed = False

    @property
    def pending(self) -> int:
        """How many jobs wait."""
        return len(self._queue)

    def submit(self, job: Job[T], *, soon: bool = False) -> asyncio.Future[T]:
        """Queue a job at once, without waiting; the future has its result once it is committed.

        Raises:
            TryLater: the database has been closed.
        """
        if self._is_closed:
            raise TryLater("the database is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._queue.append(_Entry(job, answer, soon))
        if self._task is None:
            self._task = loop.create_task(self._drain(), name="writer")
        elif soon or len(self._queue) >= self._batch_jobs:
            self._stop_lingering()
        return answer

    async def write(self, job: Job[T], *, soon: bool = True) -> T:
        """Run a job; its result once it is committed. Waits for room when too many jobs are queued.

        A caller that is cancelled doesn't take its job back.

        Raises:
            TryLater: the disk is full or the like; nothing of the job was saved.
            Exception: whatever the job raised; nothing of it was saved.
        """
        await self.room()
        return await asyncio.shield(self.submit(job, soon=soon))

    async def room(self) -> None:
        """Wait until fewer jobs are queued than the limit; who has waited longest goes first."""
        if not self._room and len(self._queue) < self._queue_limit:
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._room.append(turn)
        try:
            await turn
        finally:
            self._room.remove(turn)
            # Later, for this one's job has to be queued before the next can know whether there is room.
            loop.call_soon(self._make_room)

    async def close(self) -> None:
        """Write everything that is queued, then take no more."""
        self._is_closed = True
        self._stop_lingering()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _drain(self) -> None:
        try:
            while self._queue:
                await self._linger()
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_jobs))]
                self._make_room()
                await self._run(batch)
        except BaseException:
            # The task is being killed: nobody will answer these any more.
            for entry in self._queue:
                entry.answer.cancel()
            self._queue.clear()
            self._make_room()
            raise
        finally:
            self._task = None

    async def _linger(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._flushed_at + self._flush_seconds - loop.time()
        is_full = len(self._queue) >= self._batch_jobs
        if wait <= 0 or is_full or self._is_closed or any(entry.soon for entry in self._queue):
            return
        self._hurry = loop.create_future()
        # Never longer than asked for, whatever the clock did meanwhile.
        timer = loop.call_later(min(wait, self._flush_seconds), self._stop_lingering)
        try:
            await self._hurry
        finally:
            timer.cancel()
            self._hurry = None

    def _stop_lingering(self) -> None:
        if self._hurry is not None and not self._hurry.done():
            self._hurry.set_result(None)

    def _make_room(self) -> None:
        # One at a time, each waking the next: nobody who comes meanwhile overtakes those who wait.
        if self._room and not self._room[0].done() and len(self._queue) < self._queue_limit:
            self._room[0].set_result(None)

    async def _run(self, batch: list[_Entry]) -> None:
        try:
            async with self._transaction() as connection:
                outcomes = [await _attempt(connection, entry.job) for entry in batch]
        except Exception as error:
            outcomes = [(None, translated(error)) for _ in batch]
        except BaseException:
            for entry in batch:
                entry.answer.cancel()
            raise
        finally:
            self._flushed_at = asyncio.get_running_loop().time()
        for entry, (result, problem) in zip(batch, outcomes, strict=True):
            _answer(entry.answer, result, problem)


async def _attempt(connection: AsyncConnection, job: Job[Any]) -> tuple[Any, BaseException | None]:
    """Run one job of a batch, so that its failure undoes it and nothing else."""
    savepoint = await connection.begin_nested()
    try:
        result = await job(connection)
    except Exception as error:
        try:
            await savepoint.rollback()
        except SQLAlchemyError:
            # SQLite has undone the whole transaction by itself, as it does when the disk is full: the batch fails.
            raise error from None
        return None, translated(error)
    await savepoint.commit()
    return result, None


def _answer(answer: asyncio.Future[Any], result: Any, problem: BaseException | None) -> None:  # noqa: ANN401
    if answer.done():
        return
    if problem is None:
        answer.set_result(result)
    else:
        answer.set_exception(problem)
