"""The permissions that the bot asks for, by name and no more, and which of them it lacks in a channel."""

from __future__ import annotations

import discord

# What a chat needs in its channel. Threads have permissions of their own: Send Messages is not enough in one.
NEEDED = (
    "view_channel",
    "send_messages",
    "create_public_threads",
    "send_messages_in_threads",
    "manage_threads",
    "read_message_history",
)
# Welcome but not needed: without it answers are filed all the same, only not confirmed by a reaction.
WELCOME = ("add_reactions",)


def invite_permissions() -> discord.Permissions:
    """What the invite link asks for."""
    return discord.Permissions(**dict.fromkeys((*NEEDED, *WELCOME), True))


def least_intents() -> discord.Intents:
    """What the bot hears of: servers and their channels, messages with their text, reactions; nothing else."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.message_content = True
    intents.guild_reactions = True
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
    return tuple(name for name in NEEDED if not getattr(granted, name))
