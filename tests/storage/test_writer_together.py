"""What is done together, and what may follow later: in order, one failure harming no other."""

import asyncio

import pytest
from sqlalchemy import text

from bot.domain.errors import TryLater
from bot.storage import writer
from bot.storage.database import Database
from tests.storage.writing import NEVER, held, labels, opened, put


@pytest.fixture
async def database(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0) as database:
        yield database


async def put_all(conn, items):
    """Saves labels at once; one of them can't be saved."""
    if "spoilt" in items:
        await put("half")(conn)
        raise ValueError("spoilt")
    await conn.execute(text("INSERT INTO shelf (label) VALUES (:label)"), [{"label": item} for item in items])
    return [(item, len(items)) for item in items]


async def test_things_of_a_kind_are_done_at_once(database):
    done = {database.gather(put_all, number) for number in range(5)}
    assert await done.pop() == [(number, 5) for number in range(5)]
    assert not done
    assert labels(database) == list(range(5))


async def test_what_is_gathered_overtakes_nothing(database):
    database.gather(put_all, 1)
    between = database.submit(put(2))
    later = database.gather(put_all, 3)
    assert await later == [(3, 1)]
    assert between.done()
    assert labels(database) == [1, 2, 3]


async def test_so_many_at_once_and_no_more(tmp_path):
    async with opened(tmp_path / "shelf.db", flush_seconds=0, batch_jobs=1) as database:
        done = dict.fromkeys(database.gather(put_all, number) for number in range(10))
        assert [len(found) for found in await asyncio.gather(*done)] == [4, 4, 2]
        assert labels(database) == list(range(10))


async def test_one_that_cannot_be_done_harms_no_other(database):
    for label in ("one", "spoilt", "two"):
        done = database.gather(put_all, label)
    one, spoilt, two = await done
    assert [one, two] == [("one", 1), ("two", 1)]
    assert isinstance(spoilt, ValueError)
    assert labels(database) == ["one", "two"]


async def test_what_may_follow_later_waits_until_nothing_else_does(database):
    job, begun, go_on = held("first")
    database.submit(job)
    await begun.wait()
    later = database.submit_later(put("later"))
    others = [database.submit(put(label)) for label in ("second", "third")]
    go_on.set()
    await asyncio.gather(later, *others)
    assert labels(database) == ["first", "second", "third", "later"]


async def test_what_follows_later_is_not_put_off_for_ever(database, monkeypatch):
    monkeypatch.setattr(writer, "_PATIENCE_SECONDS", -1)
    job, begun, go_on = held("first")
    database.submit(job)
    await begun.wait()
    later = database.submit_later(put("later"))
    other = database.submit(put("second"))
    go_on.set()
    await asyncio.gather(later, other)
    assert labels(database) == ["first", "later", "second"]


async def test_what_may_follow_later_is_written_before_the_end(tmp_path):
    database = Database(tmp_path / "shelf.db", flush_seconds=NEVER)
    await database.open()
    await database.write(lambda conn: conn.execute(text("CREATE TABLE shelf (id INTEGER PRIMARY KEY, label)")))
    database.submit_later(put("later"))
    await database.close()
    assert labels(database) == ["later"]
    with pytest.raises(TryLater):
        database.submit_later(put("too late"))


@pytest.mark.parametrize(("many", "order"), [(1, ["0", "later", "next"]), (2, ["0", "1", "next", "later"])])
async def test_in_a_flood_what_may_follow_later_takes_no_time(tmp_path, monkeypatch, many, order):
    monkeypatch.setattr(writer, "_FLOOD", 2)
    async with opened(tmp_path / "shelf.db", flush_seconds=0.2) as database:
        await asyncio.sleep(0.2)
        await asyncio.gather(*{database.gather(put_all, str(number)) for number in range(many)})
        following = database.gather(put_all, "next")
        await asyncio.gather(database.submit_later(put("later")), following)
        assert labels(database) == order
