"""One archive as a whole: reading beside writing, closing, and what a killed process leaves behind."""

import asyncio
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import SetupProblem, TryLater
from bot.storage.database import Database
from bot.storage.migrate import head_revision
from tests.storage.writing import held

ROOT = Path(__file__).parents[2]
TABLE = "CREATE TABLE shelf (id INTEGER PRIMARY KEY, label)"

# Writes without end; a job's number is printed once the job is acknowledged. Each job writes two rows.
ENDLESS = """
import asyncio, os, sys
from pathlib import Path
from sqlalchemy import text
from bot.storage.database import Database

def job(number):
    async def write(conn):
        for half in (1, 2):
            await conn.execute(text("INSERT INTO shelf (label) VALUES (:label)"), {"label": f"{number}.{half}"})
    return write

async def main():
    database = Database(Path(sys.argv[1]))
    await database.open()
    await database.write(lambda conn: conn.execute(text("CREATE TABLE shelf (id INTEGER PRIMARY KEY, label)")))
    number = 0
    while True:
        number += 1
        await database.room()
        future = database.submit(job(number), soon=number % 100 == 0)
        future.add_done_callback(lambda done, number=number: done.result() or os.write(1, f"{number}\\n".encode()))

asyncio.run(main())
"""

# Opens, writes, reads and closes; nothing may keep the process alive after that.
ONCE = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import text
from bot.storage.database import Database

async def main():
    database = Database(Path(sys.argv[1]))
    await database.open()
    await database.write(lambda conn: conn.execute(text("CREATE TABLE shelf (id)")))
    async with database.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM shelf"))).scalar_one() == 0
    await database.close()

