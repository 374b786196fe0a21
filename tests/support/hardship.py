"""A chat from its plan until after it was sealed, with all that can go wrong: kills, outages, lost events, errors."""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import timedelta

import aiohttp
from simcord.backend import serializers
from sqlalchemy.exc import OperationalError

from bot.domain.chat import ChatState
from bot.platform.budget import Budget
from bot.rehearsal.stage import open_stage
from config.sections import DatabaseSettings
from config.settings import Settings
from tests.support import evening
from tests.support.comparing import Comparison
from tests.support.crowd import Crowd
from tests.support.guillotine import Guillotine, cut_and_restart

QUESTIONS = ("What are you reading?", "Where?", "With whom?", "Why?")


class Evening:
    """One chat from its plan until after it was sealed, with all that goes wrong."""

    def __init__(self, stage, settings, guillotine, seed, messages):
        self.stage, self.settings, self.guillotine, self.messages = stage, settings, guillotine, messages
        self.dice = random.Random(seed)
        self.crowd = Crowd(stage, self.dice)
        self.faults = Counter()
        self.is_deaf = False
        self.lossy = 0.0
        # How often something happens at the worst moment; at last people leave a chat alone.
        self.meanwhile = messages
        self.left_out = stage.person("Nobody Knows")
        self._settle = stage.env._settle_internal
        stage.env._settle_internal = self._settle_patiently
        self._engage()

    async def _settle_patiently(self, **how):
        """A new bot that has much to fetch on a busy machine is met again when time passes."""
        try:
            await self._settle(**how)
        except TimeoutError:
            if how.get("timeout") is None:
                raise

    def _engage(self):
        """Stand between the bot and Discord; each new bot has to be met anew."""
        env = self.stage.env
        feed = env.backend.subscribers[-1]

        def maybe(event, payload):
            told = event.startswith(("MESSAGE_", "CHANNEL_PINS"))
            if told and (self.is_deaf or self.dice.random() < self.lossy):
                self.faults["lost events"] += 1
                return
            feed(event, self._with_member(payload) if event == "MESSAGE_UPDATE" else payload)

        env.backend.subscribers[-1] = maybe
        env._gateway_feed = maybe
        bot, http = self.stage.app.bot, self.stage.app.bot.http
        request, writer = http.request, self.stage.app.database._writer
        transaction = writer._transaction

        async def unsteady(route, **arguments):
            if self.is_deaf or (self.lossy and self.dice.random() < self.lossy / 4):
                self.faults["failed requests"] += 1
                raise aiohttp.ClientConnectionError("out of reach")
            answer = await request(route, **arguments)
            if route.method == "GET" and route.path.endswith("/messages") and bot is self.stage.app.bot:
                # It happens after Discord has answered and before the bot has read the answer.
                for _ in range(min(self.meanwhile, self.dice.choice((0, 0, 1, 3)))):
                    self.meanwhile -= 1
                    self.crowd.happen()
                    self.faults["happened while a history was read"] += 1
            return answer

        def full(job):
            if self.lossy and self.dice.random() < self.lossy / 4:
                self.faults["full disk"] += 1
                raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))
            return transaction(job)

        http.request = unsteady
        writer._transaction = full

    def _with_member(self, payload):
        """Discord tells of an edit's author what it tells of a message's; SimCord 3.2 leaves it out."""
        guild = self.stage.env.backend.guilds[self.stage.guild.id]
        member = guild.members.get(int(payload["author"]["id"]))
        if member is None:
            return payload
        known = serializers.member_payload(self.stage.env.backend, guild, member, with_user=False)
        return {**payload, "member": known}

    async def restart(self):
        """A new bot on what the old one left."""
        await cut_and_restart(self.stage, self.guillotine, self.settings)
        self._engage()

    async def play(self):
        """From the plan until a while after the chat was sealed."""
        layout = self.dice.choice(("a thread", "a thread", "questions"))
        options = {"layout": "questions"} if layout == "questions" else {}
        await evening.plan(self.stage, questions=QUESTIONS, minutes=60, **options)
        (chat,) = await self.stage.app.chats.list(
            self.stage.guild.id, frozenset({ChatState.PLANNED, ChatState.ANNOUNCED})
        )
        await evening.until(self.stage, chat.starts_at, plus=30)
        self.chat_id = chat.id
        with self.stage.env._bot_scope():
            await self.stage.app.services.privacy.leave_out(self.left_out.id)
        self.crowd.people.append(self.left_out)
        await self._hour(chat)
        self.meanwhile = 3
        await self._until_sealed()

    async def _hour(self, chat):
        """About a message every three seconds until the thread is locked."""
        self.pause = 75 * 60 / self.messages
        next_trouble = self._soon()
        while self.crowd.said < self.messages and (self.crowd.threads() or self.guillotine.fell):
            await self._busy(self.dice.expovariate(1 / self.pause))
            if self.dice.random() < 0.004:
                await self._answer(chat)
            if self.guillotine.fell:
                await self._dead()
            if self.stage.env.now() >= next_trouble:
                await self._trouble()
                next_trouble = self._soon()

    def _soon(self):
        return self.stage.env.now() + timedelta(minutes=self.dice.uniform(1, 16))

    async def _pass(self, seconds):
        env, usual = self.stage.env, self.stage.env.settle_timeout
        # A busy machine may take long for what happens at one simulated moment.
        env.settle_timeout = 600.0
        try:
            await self.stage.pass_time(seconds)
        finally:
            env.settle_timeout = usual

    async def _busy(self, seconds):
        """Time passes, and then much happens at once: so it is quicker to play, and harder for the bot."""
        await self._pass(seconds)
        for _ in range(self.dice.choice((1, 1, 2, 3)) + int(1.6 * seconds / self.pause)):
            if self.crowd.said < self.messages:
                self.crowd.happen()

    async def _dead(self):
        """Nobody hears what is said until somebody starts the bot again."""
        self.faults["killed"] += 1
        for _ in range(self.dice.choice((0, 1, 5, 30))):
            await self._busy(self.dice.uniform(0, 60))
        await self.restart()

    async def _trouble(self):
        kind = self.dice.choice(("kill", "kill", "outage", "loss", "errors", "restart", "resume"))
        if kind == "kill":
            self.guillotine.fall_after(self.dice.randrange(40))
        elif kind == "restart":
            self.faults["restarted"] += 1
            await self.stage.app.close()
            await self._pass(self.dice.uniform(0, 30))
            self.crowd.happen()
            await self.restart()
        elif kind == "outage":
            await self._outage()
        elif kind == "loss":
            self.lossy = self.dice.choice((0.02, 0.1, 0.5))
            self.faults["lossy minutes"] += 1
            for _ in range(self.dice.randrange(5, 20)):
                await self._busy(self.dice.uniform(0, 20))
            self.lossy = 0.0
        elif kind == "errors":
            path = self.dice.choice(("/channels/*/messages", "/channels/*/messages/*", "/channels/*", "*"))
            times = self.dice.randrange(1, 4)
            self.faults["errors of Discord"] += times
            self.stage.env.inject_error("*", path, status=self.dice.choice((500, 502, 503, 429)), times=times)
        else:
            self.lossy = 0.3
            for _ in range(5):
                self.crowd.happen()
            self.lossy = 0.0
            self.faults["resumed with losses"] += 1
            self.stage.env.backend.emit("RESUMED", {})

    async def _outage(self):
        """The connection is gone for up to half an hour; then Discord says READY."""
        self.faults["outages"] += 1
        self.is_deaf = True
        left = self.dice.choice((20.0, 300.0, 1800.0))
        while left > 0 and self.crowd.said < self.messages:
            step = min(left, self.dice.uniform(1, 40))
            await self._busy(step)
            left -= step
        self.is_deaf = False
        self._ready()
        await self._pass(0.5)

    def _ready(self):
        backend = self.stage.env.backend
        user = dict(serializers.user_payload(backend.bot_user))
        ready = {"v": 10, "user": user, "guilds": [], "session_id": "again", "resume_gateway_url": "wss://none.invalid"}
        application = {"id": str(backend.application_id), "flags": 0}
        backend.emit("READY", {**ready, "shard": [0, 1], "application": application})
        for guild in backend.guilds.values():
            backend.emit("GUILD_CREATE", serializers.guild_create_payload(backend, guild))

    async def _answer(self, chat):
        """An answer by command, which the bot posts in its author's name."""
        threads = self.crowd.threads()
        if not threads or self.guillotine.fell or self.is_deaf:
            return
        person = self.dice.choice(self.crowd.people[:8])
        main = next(t for t in self.stage.channel.threads if t.id == chat.thread_id) if chat.thread_id else None
        place = main or self.stage.channel.threads[0]
        try:
            await person.slash(place, "answer", text=f"By command {self.dice.randrange(10**6)}", question=1)
        except Exception:
            self.faults["answers cut off"] += 1

    async def _until_sealed(self):
        for _ in range(60):
            if self.guillotine.fell:
                await self._dead()
            await self._pass(300)
            if self._sealed_at() is not None:
                return

    def _sealed_at(self):
        return self.read("SELECT sealed_at FROM chats")[0]["sealed_at"]

    async def afterwards(self):
        """Authors change what they said in a chat that is over, some of it while the bot is away."""
        kinds = {"edit": 4, "delete": 2, "unreact": 2, "clear": 1, "drop file": 1}
        for _ in range(8):
            self.crowd.happen(kinds)
            await self._pass(1)
        await self.stage.app.close()
        for _ in range(8):
            self.crowd.happen(kinds)
        self.meanwhile = 3
        await self.restart()
        await self._pass(1200)

    def read(self, query):
        """Rows of the archive, as sqlite3 sees them."""
        with closing(sqlite3.connect(f"file:{self.settings.database.path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query).fetchall()

    def differences(self):
        """What is otherwise in the archive than in the simulated Discord, by kind."""
        return Comparison(self).differences()


@contextmanager
def _without_a_budget():
    """Where time stands still while much happens, nobody could wait for the next second's requests."""
    turn = Budget.turn

    async def at_once(_self, _priority):
        pass

    Budget.turn = at_once
    try:
        yield
    finally:
        Budget.turn = turn


async def run(seed, messages, folder):
    """Play one seed; what came of it, as values for JSON."""
    settings = Settings().model_copy(
        update={"database": DatabaseSettings(path=folder / "shelftalk.db", flush_milliseconds=0)}
    )
    began = time.perf_counter()
    guillotine = Guillotine()
    with guillotine.standing(), _without_a_budget():
        async with open_stage(settings, host="Maren") as stage:
            guillotine.watch(stage.app)
            play = Evening(stage, settings, guillotine, seed, messages)
            await play.play()
            at_the_seal = play.differences()
            await play.afterwards()
            afterwards = play.differences()
    return {
        "seed": seed,
        "exact": not at_the_seal and not afterwards,
        "said": play.crowd.said,
        "happened": sum(play.crowd.happened.values()),
        "differences": dict(at_the_seal),
        "differences_afterwards": dict(afterwards),
        "faults": dict(play.faults),
        "seconds": round(time.perf_counter() - began, 1),
    }
