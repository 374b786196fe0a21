"""The web server: calendars at secret addresses, plain sentences for all else, and it lives as long as the bot."""

import asyncio
import logging
import os
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.app import build
from bot.doctoring import Level, examine
from bot.domain.errors import SetupProblem, TryLater
from bot.rehearsal.play import answer_of
from bot.rehearsal.stage import open_stage
from bot.runtime.clock import DiscordClock
from bot.runtime.health import Heartbeat
from bot.ui.calendars import uid_of
from bot.web.server import WebServer
from config.sections import WebSettings
from tests.support import evening
from tests.support.calendars import as_read, as_written, read
from tests.support.small_discord import SmallDiscord

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(settings):
    """As all tests have them, with the server on any free port."""
    return settings.model_copy(update={"web": WebSettings(enabled=True, port=0)})


async def get(stage, path, **options):
    """Status, headers and body of what is served at a path."""
    async with aiohttp.ClientSession() as session, session.get(stage.app.bot.web_address() + path, **options) as got:
        return got.status, got.headers, await got.read()


async def feed_path(stage, series=None):
    """Where a feed is, as `/calendar` says it."""
    said = answer_of(await stage.newcomer.slash(stage.channel, "calendar", **({"series": series} if series else {})))
    address = said.partition("<")[2].partition(">")[0]
    base = stage.app.bot.web_address()
    assert address.startswith(f"{base}/calendars/"), said
    return address.removeprefix(base)


async def test_it_listens_on_loopback_and_gives_the_servers_chats(stage):
    chat = await evening.planned_chat(stage)
    status, headers, body = await get(stage, await feed_path(stage))
    assert status == 200
    assert stage.app.bot.web_address().startswith("http://127.0.0.1:")
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"].startswith("private")
    (entry,) = read(body).values()
    assert as_read(entry) == as_written(chat)


async def test_a_feed_of_one_series_has_only_that_series(stage):
    series = await evening.saved_series(stage)
    await evening.planned_chat(stage)
    _, _, everything = await get(stage, await feed_path(stage))
    status, _, body = await get(stage, await feed_path(stage, "Library chat"))
    assert status == 200
    assert len(read(everything)) == len(read(body)) + 1
    assert all(uid.startswith(f"series-{series.id}-") for uid in read(body))


async def test_the_feed_of_a_series_that_has_ended_says_what_was_called_off(stage):
    series = await evening.saved_series(stage)
    before = {uid_of(chat): chat for chat in await evening.chats_of(stage, series)}
    path = await feed_path(stage, "Library chat")
    result = await stage.host.slash(stage.channel, "series delete", series="Library chat")
    await stage.host.click(result.response, label="Yes, end it")
    status, _, body = await get(stage, path)
    assert status == 200
    assert {uid: (as_read(entry), entry.status) for uid, entry in read(body).items()} == {
        uid: (as_written(chat), "CANCELLED") for uid, chat in before.items()
    }


async def test_the_address_stays_the_same_after_a_restart(stage, settings):
    before = await feed_path(stage)
    await stage.restart(settings)
    assert await feed_path(stage) == before


WRONG = [
    "/calendars/",
    "/calendars/1.ics",
    "/calendars/1-.ics",
    "/calendars/1-guessed.ics",
    "/calendars/{address}x.ics",
    "/calendars/{address}/999.ics",
    "/calendars/{address}/" + "9" * 12 + ".ics",
    "/calendars/{address}/" + "9" * 30 + ".ics",
    "/calendars/{guild}-%ED%A0%80.ics",
    "/calendars/" + "9" * 5000 + "-x.ics",
    "/calendars/%C2%B2-x.ics",
    "/calendars/{address}",
]


async def test_a_wrong_address_gives_404_and_a_sentence(stage):
    known = (await feed_path(stage)).removeprefix("/calendars/").removesuffix(".ics")
    for path in WRONG:
        status, headers, body = await get(stage, path.format(address=known, guild=stage.guild.id))
        assert status == 404, path
        assert body == b"There is nothing here. Ask in Discord for the address.\n"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'"


async def test_nothing_can_be_sent_to_it(stage):
    async with aiohttp.ClientSession() as session:
        url = stage.app.bot.web_address() + await feed_path(stage)
        async with session.post(url, data=b"x") as answered:
            assert (answered.status, await answered.text()) == (405, "Method Not Allowed\n")
        async with session.head(url) as answered:
            assert answered.status == 200


