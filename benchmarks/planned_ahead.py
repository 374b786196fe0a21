"""Ten years of series in a real database, restarted: `python benchmarks/planned_ahead.py [RESTARTS] [YEARS] [--json]`.

What `ten_years.py` shows of the reckoning, this shows of the bot: each time a chat begins, the next is planned; at
random instants the bot is killed, half of the time in the middle of a transaction, and started again on the same file.
In the end every occurrence from 2026 on must be one row at its wall-clock time, none twice and none missing. Prints the
counts and how long planning takes.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time as stopwatch
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import select

from benchmarks.ten_years import BEGIN, PHRASES, expected
from bot.domain.chat import Chat
from bot.domain.recurrence.reading import read_phrase
from bot.domain.series import Series, line_up
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.series import SeriesStore

# How often a restart comes in the middle of a transaction, and how often something is done twice.
KILLED, REPEATED = 0.5, 0.1


class Killed(Exception):
    """The process is gone."""


def a_series(number, phrase):
    schedule = read_phrase(phrase, "UTC", BEGIN).schedule
    model = Chat(1, 1000 + number, f"Series {number}", "libchat", BEGIN, schedule.zone, schedule.minutes, 5, "Host")
    return Series(model, schedule, phrase)


def deciding(now, *, dies=False):
    """What is to be planned; `dies` in the middle of the transaction, when it is known and not yet saved."""

    def decide(series, standing):
        found = line_up(series, standing, now)
        if dies:
            raise Killed
        return found

    return decide


class Bot:
    """The part of a bot that plans a series' chats: at each start, and whenever one begins."""

    def __init__(self, path):
        self.path = path
        self.taken = []

    async def start(self, now):
        self.database = Database(self.path)
        await self.database.open()
        self.store = SeriesStore(self.database)
        for series in await self.store.active():
            await self.extend(series.id, now)

    async def stop(self):
        await self.database.close()

    async def extend(self, series_id, now, *, dies=False):
        begun = stopwatch.perf_counter()
        try:
            lineup = await self.store.extend(series_id, deciding(now, dies=dies), now)
        except Killed:
            return None
        self.taken.append((stopwatch.perf_counter() - begun) * 1000)
        return lineup


async def live(path, phrases, end, stops, dice):
    """Let the bot live through all that, and give what stands in its database, by series."""
    bot = Bot(path)
    await bot.start(BEGIN)
    ids = {}
    for number, phrase in enumerate(phrases):
        draft = await bot.store.add(a_series(number, phrase), (), BEGIN)
        saved, _ = await bot.store.save(draft.id, deciding(BEGIN), BEGIN)
        ids[saved.id] = phrase
    coming = {series_id: await next_start(bot, series_id, BEGIN) for series_id in ids}
    stops = sorted(stops, reverse=True)
    while True:
        series_id, at = min(
            ((i, at) for i, at in coming.items() if at is not None), key=lambda one: one[1], default=(0, end)
        )
        if stops and stops[-1] <= at:
            now = stops.pop()
            if dice.random() < KILLED and series_id:
                await bot.extend(series_id, now, dies=True)
            await bot.stop()
            await bot.start(now)
            continue
        if at >= end:
            break
        await bot.extend(series_id, at)
        if dice.random() < REPEATED:
            # What is done twice, for nobody knows whether it was done, changes nothing.
            await bot.extend(series_id, at)
        coming[series_id] = await next_start(bot, series_id, at)
    found = {i: [] for i in ids}
    async with bot.database.read() as conn:
        rows = await conn.execute(select(t.chats.c.series_id, t.chats.c.starts_at).where(t.chats.c.starts_at < end))
        for row in rows:
            found[row.series_id].append(row.starts_at)
    await bot.stop()
    return {ids[i]: sorted(starts) for i, starts in found.items()}, bot.taken


async def next_start(bot, series_id, after):
    """When the next chat of a series begins that stands planned."""
    query = select(t.chats.c.starts_at).where(t.chats.c.series_id == series_id, t.chats.c.starts_at > after)
    async with bot.database.read() as conn:
        return (await conn.execute(query.order_by(t.chats.c.starts_at).limit(1))).scalar_one_or_none()


def compare(found, end):
    """Counts of what stands there, against what should."""
    counts = {"occurrences": 0, "doubled": 0, "missing": 0, "unexpected": 0}
    for phrase, starts in found.items():
        wanted = {at for at in expected(read_phrase(phrase, "UTC", BEGIN).schedule) if at < end}
        counts["occurrences"] += len(starts)
        counts["doubled"] += len(starts) - len(set(starts))
        counts["missing"] += len(wanted - set(starts))
        counts["unexpected"] += len(set(starts) - wanted)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("restarts", type=int, nargs="?", default=500)
    parser.add_argument("years", type=int, nargs="?", default=10)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    dice = random.Random(2035)
    end = datetime(2026 + args.years, 1, 1, tzinfo=UTC)
    length = int((end - BEGIN).total_seconds())
    stops = [BEGIN + timedelta(seconds=dice.randrange(length)) for _ in range(args.restarts)]
    with tempfile.TemporaryDirectory() as folder:
        found, taken = asyncio.run(live(Path(folder) / "chats.db", PHRASES, end, stops, dice))
    counts = compare(found, end)
    result = {
        "series": len(PHRASES),
        "years": args.years,
        "restarts": args.restarts,
        **counts,
        "planning_ms_p50": round(statistics.median(taken), 2),
        "planning_ms_p99": round(sorted(taken)[int(len(taken) * 0.99)], 2),
    }
    print(json.dumps(result) if args.json else "\n".join(f"{name:16} {value}" for name, value in result.items()))
    return 1 if counts["doubled"] or counts["missing"] or counts["unexpected"] else 0


if __name__ == "__main__":
    sys.exit(main())
