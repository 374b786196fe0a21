"""Whether the sealed archive equals Discord whatever happens: `python benchmarks/completeness.py [--seeds N] [--json]`.

Each seed plays a chat of so many messages (1,500 unless `--messages` says otherwise) in a simulated Discord, with the
product's own bot: people write, reply, edit, delete, react and take it back, vote in polls, pin, send files, stickers
and forwarded messages, links get previews, a webhook and a bridge write too, and somebody is left out. Meanwhile the
bot is killed after a random number of effects, restarted, cut off from Discord for up to half an hour, told nothing of
a random part of what happens, and met with errors of Discord and of the disk; more happens while it reads a thread's
history. When the chat is over and sealed, the file is compared with the simulated Discord's own state, by a comparison
that shares nothing with the product; then a few of the messages are edited, deleted and reacted to, some of it while
the bot is away, and the file is compared once more.
"""

import argparse
import asyncio
import json
import logging
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import aiohttp
from simcord.backend import serializers
from simcord.backend.models import MessageSticker, Poll, PollAnswer
from sqlalchemy.exc import OperationalError

from bot.domain.chat import ChatState
from bot.rehearsal.stage import open_stage
from config.sections import DatabaseSettings
from config.settings import Settings
from tests.support import evening
from tests.support.guillotine import Guillotine, cut_and_restart

WORDS = "a shelf of books by the window where the cat sleeps and nobody minds the rain at all".split()
EMOJI = ("👍", "❤️", "🎉", "shelf:123456789012345678")
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010800000000") + b"made up for a benchmark"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUESTIONS = ("What are you reading?", "Where?", "With whom?", "Why?")
# Of a hundred things that happen while a chat goes on, so many are of this kind.
HAPPENINGS = {
    "say": 46,
    "reply": 10,
    "edit": 10,
    "react": 16,
    "unreact": 5,
    "delete": 4,
    "file": 2,
    "preview": 2,
    "vote": 2,
    "pin": 1,
    "webhook": 1,
    "poll": 1,
}
RARELY = {"clear": 1, "sticker": 1, "forward": 1, "bulk": 1, "unpin": 1, "clear one": 1, "drop file": 1, "answer": 1}
SAYING = frozenset({"say", "reply", "file", "webhook", "poll", "sticker", "forward"})


