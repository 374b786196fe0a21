"""Who is a host: a member with the host role, or one who may manage the server's events."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.domain.chat import Chat
from bot.domain.errors import NotAllowed, Problem
from bot.domain.series import Series
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction


def is_host(interaction: Interaction, role: str) -> bool:
    """Whether whoever asks may plan chats here.

    Args:
        interaction: the request.
        role: the host role's name; compared without regard to case.
    """
    member = interaction.user
    if not isinstance(member, discord.Member):
        return False
    by_role = any(held.name.casefold() == role.casefold() for held in member.roles)
    return by_role or interaction.permissions.manage_events


def require_host(interaction: Interaction, role: str) -> None:
    """Pass only hosts.

    Raises:
        NotAllowed: whoever asks is none.
    """
    if not is_host(interaction, role):
        raise NotAllowed(Problem.NOT_A_HOST, role=role)


async def allow_host(bot: ShelftalkBot, interaction: Interaction, chat_id: int) -> Chat:
    """The chat, for its hosts; in a private message only whoever planned it passes, as there are no roles.

    Raises:
        BadInput: there is no such chat here.
        NotAllowed: whoever asks is no host of it.
    """
    chat = await bot.services.hosting.find(interaction.guild_id, 0, chat_id)
    require_host_of(bot, interaction, chat)
    return chat


def require_host_of(bot: ShelftalkBot, interaction: Interaction, chat: Chat) -> None:
    """Pass only hosts, and those of this chat or its series.

    Raises:
        NotAllowed: whoever asks is neither.
    """
    if interaction.user.id in chat.host_ids:
        return
    role_id = chat.host_role_id
    member = interaction.user
    if role_id is not None and isinstance(member, discord.Member) and member.get_role(role_id) is not None:
        return
    require_host(interaction, bot.host_role)


async def require_host_of_series(bot: ShelftalkBot, interaction: Interaction, series: Series) -> None:
    """Pass only hosts, and those of this series.

    Raises:
        NotAllowed: whoever asks is neither.
    """
    hosts = await bot.services.series.hosts_of(series)
    require_host_of(bot, interaction, replace(series.model, cohosts=hosts, host_role_id=series.host_role_id))
