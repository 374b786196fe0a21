"""Round-ups: a host has them posted in a channel, anybody has them sent in private."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import MissingPermissions
from bot.domain.roundup import Every
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from cogs.hosts import require_host
from cogs.options import channel_of

_EVERY = [
    app_commands.Choice(name="every Monday, of the week", value=Every.WEEK.value),
    app_commands.Choice(name="on the first, of the month", value=Every.MONTH.value),
]
_NEVER = "never"


@app_commands.guild_only()
class RoundingUp(commands.GroupCog, name="roundup", description="All chats of a week or a month in brief"):
    """`/roundup post`, `/roundup stop`, `/roundup send-me`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._roundups = bot.services.roundups

    @app_commands.command(name="post", description="Hosts: post a round-up of this server's chats in a channel")
    @app_commands.describe(every="How often", channel="Where; else this channel")
    @app_commands.choices(every=_EVERY)
    async def post(
        self, interaction: Interaction, every: str = Every.WEEK.value, channel: discord.TextChannel | None = None
    ) -> None:
        """From now on."""
        async with kindly(interaction):
            require_host(interaction, self.bot.host_role)
            place = channel_of(interaction, channel)
            allowed = place.permissions_for(place.guild.me)
            if not (allowed.view_channel and allowed.send_messages and allowed.read_message_history):
                raise MissingPermissions(place.id, ("view_channel", "send_messages", "read_message_history"))
            locale = (interaction.guild_locale or interaction.locale).value
            await self._roundups.wish(interaction.guild_id or 0, Every(every), locale, channel_id=place.id)
            say = texts_of(interaction)
            text = say("From now on I round up the chats in <#{channel}>, at nine in the morning.", channel=place.id)
            await whisper(interaction, text)

    @app_commands.command(name="stop", description="Hosts: post no more round-ups in a channel")
    @app_commands.describe(channel="Which; else this channel")
    async def stop(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """No more."""
        async with kindly(interaction):
            require_host(interaction, self.bot.host_role)
            place_id = channel_of(interaction, channel).id
            was = await self._roundups.stop(interaction.guild_id or 0, channel_id=place_id)
            say = texts_of(interaction)
            none = say("No round-ups were posted in <#{channel}>.", channel=place_id)
            await whisper(interaction, say("No more round-ups in <#{channel}>.", channel=place_id) if was else none)

    @app_commands.command(name="send-me", description="Get a round-up of this server's chats as a private message")
    @app_commands.describe(every="How often")
    @app_commands.choices(every=[*_EVERY, app_commands.Choice(name="never", value=_NEVER)])
    async def send_me(self, interaction: Interaction, every: str = Every.WEEK.value) -> None:
        """For whoever asks."""
        async with kindly(interaction):
            guild_id, person_id, say = interaction.guild_id or 0, interaction.user.id, texts_of(interaction)
            if every == _NEVER:
                await self._roundups.stop(guild_id, person_id=person_id)
                await whisper(interaction, say("I send you no round-ups."))
                return
            await self._roundups.wish(guild_id, Every(every), interaction.locale.value, person_id=person_id)
            await whisper(
                interaction,
                say(
                    "From now on you get a round-up of the chats that you may read, in private, at nine in the "
                    "morning. `/roundup send-me every: never` stops it."
                ),
            )


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(RoundingUp(bot))