class Crowd:
    """People who write in a chat, straight into the simulated Discord."""

    def __init__(self, stage, dice):
        self.stage, self.dice = stage, dice
        self.backend = stage.env.backend
        self.people = [stage.person(name) for name in ("Ana", "Tomás", "Odile", "Ade", "Mirela", "Kō", "Björk", "Yusuf")]
        members = self.backend.guilds[stage.guild.id].members
        members[self.people[0].id].nick = "Ana from Lisbon"
        members[self.people[3].id].nick = "Ade (works)"
        self.webhook = stage.guild.create_webhook(stage.channel, "Bridge")
        self.elsewhere = self.backend.create_message(
            stage.channel.id,
            self.people[0].id,
            "from elsewhere",
            attachments=self.backend.store_attachments(stage.channel.id, [("plan.png", PICTURE)]),
        )
        self.said = 0
        self.happened = Counter()

    def threads(self):
        """Those in which people can write."""
        channels = self.backend.channels
        found = [thread.id for thread in self.stage.channel.threads]
        return [i for i in found if not channels[i].thread_metadata.locked]

    def happen(self, kinds=None):
        """One thing happens, if there is anything to which it can."""
        dice = self.dice
        if kinds is None:
            kinds = RARELY if dice.random() < 0.04 else HAPPENINGS
        kind = dice.choices(list(kinds), weights=list(kinds.values()))[0]
        threads = self.threads() or ([t.id for t in self.stage.channel.threads] if kind not in SAYING else [])
        if not threads:
            return
        thread = dice.choice(threads)
        if kind in SAYING:
            self._say(kind, thread)
        else:
            messages = [m for m in self.backend.messages[thread].values() if m.type in {0, 19}]
            if messages:
                # What was said lately is met more often.
                message = messages[int(len(messages) * dice.random() ** 0.4)]
                getattr(self, "_" + kind.replace(" ", "_"))(thread, message)
        self.happened[kind] += 1

    def text(self):
        """A few words, sometimes with a label or a link."""
        words = " ".join(self.dice.choices(WORDS, k=self.dice.randrange(1, 12)))
        label = self.dice.choice(("", "", f"A{self.dice.randrange(1, 5)}: "))
        link = f" https://example.org/{self.dice.randrange(99)}" if self.dice.random() < 0.1 else ""
        return f"{label}{words}{link} {self.dice.randrange(10**6)}"

    def _say(self, kind, thread):
        dice, backend = self.dice, self.backend
        person = dice.choice(self.people).id
        if kind == "webhook":
            name = dice.choice(("Ines (Bluesky)", "Per (Bluesky)"))
            hook = self.webhook.id
            backend.create_message(thread, hook, self.text(), webhook_id=hook, author_name=name)
        elif kind == "reply":
            to = dice.choice(list(backend.messages[thread].values()))
            reference = {"channel_id": str(thread), "message_id": str(to.id)}
            backend.create_message(thread, person, self.text(), reference=reference)
        elif kind == "file":
            names = dice.sample(["shelf.png", "notes.txt", "plan.png"], k=dice.randrange(1, 3))
            contents = {"notes.txt": f"a list {dice.randrange(3)}".encode()}
            files = [(name, contents.get(name, PICTURE + bytes([dice.randrange(3)]))) for name in names]
            stored = backend.store_attachments(thread, files)
            stored[0]["description"] = "a shelf"
            backend.create_message(thread, person, "" if dice.random() < 0.3 else self.text(), attachments=stored)
        elif kind == "poll":
            answers = [PollAnswer(1, "paper"), PollAnswer(2, "screen"), PollAnswer(3, "ear")]
            poll = Poll("Paper or screen?", answers, expiry=backend.iso_after(dice.choice((1200, 86_400))))
            backend.create_message(thread, person, poll=poll)
        elif kind == "sticker":
            sticker = MessageSticker(backend.snowflake(), "a purring cat", 1, self.stage.guild.id)
            backend.create_message(thread, person, stickers=[sticker])
        elif kind == "forward":
            source = self.elsewhere
            reference = {"type": 1, "channel_id": str(source.channel_id), "message_id": str(source.id)}
            backend.create_message(thread, self.people[0].id, reference=reference)
        else:
            backend.create_message(thread, person, self.text())
        self.said += 1

    def _is_ours(self, message):
        return message.author_id == self.backend.bot_user.id

    def _edit(self, thread, message):
        if not self._is_ours(message) and message.webhook_id is None and message.poll is None and message.content:
            self.backend.edit_message(thread, message.id, {"content": self.text()})

    def _drop_file(self, thread, message):
        if message.attachments:
            fields = {"attachments": message.attachments[1:], "content": self.text()}
            self.backend.edit_message(thread, message.id, fields)

    def _delete(self, thread, message):
        if not self._is_ours(message):
            self.backend.delete_message(thread, message.id)

    def _bulk(self, thread, message):
        ids = [m.id for m in list(self.backend.messages[thread].values())[-3:] if not self._is_ours(m) and m.type in {0}]
        if ids:
            self.backend.bulk_delete_messages(thread, ids)

    def _react(self, thread, message):
        person = self.dice.choice(self.people).id
        self.backend.set_reaction(thread, message.id, self.dice.choice(EMOJI), person, True)

    def _unreact(self, thread, message):
        for reaction in message.reactions[:1]:
            who = [user for user in reaction.user_ids if user != self.backend.bot_user.id]
            if who:
                self.backend.set_reaction(thread, message.id, reaction.emoji, self.dice.choice(who), False)

    def _clear(self, thread, message):
        self.backend.clear_reactions(thread, message.id)

    def _clear_one(self, thread, message):
        if message.reactions:
            self.backend.clear_reaction(thread, message.id, message.reactions[0].emoji)

    def _pin(self, thread, message):
        self.backend.set_pinned(thread, message.id, True, actor_id=self.people[0].id)

    def _unpin(self, thread, message):
        for pinned in [m for m in self.backend.messages[thread].values() if m.pinned][:1]:
            self.backend.set_pinned(thread, pinned.id, False)

    def _preview(self, thread, message):
        if "https://" in message.content and not self._is_ours(message) and not message.embeds:
            embed = {"type": "link", "title": "A list of books", "url": "https://example.org/", "description": "Long."}
            message.embeds = [embed]
            self.backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(self.backend, message)))

    def _vote(self, thread, message):
        polls = [m for m in self.backend.messages[thread].values() if m.poll is not None and not m.poll.finalized]
        if polls:
            person, poll = self.dice.choice(self.people).id, self.dice.choice(polls)
            if datetime.fromisoformat(poll.poll.expiry) > self.stage.env.now():
                self.backend.set_poll_votes(thread, poll.id, [self.dice.randrange(1, 4)], person)

    def _answer(self, thread, message):
        """Given through a form, and posted by the bot; see `Evening.answer`."""


