"""The one writer: a queue of whole functions, committed in batches, each answered once it is on the disk.

It starts a task when there is work and ends it when there is none, so that nothing waits in the background. While
one batch is being committed the next gathers, which is all the batching that a busy hour needs; jobs that don't
hurry wait up to `flush_seconds` since the last batch besides. What may follow later is done when nothing else waits or
while that is gathered, but in a flood or while somebody reads not before it has waited for `_PATIENCE_SECONDS`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import TryLater
from bot.storage.sqlite import translated

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
Job = Callable[[AsyncConnection], Coroutine[Any, Any, T]]
# Does many things of a kind at once; one result for each, in their order.
Together = Callable[[AsyncConnection, Sequence[I]], Coroutine[Any, Any, Sequence[T]]]

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 1.0
# So many things that are done together come in a rush only.
_RUSH = 20
_RUSH_SECONDS = 1.0
# So many need the whole processor: what may follow later takes none of it while they come.
_FLOOD = 250
# Of things that are done together so many times more than of jobs.
_TOGETHER = 4


@dataclass(slots=True)
class _Entry:
    """A job, or what does things together, and who waits for it."""

    answer: asyncio.Future[Any]
    job: Job[Any]
    together: Together[Any, Any] | None = None
    items: list[Any] = field(default_factory=list)
    soon: bool = False
    queued_at: float = 0.0


class Transaction(Protocol):
    """Does a whole function in one transaction, in the thread that writes; what becomes of it once it is committed."""

    def __call__(self, job: Job[T]) -> Awaitable[T]:  # noqa: D102 - as above
        ...


_Outcome = tuple[Any, BaseException | None]


class Writer:
    """Runs jobs one after another, in the order in which they were handed in.

    Args:
        transaction: does a job in a transaction of its own, which is committed at its end.
        flush_seconds: how long jobs that don't hurry may be gathered.
        batch_jobs: the most jobs in one transaction; of things that are done together four times as many.
        queue_limit: the most jobs that wait before `write` holds its callers back.
        others_wait: whether somebody waits for what may follow later to leave the processor to them.
    """

    def __init__(
        self,
        transaction: Transaction,
        *,
        flush_seconds: float,
        batch_jobs: int,
        queue_limit: int,
        others_wait: Callable[[], bool] = lambda: False,
    ) -> None:
        self._transaction = transaction
        self._flush_seconds = flush_seconds
        self._batch_jobs = batch_jobs
        self._queue_limit = queue_limit
        self._others_wait = others_wait
        self._queue: deque[_Entry] = deque()
        self._later: deque[_Entry] = deque()
        self._task: asyncio.Task[None] | None = None
        self._hurry: asyncio.Future[None] | None = None
        self._room: deque[asyncio.Future[None]] = deque()
        self._flushed_at = self._rushed_at = float("-inf")
        self._flushed = 0
        self._is_closed = False

    @property
    def pending(self) -> int:
        """How many jobs wait."""
        return len(self._queue)

    @property
    def is_in_a_rush(self) -> bool:
        """Whether so many things came together within the last second that what may follow later falls behind."""
        return asyncio.get_running_loop().time() - self._rushed_at < _RUSH_SECONDS

    def submit(self, job: Job[T], *, soon: bool = False) -> asyncio.Future[T]:
        """Queue a job at once, without waiting; the future has its result once it is committed.

        Raises:
            TryLater: the database has been closed.
        """
        answer: asyncio.Future[T] = self._new_answer()
        self._queue.append(_Entry(answer, job, soon=soon))
        self._stir(hurry=soon)
        return answer

    def gather(self, together: Together[I, T], item: I) -> asyncio.Future[list[T | BaseException]]:
        """Queue one of many things that one function does at once, without waiting.

        It joins those that were queued last, if nothing else was queued since: what comes later never overtakes. All
        that are done together share one future. It has each one's result, or what stood in its way, in their order.

        Raises:
            TryLater: the database has been closed.
        """
        last = self._queue[-1] if self._queue else None
        if last is None or last.together != together or len(last.items) >= _TOGETHER * self._batch_jobs:
            last = _all_of(self._new_answer(), together)
            self._queue.append(last)
            self._stir(hurry=False)
        last.items.append(item)
        return last.answer

    def submit_later(self, job: Job[T]) -> asyncio.Future[T]:
        """Queue a job that is done in a transaction of its own, once nothing else waits or it has waited long.

        Raises:
            TryLater: the database has been closed.
        """
        answer: asyncio.Future[T] = self._new_answer()
        now = asyncio.get_running_loop().time()
        self._later.append(_Entry(answer, job, queued_at=now))
        self._stir(hurry=False)
        return answer

    def _new_answer(self) -> asyncio.Future[Any]:
        if self._is_closed:
            raise TryLater("the database is closed")
        return asyncio.get_running_loop().create_future()

    def _stir(self, *, hurry: bool) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain(), name="writer")
        elif hurry or len(self._queue) >= self._batch_jobs:
            self._stop_lingering()

    async def write(self, job: Job[T], *, soon: bool = True) -> T:
        """Run a job; its result once it is committed. Waits for room when too many jobs are queued.

        A caller that is cancelled doesn't take its job back; what then stands in its way is logged.

        Raises:
            TryLater: the disk is full or the like; nothing of the job was saved.
            Exception: whatever the job raised; nothing of it was saved.
        """
        await self.room()
        answer = self.submit(job, soon=soon)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            answer.add_done_callback(_log_late)
            raise

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
            while self._queue or self._later:
                await self._linger()
                await self._run(self._next())
        except BaseException:
            # The task is being killed: nobody will answer these any more.
            for entry in (*self._queue, *self._later):
                entry.answer.cancel()
            self._queue.clear()
            self._later.clear()
            self._make_room()
            raise
        finally:
            self._task = None

    def _next(self) -> list[_Entry]:
        """What the next transaction does."""
        now = asyncio.get_running_loop().time()
        if self._later and (not self._queue or self._is_late(now) or self._has_time_for_later(now)):
            return [self._later.popleft()]
        batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_jobs))]
        self._flushed_at = now
        self._flushed = max((len(entry.items) for entry in batch), default=0)
        if self._flushed >= _RUSH:
            self._rushed_at = now
        self._make_room()
        return batch

    def _is_late(self, now: float) -> bool:
        return now - self._later[0].queued_at > _PATIENCE_SECONDS

    def _has_time_for_later(self, now: float) -> bool:
        is_flooded = self._flushed >= _FLOOD and now < self._flushed_at + self._flush_seconds
        has_to_wait = not self._is_closed and (is_flooded or self._others_wait())
        return bool(self._later) and self._gathers(now) and not has_to_wait

    def _gathers(self, now: float) -> bool:
        """Whether what is queued may wait for more to come."""
        if not self._queue:
            return True
        is_due = now >= self._flushed_at + self._flush_seconds
        is_full = len(self._queue) >= self._batch_jobs
        return not (is_due or is_full or self._is_closed or any(entry.soon for entry in self._queue))

    async def _linger(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._has_time_for_later(now) or not self._gathers(now):
            return
        self._hurry = loop.create_future()
        # Never longer than asked for, whatever the clock did meanwhile.
        timer = loop.call_later(
            min(self._flushed_at + self._flush_seconds - now, self._flush_seconds), self._stop_lingering
        )
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
            outcomes = [await self._do_alone(batch[0])] if len(batch) == 1 else await self._do(batch)
        except BaseException:
            for entry in batch:
                entry.answer.cancel()
            raise
        for entry, (result, problem) in zip(batch, outcomes, strict=True):
            _answer(entry.answer, result, problem)

    async def _do_alone(self, entry: _Entry) -> _Outcome:
        """Do an entry in a transaction of its own: what undoes it undoes that, so it needs no savepoint."""
        try:
            return await self._transaction(entry.job), None
        except Exception as error:
            if entry.together is None:
                return None, translated(error)
        # Perhaps only one of them can't be done.
        return (await self._do([entry]))[0]

    async def _do(self, batch: Sequence[_Entry]) -> list[_Outcome]:
        async def job(connection: AsyncConnection) -> list[_Outcome]:
            return [await _attempt(connection, entry) for entry in batch]

        try:
            return await self._transaction(job)
        except Exception as error:
            # An error of its own for each, since each is raised somewhere else.
            return [(None, translated(error)) for _ in batch]


def _all_of(answer: asyncio.Future[Any], together: Together[Any, Any]) -> _Entry:
    items: list[Any] = []

    async def job(connection: AsyncConnection) -> list[Any]:
        return list(await together(connection, items))

    return _Entry(answer, job, together, items)


async def _attempt(connection: AsyncConnection, entry: _Entry) -> _Outcome:
    """Do one entry of a batch, so that its failure undoes it and nothing else."""
    outcome = await _attempt_job(connection, entry.job)
    if entry.together is None or outcome[1] is None:
        return outcome
    # One of them can't be done; the others can.
    outcomes = [await _attempt_job(connection, _only(entry.together, item)) for item in entry.items]
    return [result if problem is None else problem for result, problem in outcomes], None


def _only(together: Together[Any, Any], item: object) -> Job[Any]:
    async def job(connection: AsyncConnection) -> object:
        (result,) = await together(connection, [item])
        return result

    return job


async def _attempt_job(connection: AsyncConnection, job: Job[Any]) -> _Outcome:
    savepoint = await connection.run_sync(Connection.begin_nested)
    try:
        result = await job(connection)
    except Exception as error:
        try:
            savepoint.rollback()
        except SQLAlchemyError:
            # SQLite has undone the whole transaction by itself, as it does when the disk is full: the batch fails.
            raise error from None
        return None, translated(error)
    savepoint.commit()
    return result, None


def _log_late(answer: asyncio.Future[Any]) -> None:
    # Python would log it too, but not before it happens to look for what nobody refers to any more.
    if not answer.cancelled() and (problem := answer.exception()) is not None:
        _log_unheard(problem)


def _log_unheard(problem: BaseException) -> None:
    _log.error("a write failed after its caller had gone", exc_info=problem)


def _answer(answer: asyncio.Future[Any], result: Any, problem: BaseException | None) -> None:  # noqa: ANN401
    if answer.done():
        if problem is not None:
            _log_unheard(problem)
    elif problem is None:
        answer.set_result(result)
    else:
        answer.set_exception(problem)
