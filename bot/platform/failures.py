"""What nobody foresaw, in one place: an incident's number in the log and for the person, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from discord import app_commands

from bot.domain.errors import Problem, Refusal
from bot.platform.replies import Interaction, report, texts_of, whisper
from bot.runtime.logging import new_incident_id
from bot.ui.problems import sentence

_log = logging.getLogger(__name__)


class KindCommandTree(app_commands.CommandTree[Any]):
    """Answers what a command let through; commands catch what they foresee by themselves."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """A command failed before or outside its own handling."""
        if isinstance(error, app_commands.NoPrivateMessage):
            await whisper(interaction, sentence(Refusal(Problem.NOT_IN_A_SERVER), texts_of(interaction)))
        else:
            await report(interaction, error)


def log_listener_failure(event_method: str) -> None:
    """Log the error of a listener, while it is being handled."""
    _log.exception("incident %s: %s failed", new_incident_id(), event_method)
