"""Cuts a bot off as `kill -9` does: from the n-th effect on it can neither write to its database nor reach Discord.

An effect is a commit or a request that changes something in Discord. What a killed process leaves behind is fully
told by how many of its effects took place, so cutting after each number of effects covers every moment between them.
"""

import asyncio
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine


class Guillotine:
    """Watches one bot at a time; a later bot has to be watched anew."""

    def __init__(self):
        self.effects = []
        self.limit = None
        self.fell = False
        self.has_fallen = False
        self.on_revival = lambda: None
        self._dead_engines = set()
        self._live_engines = set()
        self._generation = 0

    def fall_after(self, effects):
        """Let so many more effects happen, and nothing after them."""
        self.limit = len(self.effects) + effects

    def watch(self, app):
        """Stand between a bot and Discord."""
        self._generation += 1
        generation = self._generation
        http = app.bot.http
        request = http.request

        async def guarded(route, **arguments):
            if generation != self._generation:
                raise asyncio.CancelledError
            if route.method == "GET":
                if self.fell:
                    raise asyncio.CancelledError
            else:
                self._effect(f"{route.method} {route.path}")
            return await request(route, **arguments)

        http.request = guarded

    def revive(self):
        """What was watched so far is dead for good; what comes now lives."""
        self._dead_engines |= self._live_engines
        self._live_engines = set()
        self.fell = False
        self.limit = None
        self._generation += 1

    @contextmanager
    def standing(self):
        """Listen to every commit in this process."""
        event.listen(Engine, "commit", self._on_commit)
        try:
            yield self
        finally:
            event.remove(Engine, "commit", self._on_commit)

    def _on_commit(self, connection):
        if connection.engine in self._dead_engines:
            raise asyncio.CancelledError
        self._live_engines.add(connection.engine)
        self._effect("commit")

    def _effect(self, name):
        if self.fell or (self.limit is not None and len(self.effects) >= self.limit):
            self.fell = self.has_fallen = True
            raise asyncio.CancelledError
        self.effects.append(name)


async def cut_and_restart(stage, guillotine, settings):
    """The process is gone; a new one starts on the same database while Discord has lived on."""
    from bot.app import build

    dead = stage.app
    guillotine.revive()
    stage.app = build(settings)
    await stage.env.restart_bot(stage.app.bot)
    guillotine.watch(stage.app)
    guillotine.on_revival()
    await asyncio.gather(dead.database.close(), return_exceptions=True)


async def cut_off_after(stage, settings, effects):
    """Let ten seconds pass with a bot that ends after so many effects, and a minute with the next one."""
    guillotine = Guillotine()
    with guillotine.standing():
        guillotine.watch(stage.app)
        guillotine.fall_after(effects)
        await stage.pass_time(10)
        await cut_and_restart(stage, guillotine, settings)
        await stage.pass_time(60)