async def test_the_secret_never_stands_in_the_log(stage, caplog):
    caplog.set_level(logging.DEBUG)
    # As the bot has it at its lowest level.
    caplog.set_level(logging.INFO, "aiosqlite")
    path = await feed_path(stage)
    secret = path.partition("-")[2].removesuffix(".ics")
    await get(stage, path)
    await get(stage, path.removesuffix(".ics"))
    host, port = stage.app.bot.web_address().removeprefix("http://").split(":")
    for garbage in (f"GET {path} HTTP/9.x\r\n\r\n", f"GET {path} HTTP/1.1\r\n{secret}\r\n\r\n", f"{path}\r\n\r\n"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(garbage.encode())
        assert b"400" in await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await writer.wait_closed()
    # The client of this test names what it fetches, not the bot.
    own = [record for record in caplog.records if not record.name.startswith(("aiohttp.client", "asyncio"))]
    assert [record for record in own if secret in record.getMessage() or secret in str(record.exc_info)] == []
    assert secret not in str([record for record in own if record.levelno >= logging.WARNING])


async def test_a_server_that_the_bot_has_left_is_not_there_any_more(stage):
    await evening.planned_chat(stage)
    path = await feed_path(stage)
    stage.env.backend.emit("GUILD_DELETE", {"id": str(stage.guild.id)})
    await stage.pass_time(1)
    status, _, _ = await get(stage, path)
    assert status == 404


async def test_while_discord_does_not_tell_of_a_server_calendars_keep_what_they_have(stage):
    await evening.planned_chat(stage)
    path = await feed_path(stage)
    stage.env.backend.emit("GUILD_DELETE", {"id": str(stage.guild.id), "unavailable": True})
    await stage.pass_time(1)
    status, headers, body = await get(stage, path)
    assert (status, body) == (503, b"Please try again in a minute.\n")
    assert headers["Retry-After"] == "60"


async def test_before_the_bot_is_ready_it_says_to_come_again(settings):
    async with open_stage(settings, host="Maren") as stage:
        path = await feed_path(stage)
        again = build(settings)
        await stage.app.close()
        await again.database.open()
        try:
            server = again.services.calendars
            with pytest.raises(TryLater):
                await server.entries(int(path.removeprefix("/calendars/").partition("-")[0]))
        finally:
            await again.close()


async def test_what_fails_unexpectedly_gives_an_incident_and_no_traceback(stage, caplog):
    path = await feed_path(stage)
    await stage.app.database.write(lambda conn: conn.exec_driver_sql("DROP TABLE actions"))
    await stage.app.database.write(lambda conn: conn.exec_driver_sql("DROP TABLE questions"))
    await stage.app.database.write(lambda conn: conn.exec_driver_sql("ALTER TABLE chats RENAME TO gone"))
    status, headers, body = await get(stage, path)
    assert status == 500
    said = body.decode()
    assert said.startswith("Something went wrong; in the log it is incident ")
    assert said.split()[-1].rstrip(".") in caplog.text
    assert "Traceback" not in said
    assert "chats" not in said
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert path.partition("-")[2].removesuffix(".ics") not in caplog.text
    caplog.clear()


async def test_it_ends_with_the_bot_even_if_somebody_stays_connected(stage):
    host, port = stage.app.bot.web_address().removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /calendars/1-x.ics HTTP/1.1\r\n")
    await asyncio.wait_for(stage.app.close(), 5)
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection(host, int(port))
    writer.close()


def test_doctor_tells_whether_the_server_can_listen_where_it_should(settings, tmp_path):
    def told(**web):
        chosen = settings.model_copy(update={"web": WebSettings(enabled=True, **web)})
        return [(finding.level, finding.what) for finding in examine(chosen, offline=True) if "web" in finding.what]

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ((level, what),) = told(port=port)
        assert (level, what) == (
            Level.BAD,
            f"The web server can't listen on 127.0.0.1, port {port}: something else does already.",
        )
        Heartbeat(settings.database.path.with_name("heartbeat.json")).beat(DiscordClock().now(), "connected")
        assert told(port=port) == [
            (Level.GOOD, f"The web server listens on 127.0.0.1, port {port}: the bot is running.")
        ]
    assert told(port=port) == [(Level.GOOD, f"The web server can listen on 127.0.0.1, port {port}.")]
    assert [level for level, _ in told(host="203.0.113.9")] == [Level.BAD]
    off = settings.model_copy(update={"web": WebSettings(enabled=False)})
    assert not [finding for finding in examine(off, offline=True) if "web" in finding.what]


async def test_where_the_port_is_taken_the_run_ends_with_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = {"SHELFTALK_WEB__ENABLED": "true", "SHELFTALK_WEB__PORT": str(taken.getsockname()[1])}
        async with SmallDiscord() as discord:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "SHELFTALK_DATABASE__PATH": str(tmp_path / "chats.db")}
                | discord.environment
                | web,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            shown, _ = await asyncio.wait_for(process.communicate(), 30)
    said = " ".join(shown.decode().split())
    assert process.returncode == 2, said
    assert "The web server can't listen on 127.0.0.1, port" in said
    assert "Choose another web.port" in said
    assert "Traceback" not in said
    assert "Discord can't be reached" not in said


@pytest.mark.parametrize("host", ["203.0.113.9", "no host at all"])
async def test_an_address_that_is_not_this_machines_is_refused_with_a_sentence(settings, host):
    app = build(settings)
    server = WebServer(app.services.calendars, DiscordClock(), host, 0, None)
    with pytest.raises(SetupProblem) as problem:
        await server.start()
    assert "web server can't listen" in problem.value.what
    assert "Correct web.host and web.port" in problem.value.advice
    await server.stop()


async def test_the_address_that_visitors_use_is_the_one_in_the_settings(settings):
    web = WebSettings(enabled=True, port=0, base_url="https://chats.example.org/")
    async with open_stage(settings.model_copy(update={"web": web}), host="Maren") as stage:
        said = answer_of(await stage.newcomer.slash(stage.channel, "calendar"))
    assert f"<https://chats.example.org/calendars/{stage.guild.id}-" in said


async def test_without_the_server_there_is_a_file_and_no_address(settings):
    web = WebSettings()
    async with open_stage(settings.model_copy(update={"web": web}), host="Maren") as stage:
        result = await stage.newcomer.slash(stage.channel, "calendar")
        assert stage.app.bot.web_address is None
    assert "http" not in answer_of(result)
    assert [file.filename for file in result.response.attachments] == ["chats.ics"]
