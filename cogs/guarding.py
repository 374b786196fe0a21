"""Something changed in Discord that may stand in a running chat's way, or no longer does."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.platform.client import ShelftalkBot


class Guarding(commands.Cog):
    """Hears of permissions, channels and threads that change."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """What changed while the bot was away was missed."""
        for guild in self.bot.guilds:
            await self._look(guild.id)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """A thread was locked, archived, opened again, renamed."""
        await self._look(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        await self._look(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel's permissions may have changed."""
        if before.overwrites != after.overwrites:
            await self._look(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted, and its threads with it."""
        await self._look(channel.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role's permissions may have changed."""
        if before.permissions != after.permissions:
            await self._look(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """The bot itself got or lost a role, or was silenced; Discord tells of nobody else."""
        if before.roles != after.roles or before.timed_out_until != after.timed_out_until:
            await self._look(after.guild.id)

    async def _look(self, guild_id: int, thread_id: int | None = None) -> None:
        if thread_id is not None and self.bot.services.archiving.chat_of(thread_id) is None:
            return
        looked_at = await self.bot.services.guarding.look(guild_id, thread_id)
        if looked_at:
            self.bot.retry()
            if thread_id is None:
                # Where the bot could read nothing, it was told of nothing.
                self.bot.catch_up(also_closed=False)
        for chat_id in looked_at:
            self.bot.boards.changed(chat_id, at_once=True)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Guarding(bot))
