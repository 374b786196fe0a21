"""`shelftalk export`: chats from the archive as files in a folder, while the bot runs or not; nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.domain.chat import Chat, ChatState
from bot.domain.consent import is_published, shown
from bot.domain.errors import SetupProblem
from bot.domain.messages import ChatRecord
from bot.domain.series import Series, series_like
from bot.exchange.archive import View
from bot.exchange.forms import Form, output, read_forms
from bot.exchange.names import file_name, slug
from bot.runtime.folders import Folder
from bot.services.exporting import EXPORTABLE
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.database import Database
from bot.storage.migrate import check, current_revision, head_revision
from bot.storage.publishing import PublicationStore
from bot.storage.series import SeriesStore
from config.settings import Settings

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for.

    Attributes:
        chats: numbers of chats; empty for all of the series, of the server or of the archive.
        server: Discord's number of a server, or None.
        series: a series' name or number, or None.
        forms: as what, as typed; empty for what is usual.
        view: whose view.
        folder: where the files go.
    """

    chats: Sequence[int]
    server: int | None
    series: str | None
    forms: Sequence[str]
    view: View
    folder: Path


def export(settings: Settings, wish: Wish, made_at: datetime, console: Console) -> list[Path]:
    """Write the files.

    Args:
        settings: say where the database is.
        wish: what was asked for.
        made_at: now (aware UTC).
        console: where the progress is shown.

    Returns:
        The files, in order.

    Raises:
        SetupProblem: there is no such chat, series, server or format, a chat isn't published, or a file can't be
            written.
    """
    forms = _forms(wish)
    with asyncio.Runner() as runner:
        source = _Source(settings, runner)
        runner.run(source.open())
        try:
            chats, name = runner.run(source.choose(wish))
            folder = Folder(wish.folder)
            return list(_write(folder, source, chats, forms, name, wish.view, made_at, console))
        finally:
            runner.run(source.close())


def _forms(wish: Wish) -> tuple[Form, ...]:
    forms, unknown = read_forms(" ".join(wish.forms))
    if unknown:
        raise SetupProblem(f"There is no format {unknown[0]}.", f"Formats are: {', '.join(Form)}, all.")
    if wish.view is View.EVERYTHING:
        if set(forms) - {Form.JSON}:
            raise SetupProblem("--everything writes the archive as JSON.", "Leave --format out, or --everything.")
        return (Form.JSON,)
    return forms or (Form.HTML,)


