"""Readers and newcomers: the digest, the programme, how to take part; always private, and nothing is noted of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.digest import Digest, Length
from bot.domain.errors import BadInput, NotAllowed, Problem
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, in_time, kindly, show, texts_of, whisper
from bot.ui import digest as digest_ui
from bot.ui import help as help_ui
from bot.ui import lists
from bot.ui.controls import Control
from bot.ui.digest import Wanted
from bot.ui.digest.markdown import as_markdown, file_name
from bot.ui.digest.view import page_view, read, texts_view
from bot.ui.looking_back import series_view
from bot.ui.series import choice as series_choice
from bot.web.digest_file import render_digest
from cogs.readers import complete_readable, may_see

_LENGTHS = [
    app_commands.Choice(name="Glance: one quote a question", value=Length.GLANCE.value),
    app_commands.Choice(name="Standard: up to three", value=Length.STANDARD.value),
    app_commands.Choice(name="Full: up to six", value=Length.FULL.value),
]
_LAST_LOOK = -1
# In minutes.
_SINCE = [
    app_commands.Choice(name="my last look", value=_LAST_LOOK),
    app_commands.Choice(name="5 minutes ago", value=5),
    app_commands.Choice(name="10 minutes ago", value=10),
    app_commands.Choice(name="20 minutes ago", value=20),
    app_commands.Choice(name="half an hour ago", value=30),
    app_commands.Choice(name="an hour ago", value=60),
    app_commands.Choice(name="three hours ago", value=180),
    app_commands.Choice(name="a day ago", value=1_440),
    app_commands.Choice(name="a week ago", value=10_080),
]


class Reading(commands.Cog):
    """`/digest`, `/chats`, `/help`, and the buttons that do the same."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._reading = bot.services.reading
        self._looking_back = bot.services.looking_back

    @app_commands.command(description="What was said in a chat, in three minutes; only you see it")
    @app_commands.guild_only()
    @app_commands.describe(
        chat="Which chat: type part of its name; else the running one or the latest",
        series="Instead, the latest chats of a series in a few lines each: type part of its name",
        length="How much; standard, if you say nothing",
        since="Only what was said since then, as when you were away for a while",
        day="Of a chat over days, only this one: 1 for the first",
    )
    @app_commands.autocomplete(chat=complete_readable)
    @app_commands.choices(length=_LENGTHS)
    @app_commands.choices(since=_SINCE)
    async def digest(
        self,
        interaction: Interaction,
        chat: int | None = None,
        series: app_commands.Range[str, 1, 200] | None = None,
        length: str = Length.STANDARD.value,
        since: int | None = None,
        day: app_commands.Range[int, 1, 366] | None = None,
    ) -> None:
        """Catch up in private."""
        async with kindly(interaction):
            if series is not None:
                if (chat, since, day) != (None, None, None):
                    raise BadInput(Problem.SERIES_ALONE)
                await self._show_series(interaction, series, Length(length))
                return
            if day is not None:
                await self._show_digest(interaction, chat, 1, Wanted(Length(length), day=day))
                return
            back = timedelta(minutes=since) if since and since != _LAST_LOOK else None
            at = interaction.created_at.replace(microsecond=0) - back if back else None
            await self._show_digest(interaction, chat, 1, Wanted(Length(length), at), last_look=since == _LAST_LOOK)

    @digest.autocomplete("series")
    async def complete_series(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The series that may be meant, by their names."""
        found = await self._looking_back.series_like(interaction.guild_id or 0, may_see(interaction), typed)
        return [app_commands.Choice(name=series_choice(one), value=str(one.id)) for one in found]

    @app_commands.command(description="What is running, coming and archived; only you see it")
    @app_commands.guild_only()
    async def chats(self, interaction: Interaction) -> None:
        """The programme."""
        async with kindly(interaction):
            await self._show_programme(interaction)

    @app_commands.command(description="How to take part, read along, or be left out; only you see it")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """One screen of help."""
        async with kindly(interaction):
            await whisper(interaction, self._help(interaction))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The buttons under announcements, wrap-ups and digests."""
        async with kindly(interaction):
            match control.doing.kind:
                case "digest":
                    await self._show_digest(interaction, control.chat_id, *read(control.doing.value))
                case "send":
                    await self._send_digest(interaction, control.chat_id, read(control.doing.value)[1])
                case "keep":
                    await self._keep_digest(interaction, control.chat_id, read(control.doing.value)[1])
                case "programme":
                    await self._show_programme(interaction)
                case "help":
                    await whisper(interaction, self._help(interaction))

    def _help(self, interaction: Interaction) -> str:
        return help_ui.how_to_take_part(texts_of(interaction), reads_text=self.bot.reads_text)

    async def _show_programme(self, interaction: Interaction) -> None:
        listed = await self._reading.programme(interaction.guild_id or 0, may_see(interaction))
        await whisper(interaction, lists.programme(listed, texts_of(interaction)))

    async def _show_digest(
        self, interaction: Interaction, chat_id: int | None, page: int, wanted: Wanted, *, last_look: bool = False
    ) -> None:
        # Page 0 is the button under a wrap-up: it opens the first page beside it.
        turns = interaction.type is discord.InteractionType.component and page > 0
        work = self._find(interaction, chat_id, wanted, last_look=last_look)
        found, wanted = await in_time(interaction, work, turns=turns)
        say = texts_of(interaction)
        pages = digest_ui.pages(found, wanted, say)
        number = min(max(page, 1), len(pages))
        view = page_view(found.chat.id, pages[number - 1], number, len(pages), wanted, say)
        await show(interaction, view, turns=turns)
        await self._reading.look(interaction.user.id, found.chat)

    async def _show_series(self, interaction: Interaction, typed: str, length: Length) -> None:
        guild_id, sees = interaction.guild_id or 0, may_see(interaction)
        found = await in_time(interaction, self._looking_back.look_back(guild_id, sees, typed, length))
        await show(interaction, series_view(found, texts_of(interaction)), turns=False)

    async def _send_digest(self, interaction: Interaction, chat_id: int, wanted: Wanted) -> None:
        """By private message, to be read later."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found, wanted = await self._find(interaction, chat_id, wanted)
        say = texts_of(interaction)
        try:
            for page in digest_ui.pages(found, replace(wanted, is_kept=True), say):
                await interaction.user.send(view=texts_view(page), allowed_mentions=discord.AllowedMentions.none())
        except discord.Forbidden as error:
            raise NotAllowed(Problem.NO_PRIVATE_MESSAGES) from error
        await whisper(interaction, say("Sent: it is in your private messages."))

    async def _keep_digest(self, interaction: Interaction, chat_id: int, wanted: Wanted) -> None:
        """As files that only the reader sees: one for the browser, one for a text editor."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found, wanted = await self._find(interaction, chat_id, wanted)
        say = texts_of(interaction)
        files = {
            "html": render_digest(found, wanted, say, made_at=interaction.created_at),
            "md": as_markdown(found, wanted, say),
        }
        await interaction.followup.send(
            say("The same twice: the first opens in any browser, the second is plain text with Markdown's signs."),
            files=[
                discord.File(io.BytesIO(text.encode()), file_name(found, wanted, ending))
                for ending, text in files.items()
            ],
            ephemeral=True,
        )

    async def _find(
        self, interaction: Interaction, chat_id: int | None, wanted: Wanted, *, last_look: bool = False
    ) -> tuple[Digest, Wanted]:
        guild_id, sees = interaction.guild_id or 0, may_see(interaction)
        chat = await self._reading.find(guild_id, sees, chat_id)
        if last_look:
            wanted = replace(wanted, since=await self._reading.last_look(interaction.user.id, chat))
        wanted = replace(wanted, days=self._reading.days(chat, wanted.day))
        found = await self._reading.digest(chat, wanted.length, wanted.since, wanted.day)
        lane = await self._reading.to_come(chat)
        return found, replace(wanted, upcoming=await self._reading.next_chat(guild_id, sees), lane=lane)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Reading(bot))
