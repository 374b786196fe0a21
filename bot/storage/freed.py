"""Whoever takes away a row that names a kept file, SQLite notes the file's name in the same transaction.

A migration that makes the table `attachments` anew has to make these triggers anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t

_NOTED = "files"
_NOTE = "BEGIN INSERT OR IGNORE INTO freed_files (name) VALUES (old.stored); END"
_CHANGED = "old.stored IS NOT NULL AND old.stored IS NOT new.stored"
_TRIGGERS = (
    f"CREATE TRIGGER attachments_deleted AFTER DELETE ON attachments WHEN old.stored IS NOT NULL {_NOTE}",
    f"CREATE TRIGGER attachments_changed AFTER UPDATE OF stored ON attachments WHEN {_CHANGED} {_NOTE}",
)


def make_triggers(conn: Connection) -> None:
    """Let SQLite note from now on which files may be free."""
    for trigger in _TRIGGERS:
        conn.exec_driver_sql(trigger)


def note(conn: AsyncConnection) -> None:
    """Say that this transaction brings files to fetch, or took some away, to be looked after once it is committed."""
    conn.info[_NOTED] = True


def is_noted(conn: Connection) -> bool:
    """Whether a transaction that ends said so."""
    return bool(conn.info.pop(_NOTED, False))


async def has_freed(conn: AsyncConnection) -> bool:
    """Whether any file may be free."""
    return (await conn.execute(select(t.freed_files.c.name).limit(1))).first() is not None


async def free_names(conn: AsyncConnection) -> list[str]:
    """The files that no row names any more."""
    named = exists().where(t.attachments.c.stored == t.freed_files.c.name)
    return list(await conn.scalars(select(t.freed_files.c.name).where(~named)))


async def forget_freed(conn: AsyncConnection) -> None:
    """What was free is gone from the disk, and what another row names stays."""
    await conn.execute(delete(t.freed_files))
