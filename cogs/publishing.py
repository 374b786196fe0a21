"""Hosts decide what is shown outside Discord; and the bot sees when a channel is made private, or a server is gone."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.showing import Showing
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, renew, texts_of, whisper
from bot.services.reading import is_meant
from bot.ui import lists
from bot.ui import publishing as publishing_ui
from bot.ui.controls import Control
from cogs.hosts import is_host, require_host, require_host_of

_YES, _NO, _AS_SERVER = "yes", "no", "server"
_PUBLISHED = {_YES: True, _NO: False, _AS_SERVER: None}
_STATES = (RUNNING_STATES, frozenset({ChatState.CLOSED}), UPCOMING_STATES)
_MOST = 25


async def complete_chat(interaction: Interaction, typed: str | int) -> list[app_commands.Choice[int]]:
    """The chats about which a host may decide: what runs, then the latest, then what comes."""
    bot: Any = interaction.client
    guild_id, say = interaction.guild_id or 0, texts_of(interaction)
    found: list[Chat] = []
    for states in _STATES:
        found += await bot.services.planning.chats_in(guild_id, states)
    mine = is_host(interaction, bot.host_role)
    wanted = [one for one in found if (mine or interaction.user.id in one.host_ids) and is_meant(one, str(typed))]
    return [app_commands.Choice(name=lists.choice(chat, say), value=chat.id) for chat in wanted[:_MOST]]


@app_commands.guild_only()
class PublishingCog(commands.GroupCog, name="publish", description="Hosts: which chats may be read outside Discord"):
    """`/publish server`, `/publish chat`, `/publish show`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._publishing = bot.services.publishing
        self._forgetting = bot.services.forgetting

    @app_commands.command(
        name="server", description="Hosts: whether chats are published, and how people are shown there"
    )
    @app_commands.describe(
        chats="Whether chats that everybody in this server can read are published once they are over",
        people="How those are shown who chose nothing themselves; never by their name",
    )
    @app_commands.choices(
        chats=[
            app_commands.Choice(name="Yes, those that everybody in this server can read", value=_YES),
            app_commands.Choice(name="No, only those to which a host says yes", value=_NO),
        ],
        people=[
            app_commands.Choice(name="Left out, until they choose otherwise", value=Showing.LEFT_OUT.value),
            app_commands.Choice(name="By a pseudonym, until they choose otherwise", value=Showing.PSEUDONYM.value),
        ],
    )
    async def server(self, interaction: Interaction, chats: str | None = None, people: str | None = None) -> None:
        """For all chats."""
        async with kindly(interaction):
            require_host(interaction, self.bot.host_role)
            publishes = None if chats is None else chats == _YES
            showing = None if people is None else Showing(people)
            rules = await self._publishing.decide(interaction.guild_id or 0, publishes=publishes, showing=showing)
            await whisper(interaction, publishing_ui.decided(rules, texts_of(interaction)))

    @app_commands.command(name="chat", description="Hosts: whether one chat is published")
    @app_commands.describe(chat="Which: type part of its name", how="Whether it may be read outside Discord")
    @app_commands.choices(
        how=[
            app_commands.Choice(name="Yes", value=_YES),
            app_commands.Choice(name="No", value=_NO),
            app_commands.Choice(name="As the server does", value=_AS_SERVER),
        ]
    )
    @app_commands.autocomplete(chat=complete_chat)
    async def chat(self, interaction: Interaction, chat: int, how: str) -> None:
        """For one."""
        async with kindly(interaction):
            await self._say(interaction, chat, _PUBLISHED[how], is_sure=False)

    @app_commands.command(name="show", description="Hosts: what this server publishes now")
    async def show(self, interaction: Interaction) -> None:
        """Rules and latest chats."""
        async with kindly(interaction):
            require_host(interaction, self.bot.host_role)
            found = await self._publishing.standing(interaction.guild_id or 0)
            await whisper(interaction, publishing_ui.standing(found, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """A host says yes once more, or thinks better of it."""
        if control.doing.kind == "publish_yes":
            async with kindly(interaction):
                if control.doing.value:
                    await self._say(interaction, control.chat_id, published=True, is_sure=True)
                else:
                    await renew(interaction, publishing_ui.left_private(texts_of(interaction)), None)

    async def _say(self, interaction: Interaction, chat_id: int, published: bool | None, *, is_sure: bool) -> None:  # noqa: FBT001
        chat = await self._publishing.find(interaction.guild_id or 0, chat_id)
        require_host_of(self.bot, interaction, chat)
        found = await self._publishing.say(chat, published=published, is_sure=is_sure)
        say = texts_of(interaction)
        if found.ask is not None:
            await renew(interaction, *publishing_ui.ask(found, found.ask, say))
        else:
            await renew(interaction, publishing_ui.said(found, say), None)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """What changed while the bot was away was missed."""
        for guild in self.bot.guilds:
            await self._look(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Discord tells of a server again."""
        await self._look(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server has the bot, perhaps again."""
        await self._look(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server removed the bot, or is no more."""
        await self._forgetting.left(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel may have been made private; the rules of its category count for it as well."""
        if before.overwrites != after.overwrites or before.category_id != after.category_id:
            await self._look(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """What everybody may do may have changed."""
        if before.permissions != after.permissions:
            await self._look(after.guild)

    async def _look(self, guild: discord.Guild) -> None:
        await self._forgetting.came(guild.id)
        await self._publishing.look(guild.id)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(PublishingCog(bot))
