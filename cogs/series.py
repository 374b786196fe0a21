"""A host plans a series: the schedule in words, looked at before it is saved; then edited, paused, ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.schedule import HolidayPolicy
from bot.domain.series import Series
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, in_time, kindly, renew, texts_of, whisper
from bot.platform.values import name_shown
from bot.services.series import Draft
from bot.services.series_reading import SeriesWish
from bot.ui import series as series_ui
from bot.ui.controls import Control
from bot.ui.forms import schedule_form, typed_into
from bot.ui.texts import Texts
from cogs.hosts import is_host, require_host, require_host_of_series
from cogs.options import (
    as_typed,
    channel_of,
    choices,
    complete_series,
    complete_zone,
    described,
    manner_of,
    people_in,
    role_id,
)
from cogs.readers import may_see

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
) | {
    "name": "What it is called",
    "hashtag": "Its hashtag, with or without #",
    "when": "When it meets, in words: 2nd Thursday of the month, 8-9 pm ET",
    "zone": "Your time zone, if you don't name it with the time",
    "minutes": "How long a chat takes, if you don't say it with the time",
    "channel": "Where its chats are announced and held; else this channel",
    "hosts": "Who hosts it beside you: type @ and choose them",
    "host_role": "A role whose members host it too; @everyone for none",
    "holidays": "Whose holidays count, such as US, GB-SCT or Germany",
    "on_holiday": "What becomes of a chat on a holiday",
}
_CHOICES = choices("format", "layout", "questions_ahead", "event", "anonymous", "on_holiday")
_PRESSES = frozenset({"series_save", "series_follow", "series_change", "series_pause", "series_end"})


@app_commands.guild_only()
class SeriesCog(commands.GroupCog, name="series", description="Chats that come back, planned once"):
    """`/series create | edit | show | list | pause | resume | delete`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._series = bot.services.series

    @app_commands.command(name="create", description="Hosts: plan a series; I show you its next dates before I save it")
    @app_commands.describe(**_WORDS)
    @app_commands.choices(**_CHOICES)
    @app_commands.autocomplete(zone=complete_zone)
    async def create(  # noqa: PLR0913, PLR0917 - the options of a command
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 200],
        hashtag: app_commands.Range[str, 1, 100],
        when: app_commands.Range[str, 1, 1000],
        zone: app_commands.Range[str, 1, 100] | None = None,
        minutes: int | None = None,
        channel: discord.TextChannel | None = None,
        description: app_commands.Range[str, 1, 2000] | None = None,
        hosts: app_commands.Range[str, 1, 1000] | None = None,
        host_role: discord.Role | None = None,
        ping: discord.Role | None = None,
        announce: app_commands.Range[str, 1, 200] | None = None,
        questions_ahead: str | None = None,
        format: str | None = None,
        pace: app_commands.Range[str, 1, 100] | None = None,
        layout: str | None = None,
        forum: discord.ForumChannel | None = None,
        holidays: app_commands.Range[str, 1, 100] | None = None,
        on_holiday: str | None = None,
        event: str | None = None,
        anonymous: str | None = None,
        recap: bool | None = None,
        quiet: bool | None = None,
    ) -> None:
        """Check what was typed, keep it, and show what it means."""
        async with kindly(interaction, keep=as_typed(interaction)):
            require_host(interaction, self.bot.host_role)
            wish = replace(_wish(interaction), channel_id=channel_of(interaction, channel).id)
            async with self._asking_again(interaction, when):
                draft = await in_time(interaction, self._series.draft(wish))
                await whisper(interaction, *self._preview(draft, texts_of(interaction)))

    @app_commands.command(name="edit", description="Hosts: change a series; I show you what it means before I save it")
    @app_commands.describe(series="Which one: type part of its name", **_WORDS)
    @app_commands.choices(**_CHOICES)
    @app_commands.autocomplete(series=complete_series, zone=complete_zone)
    async def edit(  # noqa: PLR0913, PLR0917 - the options of a command
        self,
        interaction: Interaction,
        series: app_commands.Range[str, 1, 200],
        name: app_commands.Range[str, 1, 200] | None = None,
        hashtag: app_commands.Range[str, 1, 100] | None = None,
        when: app_commands.Range[str, 1, 1000] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
        minutes: int | None = None,
        channel: discord.TextChannel | None = None,
        description: app_commands.Range[str, 1, 2000] | None = None,
        hosts: app_commands.Range[str, 1, 1000] | None = None,
        host_role: discord.Role | None = None,
        ping: discord.Role | None = None,
        announce: app_commands.Range[str, 1, 200] | None = None,
        questions_ahead: str | None = None,
        format: str | None = None,
        pace: app_commands.Range[str, 1, 100] | None = None,
        layout: str | None = None,
        forum: discord.ForumChannel | None = None,
        holidays: app_commands.Range[str, 1, 100] | None = None,
        on_holiday: str | None = None,
        event: str | None = None,
        anonymous: str | None = None,
        recap: bool | None = None,
        quiet: bool | None = None,
    ) -> None:
        """Check what was typed, keep it apart from the series, and show what it would mean."""
        async with kindly(interaction, keep=as_typed(interaction)):
            found = await self._find(interaction, series)
            wish = _wish(interaction)
            if len(list(interaction.namespace)) <= 1:
                raise BadInput(Problem.NOTHING_TO_CHANGE)
            async with self._asking_again(interaction, when or ""):
                draft = await in_time(interaction, self._series.draft(wish, found))
                await whisper(interaction, *self._preview(draft, texts_of(interaction)))

    @app_commands.command(name="show", description="When a series meets next, how it is held, and its planned chats")
    @app_commands.describe(series="Which one: type part of its name")
    @app_commands.autocomplete(series=complete_series)
    async def show(self, interaction: Interaction, series: app_commands.Range[str, 1, 200]) -> None:
        """One series."""
        async with kindly(interaction):
            found = await self._series.find(interaction.guild_id or 0, series)
            if not is_host(interaction, self.bot.host_role) and not may_see(interaction)(found.model.home_id):
                await require_host_of_series(self.bot, interaction, found)
            draft, chats = await self._series.show(found)
            await whisper(interaction, series_ui.shown(draft, chats, texts_of(interaction)))

    @app_commands.command(name="list", description="This server's series, each with its next date")
    async def list(self, interaction: Interaction) -> None:
        """All series; who hosts nothing sees those whose channels they may read."""
        async with kindly(interaction):
            sees, hosts = may_see(interaction), is_host(interaction, self.bot.host_role)
            everything = await self._series.listed(interaction.guild_id or 0)
            found = [(one, date) for one, date in everything if hosts or sees(one.model.home_id)]
            await whisper(interaction, series_ui.listed(found, texts_of(interaction), hosts=hosts))

    @app_commands.command(name="pause", description="Hosts: plan no more chats of a series until it is resumed")
    @app_commands.describe(series="Which one: type part of its name")
    @app_commands.autocomplete(series=complete_series)
    async def pause(self, interaction: Interaction, series: app_commands.Range[str, 1, 200]) -> None:
        """Ask, then pause."""
        async with kindly(interaction):
            found = await self._find(interaction, series)
            chats = await self._series.in_question(found)
            await whisper(interaction, *series_ui.ask_letting_go(found, chats, texts_of(interaction), ends=False))

    @app_commands.command(name="resume", description="Hosts: go on with a paused series")
    @app_commands.describe(series="Which one: type part of its name")
    @app_commands.autocomplete(series=complete_series)
    async def resume(self, interaction: Interaction, series: app_commands.Range[str, 1, 200]) -> None:
        """Go on."""
        async with kindly(interaction):
            found = await self._find(interaction, series)
            resumed, _ = await self._series.resume(found.id, found.guild_id)
            self.bot.wake()
            _, chats = await self._series.show(resumed)
            await whisper(interaction, series_ui.resumed(resumed, chats, texts_of(interaction)))

    @app_commands.command(name="delete", description="Hosts: end a series for good; its past chats stay archived")
    @app_commands.describe(series="Which one: type part of its name")
    @app_commands.autocomplete(series=complete_series)
    async def delete(self, interaction: Interaction, series: app_commands.Range[str, 1, 200]) -> None:
        """Ask, then end it."""
        async with kindly(interaction):
            found = await self._find(interaction, series)
            chats = await self._series.in_question(found)
            await whisper(interaction, *series_ui.ask_letting_go(found, chats, texts_of(interaction), ends=True))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The buttons below a preview or a question."""
        kind, value = control.doing.kind, control.doing.value
        if kind not in _PRESSES:
            return
        async with kindly(interaction):
            if kind == "series_change":
                draft = await self._own(interaction, value)
                await interaction.response.send_modal(schedule_form(draft, texts_of(interaction)))
            elif kind in {"series_pause", "series_end"}:
                await self._let_go(interaction, value // 2, also_prepared=bool(value % 2), ends=kind == "series_end")
            else:
                await self._save(interaction, value, also_prepared=kind == "series_follow")

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """Another schedule was typed."""
        if control.doing.kind == "series_change":
            async with kindly(interaction, keep=typed_into(interaction)):
                draft = await self._own(interaction, control.doing.value)
                async with self._asking_again(interaction, typed_into(interaction)):
                    again = self._series.rephrase(draft.id, draft.guild_id, typed_into(interaction))
                    looked = await in_time(interaction, again, turns=True)
                    await renew(interaction, *self._preview(looked, texts_of(interaction)))

    @staticmethod
    @asynccontextmanager
    async def _asking_again(interaction: Interaction, typed: str) -> AsyncIterator[None]:
        """A schedule that can't be used is answered with the button to say it otherwise."""
        try:
            yield
        except BadInput as refused:
            draft_id = refused.facts.get("draft")
            if not isinstance(draft_id, int):
                raise
            await whisper(interaction, *series_ui.ask_again(refused, draft_id, typed, texts_of(interaction)))

    def _preview(self, draft: Draft, say: Texts) -> series_ui.Answer:
        pings = self.bot.services.planning.may_ping(draft.series.model)
        return series_ui.preview(draft, say, pings=pings)

    async def _save(self, interaction: Interaction, draft_id: int, *, also_prepared: bool) -> None:
        draft = await self._own(interaction, draft_id)
        work = self._series.save(draft.id, draft.guild_id, also_prepared=also_prepared)
        saved, lineup = await in_time(interaction, work, turns=True)
        self.bot.wake()
        _, chats = await self._series.show(saved)
        await renew(interaction, series_ui.saved(saved, lineup, chats, texts_of(interaction)), None)

    async def _let_go(self, interaction: Interaction, series_id: int, *, also_prepared: bool, ends: bool) -> None:
        found = await self._own(interaction, series_id)
        act = self._series.end if ends else self._series.pause
        series, lineup = await act(found.id, found.guild_id, also_prepared=also_prepared)
        self.bot.wake()
        await renew(interaction, series_ui.let_go(series, lineup, texts_of(interaction)), None)

    async def _find(self, interaction: Interaction, typed: str) -> Series:
        found = await self._series.find(interaction.guild_id or 0, typed)
        await require_host_of_series(self.bot, interaction, found)
        return found

    async def _own(self, interaction: Interaction, series_id: int) -> Series:
        found = await self._series.get(series_id, interaction.guild_id or 0)
        await require_host_of_series(self.bot, interaction, found)
        return found


def _wish(interaction: Interaction) -> SeriesWish:
    """What was typed, whatever the command's options are called in Python."""
    said = interaction.namespace
    return SeriesWish(
        guild_id=interaction.guild_id or 0,
        host_id=interaction.user.id,
        host_name=name_shown(interaction.user),
        locale=(interaction.guild_locale or interaction.locale).value,
        channel_id=said.channel.id if said.channel is not None else None,
        name=said.name,
        hashtag=said.hashtag,
        when=said.when,
        zone=said.zone,
        minutes=said.minutes,
        hosts=people_in(said.hosts),
        host_role_id=role_id(said.host_role),
        holidays=said.holidays,
        policy=HolidayPolicy(said.on_holiday) if said.on_holiday else None,
        manner=manner_of(said),
    )


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(SeriesCog(bot))
