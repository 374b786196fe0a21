"""A chat's thread as Discord has it: whether it is there, opened again where somebody shut it, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import discord

from bot.domain.chat import Chat
from bot.domain.errors import TryLater
from bot.domain.manner import Layout
from bot.domain.obstacles import Obstacle, in_the_way
from bot.platform.budget import Budget, Priority
from bot.platform.permissions import HOMES, missing_in
from bot.ui.controls import control_ids

UNKNOWN_CHANNEL = 10_003
# An archived thread takes no changes, a locked one no messages but moderators'.
_ARCHIVED = 50_083
_LOCKED = 160_005
# A post's first message stands among so many.
_FIRST = 10
IS_SHUT = frozenset({_ARCHIVED, _LOCKED})


class Threads:
    """Looks after threads.

    Args:
        client: logged in before the first call.
        budget: shared by everything that leaves for Discord.
    """

    def __init__(self, client: discord.Client, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    async def get(self, thread_id: int, *, afresh: bool = False) -> discord.Thread | None:
        """A thread; None if it was deleted.

        Args:
            thread_id: its id.
            afresh: ask Discord even if the client knows it. It forgets threads that are archived.
        """
        known = self._client.get_channel(thread_id)
        if isinstance(known, discord.Thread) and not afresh:
            return known
        await self._budget.turn(Priority.LOOK)
        try:
            channel = await self._client.fetch_channel(thread_id)
        except discord.NotFound:
            return None
        return channel if isinstance(channel, discord.Thread) else None

    async def opened_in(self, chat: Chat, since: datetime, prefix: str, own_id: int) -> int | None:
        """The forum post that an earlier try may have opened: the bot's own, with a control of that try.

        Args:
            chat: whose.
            since: not older than this (aware UTC).
            prefix: what the control's id begins with.
            own_id: the bot's.
        """
        guild = self._client.get_guild(chat.guild_id)
        if guild is None:
            raise TryLater("Discord doesn't tell of that server just now")
        await self._budget.turn(Priority.LOOK)
        for thread in await guild.active_threads():
            is_ours = thread.parent_id == chat.home_id and thread.owner_id == own_id
            if is_ours and discord.utils.snowflake_time(thread.id) >= since:
                async for message in thread.history(limit=_FIRST, oldest_first=True):
                    if any(one.startswith(prefix) for one in control_ids(message)):
                        return thread.id
        return None

    async def open_up(self, thread: discord.Thread, *, unlock: bool) -> None:
        """Make a thread take messages: unarchive it, and unlock it if asked to."""
        changes: dict[str, bool] = {}
        if thread.archived:
            changes["archived"] = False
        if thread.locked and unlock:
            changes["locked"] = False
        if changes:
            await self._budget.turn(Priority.POST)
            await thread.edit(**changes)  # type: ignore[arg-type] # the library types each field, not a dict of them

    async def shut(self, thread: discord.Thread, *, locked: bool) -> None:
        """Put a thread away."""
        await self._budget.turn(Priority.POST)
        await thread.edit(archived=True, locked=locked)

    @asynccontextmanager
    async def as_found(self, thread: discord.Thread) -> AsyncIterator[None]:
        """Let something be changed in a thread that may be archived, and archive it again afterwards."""
        was_archived, locked = thread.archived, thread.locked
        await self.open_up(thread, unlock=False)
        try:
            yield
        finally:
            if was_archived:
                await self.shut(thread, locked=locked)

    async def obstacles(self, chat: Chat, *, afresh: bool) -> tuple[Obstacle, ...]:
        """What stands in a chat's way."""
        guild = self._client.get_guild(chat.guild_id)
        if guild is None or guild.unavailable:
            raise TryLater("Discord doesn't tell of that server just now")
        channel = guild.get_channel(chat.home_id)
        missing = missing_in(channel) if isinstance(channel, HOMES) else ("view_channel",)
        thread = None
        # Held in the channel itself, a chat has nothing that could be locked or deleted but that.
        lost_channel = chat.layout is Layout.CHANNEL and chat.thread_id is not None and channel is None
        can_look = chat.thread_id is not None and (channel is None or "view_channel" not in missing)
        can_look = can_look and chat.layout is not Layout.CHANNEL
        if chat.thread_id is not None and can_look:
            thread = await self.get(chat.thread_id, afresh=afresh)
        return in_the_way(
            chat,
            missing,
            exists=not lost_channel and (thread is not None or not can_look),
            locked=thread is not None and thread.locked,
            archived=thread is not None and thread.archived,
            reads_text=self._client.intents.message_content,
        )
