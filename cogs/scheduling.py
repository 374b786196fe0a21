"""A host before the hour: plan a chat, look at it, call it off."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.chat import Anonymous, Chat, Layout
from bot.domain.errors import BadInput, MissingPermissions, Problem
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.services.planning import Wish
from bot.ui import lists
from bot.ui.controls import Control, ControlButton, Doing, free_control_id, view_of
from bot.ui.forms import questions_form, typed_into
from bot.ui.problems import sentence
from cogs.hosts import is_host, require_host


class Scheduling(commands.GroupCog, name="chat", description="Plan a chat, look at it, call it off"):
    """`/chat plan`, `/chat show`, `/chat cancel`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._planning = bot.services.planning

    @app_commands.command(name="plan", description="Hosts: plan a chat; then write its questions, one a line")
    @app_commands.guild_only()
    @app_commands.describe(
        title="What it is about",
        hashtag="Its hashtag, with or without #",
        start="Date and time, such as 2026-12-03 20:00 or 3 Dec 8 pm",
        zone="Your time zone, such as Europe/London or new york; else the server's",
        minutes="How long it takes; 60 if you say nothing",
        channel="Where it is announced and held; else this channel",
        questions="Instead of the form: all questions, separated by |",
        anonymous="Whether people may answer without their name; no, if you say nothing",
        layout="Where it is held; one thread, if you say nothing",
        recap="Yes: when it is over, I post its digest in the channel",
        quiet="Yes: I confirm answers by nothing at all instead of a reaction with the question's number",
    )
    @app_commands.choices(
        anonymous=[
            app_commands.Choice(name="No", value=Anonymous.NO.value),
            app_commands.Choice(name="Yes, and a host approves each answer first", value=Anonymous.APPROVED.value),
            app_commands.Choice(name="Yes, posted at once", value=Anonymous.OPEN.value),
        ],
        layout=[
            app_commands.Choice(name="One thread", value=Layout.THREAD.value),
            app_commands.Choice(name="One thread, and one more for each question", value=Layout.QUESTIONS.value),
        ],
    )
    async def plan(  # noqa: PLR0913, PLR0917 - the options of a command
        self,
        interaction: Interaction,
        title: app_commands.Range[str, 1, 200],
        hashtag: app_commands.Range[str, 1, 100],
        start: app_commands.Range[str, 1, 100],
        zone: app_commands.Range[str, 1, 100] | None = None,
        minutes: int | None = None,
        channel: discord.TextChannel | None = None,
        questions: app_commands.Range[str, 1, 6000] | None = None,
        anonymous: str = Anonymous.NO.value,
        layout: str = Layout.THREAD.value,
        recap: bool = False,  # noqa: FBT001, FBT002 - Discord calls it by name
        quiet: bool = False,  # noqa: FBT001, FBT002 - Discord calls it by name
    ) -> None:
        """Check and keep what was typed, then ask for the questions."""
        async with kindly(interaction):
            require_host(interaction, self.bot.host_role)
            wish = self._wish(
                interaction, channel, title=title, hashtag=hashtag, start=start, zone=zone, minutes=minutes
            )
            wish = replace(wish, quiet=quiet, anonymous=Anonymous(anonymous), layout=Layout(layout), recap=recap)
            chat = await self._planning.draft(wish)
            if questions is None:
                await interaction.response.send_modal(questions_form(chat, "", texts_of(interaction)))
            else:
                await self._set_questions(interaction, chat.id, questions)

    @staticmethod
    def _wish(
        interaction: Interaction,
        channel: discord.TextChannel | None,
        *,
        title: str,
        hashtag: str,
        start: str,
        zone: str | None,
        minutes: int | None,
    ) -> Wish:
        place = channel or interaction.channel
        if interaction.guild_id is None or not isinstance(place, discord.TextChannel):
            raise BadInput(Problem.CHANNEL_UNUSABLE)
        return Wish(
            title=title,
            hashtag=hashtag,
            start=start,
            zone=zone,
            minutes=minutes,
            guild_id=interaction.guild_id,
            channel_id=place.id,
            host_id=interaction.user.id,
            host_name=interaction.user.display_name,
            locale=(interaction.guild_locale or interaction.locale).value,
        )

    @app_commands.command(name="show", description="Hosts: a chat's plan, its times, and what stands in its way")
    @app_commands.guild_only()
    @app_commands.describe(number="The chat's number; /chats lists them")
    async def show(self, interaction: Interaction, number: int) -> None:
        """The plan of one chat."""
        async with kindly(interaction):
            chat = await self._planning.get(number, interaction.guild_id)
            if chat.host_id != interaction.user.id:
                require_host(interaction, self.bot.host_role)
            actions = await self._planning.agenda(chat)
            obstacles = self._planning.obstacles(chat)
            await whisper(interaction, lists.plan(chat, actions, obstacles, texts_of(interaction)))

    @app_commands.command(name="cancel", description="Hosts: call a chat off, or end a running one")
    @app_commands.guild_only()
    @app_commands.describe(number="The chat's number; /chats lists them")
    async def cancel(self, interaction: Interaction, number: int) -> None:
        """Call one chat off."""
        async with kindly(interaction):
            chat = await self._planning.cancel(
                number,
                interaction.guild_id or 0,
                interaction.user.id,
                is_host=is_host(interaction, self.bot.host_role),
            )
            self.bot.wake()
            await whisper(interaction, lists.called_off(chat, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The button that opens the questions' form again."""
        if control.doing.kind == "questions":
            async with kindly(interaction):
                chat = await self._own_draft(interaction, control.chat_id)
                typed = await self._planning.typed(chat.id)
                await interaction.response.send_modal(questions_form(chat, typed, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """The questions' form was sent."""
        if control.doing.kind == "questions":
            async with kindly(interaction, keep=typed_into(interaction)):
                chat = await self._own_draft(interaction, control.chat_id)
                await self._set_questions(interaction, chat.id, typed_into(interaction))

    async def _own_draft(self, interaction: Interaction, chat_id: int) -> Chat:
        chat = await self._planning.get(chat_id, interaction.guild_id)
        if chat.host_id != interaction.user.id:
            require_host(interaction, self.bot.host_role)
        return chat

    async def _set_questions(self, interaction: Interaction, chat_id: int, typed: str) -> None:
        say = texts_of(interaction)
        try:
            chat = await self._planning.set_questions(chat_id, typed)
        except (BadInput, MissingPermissions) as error:
            draft = await self._planning.get(chat_id)
            again = ControlButton(
                free_control_id(chat_id, Doing("questions")), say("Change the questions"), discord.ButtonStyle.primary
            )
            text = f"{sentence(error, say)}\n{lists.ask_for_questions(draft, say)}"
            await whisper(interaction, text, view_of(again))
            return
        self.bot.wake()
        await whisper(interaction, lists.planned(chat, say))


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Scheduling(bot))
