"""The jar: anybody suggests a question for the chats to come; hosts keep the jar, draw from it and ask."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.desk import CHANGEABLE, MoveKind, Outcome
from bot.domain.errors import BadInput, Problem
from bot.domain.jar import asking_id, check_tag
from bot.domain.jar_files import check_size
from bot.platform.client import ShelftalkBot
from bot.platform.files import fetch
from bot.platform.replies import Interaction, in_time, kindly, show, texts_of, whisper
from bot.ui import desk
from bot.ui import jar as jar_ui
from bot.ui.controls import Control
from cogs.hosts import allow_host, is_host, require_host

# Discord takes ten files in one message.
_FILES = 10


@app_commands.guild_only()
class JarCog(commands.GroupCog, name="jar", description="Questions for the chats to come: suggest, keep, draw, ask"):
    """`/jar suggest` for everybody; the others for hosts."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._jar = bot.services.jar
        self._hosting = bot.services.hosting

    @app_commands.command(name="suggest", description="Suggest a question for a chat; a host will look at it")
    @app_commands.describe(question="The question")
    async def suggest(self, interaction: Interaction, question: app_commands.Range[str, 1, 4000]) -> None:
        """It waits for a host."""
        async with kindly(interaction, keep=question):
            outcome = await self._jar.suggest(_guild_of(interaction), interaction.user.id, question)
            await whisper(interaction, jar_ui.suggested(outcome, texts_of(interaction)))

    @app_commands.command(name="add", description="Hosts: put a question into the jar")
    @app_commands.describe(question="The question", tags="Up to five words to find it by, such as: warm-up children")
    async def add(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 4000],
        tags: app_commands.Range[str, 1, 300] = "",
    ) -> None:
        """It can be drawn at once."""
        async with kindly(interaction, keep=question):
            guild_id = self._require_host(interaction)
            made, outcome = await self._jar.add(guild_id, interaction.user.id, question, tags)
            await whisper(interaction, jar_ui.added(made, outcome, texts_of(interaction)))

    @app_commands.command(name="list", description="Hosts: what is in the jar, and which suggestions wait for your yes")
    @app_commands.describe(tag="Only questions with this tag")
    async def look(self, interaction: Interaction, tag: app_commands.Range[str, 1, 100] | None = None) -> None:
        """In private, page by page."""
        async with kindly(interaction):
            self._require_host(interaction)
            await self._show_list(interaction, check_tag(tag) if tag else None)

    @app_commands.command(name="draw", description="Hosts: draw a question that wasn't asked for a while")
    @app_commands.describe(tag="Only from those with this tag")
    async def draw(self, interaction: Interaction, tag: app_commands.Range[str, 1, 100] | None = None) -> None:
        """In private; a button asks it."""
        async with kindly(interaction):
            self._require_host(interaction)
            await self._show_drawn(interaction, check_tag(tag) if tag else None)

    @app_commands.command(name="tag", description="Hosts: give a question in the jar other tags")
    @app_commands.describe(
        question="Type some of its words, then choose it",
        tags="Its tags from now on, up to five; leave this out to take all off",
    )
    async def tag(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 4000],
        tags: app_commands.Range[str, 1, 300] = "",
    ) -> None:
        """New tags take the place of the old."""
        async with kindly(interaction):
            guild_id = self._require_host(interaction)
            found = await self._jar.retag(guild_id, question, tags)
            await whisper(interaction, jar_ui.retagged(found, texts_of(interaction)))

    @app_commands.command(name="used", description="Hosts: note that a question was asked elsewhere, so that it rests")
    @app_commands.describe(
        question="Type some of its words, then choose it",
        on="The day on which it was asked, such as 2026-12-03; today, if you say nothing",
    )
    async def used(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 4000],
        on: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        """It rests as if it had been asked here on that day."""
        async with kindly(interaction):
            found = await self._jar.was_used(self._require_host(interaction), question, on)
            await whisper(interaction, jar_ui.rests(found, texts_of(interaction)))

    @app_commands.command(name="remove", description="Hosts: take a question out of the jar")
    @app_commands.describe(question="Type some of its words, then choose it")
    async def remove(self, interaction: Interaction, question: app_commands.Range[str, 1, 4000]) -> None:
        """Gone for good."""
        async with kindly(interaction):
            found = await self._jar.remove(self._require_host(interaction), question)
            await whisper(interaction, jar_ui.removed(found, texts_of(interaction)))

    @app_commands.command(name="import", description="Hosts: put the questions of a file (CSV) into the jar")
    @app_commands.describe(file="One question a line; behind it, if you like, its tags and the date it was last asked")
    async def take_in(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Each line for itself: what can't be used keeps nothing else out."""
        async with kindly(interaction):
            guild_id = self._require_host(interaction)
            check_size(file.size)
            data = await in_time(interaction, fetch(file))
            report = await self._jar.import_csv(guild_id, data)
            await whisper(interaction, jar_ui.imported(report, texts_of(interaction)))

    @app_commands.command(name="export", description="Hosts: get the approved questions as a file (CSV)")
    async def export(self, interaction: Interaction) -> None:
        """As many files as can be read back one by one."""
        async with kindly(interaction):
            made = await self._jar.export_csv(self._require_host(interaction))
            names = ["jar.csv"] if len(made) == 1 else [f"jar-{number}.csv" for number in range(1, len(made) + 1)]
            files = [discord.File(io.BytesIO(data), name) for data, name in zip(made, names, strict=True)]
            say = texts_of(interaction)
            text = say("The jar, for a spreadsheet or another server. `/jar import` reads it back.")
            await interaction.response.send_message(text, files=files[:_FILES], ephemeral=True)
            for start in range(_FILES, len(files), _FILES):
                await interaction.followup.send(files=files[start : start + _FILES], ephemeral=True)

    @tag.autocomplete("question")
    @used.autocomplete("question")
    @remove.autocomplete("question")
    async def complete_question(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The questions that may be meant; only hosts see what is in the jar."""
        if not is_host(interaction, self.bot.host_role):
            return []
        found = await self._jar.like(interaction.guild_id or 0, typed)
        return [app_commands.Choice(name=jar_ui.choice(one), value=str(one.id)) for one in found]

    @look.autocomplete("tag")
    @draw.autocomplete("tag")
    async def complete_tag(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The tags that may be meant."""
        if not is_host(interaction, self.bot.host_role):
            return []
        found = await self._jar.tags_like(interaction.guild_id or 0, typed)
        return [app_commands.Choice(name=one, value=one) for one in found]

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The buttons of the list and under a drawn question."""
        kind, spot = control.doing.kind, jar_ui.read(control.doing.value)
        if kind == "jar_ask":
            async with kindly(interaction):
                await self._ask(interaction, control.chat_id, spot.question)
        elif kind == "jar_draw":
            async with kindly(interaction):
                await self._draw_again(interaction, control.chat_id, spot)
        elif kind in {"jar_yes", "jar_no"}:
            async with kindly(interaction):
                await self._decide(interaction, spot, is_yes=kind == "jar_yes")
        elif kind == "jar_page":
            async with kindly(interaction):
                tag = await self._jar.tag_of(self._require_host(interaction), spot.mark)
                await self._show_list(interaction, tag, spot.page)

    async def _draw_again(self, interaction: Interaction, chat_id: int, spot: jar_ui.Spot) -> None:
        if chat_id:
            # A chat's hosts may be guests. Pressed at its desk no question is named, and the desk stays where it is.
            chat = await allow_host(self.bot, interaction, chat_id)
            tag = await self._jar.tag_of(chat.guild_id, spot.mark)
            question = await self._jar.draw(chat.guild_id, tag, besides=spot.question)
            place = chat.id if chat.state in CHANGEABLE else None
            view = jar_ui.drawn(question, tag, place, "", texts_of(interaction))
            await show(interaction, view, turns=bool(spot.question))
        else:
            tag = await self._jar.tag_of(self._require_host(interaction), spot.mark)
            await self._show_drawn(interaction, tag, besides=spot.question)

    async def _decide(self, interaction: Interaction, spot: jar_ui.Spot, *, is_yes: bool) -> None:
        guild_id = self._require_host(interaction)
        decide = self._jar.approve if is_yes else self._jar.decline
        done = await decide(guild_id, spot.question)
        note = jar_ui.decided(done=done, approved=is_yes, say=texts_of(interaction))
        try:
            tag = await self._jar.tag_of(guild_id, spot.mark)
        except BadInput:
            # It was the last with that tag.
            tag = None
        await self._show_list(interaction, tag, spot.page, note)

    async def _ask(self, interaction: Interaction, chat_id: int, question_id: int) -> None:
        chat = await allow_host(self.bot, interaction, chat_id)
        question = await self._jar.get(chat.guild_id, question_id)
        change = await self._hosting.press(
            chat_id,
            MoveKind.ASK,
            # However often and by whomever it is pressed, it is asked once in a chat.
            press_id=asking_id(chat_id, question_id),
            person_id=interaction.user.id,
            text=question.text,
        )
        await self._jar.mark_used(chat.guild_id, question_id)
        self.bot.wake()
        self.bot.boards.changed(chat_id, at_once=change.outcome is Outcome.DONE)
        say = texts_of(interaction)
        if change.outcome is Outcome.DONE:
            note = desk.what_happened(change, MoveKind.ASK, say)
        else:
            note = say("It was asked in this chat already, by you or another host; nothing was done twice.")
        await show(interaction, jar_ui.asked(question, note, say), turns=True)

    async def _show_list(self, interaction: Interaction, tag: str | None, page: int = 1, note: str = "") -> None:
        questions = await self._jar.list(interaction.guild_id or 0, tag)
        view = jar_ui.listed(questions, page, tag, note, texts_of(interaction))
        await show(interaction, view, turns=interaction.type is discord.InteractionType.component)

    async def _show_drawn(self, interaction: Interaction, tag: str | None, besides: int = 0) -> None:
        question = await self._jar.draw(interaction.guild_id or 0, tag, besides=besides)
        say = texts_of(interaction)
        note = say("There is no other one.") if question.id == besides else ""
        view = jar_ui.drawn(question, tag, await self._chat_here(interaction), note, say)
        await show(interaction, view, turns=interaction.type is discord.InteractionType.component)

    async def _chat_here(self, interaction: Interaction) -> int | None:
        """The chat in whose channel or thread this is, if a question can still be asked in it."""
        place = interaction.channel_id or 0
        try:
            chat = await self._hosting.find(interaction.guild_id, place)
        except BadInput:
            return None
        is_here = place in {chat.channel_id, *chat.threads}
        return chat.id if is_here and chat.state in CHANGEABLE else None

    def _require_host(self, interaction: Interaction) -> int:
        require_host(interaction, self.bot.host_role)
        return _guild_of(interaction)


def _guild_of(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise BadInput(Problem.NOT_IN_A_SERVER)
    return interaction.guild_id


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(JarCog(bot))
