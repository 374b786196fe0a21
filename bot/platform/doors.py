"""The port `Doors` on discord.py: who may read a channel, told by roles, for the bot doesn't know all members."""

from __future__ import annotations

import discord

from bot.domain.errors import TryLater
from bot.services.publishing_ports import Readers


class DiscordDoors:
    """Implements the port `Doors` for one client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def readers(self, guild_id: int, channel_id: int) -> Readers | None:
        """Who may read a channel and what was said in it; None if there is no such channel any more."""
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise TryLater("Discord doesn't tell of that server just now")
        channel = guild.get_channel(channel_id)
        if channel is None:
            return None
        if _reads(channel, guild.default_role):
            return Readers(everybody=True)
        # A bot's own role says nothing of people.
        roles = [
            role.name for role in guild.roles if not role.is_default() and not role.managed and _reads(channel, role)
        ]
        allowed = [
            target
            for target, rule in channel.overwrites.items()
            if not isinstance(target, discord.Role) and rule.view_channel and target.id != guild.me.id
        ]
        return Readers(everybody=False, roles=tuple(reversed(roles)), people=len(allowed))


def _reads(channel: discord.abc.GuildChannel, who: discord.Role) -> bool:
    allowed = channel.permissions_for(who)
    return allowed.view_channel and allowed.read_message_history