asyncio.run(main())
"""


@asynccontextmanager
async def opened(path):
    database = Database(path, flush_seconds=0)
    await database.open()
    try:
        await database.write(run(TABLE))
        async with asyncio.timeout(20):
            yield database
    finally:
        await database.close()


@pytest.fixture
async def database(tmp_path):
    async with opened(tmp_path / "shelf.db") as database:
        yield database


def run(statement, **values):
    """A job of one statement."""

    async def job(conn):
        await conn.execute(text(statement), values)

    return job


def put(label):
    return run("INSERT INTO shelf (label) VALUES (:label)", label=label)


async def labels(conn):
    return list((await conn.execute(text("SELECT label FROM shelf ORDER BY id"))).scalars())


async def settings_of(conn, *names):
    return [(await conn.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names]


def workers():
    """The threads that hold a database open; the event loop keeps idle helpers of its own."""
    return [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]


def all_ended():
    """Whether no such thread is left, or about to be."""
    for thread in workers():
        thread.join(0.05)
    return not workers()


async def test_opening_makes_the_file_with_its_schema(tmp_path):
    database = Database(tmp_path / "new" / "shelf.db")
    report = await database.open()
    await database.close()
    assert report.created
    assert report.to_revision == head_revision()
    assert database.path.exists()
    again = Database(database.path)
    assert not (await again.open()).created
    await again.close()


async def test_a_file_that_cannot_be_used_is_refused_when_opening(tmp_path):
    database = Database(tmp_path)
    with pytest.raises(SetupProblem):
        await database.open()
    await database.close()


async def test_a_path_with_characters_that_mean_something_in_urls(tmp_path):
    async with opened(tmp_path / "50% of? #teen & co.db") as database:
        await database.write(put("here"))
        async with database.read() as conn:
            assert await labels(conn) == ["here"]
        assert database.path.stat().st_size


async def test_every_connection_waits_keeps_keys_and_logs_ahead(database):
    names = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")
    expected = ["wal", 1, 5000, 2, 1]  # 2 is FULL
    assert await database.write(lambda conn: settings_of(conn, *names)) == expected
    async with database.read() as conn:
        assert (await settings_of(conn, *names, "query_only")) == [*expected, 1]


async def test_a_reading_connection_cannot_write(database):
    with pytest.raises(TryLater) as raised:
        async with database.read() as conn:
            await put("no")(conn)
    assert isinstance(raised.value.__cause__, DBAPIError)
    async with database.read() as conn:
        assert await labels(conn) == []


async def test_reading_goes_on_beside_a_write_and_sees_only_what_is_committed(database):
    await database.write(put("before"))
    job, begun, go_on = held("during")
    writing = asyncio.create_task(database.write(job))
    await begun.wait()
    async with database.read() as conn:
        assert await labels(conn) == ["before"]
    go_on.set()
    await writing
    async with database.read() as conn:
        assert await labels(conn) == ["before", "during"]


async def test_a_reader_sees_one_moment_from_its_first_query_on(database):
    async with database.read() as conn:
        assert await labels(conn) == []
        await database.write(put("later"))
        assert await labels(conn) == []
    async with database.read() as conn:
        assert await labels(conn) == ["later"]


async def test_more_readers_than_connections_take_turns(database):
    await database.write(put("one"))

    async def read():
        async with database.read() as conn:
            return await labels(conn)

    assert await asyncio.gather(*[read() for _ in range(20)]) == [["one"]] * 20
    assert len(workers()) <= 5


async def test_an_error_of_the_readers_own_comes_through_as_it_is(database):
    cause = ValueError("first")
    with pytest.raises(KeyError) as raised:
        async with database.read():
            raise KeyError("book") from cause
    assert raised.value.__cause__ is cause
    with pytest.raises(KeyError) as raised:
        async with database.read():
            raise KeyError("book")
    assert not raised.value.__suppress_context__  # what led to it stays in the log


async def test_an_error_tells_nothing_of_what_was_to_be_written(database):
    async def job(conn):
        values = {"id": "x", "label": "marmalade"}
        await conn.execute(text("INSERT INTO shelf (id, label) VALUES (:id, :label)"), values)

    with pytest.raises(DBAPIError) as caught:
        await database.write(job)
    assert "datatype mismatch" in str(caught.value)
    assert "marmalade" not in str(caught.value)


async def test_closing_ends_all_threads_and_may_be_repeated(tmp_path):
    async with opened(tmp_path / "shelf.db") as database:
        await database.write(put("one"))
        async with database.read() as conn:
            assert await labels(conn) == ["one"]
        assert workers()
        await database.close()
        assert all_ended()
        await database.close()
        with pytest.raises(TryLater):
            async with database.read():
                pytest.fail("a closed database was read")


async def test_who_still_reads_when_it_is_closed_lets_go_at_the_end(tmp_path):
    async with opened(tmp_path / "shelf.db") as database:
        await database.write(put("one"))
        async with database.read() as conn:
            assert await labels(conn) == ["one"]
            await database.close()
            assert await labels(conn) == ["one"]
        assert all_ended()


async def test_closing_leaves_one_file_that_holds_everything(database):
    await database.write(put("one"))
    await database.close()
    assert [path.name for path in database.path.parent.iterdir()] == [database.path.name]


async def test_what_is_erased_is_gone_from_the_file(database):
    await database.write(put("a name that nobody should find"))
    await database.write(run("DELETE FROM shelf"))
    await database.close()
    assert b"nobody should find" not in database.path.read_bytes()


def test_a_process_that_closed_its_database_ends_by_itself(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ONCE, tmp_path / "shelf.db"],
        cwd=ROOT,
        timeout=30,
        check=False,
        capture_output=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 700, 3000])
def test_a_killed_process_has_saved_all_that_it_acknowledged(tmp_path, acknowledged_before_the_kill):
    path = tmp_path / "shelf.db"
    process = subprocess.Popen([sys.executable, "-c", ENDLESS, path], cwd=ROOT, stdout=subprocess.PIPE)
    with process:
        lines = list(itertools.islice(process.stdout, acknowledged_before_the_kill))
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    acknowledged = [int(line) for line in lines if line.endswith(b"\n")]
    assert len(acknowledged) >= acknowledged_before_the_kill
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        saved = [row[0] for row in connection.execute("SELECT label FROM shelf ORDER BY id")]
    # Whole jobs, in order, and at least those that were acknowledged.
    assert saved == [f"{number}.{half}" for number in range(1, len(saved) // 2 + 1) for half in (1, 2)]
    assert len(saved) // 2 >= len(acknowledged)
