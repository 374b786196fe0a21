"""The bot's own web server: pages of published chats, and calendars to subscribe to.

It listens on loopback unless the operator configured otherwise.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.domain.errors import BadInput, SetupProblem, TryLater
from bot.runtime.logging import new_incident_id
from bot.services.calendars import Calendars
from bot.services.ports import Clock
from bot.ui.calendars import feed
from bot.ui.texts import texts_for
from bot.web.live import LivePages

_log = logging.getLogger(__name__)
# What aiohttp says of a request that it can't read repeats the request, with the address that nobody may know.
_quiet = logging.getLogger(f"{__name__}.requests")
_quiet.disabled = True
# So long a page that is being sent may hold up the bot's end.
_GRACE_SECONDS = 3.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
    "X-Robots-Tag": "noindex",
}


class WebServer:
    """Serves what is asked for; started and stopped with the bot.

    Args:
        calendars: what stands in them.
        clock: when it is now.
        host: the network address to listen on.
        port: 0 for any free one.
        base_url: the address that visitors use; None for host and port.
        pages: of published chats; None to serve calendars alone.
    """

    def __init__(
        self,
        calendars: Calendars,
        clock: Clock,
        host: str,
        port: int,
        base_url: str | None,
        pages: LivePages | None = None,
    ) -> None:
        self._calendars = calendars
        self._clock = clock
        self._host, self._port = host, port
        self._base_url = base_url
        self._pages = pages
        self._runner: web.AppRunner | None = None

    def address(self) -> str:
        """The address that visitors use, without a slash at its end."""
        if self._base_url is not None:
            return self._base_url
        addresses = self._runner.addresses if self._runner is not None else []
        port = addresses[0][1] if addresses else self._port
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{port}"

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            SetupProblem: the address can't be listened on.
        """
        app = web.Application(middlewares=[self._guard])
        # The longer address first: the shorter one would take its beginning for a server.
        app.add_routes(
            [
                web.get("/calendars/{address}/{series:[0-9]{1,12}}.ics", self._calendar),
                web.get("/calendars/{address}.ics", self._calendar),
            ]
        )
        if self._pages is not None:
            app.add_routes([web.get("/{path:(?!calendars/).*}", self._pages.page)])
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, logger=_quiet, shutdown_timeout=_GRACE_SECONDS
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise SetupProblem(*cannot_listen(self._host, self._port, error)) from error
        _log.info("serving pages and calendars at %s", self.address())

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _calendar(self, request: web.Request) -> web.Response:
        guild_id = await self._calendars.guild_at(request.match_info["address"])
        if guild_id is None:
            raise web.HTTPNotFound
        series = request.match_info.get("series")
        try:
            entries = await self._calendars.entries(guild_id, int(series) if series else None)
        except BadInput:
            raise web.HTTPNotFound from None
        name = f"#{entries[0].hashtag}" if series and entries else "Shelftalk"
        say = texts_for(entries[0].locale if entries else "en-US")
        # A busy server's year takes a while to write, and the bot has other things to do meanwhile.
        body = await asyncio.to_thread(feed, entries, name, self._clock.now().replace(microsecond=0), say)
        headers = {"Content-Disposition": 'inline; filename="chats.ics"', "Cache-Control": "private, max-age=600"}
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Plain sentences for what isn't there or fails; an address that nobody can guess never stands in a log."""
        try:
            response = await handler(request)
        except web.HTTPNotFound:
            response = await self._sorry(request, 404, "There is nothing here. Ask in Discord for the address.")
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.reason}\n")
        except TryLater:
            response = await self._sorry(request, 503, "Please try again in a minute.")
            response.headers["Retry-After"] = "60"
        except Exception:
            incident_id = new_incident_id()
            _log.exception("incident %s: a page couldn't be made", incident_id)
            told = f"Something went wrong; in the log it is incident {incident_id}."
            response = await self._sorry(request, 500, told)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _sorry(self, request: web.Request, status: int, told: str) -> web.Response:
        """A page for those who look at pages, a line for calendars."""
        if self._pages is None or request.path.startswith("/calendars"):
            return web.Response(status=status, text=f"{told}\n")
        return await self._pages.sorry(status, told)


def cannot_listen(host: str, port: int, error: OSError) -> tuple[str, str]:
    """What the operator reads where an address can't be listened on, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"The web server can't listen on {host}, port {port}: something else does already.",
            "Choose another web.port, or end the other program; it may be this bot, started twice.",
        )
    return (
        f"The web server can't listen on {host}, port {port}: {error.strerror or error}.",
        "Correct web.host and web.port, or set web.enabled = false.",
    )
