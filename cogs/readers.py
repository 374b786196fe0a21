"""What a reader may read, as Discord has it now."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.platform.replies import Interaction, texts_of
from bot.services.reading import MaySee
from bot.ui import lists


def may_see(interaction: Interaction) -> MaySee:
    """Whether the reader may read a channel's history, as Discord has it now."""
    member = interaction.user

    def sees(channel_id: int) -> bool:
        channel = interaction.guild.get_channel(channel_id) if interaction.guild else None
        if channel is None or not isinstance(member, discord.Member):
            return False
        allowed = channel.permissions_for(member)
        return allowed.view_channel and allowed.read_message_history

    return sees


async def complete_readable(interaction: Interaction, typed: str | int) -> list[app_commands.Choice[int]]:
    """The chats that a reader may mean, by their names."""
    bot: Any = interaction.client
    found = await bot.services.reading.chats_like(interaction.guild_id or 0, may_see(interaction), str(typed))
    say = texts_of(interaction)
    return [app_commands.Choice(name=lists.choice(chat, say), value=chat.id) for chat in found]
