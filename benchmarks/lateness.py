"""How late chats begin when many begin at once: `python benchmarks/lateness.py [CHATS] [--json]`.

So many chats (1,000 unless said otherwise) are planned in a real archive, and begin (a) in the same instant, (b) at
random instants within one second; each then opens its thread and says welcome. The ticker, the services, the storage
and the clock are the product's own, in real time; only Discord is replaced, by one that answers at once and has no
limits. A chat's lateness is the time from the instant at which its opening post is due to the one at which that post
is handed to Discord. The baseline in the same run is discord.py's `tasks.loop(seconds=1)`, which each time does what
is due, one after another, with the same services and storage.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from discord.ext import tasks as discord_tasks
from sqlalchemy import insert

from bot.domain.agenda import plan_actions
from bot.domain.chat import Chat, ChatState, with_questions
from bot.domain.run import ActionKind, ActionState
from bot.runtime.clock import DiscordClock
from bot.runtime.tasks import Tasks
from bot.runtime.ticker import Ticker
from bot.runtime.tuning import tune
from bot.services.archiving import Archiving
from bot.services.publishing import Publishing
from bot.services.publishing_ports import Readers
from bot.services.running import Aides, Running
from bot.services.values import Posted
from bot.storage import tables as t
from bot.storage.agenda import AgendaStore
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.claims import ClaimStore
from bot.storage.database import Database
from bot.storage.publishing import PublicationStore
from bot.storage.seals import SealStore

QUESTIONS = ("What?", "Who?", "Where?", "When?", "Why?", "And now?")
BEFORE = frozenset({ActionKind.ANNOUNCE, ActionKind.REMIND})
# What a chat does when it begins: its opening post, its thread, its welcome.
EFFECTS = 3


class Discord:
    """Notes at which instant each post and each thread was handed to it."""

    def __init__(self, clock):
        self.clock, self.handed = clock, []

    async def post(self, post):
        self.handed.append((post.action.kind, post.chat.id, self.clock.now()))
        message_id = len(self.handed)
        # As with any request, others have their turn meanwhile.
        await asyncio.sleep(0)
        return Posted(message_id, self.clock.now())

    async def open_thread(self, chat, message_id):
        self.handed.append((ActionKind.THREAD, chat.id, self.clock.now()))
        await asyncio.sleep(0)
        return message_id


class Doors:
    """Everybody may read every channel."""

    def readers(self, *_):
        return Readers(everybody=True)


class World:
    """An archive with planned chats, and who runs them."""

    def __init__(self, database):
        self.database, self.clock = database, DiscordClock()
        self.agenda, self.chats = AgendaStore(database), ChatStore(database)
        archive, self.discord = ArchiveStore(database), Discord(self.clock)
        # Nothing fails here and no chat ends, so nobody else is needed.
        aides = dict.fromkeys((field.name for field in fields(Aides)), None)
        aides["publishing"] = Publishing(PublicationStore(self.database), self.chats, Doors())
        aides["archiving"] = Archiving(archive, SealStore(database), self.chats, self.discord, self.clock)
        self.running = Running(self.agenda, self.chats, archive, self.discord, self.clock, Aides(**aides))
        self.starts = {}

    async def fill(self, offsets):
        """Plan a chat for each offset (in seconds), all announced already."""
        first = self.clock.now() + timedelta(seconds=2 + len(offsets) / 400)
        chats, questions, actions = [], [], []
        for number, offset in enumerate(offsets, 1):
            at = self.starts[number] = first + timedelta(seconds=offset)
            chat = Chat(1, number, f"Chat {number}", "bench", at, "UTC", 60, 1, "Host", id=number)
            chat = replace(with_questions(chat, QUESTIONS), state=ChatState.ANNOUNCED)
            chats.append(
                {column.name: getattr(chat, column.name) for column in t.chats.c if hasattr(chat, column.name)}
                | {f"{name}_minutes": getattr(chat.pace, name) for name in ("welcome", "wrap_up", "late", "reminder")}
            )
            questions += [{"chat_id": number, "number": q.number, "text": q.text} for q in chat.questions]
            for action in plan_actions(chat, first - timedelta(days=1)):
                row = {name: getattr(action, name) for name in ("chat_id", "kind", "number", "step", "lane", "due_at")}
                actions.append(row | {"state": ActionState.DONE if action.kind in BEFORE else ActionState.DUE})

        async def job(conn):
            await conn.execute(insert(t.chats), chats)
            await conn.execute(insert(t.questions), questions)
            await conn.execute(insert(t.actions), actions)

        await self.database.write(job)

    async def until(self, kind):
        """Wait until every chat has done its action of this kind."""
        async with asyncio.timeout(60 + len(self.starts)):
            while sum(handed[0] is kind for handed in self.discord.handed) < len(self.starts):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def lateness(self):
        """Milliseconds, sorted."""
        opened = [(chat_id, at) for kind, chat_id, at in self.discord.handed if kind is ActionKind.OPEN]
        return sorted((at - self.starts[chat_id]).total_seconds() * 1_000 for chat_id, at in opened)


async def product(world):
    """The ticker, until every chat has begun and that is recorded."""
    tasks = Tasks()
    claims = ClaimStore(world.database)
    ticker = Ticker(world.agenda, claims, world.running, world.clock, tasks, lambda _: None)
    ticker.wake()
    await world.until(ActionKind.WELCOME)
    # Whatever came twice would come now.
    await asyncio.sleep(1)
    ticker.stop()
    await tasks.stop()
    if len(world.discord.handed) != EFFECTS * len(world.starts):
        raise RuntimeError(f"{len(world.discord.handed)} effects of {len(world.starts)} chats")


async def baseline(world):
    """A loop of discord.py, until every opening post was handed over."""

    @discord_tasks.loop(seconds=1)
    async def turn():
        for action in await world.agenda.due(world.clock.now()):
            await world.running.perform(action)

    turn.start()
    await world.until(ActionKind.OPEN)
    turn.stop()
    turn.cancel()
    await asyncio.gather(turn.get_task(), return_exceptions=True)


async def measure(way, offsets):
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "lateness.db")
        await database.open()
        world = World(database)
        await world.fill(offsets)
        await way(world)
        await database.close()
    if set(Counter(handed[:2] for handed in world.discord.handed).values()) != {1}:
        raise RuntimeError("something came twice")
    found = world.lateness()
    if len(found) != len(offsets) or found[0] < 0:
        raise RuntimeError(f"{len(found)} chats of {len(offsets)} opened, the first after {found[0]} ms")
    ranks = {"p50": len(found) // 2, "p99": (len(found) * 99 - 1) // 100, "max": -1}
    return {"opened": len(found)} | {f"ms_{name}": round(found[rank], 1) for name, rank in ranks.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chats", type=int, nargs="?", default=1_000)
    parser.add_argument("--json", action="store_true", help="only the last line")
    options = parser.parse_args()
    chance = random.Random(7)
    found = {"chats": options.chats}
    # As in bot/serving.py.
    tune()
    starts = {"at_once": [0.0] * options.chats, "spread": [chance.random() for _ in range(options.chats)]}
    for case, offsets in starts.items():
        for way in (product, baseline):
            figures = asyncio.run(measure(way, offsets))
            found |= {f"{case}_{way.__name__}_{name}": figure for name, figure in figures.items()}
    if not options.json:
        for name, figure in found.items():
            print(f"{name:28}{figure:>12,}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
