"""Files are fetched from Discord's own hosts only: no redirect is followed, no inner network asked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from bot.domain.errors import TryLater
from bot.domain.files import Refusal
from bot.platform.budget import Budget, Priority
from bot.services.file_ports import ExpiredError, RefusedError

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)
_CHUNK = 1 << 18
_EXPIRED = frozenset({403, 404, 410})
_OK = 200


class Downloads:
    """Implements the port `FileSource`.

    Args:
        budget: shared by everything that leaves for Discord.
        api_base: where Discord's API is; another than Discord's own may hand out files too.
    """

    def __init__(self, budget: Budget, api_base: str) -> None:
        self._budget = budget
        parts = urlsplit(api_base)
        self._own = parts.netloc if parts.hostname != "discord.com" else None

    async def stream(self, url: str, most_bytes: int) -> AsyncIterator[bytes]:
        """What stands under an address, piece by piece."""
        parts = urlsplit(url)
        is_own = self._own is not None and parts.netloc == self._own
        if not is_own and (parts.scheme != "https" or parts.netloc not in HOSTS):
            raise RefusedError(Refusal.FOREIGN)
        await self._budget.turn(Priority.LOOK)
        connector = aiohttp.TCPConnector(resolver=None if is_own else _Outside())
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT) as session,
                session.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as answer,
            ):
                if answer.status in _EXPIRED:
                    raise ExpiredError
                if answer.status != _OK:
                    raise TryLater(f"Discord's files: {answer.status}")
                taken = 0
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    taken += len(chunk)
                    if taken > most_bytes:
                        raise RefusedError(Refusal.TOO_LARGE)
                    yield chunk
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            raise TryLater(f"Discord's files are out of reach: {type(error).__name__}") from error


class _Outside(AbstractResolver):
    """Knows no host of an inner network, whatever the domain name system says."""

    def __init__(self) -> None:
        self._resolver = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        outside = [one for one in found if ipaddress.ip_address(one["host"]).is_global]
        if not outside:
            raise OSError(f"{host} is no host of the outer network")
        return outside

    async def close(self) -> None:
        await self._resolver.close()
