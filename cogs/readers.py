"""What a reader may read, as Discord has it now."""

from __future__ import annotations

import discord

from bot.platform.replies import Interaction
from bot.services.reading import MaySee


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
