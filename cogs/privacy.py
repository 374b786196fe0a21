"""People and their own words: how they are shown, what is kept, and how to take it away."""

from __future__ import annotations

import io
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import BadInput, Problem
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, in_time, kindly, renew, texts_of, whisper
from bot.ui import help as help_ui
from bot.ui import privacy as privacy_ui
from bot.ui import words
from bot.ui.controls import Control
from bot.ui.person_file import person_file

# The end of a message's link, or its bare number; Discord's ids have 17 to 20 digits.
_MESSAGE = re.compile(r"(?:^|/)(\d{15,20})/?\s*$")
_HERE, _EVERYWHERE, _USUAL = "here", "everywhere", "usual"
_MOST = 25


class Privacy(commands.GroupCog, name="privacy", description="Decide what becomes of your own words"):
    """`/privacy show`, `choose`, `withdraw`, `export`, `erase`, `leave-me-out`, `include-me`, and three wishes."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._privacy = bot.services.privacy
        self._wording = bot.services.wording
        self._reading = bot.services.reading

    @app_commands.command(name="show", description="How your words are shown, what is kept of you, and your choices")
    async def show(self, interaction: Interaction) -> None:
        """The panel."""
        async with kindly(interaction):
            await self._show(interaction)

    @app_commands.command(name="choose", description="Choose how you are shown in this server; you can change it again")
    @app_commands.describe(how="It holds for everything that you wrote and will write here")
    @app_commands.choices(
        how=[
            app_commands.Choice(name="By my name", value=privacy_ui.CHOICES[0].value),
            app_commands.Choice(
                name="By a pseudonym: the same in a chat, another in the next", value=privacy_ui.CHOICES[1].value
            ),
            app_commands.Choice(name="Not at all: hide my words, but keep them", value=privacy_ui.CHOICES[2].value),
            app_commands.Choice(name="As is usual in this server: take my choice back", value=_USUAL),
        ]
    )
    async def choose(self, interaction: Interaction, how: str) -> None:
        """What the buttons of the panel do."""
        async with kindly(interaction):
            place = None if how == _USUAL else [one.value for one in privacy_ui.CHOICES].index(how)
            await self._choose(interaction, place)

    @app_commands.command(
        name="withdraw", description="Take one message of yours out of the archive, in a closed chat too"
    )
    @app_commands.describe(message="The message's link: press and hold it, then Copy Message Link")
    async def withdraw(self, interaction: Interaction, message: app_commands.Range[str, 1, 200]) -> None:
        """What the menu of a message does, for threads that are closed."""
        async with kindly(interaction):
            found = _MESSAGE.search(message)
            if found is None:
                raise BadInput(Problem.MESSAGE_LINK_UNREADABLE, typed=message)
            was_posted_by_bot = await self._wording.withdraw(int(found[1]), interaction.user.id)
            self.bot.wake()
            say = texts_of(interaction)
            await whisper(interaction, words.withdrawn(was_posted_by_bot=was_posted_by_bot, say=say))

    @app_commands.command(name="export", description="Get everything that is kept of you, as a file only you see")
    async def export(self, interaction: Interaction) -> None:
        """One's own data."""
        async with kindly(interaction):
            await self._give(interaction)

    @app_commands.command(
        name="erase", description="Erase what is kept of you, here or everywhere; what you write later is kept again"
    )
    @app_commands.describe(where="This server, everywhere, or another server; I ask once more before I do it")
    async def erase(self, interaction: Interaction, where: app_commands.Range[str, 1, 100] | None = None) -> None:
        """Ask first."""
        async with kindly(interaction):
            await self._ask(interaction, await self._place(interaction, where))

    @erase.autocomplete("where")
    async def complete_where(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Here, everywhere, and the other servers in which something is kept."""
        say = texts_of(interaction)
        account = await self._privacy.account(interaction.user.id, interaction.guild_id)
        places = [(say("This server"), _HERE)] if interaction.guild_id is not None else []
        places.append((say("Everywhere: all servers I am in, or was"), _EVERYWHERE))
        others = [one.guild_id for one in account.held.servers if one.guild_id != interaction.guild_id]
        places += [
            (self._name(guild_id, say("a server that I left ({number})", number=guild_id)), str(guild_id))
            for guild_id in others
        ]
        fitting = [(name, value) for name, value in places if typed.casefold() in name.casefold()]
        return [app_commands.Choice(name=name[:100], value=value) for name, value in fitting[:_MOST]]

    @app_commands.command(
        name="leave-me-out", description="Erase all your words everywhere, and keep nothing of yours from now on"
    )
    async def leave_me_out(self, interaction: Interaction) -> None:
        """Erase and keep out."""
        async with kindly(interaction):
            erased = await in_time(interaction, self._privacy.leave_out(interaction.user.id))
            self.bot.wake()
            await whisper(interaction, help_ui.left_out(erased.messages, erased.chats, texts_of(interaction)))

    @app_commands.command(name="include-me", description="Let what you write from now on be archived again")
    async def include_me(self, interaction: Interaction) -> None:
        """Keep again."""
        async with kindly(interaction):
            was = await self._privacy.include(interaction.user.id)
            await whisper(interaction, help_ui.included(was_left_out=was, say=texts_of(interaction)))

    @app_commands.command(
        name="greet-me", description="Let digests name you, when you are new, as somebody to say hello to"
    )
    @app_commands.describe(yes="No: name me no more")
    async def greet_me(
        self,
        interaction: Interaction,
        yes: bool = True,  # noqa: FBT001, FBT002 - Discord calls it by name
    ) -> None:
        """Agree, or no more."""
        async with kindly(interaction):
            await self._privacy.greet(interaction.user.id, on=yes)
            await whisper(interaction, help_ui.greeted(on=yes, say=texts_of(interaction)))

    @app_commands.command(
        name="remember-looks", description="Let me remember when you last looked at a digest; only you can see it"
    )
    async def remember_looks(self, interaction: Interaction) -> None:
        """Switch it on."""
        async with kindly(interaction):
            changed = await self._reading.remember_looks(interaction.user.id, on=True)
            await whisper(interaction, help_ui.looks(on=True, changed=changed, say=texts_of(interaction)))

    @app_commands.command(name="forget-looks", description="Forget when you looked at digests, and remember no more")
    async def forget_looks(self, interaction: Interaction) -> None:
        """Switch it off."""
        async with kindly(interaction):
            changed = await self._reading.remember_looks(interaction.user.id, on=False)
            await whisper(interaction, help_ui.looks(on=False, changed=changed, say=texts_of(interaction)))

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The button below a welcome, and those of the panel; each does it for whoever presses."""
        async with kindly(interaction):
            match control.doing.kind:
                case "words":
                    await self._show(interaction)
                case "showing":
                    await self._choose(interaction, control.doing.value)
                case "my_data":
                    await self._give(interaction)
                case "erase":
                    await self._ask(interaction, control.doing.value)
                case "erase_yes":
                    await self._erase(interaction, control.doing.value)

    async def _show(self, interaction: Interaction, note: str = "") -> None:
        account = await self._privacy.account(interaction.user.id, interaction.guild_id)
        await renew(interaction, *privacy_ui.panel(account, texts_of(interaction), note))

    async def _choose(self, interaction: Interaction, place: int | None) -> None:
        if place is not None and place >= len(privacy_ui.CHOICES):
            return
        showing = None if place is None else privacy_ui.CHOICES[place]
        changed = await self._privacy.choose(interaction.user.id, interaction.guild_id, showing)
        self.bot.wake()
        await self._show(interaction, privacy_ui.chosen(showing, changed=changed, say=texts_of(interaction)))

    async def _give(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = texts_of(interaction)
        sections = await self._privacy.export(interaction.user.id)
        name, data = person_file(interaction.user.id, sections, interaction.created_at, say)
        file = discord.File(io.BytesIO(data), name)
        await interaction.followup.send(privacy_ui.given(say), file=file, ephemeral=True)

    async def _ask(self, interaction: Interaction, guild_id: int) -> None:
        everywhere = guild_id == privacy_ui.EVERYWHERE
        found, more = await self._privacy.to_erase(interaction.user.id, None if everywhere else guild_id)
        say = texts_of(interaction)
        elsewhere = "" if everywhere or guild_id == interaction.guild_id else self._name(guild_id, str(guild_id))
        await renew(interaction, *privacy_ui.ask_to_erase(found, guild_id, elsewhere, say, more=more))

    async def _erase(self, interaction: Interaction, guild_id: int) -> None:
        work = self._privacy.erase(interaction.user.id, guild_id or None)
        done = await in_time(interaction, work, turns=True)
        self.bot.wake()
        await renew(interaction, privacy_ui.erased(done, texts_of(interaction)), None)

    async def _place(self, interaction: Interaction, where: str | None) -> int:
        """The server that is meant; 0 for everywhere."""
        usual = _EVERYWHERE if interaction.guild_id is None else _HERE
        wanted = (where or usual).strip().casefold()
        if wanted == _EVERYWHERE:
            return privacy_ui.EVERYWHERE
        if wanted == _HERE and interaction.guild_id is not None:
            return interaction.guild_id
        account = await self._privacy.account(interaction.user.id, interaction.guild_id)
        for one in account.held.servers:
            if wanted in {str(one.guild_id), self._name(one.guild_id, "").casefold()}:
                return one.guild_id
        raise BadInput(Problem.SERVER_UNKNOWN, typed=where)

    def _name(self, guild_id: int, otherwise: str) -> str:
        guild = self.bot.get_guild(guild_id)
        return guild.name if guild is not None else otherwise


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Privacy(bot))
