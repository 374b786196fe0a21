"""The port `Platform` on discord.py: ids in, values out, so that no cache has to be warm."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.domain.chat import Chat
from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.manner import EventHindrance
from bot.domain.messages import Incoming
from bot.domain.obstacles import Obstacle
from bot.domain.run import ActionKind, ActionState
from bot.platform.budget import Budget, Priority
from bot.platform.permissions import HOMES, event_hindrance, missing_in
from bot.platform.threads import IS_SHUT, UNKNOWN_CHANNEL, Threads
from bot.platform.translating import SERVER_ERROR, TOO_MANY, translated
from bot.platform.values import incoming, name_shown
from bot.services.values import Post, Posted
from bot.ui.controls import control_ids, control_prefix
from bot.ui.posts import recap_pages, render, thread_name

_PAGE = 100
# What an earlier try posted stands close behind the moment of that try, even in a busy channel.
_SEARCHED = 500
_CLOCK_SKEW = timedelta(minutes=1)
_THREAD_EXISTS = 160004
# Threads close themselves after this many minutes without a message; the longest that Discord knows.
_AUTO_ARCHIVE: Final = 10_080
_PROMPTS = frozenset({ActionKind.OPEN, ActionKind.WELCOME, ActionKind.ASK, ActionKind.COPY, ActionKind.WRAP_UP})


class DiscordPlatform:
    """Implements the port `Platform` for one client.

    Args:
        client: logged in before the first call.
        budget: shared by everything that leaves for Discord.
    """

    def __init__(self, client: discord.Client, budget: Budget) -> None:
        self._client = client
        self._budget = budget
        self._threads = Threads(client, budget)

    async def post(self, post: Post) -> Posted:
        """Say something; a nonce keeps Discord from taking the same post twice within minutes."""
        with self._translated(post.channel_id):
            if not _in_thread(post):
                return await self._send(post)
            try:
                return await self._send_in_thread(post, afresh=False)
            except discord.HTTPException as error:
                # Somebody shut it a moment ago, or while the bot was away.
                if error.code not in IS_SHUT:
                    raise
                return await self._send_in_thread(post, afresh=True)

    async def _send_in_thread(self, post: Post, *, afresh: bool) -> Posted:
        thread = await self._threads.get(post.channel_id, afresh=afresh)
        if thread is None:
            raise Gone(post.channel_id)
        if post.chat.is_open:
            # Nobody could answer a question in a locked thread. What is posted for a person leaves a lock as it is.
            await self._threads.open_up(thread, unlock=post.action.kind in _PROMPTS)
            return await self._send(post)
        async with self._threads.as_found(thread):
            return await self._send(post)

    async def _send(self, post: Post) -> Posted:
        rendered = render(post, reads_text=self._client.intents.message_content)
        first = post.action.kind in _PROMPTS
        await self._budget.turn(Priority.PROMPT if first else Priority.POST)
        channel, allowed = self._channel(post.channel_id), discord.AllowedMentions.none()
        if rendered.ping is not None:
            allowed = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(rendered.ping)])
        if rendered.layout is not None:
            message = await channel.send(view=rendered.layout, nonce=nonce(post), allowed_mentions=allowed)
        else:
            message = await channel.send(
                rendered.content, view=rendered.view, nonce=nonce(post), allowed_mentions=allowed, suppress_embeds=True
            )
        return Posted(message.id, message.created_at)

    async def edit(self, post: Post, message_id: int) -> None:
        """Give one of the bot's own messages the words that it should have now; does nothing if it is gone."""
        with self._translated(post.channel_id):
            if not _in_thread(post):
                await self._reword(post, message_id)
                return
            thread = await self._threads.get(post.channel_id)
            if thread is not None:
                async with self._threads.as_found(thread):
                    await self._reword(post, message_id)

    async def _reword(self, post: Post, message_id: int) -> None:
        rendered = render(post, reads_text=self._client.intents.message_content)
        message = self._channel(post.channel_id).get_partial_message(message_id)
        await self._budget.turn(Priority.POST)
        with suppress(discord.NotFound):
            if rendered.layout is not None:
                await message.edit(view=rendered.layout, allowed_mentions=discord.AllowedMentions.none())
            else:
                await message.edit(
                    content=rendered.content, view=rendered.view, allowed_mentions=discord.AllowedMentions.none()
                )

    def may_ping(self, chat: Chat) -> bool:
        """Whether the bot can ping the role of a chat's announcements: anybody may, or it may ping everybody."""
        guild, wanted = self._client.get_guild(chat.guild_id), chat.notice.ping_role_id
        role = guild.get_role(wanted) if guild is not None and wanted is not None else None
        channel = self._client.get_channel(chat.channel_id)
        if guild is None or role is None or not isinstance(channel, discord.TextChannel):
            return wanted is None
        return role.mentionable or channel.permissions_for(guild.me).mention_everyone

    async def may_read(self, guild_id: int, channel_id: int, person_id: int) -> bool:
        """Whether a person may read a channel now; everybody, where the person is 0."""
        guild = self._client.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild is not None else None
        if guild is None or channel is None:
            return False
        who: discord.Role | discord.Member = guild.default_role
        if person_id:
            with self._translated(channel_id):
                await self._budget.turn(Priority.LOOK)
                try:
                    who = await guild.fetch_member(person_id)
                except discord.NotFound:
                    return False
        allowed = channel.permissions_for(who)
        return allowed.view_channel and allowed.read_message_history

    def is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server."""
        guild = self._client.get_guild(guild_id)
        if guild is None and self._client.is_ready():
            return False
        if guild is None or guild.unavailable:
            raise TryLater("Discord doesn't tell of that server just now")
        return True

    def event_hindrance(self, guild_id: int, channel_id: int) -> EventHindrance | None:
        """Why Discord's list of events can't show a chat whose readers are those of this channel, if so."""
        guild = self._client.get_guild(guild_id)
        return event_hindrance(guild, channel_id) if guild is not None else None

    def pages_of(self, post: Post) -> int:
        """How many messages a recap takes."""
        return len(recap_pages(post))

    async def find(self, post: Post, since: datetime) -> Posted | None:
        """Look behind an earlier try for a message of ours with a control of that action."""
        prefix = control_prefix(post.action)
        channel = self._channel(post.channel_id)
        own_id = self._own_id()
        with self._translated(post.channel_id):
            await self._budget.turn(Priority.LOOK)
            async for message in channel.history(after=since - _CLOCK_SKEW, limit=_SEARCHED, oldest_first=True):
                if message.author.id == own_id and any(i.startswith(prefix) for i in control_ids(message)):
                    return Posted(message.id, message.created_at)
        return None

    async def open_thread(self, chat: Chat, message_id: int, number: int = 0) -> int:
        """Open the thread of a message; Discord gives it the message's own id."""
        with self._translated(chat.channel_id):
            if await self._threads.get(message_id, afresh=True) is not None:
                return message_id
            await self._budget.turn(Priority.PROMPT)
            channel = self._client.get_partial_messageable(chat.channel_id, guild_id=chat.guild_id)
            message = channel.get_partial_message(message_id)
            try:
                thread = await message.create_thread(
                    name=thread_name(chat, number), auto_archive_duration=_AUTO_ARCHIVE
                )
            except discord.HTTPException as error:
                if error.code == _THREAD_EXISTS:
                    return message_id
                raise
            return thread.id

    async def open_post(self, post: Post) -> int:
        """Open a chat's post in a forum, with its first message; its id. An earlier try's post is taken instead."""
        chat, since = post.chat, post.action.first_tried_at
        rendered = render(post, reads_text=self._client.intents.message_content)
        with self._translated(chat.home_id):
            if post.action.state is ActionState.TRIED and since is not None:
                prefix = control_prefix(post.action)
                found = await self._threads.opened_in(chat, since - _CLOCK_SKEW, prefix, self._own_id())
                if found is not None:
                    return found
            forum = self._client.get_channel(chat.home_id)
            if not isinstance(forum, discord.ForumChannel):
                raise Gone(chat.home_id)
            await self._budget.turn(Priority.PROMPT)
            made = await forum.create_thread(
                name=thread_name(chat),
                content=rendered.content,
                view=rendered.view,
                applied_tags=_tags(forum, chat),
                auto_archive_duration=_AUTO_ARCHIVE,
                allowed_mentions=discord.AllowedMentions.none(),
            )
            return made.thread.id

    async def close_thread(self, thread_id: int) -> None:
        """Lock and archive a thread; does nothing to one that is closed or gone."""
        with self._translated(thread_id):
            thread = await self._threads.get(thread_id, afresh=True)
            if thread is not None and not (thread.locked and thread.archived):
                await self._threads.shut(thread, locked=True)

    async def delete(self, thread_id: int, message_id: int) -> None:
        """Take down one of the bot's own messages; does nothing if it is gone."""
        with self._translated(thread_id):
            if isinstance(self._client.get_channel(thread_id), discord.TextChannel):
                await self._budget.turn(Priority.POST)
                with suppress(discord.NotFound):
                    await self._channel(thread_id).get_partial_message(message_id).delete()
                return
            thread = await self._threads.get(thread_id, afresh=True)
            if thread is None:
                return
            async with self._threads.as_found(thread):
                await self._budget.turn(Priority.POST)
                with suppress(discord.NotFound):
                    await thread.get_partial_message(message_id).delete()

    async def history(self, thread_id: int, since_id: int = 0, until: datetime | None = None) -> Sequence[Incoming]:
        """Everything that stands in a thread now, oldest first; or only from that message on, until that moment."""
        channel = self._channel(thread_id)
        own_id = self._own_id()
        found: list[Incoming] = []
        before: discord.abc.Snowflake | None = None
        if until is not None:
            before = discord.Object(discord.utils.time_snowflake(until, high=True) + 1)
        with self._translated(thread_id):
            while True:
                await self._budget.turn(Priority.LOOK)
                # To who may not read it Discord says that a thread is empty, also from the middle on.
                self._check_readable(thread_id)
                page = [message async for message in channel.history(limit=_PAGE, before=before)]
                reads_text = self._client.intents.message_content
                newer = [message for message in page if message.id >= since_id]
                found += [incoming(message, own_id, reads_text=reads_text) for message in newer]
                if len(newer) < _PAGE:
                    self._check_readable(thread_id)
                    return found[::-1]
                before = page[-1]

    async def name_of(self, guild_id: int, person_id: int) -> str | None:
        """How a person is called in a server now; None if they left it."""
        guild = self._client.get_guild(guild_id)
        with self._translated(guild_id):
            await self._budget.turn(Priority.LOOK)
            try:
                return name_shown(await guild.fetch_member(person_id)) if guild is not None else None
            except discord.NotFound:
                return None

    async def message(self, thread_id: int, message_id: int) -> Incoming | None:
        """One message as it stands now; None if it is gone."""
        with self._translated(thread_id):
            await self._budget.turn(Priority.LOOK)
            try:
                message = await self._channel(thread_id).fetch_message(message_id)
            except discord.NotFound as error:
                if error.code == UNKNOWN_CHANNEL:
                    raise
                return None
            return incoming(message, self._own_id(), reads_text=self._client.intents.message_content)

    def missing_permissions(self, channel_id: int) -> tuple[str, ...]:
        """What the bot would need in a channel and hasn't got."""
        channel = self._client.get_channel(channel_id)
        return missing_in(channel) if isinstance(channel, HOMES) else ("view_channel",)

    async def obstacles(self, chat: Chat, *, afresh: bool = False) -> tuple[Obstacle, ...]:
        """What stands in a chat's way; with `afresh` Discord is asked even if it is known."""
        with self._translated(chat.channel_id):
            return await self._threads.obstacles(chat, afresh=afresh)

    async def private_channel(self, person_id: int) -> int:
        """Where to write to a person in private."""
        with self._translated(person_id):
            await self._budget.turn(Priority.POST)
            try:
                return (await self._client.create_dm(discord.Object(person_id))).id
            except discord.HTTPException as error:
                if error.status == TOO_MANY or error.status >= SERVER_ERROR:
                    raise
                raise MissingPermissions(person_id) from error

    def _channel(self, channel_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id)

    def _own_id(self) -> int:
        user = self._client.user
        if user is None:
            raise TryLater("not logged in yet")
        return user.id

    def _translated(self, channel_id: int) -> AbstractContextManager[None]:
        return translated(channel_id, lambda: self._lacking(channel_id))

    def _check_readable(self, channel_id: int) -> None:
        missing = {"view_channel", "read_message_history"}.intersection(self._lacking(channel_id))
        if missing:
            raise MissingPermissions(channel_id, tuple(sorted(missing)))

    def _lacking(self, channel_id: int) -> tuple[str, ...]:
        channel = self._client.get_channel(channel_id)
        if isinstance(channel, discord.Thread):
            channel = channel.parent
        return missing_in(channel) if isinstance(channel, HOMES) else ()


def _in_thread(post: Post) -> bool:
    # With the layout CHANNEL the chat's place is the channel itself.
    return post.channel_id in post.chat.threads and post.channel_id != post.chat.channel_id


def _tags(forum: discord.ForumChannel, chat: Chat) -> list[discord.ForumTag]:
    """The forum's tag of the chat's name; where a post needs a tag and there is none of that name, the first."""
    named = [tag for tag in forum.available_tags if tag.name.casefold().lstrip("#") == chat.hashtag.casefold()]
    return named[:1] or (list(forum.available_tags[:1]) if forum.flags.require_tag else [])


def nonce(post: Post) -> int:
    """The same number for the same action of the same chat, at most 19 digits (Discord allows 25 characters)."""
    text = f"{post.chat.guild_id}:{post.chat.starts_at.isoformat()}:{post.action.key}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1
