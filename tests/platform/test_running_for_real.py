"""`shelftalk run` and `doctor` as processes, against a small server that speaks Discord's protocol."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.platform.permissions import invite_permissions
from bot.storage.migrate import check
from tests.support.small_discord import SmallDiscord

ROOT = Path(__file__).parents[2]


async def start(folder, *arguments, **environment):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SHELFTALK_DATABASE__PATH": str(folder / "chats.db")} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def output_of(process):
    shown, _ = await asyncio.wait_for(process.communicate(), 30)
    return " ".join(shown.decode().split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_signs_in_at_the_address_in_the_settings_and_ends_cleanly(tmp_path, number):
    async with SmallDiscord() as discord:
        process = await start(tmp_path, "run", **discord.environment)
        await asyncio.wait_for(discord.identified.wait(), 30)
        await asyncio.sleep(0.3)
        beat = json.loads((tmp_path / "heartbeat.json").read_text())
        process.send_signal(number)
        shown = await output_of(process)
    assert process.returncode == 0, shown
    assert ("PUT", "applications/200/commands") in discord.requests
    assert {command["name"] for command in discord.commands} == {
        *("chat", "host", "answer", "digest", "chats", "help", "privacy", "roundup", "saved", "search"),
        *("series", "calendar", "jar", "publish", "export"),
        *("File under …", "Withdraw", "Save"),
    }
    # guilds, guild messages, guild reactions, message content, scheduled events and polls
    assert discord.identify["intents"] == (1 << 0) | (1 << 9) | (1 << 10) | (1 << 15) | (1 << 16) | (1 << 24)
    assert "ended; everything is saved" in shown
    assert "right-token" not in shown
    assert beat["status"] in {"connecting", "connected"}
    assert check(tmp_path / "chats.db") == []


async def test_a_refused_token_ends_the_run_with_a_sentence(tmp_path):
    async with SmallDiscord() as discord:
        process = await start(tmp_path, "run", **discord.environment | {"DISCORD_TOKEN": "wrong-token"})
        shown = await output_of(process)
    assert process.returncode == 2
    assert "Discord doesn't accept the token." in shown
    assert "wrong-token" not in shown
    assert "Traceback" not in shown


async def test_discord_out_of_reach_at_the_start_ends_the_run_with_a_sentence(tmp_path):
    async with SmallDiscord() as discord:
        environment = discord.environment
    process = await start(tmp_path, "run", **environment)
    shown = await output_of(process)
    assert process.returncode == 2
    assert "Discord can't be reached" in shown
    assert "Traceback" not in shown


async def test_without_a_token_there_is_a_sentence(tmp_path):
    process = await start(tmp_path, "run")
    shown = await output_of(process)
    assert process.returncode == 2
    assert "There is no bot token." in shown


async def test_wrong_settings_are_told_all_at_once(tmp_path):
    process = await start(tmp_path, "doctor", SHELFTALK_CHATS__DEFAULT_ZONE="Middle/Earth", SHELFTALK_WEB__PORT="many")
    shown = await output_of(process)
    assert process.returncode == 2
    assert "SHELFTALK_CHATS__DEFAULT_ZONE" in shown
    assert "SHELFTALK_WEB__PORT" in shown


@pytest.mark.parametrize(
    ("flags", "status", "words"),
    [(1 << 18, 0, "may read messages' text"), (0, 1, "Switch on Message Content Intent")],
)
async def test_doctor_asks_discord_about_token_and_intents(tmp_path, flags, status, words):
    async with SmallDiscord(flags=flags) as discord:
        process = await start(tmp_path, "doctor", **discord.environment)
        shown = await output_of(process)
    assert process.returncode == status, shown
    assert words in shown
    assert "Discord accepts the token" in shown
    assert "permissions=" in shown
    assert "There is no database" in shown
    assert not (tmp_path / "chats.db").exists()


async def test_doctor_looks_at_each_channel_and_names_what_to_grant(tmp_path):
    async with SmallDiscord() as discord:
        discord.invite(granted=invite_permissions().value)
        process = await start(tmp_path, "doctor", **discord.environment)
        shown = await output_of(process)
    assert process.returncode == 0, shown
    assert "A chat can run in #chats in Town Library." in shown
    assert "No chat can run in #news in Town Library." in shown
    assert "grant the bot Send Messages in Threads there" in shown


async def test_doctor_tells_of_a_refused_token_and_of_a_damaged_database(tmp_path):
    (tmp_path / "chats.db").write_bytes(b"this is no database")
    async with SmallDiscord() as discord:
        process = await start(tmp_path, "doctor", **discord.environment | {"DISCORD_TOKEN": "wrong-token"})
        shown = await output_of(process)
    assert process.returncode == 1
    assert "Discord doesn't accept the token." in shown
    assert "is no database" in shown
    assert (tmp_path / "chats.db").read_bytes() == b"this is no database"


async def test_doctor_finds_a_place_where_no_database_can_be(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    process = await start(tmp_path, "doctor", SHELFTALK_DATABASE__PATH=str(tmp_path / "file" / "chats.db"))
    shown = await output_of(process)
    assert process.returncode == 1
    assert "can't be made" in shown


async def test_the_health_check_is_red_without_a_heartbeat(tmp_path):
    process = await start(tmp_path, "doctor", "--health")
    shown = await output_of(process)
    assert process.returncode == 1
    assert "no heartbeat file" in shown


async def test_a_database_path_that_is_a_folder_ends_the_run_with_a_sentence(tmp_path):
    (tmp_path / "chats.db").mkdir()
    async with SmallDiscord() as discord:
        process = await start(tmp_path, "run", **discord.environment)
        shown = await output_of(process)
    assert process.returncode == 2
    assert "is a folder" in shown
    assert "Traceback" not in shown
