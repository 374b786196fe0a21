"""The permissions that the bot asks for, by name and no more, and which of them it lacks in a channel."""

from __future__ import annotations

import discord

from bot.domain.manner import EventHindrance
from bot.domain.obstacles import NEEDED

# What a chat can be held in.
HOMES = (discord.TextChannel, discord.ForumChannel)
# Welcome but not needed: without them answers are filed all the same, only not confirmed by a reaction, and Discord's
# own list of events stays as it is.
WELCOME = ("add_reactions", "create_events")


def invite_permissions() -> discord.Permissions:
    """What the invite link asks for."""
    return discord.Permissions(**dict.fromkeys((*NEEDED, *WELCOME), True))


def least_intents(*, message_content: bool) -> discord.Intents:
    """What the bot hears of: servers and their channels, messages, reactions, votes in polls, events; nothing else.

    Args:
        message_content: whether it asks for the text of messages too, which the operator has to switch on in Discord.
    """
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.message_content = message_content
    intents.guild_reactions = True
    intents.guild_polls = True
    intents.guild_scheduled_events = True
    return intents


def missing_in(channel: discord.abc.GuildChannel, member: discord.Member | None = None) -> tuple[str, ...]:
    """The needed permissions that the bot lacks in a channel, by discord.py's names.

    Args:
        channel: where.
        member: the bot in that server, if the channel's server was fetched and doesn't know it.
    """
    granted = channel.permissions_for(member or channel.guild.me)
    if not granted.view_channel:
        return ("view_channel",)
    # A forum's posts are made with Send Messages, which Discord calls Create Posts there.
    needless = {"create_public_threads"} if isinstance(channel, discord.ForumChannel) else set()
    return tuple(name for name in NEEDED if name not in needless and not getattr(granted, name))


def event_hindrance(guild: discord.Guild, channel_id: int) -> EventHindrance | None:
    """Why a server's list of events can't show what takes place in a channel, if so."""
    channel = guild.get_channel(channel_id)
    # Everybody in the server sees its events; a private channel's chats are nobody else's business.
    if channel is not None and not channel.permissions_for(guild.default_role).view_channel:
        return EventHindrance.PRIVATE
    return None if guild.me.guild_permissions.create_events else EventHindrance.NOT_ALLOWED
