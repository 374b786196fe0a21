"""The only place where things are wired: settings in, a bot that is ready to run out."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.domain.files import MEGABYTE, FileGroup, FileRules
from bot.domain.manner import Pace
from bot.platform.boards import Boards
from bot.platform.budget import Budget
from bot.platform.client import Services, ShelftalkBot
from bot.platform.discord_platform import DiscordPlatform
from bot.platform.doors import DiscordDoors
from bot.platform.downloads import Downloads
from bot.platform.events import DiscordEvents
from bot.platform.marks import Marks
from bot.platform.sync import sync_commands
from bot.runtime.clock import DiscordClock
from bot.runtime.daily import Daily
from bot.runtime.errand import Errand
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
from bot.services.exporting import Exporting
from bot.services.forgetting import Forgetting
from bot.services.guarding import Guarding
from bot.services.hosting import Hosting
from bot.services.jar import Jar
from bot.services.keeping_files import KeepingFiles
from bot.services.looking_back import LookingBack
from bot.services.manner import Defaults
from bot.services.planning import Planning
from bot.services.privacy import Privacy
from bot.services.publishing import Publishing
from bot.services.reading import Reading
from bot.services.recapping import Recapping
from bot.services.reminding import Reminding
from bot.services.roundups import Roundups
from bot.services.running import Aides, Running
from bot.services.sealing import Sealing
from bot.services.searching import Searching
from bot.services.series import SeriesPlanning
from bot.services.showing import Showings
from bot.services.shown_chats import ShownChats
from bot.services.shown_search import ShownSearching
from bot.services.wording import Wording
from bot.storage.agenda import AgendaStore
from bot.storage.anonymity import AnonymityStore
from bot.storage.archive import ArchiveStore
from bot.storage.changes import ChangeStore
from bot.storage.chats import ChatStore
from bot.storage.claims import ClaimStore
from bot.storage.clearing import ClearingStore
from bot.storage.copies import discard_old_copies
from bot.storage.database import Database
from bot.storage.desk import DeskStore
from bot.storage.events import EventStore
from bot.storage.files import FileStore
from bot.storage.filings import Rooms
from bot.storage.holdings import HoldingStore
from bot.storage.jar import JarStore
from bot.storage.looks import LookStore
from bot.storage.notes import NoteStore
from bot.storage.people import PeopleStore
from bot.storage.publishing import PublicationStore
from bot.storage.reminders import ReminderStore
from bot.storage.roundups import RoundupStore
from bot.storage.seals import SealStore
from bot.storage.searching import SearchStore
from bot.storage.series import SeriesStore
from bot.storage.versions import agree
from bot.storage.words import WordStore
from bot.web.live import LivePages
from bot.web.server import WebServer
from bot.web.site.building import Building
from bot.web.site.folder import SiteNotes
from bot.web.site.keeper import SiteKeeper
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
    "cogs.exporting",
    "cogs.privacy",
    "cogs.publishing",
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
        keeper: puts published folders right.
        stopping: the end under way, once a signal has asked for it.
    """

    bot: ShelftalkBot
    database: Database
    services: Services
    chats: ChatStore
    keeper: SiteKeeper
    stopping: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Disconnect, write what is buffered, let go of the database; safe to repeat."""
        await self.bot.close()


def build(settings: Settings) -> App:
    """Wire everything; nothing is opened or sent yet."""
    database = Database(settings.database.path, flush_seconds=settings.database.flush_milliseconds / 1000)
    rooms = Rooms()
    chats, agenda, archive = ChatStore(database), AgendaStore(database), ArchiveStore(database, rooms)
    people, notes, claims = PeopleStore(database, rooms), NoteStore(database), ClaimStore(database)
    tasks, clock = Tasks(), DiscordClock()
    bot = ShelftalkBot(tasks, reads_text=settings.discord.message_content)
    budget, desk, seals = Budget(), DeskStore(database), SealStore(database)
    platform, marks = DiscordPlatform(bot, budget), Marks(bot, budget, tasks)
    archiving = Archiving(archive, seals, chats, platform, clock)
    sealing = Sealing(seals, archive, archiving, agenda, clock)
    publications = PublicationStore(database)
    showings, publishing = Showings(publications, archive), Publishing(publications, chats, DiscordDoors(bot))
    hosting = Hosting(desk, chats, showings, platform, clock)
    boards = Boards(hosting, clock, tasks)
    guarding = Guarding(agenda, chats, archive, platform, clock, unwatch=archiving.unwatch)
    digesting = Digesting(archive, showings, clock)
    recapping = Recapping(digesting, agenda, platform, clock)
    reminding = Reminding(ReminderStore(database), chats, agenda, platform, clock)
    all_series, defaults = SeriesStore(database), _defaults(settings)
    roundups = Roundups(RoundupStore(database), digesting, chats, agenda, platform, clock, defaults.zone)
    series = SeriesPlanning(all_series, platform, clock, defaults)
    calendars = Calendars(all_series, chats, notes, showings, platform, clock)
    announcing = Announcing(agenda, all_series, platform)
    events = Events(EventStore(database), DiscordEvents(bot, budget), agenda, clock)
    told = (recapping, roundups, reminding, announcing)
    aides = Aides(archiving, guarding, *told, series, events, sealing, publishing, confirm=marks.confirm)
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
        sealing=sealing,
        hosting=hosting,
        guarding=guarding,
        reading=Reading(chats, archive, digesting, LookStore(database), desk, clock),
        searching=Searching(SearchStore(database), chats, all_series, showings, defaults.zone),
        exporting=Exporting(chats, all_series, archive, publications),
        looking_back=LookingBack(all_series, chats, digesting),
        privacy=Privacy(people, HoldingStore(database), publications, clock),
        publishing=publishing,
        forgetting=_forgetting(settings, ClearingStore(database, rooms), platform, clock),
        wording=Wording(WordStore(database, rooms), chats, showings, clock),
        roundups=roundups,
        reminding=reminding,
        jar=Jar(JarStore(database), clock, random.SystemRandom()),
    )
    ticker = Ticker(agenda, claims, running, clock, tasks, lambda chat_id: boards.changed(chat_id, at_once=True))
    archiving.wake = ticker.wake
    files = _files(settings, database, archive, platform, Downloads(budget, settings.discord.api_base), tasks)
    keeper = _equip(settings, bot, services, _Parts(database, clock, tasks, ticker, notes, boards, marks, files))
    return App(bot, database, services, chats, keeper)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What runs beside the services, and what it runs on."""

    database: Database
    clock: DiscordClock
    tasks: Tasks
    ticker: Ticker
    notes: NoteStore
    boards: Boards
    marks: Marks
    files: Errand


