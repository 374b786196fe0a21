"""Taking chats out of Discord: `/export`, for their hosts, as files that only they see."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.chat import Chat
from bot.domain.errors import BadInput, NotAllowed, Problem
from bot.domain.messages import ChatRecord
from bot.exchange.archive import View
from bot.exchange.forms import LINK_FORMS, Form, read_forms, write
from bot.exchange.names import file_name, slug
from bot.exchange.packing import Packed, TooBig, pack
from bot.exchange.references import references
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, with_progress
from bot.services.exporting import Asking
from bot.ui import exporting as exporting_ui
from bot.ui import lists
from bot.ui.series import choice as series_choice
from cogs.hosts import is_host, require_host_of
from cogs.readers import may_see

_ALL = "all"
_TOO_LARGE = 413
_MOST_CHOICES = 25


class Exports(commands.Cog):
    """`/export`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._exporting = bot.services.exporting

    @app_commands.command(
        description="Hosts: take a chat, or a whole series, out of Discord as files; only you see them"
    )
    @app_commands.guild_only()
    @app_commands.describe(
        chat="Which chat: type part of its name; else the latest that you host",
        series="Instead, all chats of a series: type part of its name",
        typed="As what, such as: html, csv, json; several with commas, or all. A page (html), if you say nothing",
    )
    @app_commands.rename(typed="format")
    async def export(
        self,
        interaction: Interaction,
        chat: int | None = None,
        series: app_commands.Range[str, 1, 200] | None = None,
        typed: app_commands.Range[str, 1, 200] = Form.HTML.value,
    ) -> None:
        """Files that only the host sees."""
        async with kindly(interaction):
            forms, unknown = read_forms(typed)
            if unknown or not forms:
                raise BadInput(Problem.EXPORT_FORM_UNKNOWN, words=unknown or [typed], known=[*Form, _ALL])
            if chat is not None and series is not None:
                raise BadInput(Problem.EXPORT_ONE_OR_SERIES)
            await interaction.response.defer(ephemeral=True, thinking=True)
            guild_id, asking = interaction.guild_id or 0, self._asking(interaction)
            if series is not None:
                found, chats = await self._exporting.find_series(guild_id, asking, series)
                await self._hand_over(interaction, chats, found.name, forms)
            else:
                one = await self._exporting.find(guild_id, asking, chat)
                await self._hand_over(interaction, [one], "", forms)

    @export.autocomplete("chat")
    async def complete_chat(self, interaction: Interaction, typed: str | int) -> list[app_commands.Choice[int]]:
        """The chats that a host may export, by their names; nothing for anybody else."""
        found = await self._exporting.chats_like(interaction.guild_id or 0, self._asking(interaction), str(typed))
        say = texts_of(interaction)
        return [app_commands.Choice(name=lists.choice(chat, say), value=chat.id) for chat in found]

    @export.autocomplete("series")
    async def complete_series(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The series that a host may export; nothing for anybody else."""
        found = await self._exporting.series_like(interaction.guild_id or 0, self._asking(interaction), typed)
        return [app_commands.Choice(name=series_choice(one), value=str(one.id)) for one in found]

    @export.autocomplete("typed")
    async def complete_form(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The forms there are; behind those that are typed already, the others."""
        say = texts_of(interaction)
        *before, begun = typed.split(",")
        known, _ = read_forms(" ".join(before))
        lead = ", ".join(known)
        found = []
        for form in (*Form, _ALL):
            name = exporting_ui.describe(form, say)
            if form not in known and begun.strip().casefold() in name.casefold() and not (form == _ALL and known):
                shown, value = (f"{lead}, {name}", f"{lead}, {form}") if lead else (name, str(form))
                found.append(app_commands.Choice(name=shown[:100], value=value))
        return found[:_MOST_CHOICES]

    def _asking(self, interaction: Interaction) -> Asking:
        def hosts(chat: Chat) -> bool:
            try:
                require_host_of(self.bot, interaction, chat)
            except NotAllowed:
                return False
            return True

        role = self.bot.host_role
        return Asking(may_see(interaction), hosts, is_host(interaction, role), role)

    async def _hand_over(
        self, interaction: Interaction, chats: Sequence[Chat], series: str, forms: Sequence[Form]
    ) -> None:
        say, made_at = texts_of(interaction), interaction.created_at
        name = slug(series, "series") if series else file_name(chats[0], "zip").removesuffix(".zip")
        records = [await self._exporting.record(chat) for chat in chats]
        has_links = any(True for record in records for _ in references(record))
        wanted = [form for form in forms if has_links or form not in LINK_FORMS]
        if not wanted:
            raise BadInput(Problem.EXPORT_NO_LINKS)
        done: dict[Form, list[Packed]] = {}

        async def make() -> None:
            for form in wanted:
                done[form] = await asyncio.to_thread(_made, form, records, name, made_at)

        await with_progress(
            interaction, make(), lambda: exporting_ui.making(wanted[len(done)], len(done) + 1, len(wanted), say)
        )
        empty = [form.value for form in forms if form not in wanted]
        await _send(
            interaction,
            [file for files in done.values() for file in files],
            name,
            exporting_ui.made(chats, series, empty, say),
        )


def _made(form: Form, records: Sequence[ChatRecord], name: str, made_at: datetime) -> list[Packed]:
    """The files of a form: one for all chats, or one for each where a file holds but one."""
    if len(records) > 1 and not form.is_for_one:
        return [_packed(form, records, f"{name}.{form.ending}", made_at)]
    return [_packed(form, [record], file_name(record.chat, form.ending), made_at) for record in records]


def _packed(form: Form, records: Sequence[ChatRecord], name: str, made_at: datetime) -> Packed:
    return Packed(name, "".join(write(form, records, View.SERVER, made_at)).encode())


async def _send(interaction: Interaction, files: Sequence[Packed], name: str, told: str) -> None:
    limit = interaction.filesize_limit
    try:
        packed = await asyncio.to_thread(pack, files, name, limit, interaction.created_at)
    except TooBig as error:
        raise BadInput(Problem.EXPORT_TOO_BIG, name=error.name, size=error.size, limit=limit) from error
    try:
        await interaction.edit_original_response(
            content=told, attachments=[discord.File(io.BytesIO(file.data), file.name) for file in packed]
        )
    except discord.HTTPException as error:
        if error.status != _TOO_LARGE:
            raise
        size = sum(len(file.data) for file in packed)
        raise BadInput(Problem.EXPORT_TOO_BIG, name=packed[0].name, size=size, limit=limit) from error


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Exports(bot))
