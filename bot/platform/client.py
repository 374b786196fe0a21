"""The bot as discord.py's client: least intents, once-only work in `setup_hook`, a clean end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord.ext import commands

from bot.domain.errors import TryLater
from bot.platform.boards import Boards
from bot.platform.failures import KindCommandTree, log_listener_failure
from bot.platform.marks import Marks
from bot.platform.permissions import least_intents
from bot.runtime.tasks import Tasks
from bot.services.anonymity import AnonymousAnswers
from bot.services.answering import Answering
from bot.services.archiving import Archiving
from bot.services.calendars import Calendars
from bot.services.changing import Changing
from bot.services.events import Events
from bot.services.exporting import Exporting
from bot.services.forgetting import Forgetting
from bot.services.guarding import Guarding
from bot.services.hosting import Hosting
from bot.services.jar import Jar
from bot.services.looking_back import LookingBack
from bot.services.planning import Planning
from bot.services.privacy import Privacy
from bot.services.publishing import Publishing
from bot.services.reading import Reading
from bot.services.reminding import Reminding
from bot.services.roundups import Roundups
from bot.services.sealing import Sealing
from bot.services.searching import Searching
from bot.services.series import SeriesPlanning
from bot.services.wording import Wording
from bot.ui.controls import ControlButton, ControlSelect

_log = logging.getLogger(__name__)

_RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Services:
    """What the cogs may call."""

    planning: Planning
    changing: Changing
    series: SeriesPlanning
    events: Events
    calendars: Calendars
    answering: Answering
    anonymous: AnonymousAnswers
    archiving: Archiving
    hosting: Hosting
    guarding: Guarding
    reading: Reading
    looking_back: LookingBack
    searching: Searching
    sealing: Sealing
    exporting: Exporting
    privacy: Privacy
    publishing: Publishing
    forgetting: Forgetting
    wording: Wording
    roundups: Roundups
    reminding: Reminding
    jar: Jar


class ShelftalkBot(commands.Bot):
    """The client; `equip` gives it the rest of the house before it logs in.

    Args:
        tasks: where background work runs.
        reads_text: whether it asks Discord for the text of messages.
    """

    services: Services
    boards: Boards
    marks: Marks
    host_role: str
    # Takes each message that is posted.
    hears: Callable[[discord.Message], None] | None = None
    # Where calendars are served, if they are.
    web_address: Callable[[], str] | None = None
    # Begins to look whether anything is to be kept no longer.
    daily: Callable[[], None] | None = None

    def __init__(self, tasks: Tasks, *, reads_text: bool = True) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=KindCommandTree,
            intents=least_intents(message_content=reads_text),
            allowed_mentions=discord.AllowedMentions.none(),
            # Ids and raw events do; what isn't kept can't go stale.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self._tasks = tasks
        self._begin: Callable[[], Awaitable[None]] | None = None
        self._end: Callable[[], Awaitable[None]] | None = None
        self._wake: Callable[[], None] | None = None
        self._retry: Callable[[], None] | None = None
        self._missed_again = False
        self._also_closed = False
        self._ending = asyncio.Lock()
        self._catch_up_timer: asyncio.TimerHandle | None = None

    def equip(
        self,
        services: Services,
        boards: Boards,
        marks: Marks,
        *,
        host_role: str,
        begin: Callable[[], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
        wake: Callable[[], None],
        retry: Callable[[], None],
    ) -> None:
        """Give the client what it works with.

        Args:
            services: what the cogs call.
            boards: the hosts' desks that are open.
            marks: the reactions by which answers are confirmed.
            host_role: the name of the role whose members may plan chats.
            begin: once-only work after login and before the first event.
            end: writes what is buffered and lets go of everything; called once, at the end.
            wake: tells the ticker that something may be due.
            retry: tells it that what failed lately may succeed now.
        """
        self.services = services
        self.boards, self.marks = boards, marks
        self.host_role = host_role
        self._begin, self._end, self._wake, self._retry = begin, end, wake, retry

    async def setup_hook(self) -> None:
        """Once-only work."""
        self.add_dynamic_items(ControlButton, ControlSelect)
        if self._begin is not None:
            await self._begin()

    async def on_ready(self) -> None:
        """A fresh READY may come at any time: what happened before it was missed."""
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if not self.reads_text:
            _log.warning(
                "discord.message_content is off: what people write isn't read; answers come by button and /answer"
            )
        self.catch_up()
        self.wake()
        if self.daily is not None:
            self.daily()

    async def on_resumed(self) -> None:
        """The connection was lost for a moment; Discord says that it told everything since, which isn't always so."""
        self.catch_up(also_closed=False)

    async def on_guild_available(self, _guild: discord.Guild) -> None:
        """A server was out of order, and with it what was said there."""
        self.catch_up()

    async def on_guild_join(self, _guild: discord.Guild) -> None:
        """The bot was invited, perhaps back into a running chat."""
        self.catch_up()

    def wake(self) -> None:
        """Something may be due."""
        if self._wake is not None:
            self._wake()

    def retry(self) -> None:
        """What failed lately may succeed now."""
        if self._retry is not None:
            self._retry()

    @property
    def reads_text(self) -> bool:
        """Whether Discord tells the bot what people write."""
        return self.intents.message_content

    def catch_up(self, *, also_closed: bool = True) -> None:
        """Fetch what was missed in open chats, in the background, until it has succeeded.

        Args:
            also_closed: whether chats that closed lately are compared with Discord too.
        """
        self._also_closed |= also_closed
        self._missed_again = not self._tasks.start("catch up", self._catch_up(), then=self._caught_up)

    def catch_up_later(self) -> None:
        """The same, after a pause that lets a full disk or a lost connection recover."""
        if self._catch_up_timer is None:
            self._catch_up_timer = self.loop.call_later(_RETRY_SECONDS, self._catch_up_now)

    def _catch_up_now(self) -> None:
        self._catch_up_timer = None
        self.catch_up()

    async def _catch_up(self) -> None:
        while True:
            also_closed = self._also_closed
            try:
                await self.services.archiving.catch_up_all(also_closed=also_closed)
            except TryLater as error:
                _log.warning("catching up has to wait: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                # What was asked for meanwhile starts it once more.
                self._also_closed = self._missed_again and self._also_closed
                return

    def _caught_up(self) -> None:
        # Chats that are over are due to be compared with Discord.
        self.wake()
        if self._missed_again:
            self.catch_up()

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no commands in messages; whoever archives them hears of each directly.

        A listener of its own would be one task more for each message, which is a tenth of the time that it takes.
        """
        if self.hears is not None:
            self.hears(message)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401
        """A listener failed; called while its exception is being handled."""
        log_listener_failure(event_method)

    async def close(self) -> None:
        """Disconnect, then write what is buffered."""
        if self._catch_up_timer is not None:
            self._catch_up_timer.cancel()
        await super().close()
        # A second caller waits until the first has written everything.
        async with self._ending:
            end, self._end = self._end, None
            if end is not None:
                await end()
