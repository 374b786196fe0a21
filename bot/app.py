"""The only place where things are wired: settings in, a bot that is ready to run out."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.domain.manner import Pace
from bot.platform.boards import Boards
from bot.platform.budget import Budget
from bot.platform.client import Services, ShelftalkBot
from bot.platform.discord_platform import DiscordPlatform
from bot.platform.events import DiscordEvents
from bot.platform.marks import Marks
from bot.platform.sync import sync_commands
from bot.runtime.clock import DiscordClock
from bot.runtime.tasks import Tasks
from bot.runtime.ticker import Ticker
from bot.services.announcing import Announcing
from bot.services.anonymity import AnonymousAnswers
from bot.services.answering import Answering
from bot.services.archiving import Archiving
from bot.services.calendars import Calendars
from bot.services.changing import Changing
from bot.services.digesting import Digesting
from bot.services.events import Events
from bot.services.guarding import Guarding
from bot.services.hosting import Hosting
from bot.services.jar import Jar
from bot.services.looking_back import LookingBack
from bot.services.manner import Defaults
from bot.services.planning import Planning
from bot.services.privacy import Privacy
from bot.services.reading import Reading
from bot.services.recapping import Recapping
from bot.services.reminding import Reminding
from bot.services.roundups import Roundups
from bot.services.running import Aides, Running
from bot.services.searching import Searching
from bot.services.series import SeriesPlanning
from bot.services.wording import Wording
from bot.storage.agenda import AgendaStore
from bot.storage.anonymity import AnonymityStore
from bot.storage.archive import ArchiveStore
from bot.storage.changes import ChangeStore
from bot.storage.chats import ChatStore
from bot.storage.claims import ClaimStore
from bot.storage.copies import discard_old_copies
from bot.storage.database import Database
from bot.storage.desk import DeskStore
from bot.storage.events import EventStore
from bot.storage.filings import Rooms
from bot.storage.jar import JarStore
from bot.storage.looks import LookStore
from bot.storage.notes import NoteStore
from bot.storage.people import PeopleStore
from bot.storage.reminders import ReminderStore
from bot.storage.roundups import RoundupStore
from bot.storage.searching import SearchStore
from bot.storage.series import SeriesStore
from bot.storage.words import WordStore
from bot.web.server import WebServer
from config.sections import DiscordSettings
from config.settings import Settings

_log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.scheduling",
    "cogs.changing",
    "cogs.series",
    "cogs.calendars",
    "cogs.hosting",
    "cogs.answering",
    "cogs.approving",
    "cogs.wording",
    "cogs.reading",
    "cogs.searching",
    "cogs.privacy",
    "cogs.guarding",
    "cogs.roundups",
    "cogs.reminding",
    "cogs.jar",
)


@dataclass(slots=True)
class App:
    """A wired bot; log its client in to run it, close the client to end it.

    Attributes:
        bot: the client.
        database: its archive; open between login and the end.
        services: the use cases.
        chats: the store of chats.
        stopping: the end under way, once a signal has asked for it.
    """

    bot: ShelftalkBot
    database: Database
    services: Services
    chats: ChatStore
    stopping: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Disconnect, write what is buffered, let go of the database; safe to repeat."""
        await self.bot.close()


