"""`shelftalk publish`: a site from the archive, as far as hosts and participants agreed to it."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.domain.errors import SetupProblem
from bot.services.shown_chats import ShownChats
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.database import Database
from bot.storage.migrate import check, current_revision, head_revision
from bot.storage.publishing import PublicationStore
from bot.web.site.building import Building, Built
from config.settings import Settings


def publish(settings: Settings, folder: Path, servers: tuple[int, ...], base_url: str | None) -> None:
    """Build a site and say what became of it.

    Args:
        settings: say where the database is.
        folder: where the site goes.
        servers: the servers whose chats go into it; all if empty.
        base_url: the address at which it will be served, or None.

    Raises:
        SetupProblem: there is no such database or server, the address is none, or the folder can't be used.
    """
    address = _checked(base_url) if base_url is not None else None
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    built = asyncio.run(_publish(settings, folder, servers, address, console))
    out = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    chats = "1 chat" if built.chats == 1 else f"{built.chats} chats"
    out.print(
        f"{chats} in {escape(str(folder))}: {built.written} files written, {built.removed} removed, the rest stood."
    )
    if not built.chats:
        out.print("Nothing is published yet: hosts say with /publish in Discord which chats may be shown.")
    if not built.has_search:
        out.print("Without a search: Pagefind isn't installed. To have one: pip install 'shelftalk\\[site]'")
    if address is None:
        out.print("Without sitemap.xml, which needs whole addresses: give --base-url to have one.")


async def _publish(
    settings: Settings, folder: Path, servers: tuple[int, ...], base_url: str | None, console: Console
) -> Built:
    path = settings.database.path
    if not path.exists():
        raise SetupProblem(f"There is no database at {path}.", "Name it as database.path in the settings.")
    if problems := check(path):
        raise SetupProblem(problems[0])
    if current_revision(path) != head_revision():
        raise SetupProblem(
            f"The database {path} is of another version of Shelftalk.", "The bot brings it up to date when it starts."
        )
    database = Database(path)
    await database.open()
    try:
        publications = PublicationStore(database)
        known = await publications.servers()
        for number in servers:
            if number not in known:
                raise SetupProblem(
                    f"The archive has no chats of a server {number}.",
                    f"It has chats of: {', '.join(map(str, known)) or 'none yet'}.",
                )
        shown = ShownChats(publications, ChatStore(database), ArchiveStore(database), servers)
        building = Building(shown, publications, folder, base_url=base_url, servers=servers, files=files_of(settings))
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Pages", total=None)
            return await building.build(lambda done, of: progress.update(task, completed=done, total=of))
    finally:
        await database.close()


def files_of(settings: Settings) -> Path:
    """Where the archive keeps the files that came with messages."""
    return settings.files.folder_beside(settings.database.path)


def _checked(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or re.search(r"[\s\"<>]", base_url):
        raise SetupProblem(
            f"{base_url!r} isn't an address that pages can have.",
            "Give --base-url the address of the folder as visitors type it, such as https://chats.example.org.",
        )
    return base_url.rstrip("/")
