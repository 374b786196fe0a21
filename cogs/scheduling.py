"""A host before the hour: plan a chat, look at it, change it, share it, call it off."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.chat import Chat
from bot.domain.errors import BadInput, MissingPermissions, Problem
from bot.domain.manner import Format
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.platform.values import name_shown
from bot.services.changing import NewPlan
from bot.services.planning import Wish
from bot.ui import lists
from bot.ui import series as series_ui
from bot.ui.controls import Control, ControlButton, Doing, free_control_id, view_of
from bot.ui.forms import questions_form, typed_into
from bot.ui.manner import unpingable
from bot.ui.problems import missing_permissions, sentence
from bot.ui.texts import Texts
from cogs.changing import open_questions, write_questions
from cogs.hosts import is_host, require_host, require_host_of
from cogs.options import as_typed, channel_of, choices, complete_planned, complete_zone, described, manner_of

_WORDS = described(
    "description",
    "format",
    "pace",
    "layout",
    "forum",
    "announce",
    "questions_ahead",
    "ping",
    "event",
    "anonymous",
    "recap",
    "quiet",
)
_CHOICES = choices("format", "layout", "questions_ahead", "event", "anonymous")


@app_commands.guild_only()
class Scheduling(commands.GroupCog, name="chat", description="Plan a chat, look at it, change it, call it off"):
    """`/chat plan | show | edit | questions | invite | disinvite | cancel`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._planning = bot.services.planning
        self._changing = bot.services.changing

    @app_commands.command(name="plan", description="Hosts: plan a chat; then write its questions, one a line")
    @app_commands.describe(
        title="What it is about",
        hashtag="Its hashtag, with or without #",
        start="Date and time, such as 2026-12-03 20:00, 3 Dec 8 pm, Friday 8 pm",
        zone="Your time zone, such as Europe/London or new york; else the server's",
        minutes="How long it takes; 60 if you say nothing, a week for a slow chat",
        channel="Where it is announced and held; else this channel",
        questions="Instead of the form: all questions, separated by |",
        **_WORDS,
    )
    @app_commands.choices(**_CHOICES)
    @app_commands.autocomplete(zone=complete_zone)
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
        description: app_commands.Range[str, 1, 2000] | None = None,
        format: str | None = None,
        pace: app_commands.Range[str, 1, 100] | None = None,
        layout: str | None = None,
        forum: discord.ForumChannel | None = None,
        announce: app_commands.Range[str, 1, 200] | None = None,
        questions_ahead: str | None = None,
        ping: discord.Role | None = None,
        event: str | None = None,
        anonymous: str | None = None,
        recap: bool | None = None,
        quiet: bool | None = None,
    ) -> None:
        """Check and keep what was typed, then ask for the questions."""
        async with kindly(interaction, keep=as_typed(interaction)):
            require_host(interaction, self.bot.host_role)
            place = channel_of(interaction, channel)
            wish = Wish(
                title=title,
                hashtag=hashtag,
                start=start,
                zone=zone,
                minutes=minutes,
                guild_id=place.guild.id,
                channel_id=place.id,
                host_id=interaction.user.id,
                host_name=name_shown(interaction.user),
                locale=(interaction.guild_locale or interaction.locale).value,
                manner=manner_of(interaction.namespace),
            )
            chat = await self._planning.draft(wish)
            await self._ask_for_questions(interaction, chat, questions)

    async def _ask_for_questions(self, interaction: Interaction, chat: Chat, questions: str | None) -> None:
        if chat.format.has_plan and questions is None:
            await interaction.response.send_modal(questions_form(chat, "", texts_of(interaction)))
        elif chat.format is Format.INFORMAL or questions is None:
            confirmed = await self._planning.confirm(chat.id)
            self.bot.wake()
            await whisper(interaction, self._planned(confirmed, texts_of(interaction)))
        else:
            await self._set_questions(interaction, chat.id, questions)

    @app_commands.command(name="edit", description="Hosts: give a planned chat a topic, a time or a manner of its own")
    @app_commands.describe(
        number="Which one: type part of its name",
        title="Its topic",
        start="Its date and time, such as 2026-12-03 20:00, 3 Dec 8 pm, Friday 8 pm",
        zone="The time zone of that start; else the chat's own",
        minutes="How long it takes",
        channel="Where it is announced and held",
        **_WORDS,
    )
    @app_commands.choices(**_CHOICES)
    @app_commands.autocomplete(number=complete_planned)
    @app_commands.autocomplete(zone=complete_zone)
    async def edit(  # noqa: PLR0913, PLR0917 - the options of a command
        self,
        interaction: Interaction,
        number: int,
        title: app_commands.Range[str, 1, 200] | None = None,
        start: app_commands.Range[str, 1, 100] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
        minutes: int | None = None,
        channel: discord.TextChannel | None = None,
        description: app_commands.Range[str, 1, 2000] | None = None,
        format: str | None = None,
        pace: app_commands.Range[str, 1, 100] | None = None,
        layout: str | None = None,
        forum: discord.ForumChannel | None = None,
        announce: app_commands.Range[str, 1, 200] | None = None,
        questions_ahead: str | None = None,
        ping: discord.Role | None = None,
        event: str | None = None,
        anonymous: str | None = None,
        recap: bool | None = None,
        quiet: bool | None = None,
    ) -> None:
        """Change one chat; its series stays."""
        async with kindly(interaction):
            chat = await self._own(interaction, number)
            if len(list(interaction.namespace)) <= 1:
                raise BadInput(Problem.NOTHING_TO_CHANGE)
            manner = manner_of(interaction.namespace)
            before, after = await self._changing.change(
                chat, NewPlan(title, start, zone, minutes, channel.id if channel else None, manner)
            )
            self.bot.wake()
            await whisper(interaction, self._changed(before, after, texts_of(interaction)))

    def _changed(self, before: Chat, after: Chat, say: Texts) -> str:
        place, lacking = self._planning.obstacles(after)
        warnings = [missing_permissions(place, lacking, say)] if lacking else []
        warnings += [] if self._planning.may_ping(after) else [unpingable(after, say)]
        return series_ui.changed(before, after, say, warnings, self._planning.event_hindrance(after))

    @app_commands.command(name="questions", description="Hosts: write, change or reorder a chat's questions in a form")
    @app_commands.describe(
        number="Which one: type part of its name", questions="Instead of the form: all questions, separated by |"
    )
    @app_commands.autocomplete(number=complete_planned)
    async def questions(
        self, interaction: Interaction, number: int, questions: app_commands.Range[str, 1, 6000] | None = None
    ) -> None:
        """The questions that weren't asked yet."""
        async with kindly(interaction, keep=questions or ""):
            chat = await self._own(interaction, number)
            if questions is None:
                await open_questions(self.bot, interaction, chat)
            else:
                await write_questions(self.bot, interaction, chat, questions)

    @app_commands.command(name="invite", description="Hosts: let somebody host one chat with you, and only that one")
    @app_commands.describe(number="Which one: type part of its name", guest="Who hosts it with you")
    @app_commands.autocomplete(number=complete_planned)
    async def invite(self, interaction: Interaction, number: int, guest: discord.Member) -> None:
        """A guest host."""
        async with kindly(interaction):
            chat = await self._own(interaction, number)
            hosts = is_host(interaction, self.bot.host_role)
            await self._changing.invite(chat, guest.id, asker_id=interaction.user.id, is_host=hosts)
            self.bot.wake()
            await whisper(interaction, lists.invited(chat, guest.id, texts_of(interaction)))

    @app_commands.command(name="disinvite", description="Hosts: somebody hosts a chat no more")
    @app_commands.describe(number="Which one: type part of its name", guest="Who doesn't host it any more")
    @app_commands.autocomplete(number=complete_planned)
    async def disinvite(self, interaction: Interaction, number: int, guest: discord.User) -> None:
        """A guest host no more; also one who has left the server."""
        async with kindly(interaction):
            chat = await self._own(interaction, number)
            hosts = is_host(interaction, self.bot.host_role)
            await self._changing.disinvite(chat, guest.id, asker_id=interaction.user.id, is_host=hosts)
            self.bot.wake()
            await whisper(interaction, lists.disinvited(chat, guest.id, texts_of(interaction)))

    async def _own(self, interaction: Interaction, number: int) -> Chat:
        chat = await self._planning.get(number, interaction.guild_id)
        require_host_of(self.bot, interaction, chat)
        return chat

    @app_commands.command(name="show", description="Hosts: a chat's plan, its times, and what stands in its way")
    @app_commands.describe(number="Which one: type part of its name, or its number; /chats lists them")
    @app_commands.autocomplete(number=complete_planned)
    async def show(self, interaction: Interaction, number: int) -> None:
        """The plan of one chat."""
        async with kindly(interaction):
            chat = await self._own(interaction, number)
            actions = await self._planning.agenda(chat)
            place, obstacles = self._planning.obstacles(chat)
            hindrance = self._planning.event_hindrance(chat)
            seal = await self.bot.services.sealing.seal_of(chat)
            shown = lists.plan(
                chat, actions, obstacles, texts_of(interaction), place_id=place, event_hindrance=hindrance, seal=seal
            )
            await whisper(interaction, shown)

    @app_commands.command(name="cancel", description="Hosts: call a chat off, or end a running one")
    @app_commands.describe(number="Which one: type part of its name, or its number; /chats lists them")
    @app_commands.autocomplete(number=complete_planned)
    async def cancel(self, interaction: Interaction, number: int) -> None:
        """Call one chat off."""
        async with kindly(interaction):
            await self._own(interaction, number)
            guild_id, person_id = interaction.guild_id or 0, interaction.user.id
            chat = await self._planning.cancel(number, guild_id, person_id, is_host=True)
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
        return await self._own(interaction, chat_id)

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
        await whisper(interaction, self._planned(chat, say))

    def _planned(self, chat: Chat, say: Texts) -> str:
        pings, hindrance = self._planning.may_ping(chat), self._planning.event_hindrance(chat)
        return lists.planned(chat, say, pings=pings, event_hindrance=hindrance)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Scheduling(bot))
