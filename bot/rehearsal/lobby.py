"""The page from which a rehearsal's channels are opened in the browser; on loopback, behind a secret path.

SimCord's preview shows one channel at a time and forbids being framed, so the channels open in a second window of
one name: this page sends that window to the thread by itself when the thread opens.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Rehearsal</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }}
li {{ margin: .5rem 0; }}
</style></head><body>
<main><h1>Rehearsal</h1>
<p>{status}</p>
<p>Open a channel; it comes up in a window of its own, and moves to the thread when the chat begins. There you can
choose whose eyes to look through (host, participant or newcomer), write, press buttons and type / commands.</p>
<ul>{channels}</ul>
<p>Stop the rehearsal with Ctrl-C in the terminal.</p></main>
<script>
document.querySelector('meta[http-equiv]').remove();
const known = {known};
setInterval(async () => {{
  const state = await (await fetch('state')).json();
  document.querySelector('main p').textContent = state.status;
  if (state.channels.length > known && sessionStorage.opened) {{
    window.open('channel/' + state.channels.at(-1), 'shelftalk-rehearsal');
  }}
  if (state.channels.length !== known) location.reload();
}}, 1000);
document.querySelectorAll('a').forEach(a => a.addEventListener('click', () => {{ sessionStorage.opened = '1'; }}));
</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or thread that can be opened.

    Attributes:
        id: Discord's id.
        name: what to call it.
    """

    id: int
    name: str


class Lobby:
    """Serves the page.

    Args:
        rooms: the channels there are now.
        status: one line on where the chat stands.
        enter: opens a channel in the preview and returns the address to go to.
    """

    def __init__(
        self, rooms: Callable[[], list[Room]], status: Callable[[], str], enter: Callable[[int], Awaitable[str]]
    ) -> None:
        self._rooms = rooms
        self._status = status
        self._enter = enter
        self._secret = secrets.token_urlsafe(16)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> str:
        """Serve on loopback; the address to open.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_get(f"/{self._secret}/", self._page)
        app.router.add_get(f"/{self._secret}/state", self._state)
        app.router.add_get(f"/{self._secret}/channel/{{id:\\d+}}", self._channel)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{bound}/{self._secret}/"

    async def stop(self) -> None:
        """Serve no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _page(self, _request: web.Request) -> web.Response:
        rooms = self._rooms()
        items = "".join(
            f'<li><a href="channel/{room.id}" target="shelftalk-rehearsal">{html.escape(room.name)}</a></li>'
            for room in rooms
        )
        text = _PAGE.format(status=html.escape(self._status()), channels=items, known=len(rooms))
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": self._status(), "channels": [str(room.id) for room in self._rooms()]})

    async def _channel(self, request: web.Request) -> web.Response:
        channel_id = int(request.match_info["id"])
        if channel_id not in {room.id for room in self._rooms()}:
            raise web.HTTPNotFound
        raise web.HTTPSeeOther(await self._enter(channel_id))
