"""`shelftalk rehearse --serve`: the simulated Discord in the browser, with simulated time flowing."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from simcord.backend.errors import SetupError
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from bot.domain.errors import SetupProblem
from bot.rehearsal.lobby import Lobby, Room
from bot.rehearsal.plan import Plan
from bot.rehearsal.play import Happening, Played, happenings, perform, plan_chat
from bot.rehearsal.stage import Stage, open_stage
from bot.rehearsal.transcript import Transcript
from config.settings import Settings

# How often simulated time moves on, in real seconds; short enough to look alive, long enough to type in between.
_BEAT = 0.5
_LEAD = timedelta(minutes=2)


async def serve_rehearsal(
    console: Console, settings: Settings, plan: Plan, transcript: Transcript | None, *, speed: float, port: int
) -> None:
    """Keep a rehearsal open until it is interrupted.

    Args:
        console: where the address is printed.
        settings: of the bot.
        plan: the chat to plan.
        transcript: who says what; None for an empty room.
        speed: simulated seconds in one real second.
        port: of the page, on loopback; 0 for any.

    Raises:
        SetupProblem: the port is taken, or the bot refused the plan.
    """
    async with open_stage(settings, host=plan.host) as stage:
        show = Show(stage, speed)
        try:
            address = await show.lobby.start(port)
        except OSError as error:
            raise SetupProblem(f"Port {port} can't be used: {error.strerror}.", "Name another with --port.") from error
        try:
            played = await plan_chat(stage, plan, lambda text: console.print(escape(text)))
            script = await happenings(stage, played, transcript)
            # Between the plan and the start nothing happens that anybody would want to watch.
            await stage.pass_time((script[0].at - _LEAD - stage.env.now()).total_seconds())
            console.print(f"Open this in a browser on this machine: {address}")
            console.print(f"Simulated time runs {speed:g} times as fast as real time. Stop with Ctrl-C.")
            with _ctrl_c() as stopped:
                await show.run(deque(script), played, console, stopped)
        except (asyncio.CancelledError, KeyboardInterrupt):
            # Pressed before the show began, or on Windows.
            pass
        finally:
            await show.close()
        console.print("The rehearsal has ended.")


@contextmanager
def _ctrl_c() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C sets, so that what goes on comes to its end; being cancelled halfway may be overheard."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_signal_handler(signal.SIGINT, stopped.set)
    except NotImplementedError:
        # On Windows Ctrl-C cancels.
        yield stopped
        return
    try:
        yield stopped
    finally:
        loop.remove_signal_handler(signal.SIGINT)


class Show:
    """A rehearsal that people watch and join in the browser."""

    def __init__(self, stage: Stage, speed: float) -> None:
        self._stage = stage
        self._speed = speed
        self._preview: Preview | None = None
        self._shown = -1
        self._turn = asyncio.Lock()
        self._participant = stage.person("Participant")
        self.lobby = Lobby(self._rooms, self._status, self._enter)

    async def run(self, script: deque[Happening], played: Played, console: Console, stopped: asyncio.Event) -> None:
        """Let time flow, and everyone say their lines when their time comes, until somebody stops it."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while not stopped.is_set():
            await asyncio.sleep(_BEAT)
            now = loop.time()
            async with self._turn:
                if await self._flow((now - last) * self._speed, script, played, console):
                    last = now

    async def close(self) -> None:
        """End the preview and the page."""
        await self.lobby.stop()
        if self._preview is not None:
            await self._preview.close()

    async def _flow(self, seconds: float, script: deque[Happening], played: Played, console: Console) -> bool:
        goal = self._stage.env.now() + timedelta(seconds=seconds)
        try:
            while script and script[0].at <= goal:
                await self._stage.pass_time((script[0].at - self._stage.env.now()).total_seconds())
                happening = script[0]
                await perform(self._stage, played, happening, lambda text: console.print(escape(text)))
                script.popleft()
            await self._stage.pass_time((goal - self._stage.env.now()).total_seconds())
            await self._refresh()
        except SetupError:
            # Somebody is just pressing a button or sending a message in the browser; time waits for them.
            return False
        return True

    async def _refresh(self) -> None:
        # Only when something happened: each refresh makes the page in the browser draw itself anew.
        happened = len(self._stage.env.backend.transcript)
        if self._preview is not None and happened != self._shown:
            await self._preview.refresh()
            self._shown = happened

    def _rooms(self) -> list[Room]:
        threads = [Room(t.id, f"Thread: {t.name}") for t in self._stage.channel.threads]
        return [Room(self._stage.channel.id, f"#{self._stage.channel.name} (announcements)"), *threads]

    def _status(self) -> str:
        return f"Simulated time: {self._stage.env.now():%A %d %B, %H:%M:%S} UTC, {self._speed:g} times real time."

    async def _enter(self, channel_id: int) -> str:
        async with self._turn:
            if self._preview is not None:
                await self._preview.close()
            places: list[ChannelHandle] = [self._stage.channel, *self._stage.channel.threads]
            place = next(p for p in places if p.id == channel_id)
            viewers = [self._stage.host, self._participant, self._stage.newcomer]
            self._preview = None
            preview = self._stage.env.preview(place, viewers=viewers, layout="channel")
            take_turns(preview, self._turn)
            self._preview = await preview.__aenter__()
            return preview.url


def take_turns(preview: Preview, turn: asyncio.Lock) -> None:
    """Let what people do in the browser and the flow of time happen one after the other.

    SimCord refuses an action on a page that has been redrawn since the browser last looked, which in a lively chat
    is most of the time. Messages and buttons are named by their own ids, so here the action is taken as meant for
    the page as it stands. This is the one touch of SimCord's private parts outside `stage.py`.
    """
    act = preview._action  # noqa: SLF001

    async def in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with turn:
            page = preview._pages.get(context_id or "")  # noqa: SLF001
            if page is not None and isinstance(body.get("published_revision"), int):
                body = {**body, "published_revision": page.revision}
            return await act(context_id, body)

    preview._action = in_turn  # type: ignore[method-assign]  # noqa: SLF001
