"""The one writer: jobs in order, in batches, each answered once it is on the disk, none harmed by another."""

import asyncio
import gc
import logging
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import TryLater
from bot.storage.database import Database
from tests.storage.writing import NEVER, held, labels, opened, put


@pytest.fixture
async def database(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0) as database:
        yield database


def put_then_fail(label, error):
    async def job(conn):
        await put(label)(conn)
        raise error

    return job


def pragma(sentence):
    """A job that sets something on the writing connection."""
    return lambda conn: conn.execute(text(f"PRAGMA {sentence}"))


def commits_of(database):
    """A list that grows with each commit of the writer."""
    commits = []
    event.listen(database._writing, "commit", commits.append)
    return commits


async def test_jobs_run_in_the_order_in_which_they_were_handed_in(database):
    hurried = [asyncio.create_task(database.write(put(number))) for number in range(50)]
    await asyncio.sleep(0)
    futures = [database.submit(put(number), soon=number % 3 == 0) for number in range(50, 300)]
    last = await database.write(put(300))
    assert last == 300
    assert labels(database) == list(range(301))
    assert [await future for future in (*hurried, *futures)] == list(range(300))


async def test_what_is_queued_together_is_committed_together(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, batch_jobs=100) as database:
        commits = commits_of(database)
        await asyncio.gather(*[database.submit(put(number)) for number in range(250)])
        assert len(commits) == 3


async def test_a_result_comes_only_once_others_can_read_it(database):
    for number in range(5):
        await database.write(put(number))
        assert labels(database)[-1] == number


async def test_the_first_job_after_a_pause_does_not_wait(tmp_path):
    database = Database(tmp_path / "shelf.db", flush_seconds=NEVER)
    await database.open()
    async with asyncio.timeout(30):
        assert await database.submit(pragma("user_version")) is not None
    await database.close()


async def test_jobs_without_hurry_gather_until_one_hurries(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=NEVER) as database:
        commits = commits_of(database)
        patient = [database.submit(put(number)) for number in range(3)]
        await asyncio.sleep(0.005)
        assert not commits
        assert database.pending == 3
        await database.write(put(3))
        assert [await future for future in patient] == [0, 1, 2]
        assert len(commits) == 1
        assert labels(database) == [0, 1, 2, 3]


async def test_jobs_without_hurry_wait_only_for_the_rest_of_the_interval(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0.5) as database:
        commits = commits_of(database)
        flushed_at = database._writer._flushed_at
        await asyncio.sleep(0.02)
        waiting = database.submit(put("patient"))
        await asyncio.sleep(0)
        assert not commits
        timers = [timer.when() for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]
        assert min(timers) == pytest.approx(flushed_at + 0.5)
        assert await waiting == "patient"


async def test_a_full_batch_does_not_linger(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=NEVER, batch_jobs=10) as database:
        await asyncio.gather(*[database.submit(put(number)) for number in range(20)])
        assert labels(database) == list(range(20))


async def test_a_failing_job_is_undone_alone(database):
    commits = commits_of(database)
    first = database.submit(put("first"))
    failing = database.submit(put_then_fail("undone", ValueError("no such book")))
    doubled = database.submit(lambda conn: conn.execute(text("INSERT INTO shelf (id) VALUES (1)")))
    last = database.submit(put("last"))
    assert await first == "first"
    with pytest.raises(ValueError, match="no such book"):
        await failing
    with pytest.raises(IntegrityError):
        await doubled
    assert await last == "last"
    assert labels(database) == ["first", "last"]
    assert len(commits) == 1


async def test_a_failing_job_takes_its_changes_to_the_schema_back(database):
    async def job(conn):
        await conn.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await database.write(job)
    with closing(sqlite3.connect(database.path)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half_done'").fetchall()


async def test_callers_are_held_back_while_the_queue_is_full_and_keep_their_order(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, queue_limit=3, batch_jobs=2) as database:
        job, begun, go_on = held("held")
        current = database.submit(job)
        await begun.wait()
        queued = [database.submit(put(number)) for number in range(3)]
        waiting = [asyncio.create_task(database.write(put(number))) for number in range(3, 12)]
        room = asyncio.create_task(database.room())
        await asyncio.sleep(0.005)
        assert database.pending == 3
        assert not room.done()
        queued.append(database.submit(put("never dropped")))
        assert database.pending == 4
        go_on.set()
        await asyncio.gather(current, *queued, *waiting, room)
        assert labels(database) == ["held", 0, 1, 2, "never dropped", *range(3, 12)]


async def test_who_comes_while_others_wait_for_room_does_not_overtake_them(tmp_path):
    """A new write at each turn of the loop: some come just when room was made for those who wait."""
    async with opened(tmp_path / "shelf.db", flush_seconds=0, queue_limit=2, batch_jobs=1) as database:
        tasks = []
        for number in range(300):
            tasks.append(asyncio.create_task(database.write(put(number))))
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        assert labels(database) == list(range(300))


async def test_waiting_for_room_without_using_it_does_not_hold_up_the_next(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, queue_limit=1) as database:
        job, begun, go_on = held("held")
        database.submit(job)
        await begun.wait()
        database.submit(put("queued"))
        waiting = [asyncio.create_task(database.room()) for _ in range(3)]
        waiting.append(asyncio.create_task(database.write(put("last"))))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*waiting)
        assert labels(database) == ["held", "queued", "last"]