def _equip(settings: Settings, bot: ShelftalkBot, services: Services, parts: _Parts) -> SiteKeeper:
    """Give the client what it works with, and what it begins and ends with."""
    server, keeper = _pages(settings, parts.database, services.calendars, parts.tasks, parts.clock)
    daily = Daily("forgetting", services.forgetting.look, parts.tasks)
    life = _Life(settings, bot, parts, services, daily, server)
    role, ticker = settings.chats.host_role, parts.ticker
    bot.equip(
        services,
        parts.boards,
        parts.marks,
        host_role=role,
        begin=life.begin,
        end=life.end,
        wake=ticker.wake,
        retry=ticker.retry,
    )
    bot.daily = daily.begin
    return keeper


@dataclass(slots=True)
class _Life:
    """Once-only work: after login and before the first event, and at the end."""

    settings: Settings
    bot: ShelftalkBot
    parts: _Parts
    services: Services
    daily: Daily
    server: WebServer | None

    async def begin(self) -> None:
        parts, services = self.parts, self.services
        await parts.database.open()
        for copy in discard_old_copies(parts.database.path, parts.clock.now()):
            _log.info("removed the safety copy %s: it is older than 30 days", copy)
        keeps_versions = self.settings.archive.keep_versions
        await parts.database.write(lambda conn: agree(conn, keeps=keeps_versions))
        await services.archiving.start()
        # What a new version of the zone database moved, and what fell due while the bot was away.
        await services.series.extend_all()
        await services.events.look_again()
        for extension in EXTENSIONS:
            await self.bot.load_extension(extension)
        if self.server is not None:
            await self.server.start()
            self.bot.web_address = self.server.address
        await sync_commands(self.bot.tree, parts.notes, self.bot.application_id or 0)
        parts.ticker.wake()
        parts.database.when_files_change(parts.files.stir)
        parts.files.stir()

    async def end(self) -> None:
        self.parts.ticker.stop()
        self.daily.stop()
        self.parts.files.stop()
        self.parts.boards.stop()
        if self.server is not None:
            await self.server.stop()
        await self.parts.tasks.stop()
        await self.parts.database.close()


def _files(
    settings: Settings,
    database: Database,
    archive: ArchiveStore,
    platform: DiscordPlatform,
    source: Downloads,
    tasks: Tasks,
) -> Errand:
    chosen, clock = settings.files, DiscordClock()
    groups = frozenset(FileGroup(name) for name in chosen.kinds.split(", "))
    rules = FileRules(chosen.keep, chosen.max_megabytes * MEGABYTE, groups)
    store = FileStore(database, chosen.folder_beside(settings.database.path))
    keeping = KeepingFiles(store, source, archive, platform, clock, rules)
    return Errand("files", keeping.work, clock, tasks)


def _pages(
    settings: Settings, database: Database, calendars: Calendars, tasks: Tasks, clock: DiscordClock
) -> tuple[WebServer | None, SiteKeeper]:
    """What shows published chats outside Discord: the server, if there is to be one, and the keeper of folders."""
    published, chats, archive = PublicationStore(database), ChatStore(database), ArchiveStore(database)
    chosen, files = settings.web, settings.files.folder_beside(settings.database.path)

    def building(path: Path, notes: SiteNotes) -> Building:
        shown = ShownChats(published, chats, archive, notes.servers)
        return Building(shown, published, path, base_url=notes.base_url, servers=notes.servers, files=files)

    keeper = SiteKeeper(published, building, tasks)
    if not chosen.enabled:
        return None, keeper
    searching = ShownSearching(SearchStore(database))
    pages = LivePages(ShownChats(published, chats, archive), searching, chosen.base_url, files)
    return WebServer(calendars, clock, chosen.host, chosen.port, chosen.base_url, pages), keeper


def point_at(address: DiscordSettings) -> None:
    """Send what leaves for Discord to the address in the settings: a proxy, or a server that speaks its protocol.

    discord.py keeps both addresses on its classes, so this holds for the whole process.
    """
    discord.http.Route.BASE = address.api_base.rstrip("/")
    if address.gateway is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.gateway)


def _forgetting(
    settings: Settings, clearing: ClearingStore, platform: DiscordPlatform, clock: DiscordClock
) -> Forgetting:
    days = (settings.privacy.keep_after_removal_days, settings.privacy.retention_days)
    after_removal, retention = (None if count is None else timedelta(days=count) for count in days)
    return Forgetting(clearing, platform, clock, after_removal=after_removal, retention=retention)


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
