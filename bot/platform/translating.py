"""Discord's and the network's errors become the kinds that the services know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.platform.threads import UNKNOWN_CHANNEL

TOO_MANY = 429
SERVER_ERROR = 500


@contextmanager
def translated(channel_id: int, lacking: tuple[str, ...] | Callable[[], tuple[str, ...]]) -> Iterator[None]:
    """Translate what is raised inside.

    Args:
        channel_id: where something is done.
        lacking: the permissions that may be missing when Discord refuses, or what finds them out.
    """

    def missing() -> tuple[str, ...]:
        return lacking() if callable(lacking) else lacking

    try:
        yield
    except discord.NotFound as error:
        if error.code == UNKNOWN_CHANNEL:
            raise Gone(channel_id) from error
        raise MissingPermissions(channel_id, missing()) from error
    except discord.Forbidden as error:
        raise MissingPermissions(channel_id, missing()) from error
    except discord.RateLimited as error:
        raise TryLater("Discord's rate limit", error.retry_after) from error
    except discord.HTTPException as error:
        if error.status == TOO_MANY or error.status >= SERVER_ERROR:
            raise TryLater(f"Discord answered {error.status}") from error
        raise
    except (TimeoutError, OSError, aiohttp.ClientError) as error:
        raise TryLater(f"Discord is out of reach: {type(error).__name__}") from error