async def test_a_caller_that_gives_up_waiting_for_room_holds_nobody_back(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, queue_limit=1) as database:
        job, begun, go_on = held("held")
        database.submit(job)
        await begun.wait()
        database.submit(put("queued"))
        waiting = [asyncio.create_task(database.write(put(number))) for number in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        go_on.set()
        assert await asyncio.gather(*waiting[1:]) == [1, 2]
        assert labels(database) == ["held", "queued", 1, 2]


async def test_a_cancelled_caller_cancels_neither_its_job_nor_the_batch(database):
    job, begun, go_on = held("kept")
    caller = asyncio.create_task(database.write(job))
    await begun.wait()
    next_caller = asyncio.create_task(database.write(put("next")))
    await asyncio.sleep(0)
    dropped = database.submit(put("dropped future"))
    caller.cancel()
    dropped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    assert await next_caller == "next"
    assert labels(database) == ["kept", "next", "dropped future"]


@pytest.fixture
def no_collecting():
    """Python doesn't look for what nobody refers to any more, as it may not for long."""
    gc.disable()
    yield
    gc.enable()


async def test_what_fails_after_its_caller_has_gone_is_logged_at_once(database, caplog, no_collecting):
    job, begun, go_on = held("undone")

    async def failing(conn):
        await job(conn)
        raise ValueError("nobody is listening")

    caller = asyncio.create_task(database.write(failing))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    dropped = database.submit(put_then_fail("undone too", ValueError("nobody either")))
    dropped.cancel()
    go_on.set()
    await database.write(put("next"))
    problems = [record.exc_info[1] for record in caplog.records if record.levelno >= logging.ERROR]
    assert [str(problem) for problem in problems] == ["nobody is listening", "nobody either"]
    assert labels(database) == ["next"]


async def test_nothing_runs_and_no_timer_ticks_once_the_queue_is_empty(database):
    await database.write(put("first"))
    await database.submit(put("second"))
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    timers = [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]
    assert len(timers) == 1  # the test's own timeout


async def test_a_writer_killed_in_mid_job_still_does_that_one_whole_and_holds_nobody(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, queue_limit=1) as database:
        job, begun, go_on = held("done whole")
        killed = [database.submit(put("same batch")), database.submit(job)]
        await begun.wait()
        killed.append(database.submit(put("queued")))
        held_back = asyncio.create_task(database.write(put("held back")))
        await asyncio.sleep(0)
        database._writer._task.cancel()
        for future in killed:
            with pytest.raises(asyncio.CancelledError):
                await future
        go_on.set()
        assert await held_back == "held back"
        assert await database.write(put("later")) == "later"
        assert labels(database) == ["same batch", "done whole", "held back", "later"]


async def test_a_full_disk_fails_its_batch_for_now_and_no_later_one(database):
    await database.write(pragma("max_page_count=1"))  # no smaller than the file is: it can't grow
    futures = [database.submit(put("x" * size)) for size in (1, 100_000, 2)]
    outcomes = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(outcomes[1], TryLater)
    assert isinstance(outcomes[1].__cause__, OperationalError)
    assert "full" in str(outcomes[1])
    saved = labels(database)
    for outcome in outcomes:
        # Whoever was told that it was saved can rely on it; whoever was told to try later may do so.
        assert isinstance(outcome, TryLater) or outcome in saved
    assert len(saved) == sum(not isinstance(outcome, TryLater) for outcome in outcomes)
    await database.write(pragma("max_page_count=1000000"))
    await database.write(put("y" * 100_000))
    assert labels(database) == [*saved, "y" * 100_000]


async def test_each_of_a_failed_batch_gets_an_error_of_its_own(database):
    await database.write(pragma("busy_timeout=0"))
    with closing(sqlite3.connect(database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        futures = [database.submit(put(number)) for number in range(3)]
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {TryLater}
        assert len({id(outcome) for outcome in outcomes}) == 3
        assert all(isinstance(outcome.__cause__, OperationalError) for outcome in outcomes)
    assert await database.write(put("later")) == "later"
    assert labels(database) == ["later"]


async def test_a_commit_that_fails_answers_all_of_its_batch_and_no_later_one(database):
    """SQLite checks deferred foreign keys at the commit; as trying later wouldn't help, the error stays as it is."""
    deferred = "CREATE TABLE loans (book REFERENCES shelf DEFERRABLE INITIALLY DEFERRED)"
    await database.write(lambda conn: conn.execute(text(deferred)))
    futures = [
        database.submit(put("innocent")),
        database.submit(lambda conn: conn.execute(text("INSERT INTO loans VALUES (99)"))),
    ]
    outcomes = await asyncio.gather(*futures, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {IntegrityError}
    assert await database.write(put("later")) == "later"
    assert labels(database) == ["later"]


async def test_closing_writes_all_that_was_queued_and_takes_no_more(tmp_path):
    database = Database(tmp_path / "shelf.db", flush_seconds=NEVER, batch_jobs=100)
    await database.open()
    await database.write(lambda conn: conn.execute(text("CREATE TABLE shelf (id INTEGER PRIMARY KEY, label)")))
    futures = [database.submit(put(number)) for number in range(250)]
    async with asyncio.timeout(30):
        await database.close()
    assert all(future.done() for future in futures)
    assert labels(database) == list(range(250))
    with pytest.raises(TryLater):
        database.submit(put("too late"))
    with pytest.raises(TryLater):
        await database.write(put("too late"))


async def test_a_write_before_the_database_is_open_is_told_to_try_later(tmp_path):
    database = Database(tmp_path / "shelf.db")
    with pytest.raises(TryLater):
        await database.write(put("too early"))
    await database.close()


async def test_a_job_that_waits_for_anything_but_its_statements_is_refused_and_undone(database):
    async def job(conn):
        await put("undone")(conn)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="wait for nothing else"):
        await database.write(job)
    assert labels(database) == []
