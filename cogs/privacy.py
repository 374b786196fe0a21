"""People and their own words: to be left out, or to be kept again."""

from __future__ import annotations

import re

from discord import app_commands
from discord.ext import commands

from bot.domain.errors import BadInput, Problem
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of, whisper
from bot.ui import help as help_ui
from bot.ui import words

# The end of a message's link, or its bare number; Discord's ids have 17 to 20 digits.
_MESSAGE = re.compile(r"(?:^|/)(\d{15,20})/?\s*$")


class Privacy(commands.GroupCog, name="privacy", description="Decide what becomes of your own words"):
    """`/privacy leave-me-out`, `include-me`, `withdraw`, `greet-me`, `remember-looks`, `forget-looks`."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._privacy = bot.services.privacy
        self._wording = bot.services.wording
        self._reading = bot.services.reading

    @app_commands.command(
        name="leave-me-out", description="Take all your words out of the archive, now and from now on"
    )
    async def leave_me_out(self, interaction: Interaction) -> None:
        """Erase and keep out."""
        async with kindly(interaction):
            erased = await self._privacy.leave_out(interaction.user.id)
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


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Privacy(bot))