class Evening:
    """One chat from its plan until after it was sealed, with all that goes wrong."""

    def __init__(self, stage, settings, guillotine, seed, messages):
        self.stage, self.settings, self.guillotine, self.messages = stage, settings, guillotine, messages
        self.dice = random.Random(seed)
        self.crowd = Crowd(stage, self.dice)
        self.faults = Counter()
        self.is_deaf = False
        self.lossy = 0.0
        self.left_out = stage.person("Nobody Knows")
        self._engage()

    def _engage(self):
        """Stand between the bot and Discord; each new bot has to be met anew."""
        env = self.stage.env
        feed = env.backend.subscribers[-1]

        def maybe(event, payload):
            told = event.startswith(("MESSAGE_", "CHANNEL_PINS"))
            if told and (self.is_deaf or self.dice.random() < self.lossy):
                self.faults["lost events"] += 1
                return
            feed(event, payload)

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
                for _ in range(self.dice.choice((0, 0, 1, 3))):
                    self.crowd.happen()
                    self.faults["happened while a history was read"] += 1
            return answer

        def full():
            if self.lossy and self.dice.random() < self.lossy / 4:
                self.faults["full disk"] += 1
                raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))
            return transaction()

        http.request = unsteady
        writer._transaction = full

    async def restart(self):
        """A new bot on what the old one left."""
        await cut_and_restart(self.stage, self.guillotine, self.settings)
        self._engage()

    async def play(self):
        """From the plan until a while after the chat was sealed."""
        layout = self.dice.choice(("a thread", "a thread", "questions"))
        options = {"layout": "questions"} if layout == "questions" else {}
        await evening.plan(self.stage, questions=QUESTIONS, minutes=60, **options)
        (chat,) = await self.stage.app.chats.list(self.stage.guild.id, frozenset({ChatState.PLANNED, ChatState.ANNOUNCED}))
        await evening.until(self.stage, chat.starts_at, plus=30)
        self.chat_id = chat.id
        with self.stage.env._bot_scope():
            await self.stage.app.services.privacy.leave_out(self.left_out.id)
        self.crowd.people.append(self.left_out)
        await self._hour(chat)
        await self._until_sealed()

    async def _hour(self, chat):
        """About a message every three seconds until the thread is locked."""
        pause = 80 * 60 / self.messages
        next_trouble = self._soon()
        while self.crowd.said < self.messages and (self.crowd.threads() or self.guillotine.fell):
            await self._pass(self.dice.expovariate(1 / pause))
            for _ in range(self.dice.choice((1, 1, 1, 1, 6))):
                self.crowd.happen()
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
        await self.stage.pass_time(seconds)

    async def _dead(self):
        """Nobody hears what is said until somebody starts the bot again."""
        self.faults["killed"] += 1
        for _ in range(self.dice.choice((0, 1, 5, 30))):
            await self._pass(self.dice.uniform(0, 60))
            self.crowd.happen()
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
            for _ in range(self.dice.randrange(5, 40)):
                await self._pass(self.dice.uniform(0, 4))
                self.crowd.happen()
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
            await self._pass(step)
            self.crowd.happen()
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
        except Exception:  # noqa: BLE001 - the bot may be killed on the way, which SimCord calls an error
            self.faults["answers cut off"] += 1

    async def _until_sealed(self):
        for _ in range(60):
            if self.guillotine.fell:
                await self._dead()
            await self._pass(300)
            if self._sealed_at() is not None:
                return

    def _sealed_at(self):
        return self.read("SELECT sealed_at FROM chats")[0][0]

    async def afterwards(self):
        """Authors change what they said in a chat that is over, some of it while the bot is away."""
        kinds = {"edit": 4, "delete": 2, "unreact": 2, "clear": 1, "drop file": 1}
        for _ in range(8):
            self.crowd.happen(kinds)
            await self._pass(1)
        await self.stage.app.close()
        for _ in range(8):
            self.crowd.happen(kinds)
        await self.restart()
        await self._pass(600)

    def read(self, query):
        """Rows of the archive, as sqlite3 sees them."""
        with closing(sqlite3.connect(f"file:{self.settings.database.path}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def differences(self):
        """What is otherwise in the archive than in the simulated Discord, by kind."""
        return Comparison(self).differences()


class Comparison:
    """Holds the file against SimCord's state; written apart from the product, which it is to judge."""

    def __init__(self, play):
        self.play = play
        self.backend = play.stage.env.backend
        self.own = self.backend.bot_user.id
        self.members = self.backend.guilds[play.stage.guild.id].members
        read = play.read
        columns = "id, author_id, author_name, text, edited_at, reply_to_id, deleted_at, left_out, pinned, extras, by_button"
        self.rows = {row[0]: dict(zip(columns.split(", "), row, strict=True)) for row in read(f"SELECT {columns} FROM messages")}  # noqa: S608
        self.reactions = {}
        for message_id, emoji, count in read("SELECT message_id, emoji, count FROM reactions"):
            self.reactions.setdefault(message_id, {})[emoji] = count
        self.files = {}
        for row in read("SELECT message_id, id, filename, size, description, stored FROM attachments"):
            self.files.setdefault(row[0], {})[row[1]] = row[2:]

    def differences(self):
        """The kinds of differences and how many there are of each."""
        found = Counter()
        threads = {thread.id for thread in self.play.stage.channel.threads}
        there = {m.id: m for thread in threads for m in self.backend.messages[thread].values()}
        spoken = {i: m for i, m in there.items() if m.type in {0, 19} and m.author_id != self.own}
        posted = {i for i, row in self.rows.items() if row["by_button"] is not None and row["deleted_at"] is None}
        living = {i for i, row in self.rows.items() if row["deleted_at"] is None}
        found["missing"] = len(spoken.keys() - self.rows.keys())
        found["deleted here"] = len(spoken.keys() & self.rows.keys() - living)
        found["deleted there"] = len(living - there.keys())
        found["not said by anybody"] = len((living & there.keys()) - spoken.keys() - posted)
        for message_id in living & (spoken.keys() | posted):
            if message_id in there:
                found.update(self._of(there[message_id], self.rows[message_id]))
        sealed = self.play.read("SELECT state, messages FROM seals")
        if sealed != [("matched", len(spoken) + len(posted & there.keys()))]:
            found[f"sealed as {sealed}"] = 1
        return Counter({kind: count for kind, count in found.items() if count})

    def _of(self, there, row):
        if self._reactions(there) != self.reactions.get(there.id, {}):
            yield "reactions"
        files = self.files.get(there.id, {})
        if there.author_id == self.play.left_out.id:
            if (row["text"], row["author_name"], row["extras"], files) != (None, "", None, {}):
                yield "words of one who is left out"
            return
        if bool(row["pinned"]) != there.pinned:
            yield "pins"
        if there.author_id == self.own:
            return
        content = there.content or "".join(s["message"]["content"] for s in there.snapshots)
        if row["text"] != content:
            yield "texts"
        if row["edited_at"] != _microseconds(there.edited_timestamp):
            yield "times of edits"
        if row["reply_to_id"] != (int(there.reference["message_id"]) if there.type == 19 else None):
            yield "replies"
        if row["author_name"] != self._name(there):
            yield "names"
        if json.loads(row["extras"] or "{}") != _extras(there):
            yield "extras"
        yield from self._files(there, files)

    def _name(self, there):
        if there.author_name is not None:
            return there.author_name
        member = self.members.get(there.author_id)
        user = self.backend.users[there.author_id]
        return (member.nick if member is not None else None) or user.global_name or user.name

    def _reactions(self, there):
        counted = {}
        for reaction in there.reactions:
            emoji = f"<:{reaction.emoji}>" if ":" in reaction.emoji else reaction.emoji
            others = [user for user in reaction.user_ids if user != self.own]
            if others:
                counted[emoji] = len(others)
        return counted

    def _files(self, there, files):
        attachments = [*there.attachments, *(a for s in there.snapshots for a in s["message"]["attachments"])]
        wanted = {int(a["id"]): (a["filename"], a["size"], a["description"]) for a in attachments}
        if {i: row[:3] for i, row in files.items()} != wanted:
            yield "attachments"


def _microseconds(text):
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1) if text else None


def _extras(there):
    wanted = {}
    if there.stickers:
        wanted["stickers"] = [sticker.name for sticker in there.stickers]
    if there.embeds:
        wanted["embeds"] = [[embed["title"], embed["description"], embed["url"]] for embed in there.embeds]
    if there.poll is not None:
        votes = [[a.text, len(there.poll.votes.get(a.answer_id, ()))] for a in there.poll.answers]
        wanted["poll"] = {"question": there.poll.question, "answers": votes, "final": there.poll.finalized}
    return wanted


async def run(seed, messages, folder):
    """Play one seed; what came of it, as values for JSON."""
    settings = Settings().model_copy(
        update={"database": DatabaseSettings(path=folder / "shelftalk.db", flush_milliseconds=0)}
    )
    began = time.perf_counter()
    guillotine = Guillotine()
    with guillotine.standing():
        async with open_stage(settings, host="Maren") as stage:
            # A busy machine may take long for what happens at one simulated moment.
            stage.env.settle_timeout = 600.0
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


def main():
    """Play the seeds and tell in how many of them the archive is exact."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed, to play them in pieces")
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    results = []
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            result = asyncio.run(run(seed, asked.messages, Path(folder)))
        results.append(result)
        if not asked.json:
            print(result, flush=True)
    faults = Counter()
    for result in results:
        faults.update(result["faults"])
    total = {
        "seeds": len(results),
        "exact": sum(result["exact"] for result in results),
        "not_exact": [result["seed"] for result in results if not result["exact"]],
        "messages": sum(result["said"] for result in results),
        "happenings": sum(result["happened"] for result in results),
        "faults": dict(faults),
    }
    print(json.dumps(total))


if __name__ == "__main__":
    main()
