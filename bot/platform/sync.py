"""Commands are registered with Discord only when they changed: Discord limits how often that may be done."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any, Protocol

import discord
from discord import app_commands

_log = logging.getLogger(__name__)

_KEY = "commands"


class Notes(Protocol):
    """Where the fingerprint of the last registration is kept."""

    async def get(self, key: str) -> str | None:
        """The text under a key, or None."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Set the text under a key."""
        ...


async def sync_commands(tree: app_commands.CommandTree[Any], notes: Notes, application_id: int) -> bool:
    """Register the commands unless Discord has just these; whether it was done.

    The fingerprint tells whether ours changed; Discord's own list tells whether somebody else's run of the same
    application overwrote them.
    """
    wanted = [command.to_dict(tree) for command in tree.get_commands()]
    ours = json.dumps([application_id, discord.__version__, wanted], sort_keys=True, default=str)
    fingerprint = hashlib.sha256(ours.encode()).hexdigest()
    if await notes.get(_KEY) == fingerprint:
        registered = {command.name for command in await tree.fetch_commands()}
        if registered == {command["name"] for command in wanted}:
            return False
    await tree.sync()
    await notes.put(_KEY, fingerprint)
    _log.info("registered %d commands", len(wanted))
    return True
