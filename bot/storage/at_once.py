"""A connection of the writer's thread: its statements are done where they stand, without a way to a thread and back.

Whole functions that write are written like those that read, with `await` before each statement; here nothing waits.
With a way there and back for each statement, the thread would wait for Python's lock twice as often as it works.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, ScalarResult
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class AtOnce(AsyncConnection):
    """An open connection of this thread, as if it were one that is waited for.

    Rows come from the file while they are looped over: whoever writes within the loop takes them all first.
    """

    __slots__ = ()

    def __init__(self, conn: Connection) -> None:
        self.sync_engine = conn.engine
        self.sync_connection = self._assign_proxied(conn)

    async def execute(self, *args: Any, **options: Any) -> CursorResult[Any]:  # noqa: ANN401 - as SQLAlchemy's
        """As `AsyncConnection.execute`."""
        return self._proxied.execute(*args, **options)

    async def scalar(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """As `AsyncConnection.scalar`."""
        return self._proxied.scalar(*args, **options)

    async def scalars(self, *args: Any, **options: Any) -> ScalarResult[Any]:  # noqa: ANN401
        """As `AsyncConnection.scalars`."""
        return self._proxied.scalars(*args, **options)

    async def exec_driver_sql(self, *args: Any, **options: Any) -> CursorResult[Any]:  # noqa: ANN401
        """As `AsyncConnection.exec_driver_sql`."""
        return self._proxied.exec_driver_sql(*args, **options)

    async def run_sync(self, fn: Callable[..., T], *args: Any, **options: Any) -> T:  # noqa: ANN401
        """As `AsyncConnection.run_sync`."""
        return fn(self._proxied, *args, **options)


def done_at_once(job: Coroutine[Any, Any, T]) -> T:
    """What becomes of a whole function that waits for nothing but its statements.

    Raises:
        RuntimeError: it waits for something else; it is ended there.
    """
    try:
        job.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    job.close()
    raise RuntimeError("what writes to the archive may wait for nothing else")