class _Source:
    """The archive, read chat by chat."""

    def __init__(self, settings: Settings, runner: asyncio.Runner) -> None:
        self._path = settings.database.path
        self._runner = runner
        self._database = Database(self._path)
        self._publications = PublicationStore(self._database)

    async def open(self) -> None:
        if not self._path.exists():
            raise SetupProblem(f"There is no database at {self._path}.", "Name it as database.path in the settings.")
        if problems := check(self._path):
            raise SetupProblem(problems[0])
        if current_revision(self._path) != head_revision():
            raise SetupProblem(
                f"The database {self._path} is of another version of Shelftalk.",
                "The bot brings it up to date when it starts.",
            )
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def choose(self, wish: Wish) -> tuple[list[Chat], str]:
        """The chats that are meant, and what a file with several of them is called, without its ending."""
        if wish.chats:
            return await self._named(wish), "chats"
        servers = await self._publications.servers()
        if wish.server is not None and wish.server not in servers:
            raise SetupProblem(f"The archive has no chats of a server {wish.server}.", _listed("Servers", servers))
        within = servers if wish.server is None else [wish.server]
        series = await self._series(wish.series, within) if wish.series is not None else None
        store = ChatStore(self._database)
        states = EXPORTABLE if wish.view is not View.PUBLISHED else frozenset({ChatState.CLOSED})
        found: list[Chat] = []
        for guild_id in within if series is None else [series.guild_id]:
            series_id = series.id if series is not None else None
            chats = await store.list(guild_id, states, limit=_MOST, series_id=series_id)
            found += [chat for chat in chats if await self._may_leave(chat, wish.view)]
        if not found and wish.view is View.PUBLISHED:
            raise SetupProblem(
                "No such chat is published.",
                "Hosts publish chats in Discord; --as named exports what their own server sees.",
            )
        if not found:
            raise SetupProblem("There is no such chat in the archive.", "In Discord, /chats lists chats.")
        name = slug(series.name) if series is not None else f"server-{wish.server}" if wish.server else "chats"
        return found, name

    async def record(self, chat: Chat, view: View) -> ChatRecord | None:
        """A chat as this view shows it; None if it is gone meanwhile."""
        record = await ArchiveStore(self._database).record_of(chat.id)
        if record is None or view is View.EVERYTHING:
            return record
        return shown(record, await self._publications.consent(chat.guild_id, outside=view is View.PUBLISHED))

    def records(self, chats: Sequence[Chat], view: View) -> Iterator[ChatRecord]:
        """The chats, each read when it is asked for."""
        for chat in chats:
            record = self._runner.run(self.record(chat, view))
            if record is not None:
                yield record

    async def _named(self, wish: Wish) -> list[Chat]:
        store, found = ChatStore(self._database), []
        for number in dict.fromkeys(wish.chats):
            chat = await store.get(number)
            if chat is None or chat.state not in EXPORTABLE:
                raise SetupProblem(
                    f"There is no chat {number} in the archive that has begun.", "In Discord, /chats lists chats."
                )
            if not await self._may_leave(chat, wish.view):
                raise SetupProblem(
                    f"Chat {number} isn't published.",
                    "Hosts publish chats in Discord; --as named exports what their own server sees.",
                )
            found.append(chat)
        return found

    async def _may_leave(self, chat: Chat, view: View) -> bool:
        if view is not View.PUBLISHED:
            return True
        rules = await self._publications.rules(chat.guild_id)
        return chat.state is ChatState.CLOSED and is_published(chat, publishes=rules.publishes)

    async def _series(self, typed: str, servers: Sequence[int]) -> Series:
        store = SeriesStore(self._database)
        known = [one for guild_id in servers for one in await store.of_guild(guild_id)]
        if typed.isdecimal():
            one = await store.get(int(typed))
            if one is not None and one.guild_id in servers:
                return one
        found = [one for one in known if one.name.casefold() == typed.casefold()] or list(series_like(known, typed))
        if len(found) != 1:
            what = f"No series is called {typed}." if not found else f"Several series may be meant by {typed}."
            raise SetupProblem(what, _listed("Series", [f"{one.id} ({one.name})" for one in found or known]))
        return found[0]


def _listed(what: str, names: Sequence[object]) -> str:
    return f"{what}: {', '.join(map(str, names))}." if names else ""


def _write(
    folder: Folder,
    source: _Source,
    chats: Sequence[Chat],
    forms: Sequence[Form],
    name: str,
    view: View,
    made_at: datetime,
    console: Console,
) -> Iterator[Path]:
    single = [form for form in forms if form.is_for_one or len(chats) == 1]
    shared = [form for form in forms if form not in single]
    with ExitStack() as stack:
        writers = [(output(form, view, made_at), f"{name}.{form.ending}") for form in shared]
        drafts = [(writer, stack.enter_context(folder.draft(each)), each) for writer, each in writers]
        for writer, write, _ in drafts:
            write(writer.begin())
        records = source.records(chats, view)
        for record in track(
            records, "Exporting", len(chats), console=console, transient=True, disable=not console.is_terminal
        ):
            for writer, write, _ in drafts:
                for piece in writer.add(record):
                    write(piece)
            for form in single:
                yield _write_one(folder, form, record, view, made_at)
        for writer, write, _ in drafts:
            write(writer.end())
    yield from (folder.path / each for _, _, each in drafts)


def _write_one(folder: Folder, form: Form, record: ChatRecord, view: View, made_at: datetime) -> Path:
    name, writer = file_name(record.chat, form.ending), output(form, view, made_at)
    with folder.draft(name) as write:
        write(writer.begin())
        for piece in writer.add(record):
            write(piece)
        write(writer.end())
    return folder.path / name
