"""The ticker wakes when something is due, keeps the order within a lane, and lets no lane hold up another."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.run import Action, ActionKind
from bot.runtime.tasks import Tasks
from bot.runtime.ticker import Ticker

START = datetime(2026, 1, 1, tzinfo=UTC)


class OwnClock:
    """Real time, counted from the test's own start."""

    def __init__(self):
        self.zero = asyncio.get_running_loop().time()

    def now(self):
        return START + timedelta(seconds=asyncio.get_running_loop().time() - self.zero)


@dataclass
class Rows:
    """An agenda in memory, with the port's own rules."""

    rows: list = field(default_factory=list)
    looks: int = 0

    def add(self, lane, seconds, step=0):
        self.rows.append(Action(1, ActionKind.ASK, START + timedelta(seconds=seconds), len(self.rows), step, lane))
        return self.rows[-1]

    async def due(self, now):
        self.looks += 1
        first = {}
        for row in sorted(self.rows, key=lambda row: row.step):
            first.setdefault(row.lane, row)
        return [row for row in first.values() if row.due_at <= now]

    async def next_due_at(self, after):
        return min((row.due_at for row in self.rows if row.due_at > after), default=None)


class Doing:
    """Stands for the service: notes what it is told to do, and fails or waits where a test wants it to."""

    def __init__(self, agenda, clock):
        self.agenda, self.clock = agenda, clock
        self.done, self.failures, self.waits = [], {}, {}

    async def perform(self, action):
        if action.number in self.waits:
            await self.waits[action.number].wait()
        failures = self.failures.get(action.number)
        if failures:
            raise failures.pop(0)
        self.agenda.rows.remove(action)
        self.done.append((action.number, self.clock.now()))


@pytest.fixture
async def world():
    clock, agenda, tasks = OwnClock(), Rows(), Tasks()
    doing = Doing(agenda, clock)
    ticker = Ticker(agenda, doing, clock, tasks, lambda chat_id: None)
    yield ticker, agenda, doing
    ticker.stop()
    await tasks.stop()


async def until(condition, seconds=3.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def test_what_is_due_is_done_at_its_time_and_in_the_order_of_its_lane(world):
    ticker, agenda, doing = world
    for step, seconds in enumerate((0.0, 0.0, 0.05, 0.1)):
        agenda.add("run", seconds, step)
    ticker.wake()
    await until(lambda: len(doing.done) == 4)
    assert [number for number, _ in doing.done] == [0, 1, 2, 3]
    assert all(at >= START + timedelta(seconds=s) for (_, at), s in zip(doing.done, (0, 0, 0.05, 0.1), strict=True))


async def test_nothing_due_means_no_timer_and_no_further_look(world):
    ticker, agenda, _ = world
    ticker.wake()
    await asyncio.sleep(0.02)
    assert ticker._timer is None
    looks = agenda.looks
    await asyncio.sleep(0.05)
    assert agenda.looks == looks


async def test_a_row_that_is_added_later_wakes_the_sleeping_ticker(world):
    ticker, agenda, doing = world
    agenda.add("late", 3600)
    ticker.wake()
    await asyncio.sleep(0.01)
    agenda.add("run", 0)
    ticker.wake()
    await until(lambda: doing.done)
    assert doing.done[0][0] == 1


async def test_a_lane_that_waits_for_discord_holds_up_no_other_lane(world):
    ticker, agenda, doing = world
    gate = asyncio.Event()
    doing.waits[agenda.add("slow", 0).number] = gate
    agenda.add("quick", 0)
    agenda.add("quick", 0.03, step=1)
    ticker.wake()
    await until(lambda: len(doing.done) == 2)
    assert {number for number, _ in doing.done} == {1, 2}
    gate.set()
    await until(lambda: len(doing.done) == 3)


@pytest.mark.parametrize("error", [TryLater("away", 0.02), MissingPermissions(1, ("send_messages",))])
async def test_a_lane_that_failed_rests_and_is_tried_again(world, error, monkeypatch):
    ticker, agenda, doing = world
    monkeypatch.setattr("bot.runtime.ticker._LONGEST_REST", timedelta(seconds=0.02))
    doing.failures[agenda.add("run", 0).number] = [error]
    agenda.add("other", 0.01)
    ticker.wake()
    await until(lambda: len(doing.done) == 2)
    (first, first_at), (second, second_at) = doing.done
    assert (first, second) == (1, 0)
    assert second_at >= START + timedelta(seconds=0.02)
    assert first_at < second_at


async def test_an_unforeseen_error_is_logged_with_an_incident_and_the_row_stays_due(world, caplog, monkeypatch):
    ticker, agenda, doing = world
    monkeypatch.setattr("bot.runtime.ticker._FIRST_REST", timedelta(seconds=0.01))
    doing.failures[agenda.add("run", 0).number] = [KeyError("surprise"), KeyError("surprise")]
    ticker.wake()
    await until(lambda: doing.done)
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == 2
    assert all("incident" in record.getMessage() for record in logged)


async def test_rests_grow_and_have_an_end(world):
    ticker, _, _ = world
    lengths = []
    for _ in range(8):
        ticker._rest("lane", None)
        lengths.append(ticker._resting["lane"].length.total_seconds())
    assert lengths == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_an_agenda_that_cannot_be_read_is_looked_at_again(world, caplog, monkeypatch):
    ticker, agenda, doing = world
    monkeypatch.setattr("bot.runtime.ticker._LONGEST_REST", timedelta(seconds=0.02))
    agenda.add("run", 0)
    read, broken = agenda.due, [OSError("disk")]

    async def due(now):
        if broken:
            raise broken.pop()
        return await read(now)

    agenda.due = due
    ticker.wake()
    await until(lambda: doing.done)
    assert "the agenda can't be read" in caplog.text


async def test_a_stopped_ticker_starts_nothing_more(world):
    ticker, agenda, doing = world
    agenda.add("run", 0.02)
    ticker.wake()
    await asyncio.sleep(0.005)
    ticker.stop()
    ticker.wake()
    await asyncio.sleep(0.05)
    assert doing.done == []


async def test_one_name_runs_once_at_a_time_and_is_free_when_what_follows_is_called():
    tasks, order = Tasks(), []
    gate = asyncio.Event()

    async def work(name):
        await gate.wait()
        order.append(name)

    assert tasks.start("a", work("first"), then=lambda: order.append(tasks.is_running("a")))
    assert not tasks.start("a", work("second"))
    gate.set()
    await until(lambda: len(order) == 2)
    assert order == ["first", False]


async def test_a_failed_task_is_logged_and_never_silent(caplog):
    async def fail():
        raise ValueError("unseen")

    tasks = Tasks()
    tasks.start("failing", fail())
    await until(lambda: not tasks.is_running("failing"))
    assert "task failing failed" in caplog.text
    assert "unseen" in caplog.text
