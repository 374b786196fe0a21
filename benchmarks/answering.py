"""How long readers wait for a first word: `python benchmarks/answering.py [MESSAGES] [--starts N] [--json]`.

The bot runs as a process of its own, `shelftalk run`, against a small server that speaks Discord's protocol. In its
archive is a chat of so many messages (5,000 unless said otherwise) of which no digest was made yet. Twenty people type
`/digest` in the same instant. Measured from then on, on this side of the connection: when the last of them was answered
at all (with the digest, or with Discord's "is thinking"), and when the last one had the digest. Three times over, the
bot started anew each time. The baseline in the same run is `/help` by as many, which needs nothing of the archive.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import update

from benchmarks.reading import fill
from bot.domain.chat import ChatState
from bot.platform.permissions import invite_permissions
from bot.storage import tables as t
from bot.storage.database import Database
from tests.support.small_discord import USER, SmallDiscord, answer

READERS = 20
GUILD, CHANNEL = 1, 11
RIGHTS = str(invite_permissions().value)
_SECONDS = 60
# A response that is the answer itself, not the word that there will be one.
_MESSAGE = 4
# What Discord says of a message that was just posted.
_POSTED = {
    "id": "7", "type": 0, "channel_id": str(CHANNEL), "author": USER, "content": "",
    "timestamp": "2026-01-01T00:00:00Z",
    "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
    "attachments": [], "embeds": [], "pinned": False, "flags": 64, "components": [],
}  # fmt: skip


class Readers(SmallDiscord):
    """A server with people who type commands, and a stopwatch for what they are answered."""

    def __init__(self):
        super().__init__()
        self.invite(granted=invite_permissions().value)
        self.first, self.last = {}, {}

    async def _rest(self, request):
        path = request.match_info["path"].split("/")
        number = path[-2] if path[-1] == "callback" else path[-1]
        if path[0] == "interactions":
            self.first[number] = time.perf_counter()
            if (await _body(request))["type"] == _MESSAGE:
                self.last[number] = self.first[number]
            return answer({"interaction": {"id": path[1], "type": 2}})
        if path[0] == "webhooks":
            self.last[number] = time.perf_counter()
            return answer(_POSTED)
        return await super()._rest(request)

    async def enter(self):
        """The bot is told of the server."""
        guild, channels = self.found["guilds/1"], self.found["guilds/1/channels"]
        everything = {"channels": channels, "members": [self.found["guilds/1/members/100"]], "member_count": 2}
        nothing = {key: [] for key in ("threads", "stickers", "presences", "voice_states", "stage_instances")}
        await self._dispatch(self.sockets[-1], 2, "GUILD_CREATE", guild | everything | nothing)

    async def ask(self, name):
        """So many people type a command at once; how many seconds until the last had a first word, and the whole."""
        command = next(one for one in self.commands if one["name"] == name)
        self.first, self.last = {}, {}
        begun = time.perf_counter()
        for number in range(READERS):
            await self._dispatch(self.sockets[-1], 3 + number, "INTERACTION_CREATE", _typed(command, number))
        async with asyncio.timeout(_SECONDS):
            while len(self.last) < READERS:  # noqa: ASYNC110 - what is waited for comes over the network
                await asyncio.sleep(0.005)
        return max(self.first.values()) - begun, max(self.last.values()) - begun


async def _body(request):
    return json.loads(await request.text())


def _typed(command, number):
    """What Discord tells the bot of a person who types a command."""
    user = {"id": str(500 + number), "username": f"reader{number}", "discriminator": "0", "avatar": None}
    member = {"user": user, "roles": [], "joined_at": None, "deaf": False, "mute": False, "flags": 0}
    return {
        "id": str(9_000 + number), "application_id": "200", "type": 2, "token": f"token{9_000 + number}", "version": 1,
        "guild_id": str(GUILD), "channel_id": str(CHANNEL), "channel": {"id": str(CHANNEL), "type": 0},
        "member": member | {"permissions": RIGHTS}, "app_permissions": RIGHTS, "locale": "en-US",
        "entitlements": [], "authorizing_integration_owners": {}, "attachment_size_limit": 1,
        "data": {"id": command["id"], "name": command["name"], "type": 1, "options": []},
    }  # fmt: skip


async def prepare(path, count):
    """An archive with a chat that is over."""
    database = Database(path, flush_seconds=0)
    await database.open()
    await fill(database, count, GUILD, CHANNEL)

    async def close(conn):
        await conn.execute(update(t.chats).values(state=ChatState.CLOSED))

    await database.write(close)
    await database.close()


async def one_round(path):
    """The waits of one start of the bot, by command."""
    async with Readers() as discord:
        given = {"PATH": os.environ["PATH"], "SHELFTALK_DATABASE__PATH": str(path)} | discord.environment
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=given, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(_SECONDS):
                await discord.identified.wait()
                await discord.enter()
                while not discord.commands:  # noqa: ASYNC110 - the same
                    await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            return {name: await discord.ask(name) for name in ("help", "digest")}
        finally:
            process.terminate()
            await process.wait()


async def measure(count, starts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shelftalk.db"
        await prepare(path, count)
        rounds = [await one_round(path) for _ in range(starts)]
    return {
        "messages": count,
        "readers": READERS,
        "baseline_first_ms": round(1_000 * statistics.median(one["help"][0] for one in rounds), 1),
        "first_ms": round(1_000 * statistics.median(one["digest"][0] for one in rounds), 1),
        "slowest_first_ms": round(1_000 * max(one["digest"][0] for one in rounds), 1),
        "digest_ms": round(1_000 * statistics.median(one["digest"][1] for one in rounds), 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", type=int, nargs="?", default=5_000)
    parser.add_argument("--starts", type=int, default=3, help="how often the bot is started anew")
    parser.add_argument("--json", action="store_true", help="only the last line")
    options = parser.parse_args()
    found = asyncio.run(measure(options.messages, options.starts))
    if not options.json:
        for name, value in found.items():
            print(f"{name:20}{value:>12}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
