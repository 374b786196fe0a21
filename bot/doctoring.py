"""`shelftalk doctor`: looks at everything that can be wrong before an evening, and says what to do about each."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import discord
from rich.console import Console
from rich.markup import escape

from bot.app import point_at
from bot.platform.permissions import invite_permissions, missing_in
from bot.runtime.clock import DiscordClock
from bot.runtime.health import is_healthy
from bot.storage.migrate import check, current_revision, head_revision
from bot.ui.texts import permission_name
from bot.web.server import cannot_listen
from config.settings import Settings

_ANSWER_SECONDS = 20


class Level(StrEnum):
    """How a finding is to be taken; the word stands beside the colour."""

    GOOD = "good"
    NOTE = "note"
    BAD = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: how it is.
        what: one sentence.
        advice: what to do; empty where nothing needs doing.
    """

    level: Level
    what: str
    advice: str = ""


def examine(settings: Settings, *, offline: bool) -> list[Finding]:
    """Look at settings, database, web server, token, intents and permissions; nothing is changed or posted."""
    findings = [Finding(Level.GOOD, "The settings can be read."), *_database(settings), *_web(settings)]
    if settings.discord.token is None:
        findings.append(
            Finding(
                Level.NOTE,
                "There is no bot token.",
                "To run the bot, set DISCORD_TOKEN. `shelftalk rehearse` needs none.",
            )
        )
    elif not offline:
        findings += asyncio.run(_discord(settings, settings.discord.token.get_secret_value()))
    return findings


def check_health(settings: Settings) -> list[Finding]:
    """Whether the running bot has lately said that it is alive; Docker asks this."""
    path = settings.database.path.with_name("heartbeat.json")
    healthy, sentence = is_healthy(path, DiscordClock().now())
    return [Finding(Level.GOOD if healthy else Level.BAD, sentence)]


def show(findings: list[Finding], console: Console) -> bool:
    """Print the findings; whether none of them is wrong."""
    colours = {Level.GOOD: "green", Level.NOTE: "yellow", Level.BAD: "red"}
    for finding in findings:
        colour = colours[finding.level]
        console.print(f"[{colour}]{finding.level:<6}[/{colour}]{escape(finding.what)}", soft_wrap=True)
        if finding.advice:
            console.print(f"      {escape(finding.advice)}", soft_wrap=True)
    return all(finding.level is not Level.BAD for finding in findings)


def _database(settings: Settings) -> Iterator[Finding]:
    path = settings.database.path
    if not path.exists():
        home = next(parent for parent in path.absolute().parents if parent.exists())
        if not home.is_dir() or not os.access(home, os.W_OK):
            advice = "Name a file that the bot may write, as database.path in the settings."
            yield Finding(Level.BAD, f"The database {path} can't be made: {home} can't be written.", advice)
            return
        yield Finding(Level.NOTE, f"There is no database at {path} yet.", "The bot makes it when it starts.")
        return
    problems = check(path)
    if problems:
        yield from (Finding(Level.BAD, problem) for problem in problems)
        return
    current, head = current_revision(path), head_revision()
    if current == head:
        yield Finding(Level.GOOD, f"The database {path} is whole and up to date (revision {head}).")
    else:
        yield Finding(
            Level.NOTE,
            f"The database {path} is whole, of an earlier version (revision {current}, now {head}).",
            "The bot brings it up to date when it starts, after making a safety copy beside it.",
        )


def _web(settings: Settings) -> Iterator[Finding]:
    chosen = settings.web
    if not chosen.enabled:
        return
    place = f"{chosen.host}, port {chosen.port}"
    try:
        family, kind, *_, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            # As the server does, so that what it left behind a moment ago isn't in the way.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        running, _ = is_healthy(settings.database.path.with_name("heartbeat.json"), DiscordClock().now())
        if running and error.errno == errno.EADDRINUSE:
            yield Finding(Level.GOOD, f"The web server listens on {place}: the bot is running.")
        else:
            yield Finding(Level.BAD, *cannot_listen(chosen.host, chosen.port, error))
        return
    yield Finding(Level.GOOD, f"The web server can listen on {place}.")
    if chosen.base_url is None:
        yield Finding(
            Level.NOTE,
            "`/calendar` names an address that only this machine's network can reach.",
            "If visitors come in by another one, set it as web.base_url.",
        )


async def _discord(settings: Settings, token: str) -> list[Finding]:
    point_at(settings.discord)
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            await client.login(token)
            return [
                Finding(Level.GOOD, f"Discord accepts the token; the bot is called {client.user}."),
                *_intents(client, asked=settings.discord.message_content),
                *await _servers(client),
            ]
    except discord.LoginFailure:
        advice = "Copy it again from the Bot page of Discord's developer portal."
        return [Finding(Level.BAD, "Discord doesn't accept the token.", advice)]
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        advice = "Check the connection, and discord.api_base if you changed it."
        return [Finding(Level.BAD, f"Discord can't be reached ({type(error).__name__}).", advice)]
    finally:
        await client.close()


def _intents(client: discord.Client, *, asked: bool) -> Iterator[Finding]:
    flags = client.application_flags
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if not asked:
        yield Finding(
            Level.NOTE,
            "The bot doesn't read messages' text (discord.message_content is false). People answer by button and "
            "/answer; what they write otherwise is counted, and its words are missing.",
            "Set discord.message_content to true; Discord allows it."
            if granted
            else "Switch on Message Content Intent on the Bot page of Discord's developer portal, then set "
            "discord.message_content to true.",
        )
    elif not granted:
        yield Finding(
            Level.BAD,
            "The bot may not read messages' text.",
            "Switch on Message Content Intent on the Bot page of Discord's developer portal, or set "
            "discord.message_content to false and run without.",
        )
    else:
        yield Finding(Level.GOOD, "The bot may read messages' text.")
    if client.application_id is not None:
        link = discord.utils.oauth_url(
            client.application_id,
            permissions=invite_permissions(),
            scopes=("bot", "applications.commands"),
        )
        yield Finding(Level.NOTE, f"Invite link with the least permissions: {link}")


async def _servers(client: discord.Client) -> list[Finding]:
    findings = []
    async for partial in client.fetch_guilds(limit=None):
        guild = await client.fetch_guild(partial.id, with_counts=False)
        own = await guild.fetch_member(client.user.id) if client.user else None
        if own is None:
            continue
        for channel in await guild.fetch_channels():
            if isinstance(channel, discord.TextChannel):
                findings += _channel(channel, own)
    return findings or [Finding(Level.NOTE, "The bot is in no server yet.", "Invite it with the link above.")]


def _channel(channel: discord.TextChannel, own: discord.Member) -> list[Finding]:
    missing = missing_in(channel, own)
    if missing == ("view_channel",):
        return []
    place = f"#{channel.name} in {channel.guild.name}"
    if missing:
        names = ", ".join(permission_name(name) for name in missing)
        return [Finding(Level.NOTE, f"No chat can run in {place}.", f"If one should, grant the bot {names} there.")]
    return [Finding(Level.GOOD, f"A chat can run in {place}.")]
