"""The parts that only SQLite needs: connections, explicit transactions, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, QueuePool, Table, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import TryLater

# WAL lets readers read while the one writer writes. With it, synchronous=FULL makes every commit survive a power
# cut, not only the end of the process. secure_delete overwrites what is erased, for erasure is promised.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
)
_READ_ONLY = "PRAGMA query_only=ON"
# An erasure changes many pages all over the file; in 2 MB, as is usual, each would be written and read again meanwhile.
_ROOM_TO_WRITE = "PRAGMA cache_size=-32768"
# A search reads pages of the index from all over the file.
_ROOM_TO_LOOK = "PRAGMA cache_size=-16384"
# Errors are logged, and what people wrote doesn't belong in a log.
_HIDES_PARAMETERS = True

# What passes by itself or once the operator has made room; anything else is a defect and stays as it is.
_PASSING = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)


def writing_engine(path: Path) -> Engine:
    """An engine with one connection for the writer's thread, whose transactions take the write lock at once."""
    return _prepared(_engine(path, 1), "BEGIN IMMEDIATE", (*_PRAGMAS, _ROOM_TO_WRITE))


def reading_engine(path: Path, connections: int) -> AsyncEngine:
    """An engine that can't write, whose transactions each see the database as it was when they began."""
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(
        url, pool_size=connections, max_overflow=0, pool_timeout=60, hide_parameters=_HIDES_PARAMETERS
    )
    _prepared(engine.sync_engine, "BEGIN", (*_PRAGMAS, _READ_ONLY))
    return engine


def looking_engine(path: Path, connections: int) -> Engine:
    """The same for threads: where many queries follow each other, a way there and back for each would take longest."""
    return _prepared(_engine(path, connections), "BEGIN", (*_PRAGMAS, _READ_ONLY, _ROOM_TO_LOOK))


def _engine(path: Path, connections: int) -> Engine:
    return create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=_HIDES_PARAMETERS,
        # A pool hands each connection to one thread at a time.
        connect_args={"check_same_thread": False},
    )


def _prepared(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # Python's sqlite3 opens transactions late and by its own rules; here they begin where the code says so, and
    # savepoints and schema changes belong to them.
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's adapted connection
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def insertion(table: Table, names: Sequence[str]) -> str:
    """The statement that inserts very many rows, given as tuples of these columns as SQLite keeps them.

    A row whose key is there already is passed over.
    """
    marks = ", ".join("?" * len(names))
    return f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names


def row_text(table: Table) -> ColumnElement[str]:
    """All that stands in a row, as one text; what tells cheaply whether anything in it changed."""
    return func.json_array(*table.c)


def rows_text(table: Table, condition: ColumnElement[bool]) -> ColumnElement[str]:
    """The same for all rows that meet a condition."""
    return select(func.json_group_array(row_text(table))).where(condition).scalar_subquery()


def translated(error: BaseException) -> BaseException:
    """`TryLater` for what passes by itself or with room on the disk; any other error as it is."""
    if isinstance(error, (OperationalError, DBAPIError)) and isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)
        # The low byte is the primary code; the rest tells details such as which operation failed.
        if code is not None and code & 0xFF in _PASSING:
            later = TryLater(f"the database can't be written: {error.orig}")
            later.__cause__ = error
            return later
    return error