def build(settings: Settings) -> App:
    """Wire everything; nothing is opened or sent yet."""
    database = Database(settings.database.path, flush_seconds=settings.database.flush_milliseconds / 1000)
    rooms = Rooms()
    chats, agenda, archive = ChatStore(database), AgendaStore(database), ArchiveStore(database, rooms)
    people, notes = PeopleStore(database, rooms), NoteStore(database)
    tasks, clock = Tasks(), DiscordClock()
    bot = ShelftalkBot(tasks, reads_text=settings.discord.message_content)
    budget = Budget()
    platform, marks = DiscordPlatform(bot, budget), Marks(bot, budget, tasks)
    archiving = Archiving(archive, chats, platform, clock)
    desk = DeskStore(database)
    hosting = Hosting(desk, chats, platform, clock)
    boards = Boards(hosting, clock, tasks)
    guarding = Guarding(agenda, chats, archive, platform, clock, unwatch=archiving.unwatch)
    digesting = Digesting(archive, clock)
    recapping = Recapping(digesting, agenda, platform, clock)
    zone = settings.chats.default_zone
    roundups = Roundups(RoundupStore(database), digesting, chats, agenda, platform, clock, zone)
    reminding = Reminding(ReminderStore(database), chats, agenda, platform, clock)
    all_series, defaults = SeriesStore(database), _defaults(settings)
    series = SeriesPlanning(all_series, platform, clock, defaults)
    calendars = Calendars(all_series, chats, notes, platform, clock)
    announcing = Announcing(agenda, all_series, platform)
    events = Events(EventStore(database), DiscordEvents(bot, budget), agenda, clock)
    aides = Aides(
        archiving, guarding, recapping, roundups, reminding, announcing, series, events, confirm=marks.confirm
    )
    running = Running(agenda, chats, archive, platform, clock, aides)
    answering = Answering(chats, archive, people, clock)
    services = Services(
        planning=Planning(chats, agenda, platform, clock, defaults),
        changing=Changing(ChangeStore(database), chats, all_series, desk, platform, clock, defaults),
        series=series,
        events=events,
        calendars=calendars,
        answering=answering,
        anonymous=AnonymousAnswers(answering, AnonymityStore(database), chats, archive, clock),
        archiving=archiving,
        hosting=hosting,
        guarding=guarding,
        reading=Reading(chats, archive, digesting, LookStore(database), desk, clock),
        searching=Searching(SearchStore(database), chats, all_series, defaults.zone),
        looking_back=LookingBack(all_series, chats, digesting),
        privacy=Privacy(people, clock),
        wording=Wording(WordStore(database, rooms), clock),
        roundups=roundups,
        reminding=reminding,
        jar=Jar(JarStore(database), clock, random.SystemRandom()),
    )
    server = _web_server(settings, calendars, clock)
    claims = ClaimStore(database)
    ticker = Ticker(agenda, claims, running, clock, tasks, lambda chat_id: boards.changed(chat_id, at_once=True))

    life = _Life(bot, database, clock, archiving, series, events, notes, tasks, ticker, boards, server)
    role = settings.chats.host_role
    bot.equip(
        services, boards, marks, host_role=role, begin=life.begin, end=life.end, wake=ticker.wake, retry=ticker.retry
    )
    return App(bot, database, services, chats)


@dataclass(slots=True)
class _Life:
    """Once-only work: after login and before the first event, and at the end."""

    bot: ShelftalkBot
    database: Database
    clock: DiscordClock
    archiving: Archiving
    series: SeriesPlanning
    events: Events
    notes: NoteStore
    tasks: Tasks
    ticker: Ticker
    boards: Boards
    server: WebServer | None

    async def begin(self) -> None:
        await self.database.open()
        for copy in discard_old_copies(self.database.path, self.clock.now()):
            _log.info("removed the safety copy %s: it is older than 30 days", copy)
        await self.archiving.start()
        # What a new version of the zone database moved, and what fell due while the bot was away.
        await self.series.extend_all()
        await self.events.look_again()
        for extension in EXTENSIONS:
            await self.bot.load_extension(extension)
        if self.server is not None:
            await self.server.start()
            self.bot.web_address = self.server.address
        await sync_commands(self.bot.tree, self.notes, self.bot.application_id or 0)
        self.ticker.wake()

    async def end(self) -> None:
        self.ticker.stop()
        self.boards.stop()
        if self.server is not None:
            await self.server.stop()
        await self.tasks.stop()
        await self.database.close()


def _web_server(settings: Settings, calendars: Calendars, clock: DiscordClock) -> WebServer | None:
    chosen = settings.web
    return WebServer(calendars, clock, chosen.host, chosen.port, chosen.base_url) if chosen.enabled else None


def point_at(address: DiscordSettings) -> None:
    """Send what leaves for Discord to the address in the settings: a proxy, or a server that speaks its protocol.

    discord.py keeps both addresses on its classes, so this holds for the whole process.
    """
    discord.http.Route.BASE = address.api_base.rstrip("/")
    if address.gateway is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.gateway)


def _defaults(settings: Settings) -> Defaults:
    chats = settings.chats
    return Defaults(
        zone=chats.default_zone,
        minutes=chats.default_minutes,
        pace=Pace(
            welcome=chats.welcome_minutes,
            wrap_up=chats.wrap_up_minutes,
            late=chats.late_minutes,
            reminder=chats.reminder_minutes,
        ),
    )
