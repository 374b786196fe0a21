"""The one clock; it follows discord.py's `utcnow`, so that a simulated Discord can move it."""

from __future__ import annotations

from datetime import datetime

import discord


class DiscordClock:
    """Implements the port `Clock`."""

    def now(self) -> datetime:
        """This instant (aware UTC)."""
        return discord.utils.utcnow()
