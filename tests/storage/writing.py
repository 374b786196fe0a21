"""A database with a table to write to, and jobs for its writer."""

import asyncio
import sqlite3
import threading
from contextlib import asynccontextmanager, closing

from sqlalchemy import text

from bot.storage.database import Database

NEVER = 3600.0  # a linger that no test waits for


@asynccontextmanager
async def opened(path, **options):
    """An open database with a table to write to."""
    database = Database(path, **options)
    await database.open()
    try:
        await database.write(lambda conn: conn.execute(text("CREATE TABLE shelf (id INTEGER PRIMARY KEY, label)")))
        async with asyncio.timeout(10):
            yield database
    except BaseException:
        if database._writer._task is not None:
            database._writer._task.cancel()  # a job that a failed test holds would hold the closing too
        raise
    finally:
        await database.close()


def put(label):
    """A job that saves a label and gives it back."""

    async def job(conn):
        await conn.execute(text("INSERT INTO shelf (label) VALUES (:label)"), {"label": label})
        return label

    return job


def held(label):
    """A job that begins, and ends when told to; with the events of both, of which the first is waited for."""
    loop, begun, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    async def job(conn):
        await put(label)(conn)
        loop.call_soon_threadsafe(begun.set)
        assert go_on.wait(30)
        return label

    return job, begun, go_on


def labels(database):
    """What another process would find in the file, in the order in which it was saved."""
    with closing(sqlite3.connect(database.path)) as connection:
        return [row[0] for row in connection.execute("SELECT label FROM shelf ORDER BY id")]
