"""What nobody foresaw, in one place: an incident's number in the log and for the person, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.domain.errors import Problem, Refusal
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, report, texts_of, whisper
from bot.runtime.logging import new_incident_id
from bot.ui.problems import sentence

_log = logging.getLogger(__name__)


class Errors(commands.Cog):
    """Catches what commands and listeners let through."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Take the place of discord.py's own handlers, which print tracebacks."""
        self.bot.tree.error(self.on_command_error_in_tree)
        self.bot.on_error = self.on_listener_error  # type: ignore[method-assign]

    async def on_command_error_in_tree(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """A slash command failed before or outside its own handling."""
        if isinstance(error, app_commands.NoPrivateMessage):
            await whisper(interaction, sentence(Refusal(Problem.NOT_IN_A_SERVER), texts_of(interaction)))
            return
        try:
            raise error
        except app_commands.AppCommandError:
            await report(interaction)

    async def on_listener_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401
        """A listener failed; called while its exception is being handled."""
        _log.exception("incident %s: %s failed", new_incident_id(), event_method)


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Errors(bot))
