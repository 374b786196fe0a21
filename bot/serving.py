"""Running for real: sign in, stay until stopped, and end cleanly on SIGTERM and SIGINT."""

from __future__ import annotations

import asyncio
import logging
import signal

import aiohttp
import discord

from bot.app import App, build, point_at
from bot.domain.errors import SetupProblem
from bot.runtime.clock import DiscordClock
from bot.runtime.health import Heartbeat
from bot.runtime.logging import configure_logging
from bot.runtime.tuning import tune
from config.settings import Settings

_log = logging.getLogger(__name__)

_BEAT_SECONDS = 30.0


def run_forever(settings: Settings) -> None:
    """Run the bot until it is stopped.

    Raises:
        SetupProblem: there is no token, Discord refuses it, or the database can't be used.
    """
    token = settings.discord.token
    if token is None:
        raise SetupProblem(
            "There is no bot token.",
            "Set it as the environment variable DISCORD_TOKEN or as discord.token in shelftalk.toml. "
            "`shelftalk rehearse` needs none.",
        )
    secret = token.get_secret_value()
    configure_logging(settings.logging.level, settings.logging.format, [secret])
    point_at(settings.discord)
    asyncio.run(_run(settings, secret))


async def _run(settings: Settings, token: str) -> None:
    app = build(settings)
    tune()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, app, number)
    pulse = Pulse(app, Heartbeat(settings.database.path.with_name("heartbeat.json")))
    try:
        pulse.beat()
        await app.bot.start(token)
    except discord.LoginFailure as error:
        raise SetupProblem(
            "Discord doesn't accept the token.", "Copy it again from the Bot page of Discord's developer portal."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise SetupProblem(
            "Discord doesn't let the bot read messages' text.",
            "Switch on Message Content Intent on the Bot page of Discord's developer portal. To run without it, set "
            "discord.message_content = false; people then answer by button and /answer.",
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        # Later losses of the connection discord.py mends by itself; this is one at the very start.
        raise SetupProblem(
            f"Discord can't be reached ({type(error).__name__}).",
            "Check the connection, and discord.api_base if you changed it; then start the bot again.",
        ) from error
    finally:
        pulse.stop()
        await app.close()
        _log.info("ended; everything is saved")


def _stop(app: App, number: int) -> None:
    _log.info("%s: ending", signal.Signals(number).name)
    # discord.py leaves its loop once the client is closed; `_run` does the rest.
    app.stopping = asyncio.get_running_loop().create_task(app.bot.close(), name="end")


class Pulse:
    """Tells the health check every half minute that the bot lives, and has published pages put right.

    It beats by the machine's clock, which a simulated Discord doesn't move.
    """

    def __init__(self, app: App, heartbeat: Heartbeat) -> None:
        self._app = app
        self._heartbeat = heartbeat
        self._timer: asyncio.TimerHandle | None = None

    def beat(self) -> None:
        """Beat now, and again in half a minute."""
        status = "connected" if self._app.bot.is_ready() else "connecting"
        try:
            self._heartbeat.beat(DiscordClock().now(), status)
        except OSError as error:
            _log.warning("the heartbeat can't be written: %s", error.strerror)
        if self._app.bot.is_ready():
            self._app.keeper.begin()
        self._timer = asyncio.get_running_loop().call_later(_BEAT_SECONDS, self.beat)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer is not None:
            self._timer.cancel()
