"""`shelftalk rehearse --serve`: the address, the choice of channel, and a person who writes while time flows."""

import asyncio
import re
import signal
import sqlite3
import sys
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


class Browser:
    """What a page in the browser sends, without drawing it."""

    def __init__(self, session, address):
        self.session = session
        self.origin, _, self.capability = address.partition("/#")
        self.sequence = 0

    async def call(self, method, path, body=None, context=None):
        headers = {"X-Simcord-Capability": self.capability}
        if context is not None:
            headers["X-Simcord-Context"] = context
        async with self.session.request(method, self.origin + path, json=body, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def open(self, viewer_id=None):
        self.page = await self.call("POST", "/api/pages", {"viewer_id": viewer_id})
        return self.page

    async def say(self, text):
        self.sequence += 1
        body = {
            "protocol_version": 3,
            "sequence": self.sequence,
            "request_id": f"request-{self.sequence:04d}",
            "generation": self.page["context"]["generation"],
            "bot_generation": 1,
            "published_revision": self.page.get("revision", 1),
            "kind": "send_message",
            "content": text,
        }
        return await self.call("POST", "/api/action", body, self.page["context"]["id"])


@pytest.fixture
async def served(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "rehearse", "--serve", "--speed", "60", "--folder", str(tmp_path),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+", line.decode())
        if found:
            break
    async with aiohttp.ClientSession() as session:
        yield process, session, found[0]
    if process.returncode is None:
        process.kill()
        await process.wait()


async def state(session, address):
    async with session.get(address + "state") as response:
        return await response.json()


async def enter(session, address, channel_id):
    async with session.get(f"{address}channel/{channel_id}", allow_redirects=False) as response:
        assert response.status == 303
        return response.headers["Location"]


async def test_a_person_writes_in_the_thread_while_time_flows(served, tmp_path):
    process, session, address = served
    first = await state(session, address)
    assert len(first["channels"]) == 1
    async with session.get(address) as response:
        page = await response.text()
    assert "#book-chats (announcements)" in page
    assert (await enter(session, address, first["channels"][0])).startswith("http://127.0.0.1:")
    while len((now := await state(session, address))["channels"]) < 2:
        await asyncio.sleep(0.2)
    assert now["status"] != first["status"]
    browser = Browser(session, await enter(session, address, now["channels"][1]))
    opened = await browser.open()
    assert len(opened["viewers"]) == 3
    await asyncio.sleep(2)
    for number in range(3):
        receipt = await browser.say(f"A1: typed in the browser {number}")
        assert not receipt["rejected"], receipt
        await asyncio.sleep(0.7)
    process.send_signal(signal.SIGINT)
    shown, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, shown.decode()
    assert "The rehearsal has ended." in shown.decode()
    with sqlite3.connect(tmp_path / "shelftalk.db") as database:
        rows = database.execute("SELECT text FROM messages WHERE text LIKE '%in the browser%' ORDER BY id").fetchall()
    assert [text for (text,) in rows] == [f"A1: typed in the browser {number}" for number in range(3)]


async def test_the_page_is_on_loopback_behind_a_secret_and_shows_only_its_channels(served):
    _, session, address = served
    origin = "/".join(address.split("/")[:3])
    for path in ("/", "/state", "/wrong-secret/"):
        async with session.get(origin + path) as response:
            assert response.status == 404
    async with session.get(f"{address}channel/1", allow_redirects=False) as response:
        assert response.status == 404


async def test_a_port_that_is_taken_ends_with_a_sentence(served, tmp_path):
    _, _, address = served
    port = address.split(":")[2].split("/")[0]
    ended = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "rehearse", "--serve", "--port", port, "--folder", str(tmp_path / "second"),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    shown, _ = await asyncio.wait_for(ended.communicate(), 30)
    assert ended.returncode == 2
    assert f"Port {port} can't be used" in shown.decode()
