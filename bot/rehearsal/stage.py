"""A simulated Discord with one server, in which the bot has the least permissions that the invite link asks for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.builders import ChannelHandle, GuildHandle, UserHandle
from simcord.env import Env

from bot.app import App, build
from bot.domain.files import Refusal
from bot.platform.downloads import Downloads
from bot.platform.permissions import invite_permissions
from bot.services.file_ports import ExpiredError, RefusedError
from config.settings import Settings

# Simulated time passes in an instant, so this is only how long a machine may take for what happens at one moment.
_SETTLE_SECONDS = 20.0


@dataclass(slots=True)
class Stage:
    """A server with its people, and the bot that is connected to it.

    Attributes:
        env: the simulated Discord.
        app: the bot as `shelftalk run` wires it.
        guild: the server.
        channel: where chats are announced.
        host: a member with the host role.
        newcomer: a member who only reads.
        people: everyone who was asked for, by display name.
    """

    env: Env
    app: App
    guild: GuildHandle
    channel: ChannelHandle
    host: MemberActor
    newcomer: MemberActor
    people: dict[str, MemberActor] = field(default_factory=dict)

    def person(self, name: str) -> MemberActor:
        """The member of this display name, who joins if they aren't there yet."""
        if name not in self.people:
            self.people[name] = self.guild.add_member(_user(self.env, name))
        return self.people[name]

    async def pass_time(self, seconds: float) -> None:
        """Let simulated time pass; nothing happens for 0 or less."""
        if seconds > 0:
            await self.env.advance_time(seconds)

    async def restart(self, settings: Settings) -> None:
        """End the bot as it stands and connect a newly wired one to the same server."""
        await self.app.close()
        self.app = build(settings)
        await self.env.restart_bot(self.app.bot)


@asynccontextmanager
async def open_stage(settings: Settings, *, host: str, channel: str = "book-chats") -> AsyncIterator[Stage]:
    """Set up a server, connect the bot, and end both.

    Args:
        settings: of the bot; no token is needed.
        host: the host's display name.
        channel: the channel's name.
    """
    app = build(settings)
    env = Env(app.bot, check_errors=False, settle_timeout=_SETTLE_SECONDS)
    guild = env.create_guild("Rehearsal Library")
    _restrict(env, guild)
    place = guild.create_text_channel(channel)
    hosts = guild.create_role(settings.chats.host_role)
    leader = guild.add_member(_user(env, host), roles=[hosts])
    newcomer = guild.add_member(_user(env, "Newcomer"))
    stage = Stage(env, app, guild, place, leader, newcomer, {host: leader})
    with _own_reactions_marked(), _files_handed_out(env):
        await env.start()
        try:
            yield stage
        finally:
            await stage.app.close()
            await env.shutdown()


def next_full_time(stage: Stage, minutes: int = 20) -> timedelta:
    """How long from now until a start that lies at least so many minutes ahead, on a multiple of five minutes."""
    soon = stage.env.now() + timedelta(minutes=minutes)
    short = timedelta(minutes=soon.minute % 5, seconds=soon.second, microseconds=soon.microsecond)
    start = soon if not short else soon - short + timedelta(minutes=5)
    return start - stage.env.now()


@contextmanager
def _own_reactions_marked() -> Iterator[None]:
    """Let the history say which reactions are the bot's own, as Discord does and SimCord 3.2 doesn't."""
    plain = serializers.message_payload

    def marked(backend: Any, message: Any, *, for_user: int | None = None) -> Any:  # noqa: ANN401
        return plain(backend, message, for_user=for_user or backend.bot_user.id)

    serializers.message_payload = marked
    try:
        yield
    finally:
        serializers.message_payload = plain


@contextmanager
def _files_handed_out(env: Env) -> Iterator[None]:
    """Let files come from the simulated Discord, which has no address in any network."""
    plain = Downloads.stream

    async def stream(_self: Downloads, url: str, most_bytes: int) -> AsyncIterator[bytes]:
        content = env.backend.cdn.get(url)
        if content is None:
            raise ExpiredError
        if len(content) > most_bytes:
            raise RefusedError(Refusal.TOO_LARGE)
        yield content

    Downloads.stream = stream  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Downloads.stream = plain  # type: ignore[method-assign]


def _user(env: Env, name: str) -> UserHandle:
    handle = re.sub(r"[^a-z0-9_.]+", "_", name.casefold()).strip("_.")[:28] or "reader"
    return env.create_user(handle, global_name=name)


def _restrict(env: Env, guild: GuildHandle) -> None:
    # SimCord gives a bot nearly every permission; a real invite gives what its link asks for.
    simulated = env.backend.guilds[guild.id]
    own = set(simulated.members[env.backend.bot_user.id].role_ids)
    granted = invite_permissions()
    # SimCord asks for Manage Channels where Discord asks for Manage Threads to lock or archive a thread.
    granted.manage_channels = True
    # And for Manage Events where Discord takes Create Events for what the bot itself made.
    granted.manage_events = True
    for role_id, role in simulated.roles.items():
        if role_id in own:
            role.permissions = granted.value
    # Members may talk, in threads too; what the bot may do must come from its own role.
    everyone = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        read_message_history=True,
        add_reactions=True,
        attach_files=True,
        use_application_commands=True,
    )
    simulated.roles[guild.id].permissions = everyone.value
