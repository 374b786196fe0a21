"""Files that people hand in with a command are fetched from Discord here; its errors become those we know."""

from __future__ import annotations

import aiohttp
import discord

from bot.domain.errors import TryLater


async def fetch(file: discord.Attachment) -> bytes:
    """The whole of a file.

    Raises:
        TryLater: Discord doesn't give it now.
    """
    try:
        return await file.read()
    except (discord.HTTPException, TimeoutError, OSError, aiohttp.ClientError) as error:
        raise TryLater(f"a file can't be fetched: {type(error).__name__}") from error
