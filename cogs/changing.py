"""A host's buttons before the hour: write the questions, say what becomes of a chat on a holiday."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.domain.chat import Chat
from bot.domain.errors import BadInput, WrongMoment
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui import lists
from bot.ui import series as series_ui
from bot.ui.controls import Control, ControlButton, Doing, free_control_id, view_of
from bot.ui.forms import typed_into, write_form
from bot.ui.problems import sentence
from cogs.hosts import allow_host

_KEPT, _WEEK_LATER = 0, 1


class Changes(commands.Cog):
    """Hears the buttons in private messages to hosts, and the form of a chat's questions."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """One of the buttons."""
        if control.doing.kind == "write":
            async with kindly(interaction):
                chat = await allow_host(self.bot, interaction, control.chat_id)
                await open_questions(self.bot, interaction, chat)
        elif control.doing.kind == "holiday":
            async with kindly(interaction):
                await self._holiday(interaction, control.chat_id, control.doing.value)

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """The questions were sent."""
        if control.doing.kind == "write":
            async with kindly(interaction, keep=typed_into(interaction)):
                chat = await allow_host(self.bot, interaction, control.chat_id)
                await write_questions(self.bot, interaction, chat, typed_into(interaction))

    async def _holiday(self, interaction: Interaction, chat_id: int, choice: int) -> None:
        chat = await allow_host(self.bot, interaction, chat_id)
        say = texts_of(interaction)
        if choice == _KEPT:
            await whisper(interaction, lists.takes_place(chat, say))
        elif choice == _WEEK_LATER:
            after = await self.bot.services.changing.week_later(chat)
            self.bot.wake()
            text = lists.moved_already(chat, say) if after == chat else series_ui.changed(chat, after, say)
            await whisper(interaction, text)
        else:
            gone = await self.bot.services.planning.cancel(chat.id, chat.guild_id, interaction.user.id, is_host=True)
            self.bot.wake()
            await whisper(interaction, lists.called_off(gone, say))

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        """Somebody deleted an entry of Discord's list of events."""
        if await self.bot.services.events.on_deleted(event.id):
            self.bot.wake()

    @commands.Cog.listener()
    async def on_scheduled_event_update(self, _before: discord.ScheduledEvent, after: discord.ScheduledEvent) -> None:
        """Somebody called one off, which is as good as deleted; for the bot itself the chat isn't planned any more."""
        if after.status is discord.EventStatus.canceled and await self.bot.services.events.on_deleted(after.id):
            self.bot.wake()

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role got or lost permissions; entries of the list of events that couldn't be made may be possible now."""
        await self._on_permissions(before.permissions, after.permissions)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """The bot itself got or lost a role."""
        if after == after.guild.me:
            await self._on_permissions(before.guild_permissions, after.guild_permissions)

    async def _on_permissions(self, before: discord.Permissions, after: discord.Permissions) -> None:
        if not before.create_events and after.create_events:
            await self.bot.services.events.look_again()
            self.bot.wake()


async def open_questions(bot: ShelftalkBot, interaction: Interaction, chat: Chat) -> None:
    """Open the form of a chat's questions, with those that can still be changed, or what was typed last."""
    typed = await bot.services.planning.typed(chat.id)
    text = typed or "\n".join(bot.services.changing.to_come(chat))
    await interaction.response.send_modal(write_form(chat, text, texts_of(interaction)))


async def write_questions(bot: ShelftalkBot, interaction: Interaction, chat: Chat, typed: str) -> None:
    """Give a chat its questions; where they can't be used, what was typed is kept behind a button."""
    say = texts_of(interaction)
    try:
        after = await bot.services.changing.write_questions(
            chat, typed, press_id=interaction.id, person_id=interaction.user.id
        )
    except (BadInput, WrongMoment) as error:
        again = ControlButton(
            free_control_id(chat.id, Doing("write")), say("Change the questions"), discord.ButtonStyle.primary
        )
        text = f"{sentence(error, say)}\n{say('What you typed is still there: press the button to change it.')}"
        await whisper(interaction, text, view_of(again))
        return
    bot.wake()
    bot.boards.changed(after.id)
    await whisper(interaction, lists.questions_written(after, say))


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Changes(bot))
