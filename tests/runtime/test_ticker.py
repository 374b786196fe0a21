"""The ticker wakes when something is due, keeps the order within a lane, and lets no lane hold up another."""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.run import Action, ActionKind, ActionState
from bot.runtime.tasks import Tasks
from bot.runtime.ticker import Ticker

START = datetime(2026, 1, 1, tzinfo=UTC)
A_CHAT = object()


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
    claims: list = field(default_factory=list)

    def add(self, lane, seconds, step=0):
        number = len(self.rows)
        due_at = START + timedelta(seconds=seconds)
        self.rows.append(Action(1, ActionKind.ASK, due_at, number, step, lane, id=number + 1))
        return self.rows[-1]

    async def due(self, now):
        self.looks += 1
        return [row for row in self.first() if row.due_at <= now]

    def first(self):
        first = {}
        for row in sorted(self.rows, key=lambda row: row.step):
            first.setdefault(row.lane, row)
        return first.values()

    async def prepare(self, after, until):
        due = [row for row in self.first() if after < row.due_at <= until and row.state is ActionState.DUE]
        return sorted(due, key=lambda row: row.due_at)

    async def claim(self, actions, now):
        wanted = {action.id for action in actions}
        claimed = [row for row in self.first() if row.id in wanted and row.due_at <= now and row.state == "due"]
        self.claims.append([row.number for row in claimed])
        for row in claimed:
            self.rows[self.rows.index(row)] = replace(row, state=ActionState.TRIED)
        return [(row, A_CHAT) for row in claimed]

    async def next_due_at(self, after):
        return min((row.due_at for row in self.rows if row.due_at > after), default=None)


class Doing:
    """Stands for the service: notes what it is told to do, and fails or waits where a test wants it to."""

    def __init__(self, agenda, clock):
        self.agenda, self.clock = agenda, clock
        self.done, self.failures, self.waits = [], {}, {}

    async def carry_out(self, action, chat):
        assert chat is A_CHAT
        assert action.state is ActionState.DUE
        await self.perform(action)

    async def perform(self, action):
        if action.number in self.waits:
            await self.waits[action.number].wait()
        failures = self.failures.get(action.number)
        if failures:
            raise failures.pop(0)
        self.agenda.rows = [row for row in self.agenda.rows if row.id != action.id]
        self.done.append((action.number, self.clock.now()))


@pytest.fixture
async def world():
    clock, agenda, tasks = OwnClock(), Rows(), Tasks()
    doing = Doing(agenda, clock)
    ticker = Ticker(agenda, agenda, doing, clock, tasks, lambda chat_id: None)
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


async def test_what_was_read_ahead_is_claimed_at_once_and_before_anything_else_is_read(world):
    ticker, agenda, doing = world
    for lane in "abc":
        agenda.add(lane, 0.03)
    ticker.wake()
    await until(lambda: ticker._soon)
    read, gate = agenda.due, asyncio.Event()

    async def due(now):
        await gate.wait()
        return await read(now)

    agenda.due = due
    await until(lambda: len(doing.done) == 3)
    assert agenda.claims == [[0, 1, 2]]
    gate.set()


async def test_what_changed_since_it_was_read_ahead_is_done_as_it_is_then(world):
    ticker, agenda, doing = world
    agenda.add("dropped", 0.03)
    agenda.add("put off", 0.03)
    agenda.add("stays", 0.03)
    ticker.wake()
    await until(lambda: ticker._soon)
    new = agenda.add("new", 0.02)
    _, put_off, stays, _ = agenda.rows
    agenda.rows = [replace(put_off, due_at=START + timedelta(seconds=0.1)), stays, new]
    await until(lambda: len(doing.done) == 3)
    assert [number for number, _ in doing.done] == [2, 3, 1]
    assert doing.done[-1][1] >= START + timedelta(seconds=0.1)


async def test_while_chats_begin_one_after_another_what_goes_on_waits(world):
    ticker, agenda, doing = world
    for number in range(20):
        agenda.add(f"begins {number}", 0.02 + number / 200)
    agenda.add("begins 0", 0.02, step=1)
    ticker.wake()
    await until(lambda: len(doing.done) == 21)
    assert [number for number, _ in doing.done] == list(range(21))


@pytest.mark.parametrize("error", [TryLater("full"), KeyError("surprise")])
async def test_what_can_not_be_claimed_together_is_tried_one_by_one(world, error, caplog):
    ticker, agenda, doing = world

    async def claim(actions, now):
        raise error

    agenda.claim = claim
    for seconds in (0, 0, 0.02):
        agenda.add(f"lane {len(agenda.rows)}", seconds)
    ticker.wake()
    await until(lambda: len(doing.done) == 3)
    assert ("incident" in caplog.text) is isinstance(error, KeyError)


async def test_what_can_not_be_read_ahead_is_done_at_its_time(world, caplog):
    ticker, agenda, doing = world

    async def prepare(after, until):
        raise OSError("disk")

    agenda.prepare = prepare
    agenda.add("run", 0.02)
    ticker.wake()
    await until(lambda: doing.done)
    assert "can't be read ahead" in caplog.text


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
