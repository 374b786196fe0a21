"""Writing a site into a folder: everything, or only what changed since; either is safe to repeat and to cut off.

Pages that have to go are gone before anything new is written.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.domain.errors import SetupProblem
from bot.services.publishing_ports import Stale
from bot.services.shown_chats import ShownChats
from bot.web.site import addresses
from bot.web.site.folder import SiteFolder, SiteNotes, locked, read_notes
from bot.web.site.look import LOOK, SiteOptions
from bot.web.site.making import make_chat, shared_pages
from bot.web.site.search_index import find_pagefind, search_index
from bot.web.site.views import lang_of, say_for

_CHAT = re.compile(r"(?:chats|files)/([0-9]+)[./]")

Tell = Callable[[int, int], None]


class Folders(Protocol):
    """The folders that hold pages, and what has to be put right in them; a part of the port `Publications`."""

    async def stale(self, folder: str) -> Stale:
        """What changed since a folder was built last."""
        ...

    async def built(self, folder: str, mark: int) -> None:
        """A folder has everything that was marked until `mark`; it is known from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a folder.

    Attributes:
        chats: how many chats are in it.
        written: how many files were written because they were new or differed.
        removed: how many were removed.
        has_search: whether it can be searched, once there is a chat in it.
    """

    chats: int
    written: int
    removed: int
    has_search: bool


class Building:
    """Builds one folder.

    Args:
        shown: the chats that go into it.
        folders: knows it afterwards.
        path: the folder.
        base_url: the address at which it will be served, or None.
        servers: the servers whose chats go into it; all if empty.
        files: where the archive keeps files; None if it keeps none.
    """

    def __init__(
        self,
        shown: ShownChats,
        folders: Folders,
        path: Path,
        *,
        base_url: str | None,
        servers: tuple[int, ...],
        files: Path | None,
    ) -> None:
        self._shown = shown
        self._folders = folders
        self._path = path.absolute()
        self._servers = servers
        self._files = files
        self._program = find_pagefind()
        self._options = SiteOptions(base_url, has_search=self._program is not None)

    async def build(self, tell: Tell = lambda _done, _of: None, *, only: Collection[int] | None = None) -> Built:
        """Write what differs and remove what isn't shown any more.

        Args:
            tell: is told how many chats are done, and of how many.
            only: the chats that changed; the pages of all others may stand as they are. None for all.

        Raises:
            SetupProblem: the folder holds something else or can't be written, or Pagefind failed.
        """
        # Before anything is read, so that what changes meanwhile is seen the next time.
        stale = await self._folders.stale(str(self._path))
        notes = await asyncio.to_thread(read_notes, self._path)
        async with locked(self._path):
            notes = notes or SiteNotes()
            # Another search, address, choice of servers or look is another site.
            is_same = notes.base_url == self._options.base_url and notes.servers == self._servers
            is_same &= self._options.has_search == (addresses.SEARCH in notes.files)
            is_same &= notes.look == LOOK
            kept = SiteNotes(self._servers, self._options.base_url, notes.files, LOOK)
            built = await self._write(SiteFolder(self._path, kept), notes, tell, only if is_same else None)
        await self._folders.built(str(self._path), stale.mark)
        return built

    async def _write(self, folder: SiteFolder, notes: SiteNotes, tell: Tell, only: Collection[int] | None) -> Built:
        shelf = await self._shown.shelf()
        options = replace(self._options, has_search=self._options.has_search and bool(shelf.entries))
        shared = shared_pages(shelf, options)
        numbers = [entry.chat.id for entry in shelf.entries]
        pages = {addresses.chat_page(number) for number in numbers}
        await asyncio.to_thread(folder.drop, sorted(_withdrawn(notes, set(numbers))))
        await asyncio.to_thread(folder.expect, {*shared, *pages})
        failed: Exception | None = None
        for done, number in enumerate(numbers, start=1):
            if only is None or number in only or not _keep(folder, notes, number):
                try:
                    await self._write_chat(folder, number)
                except (SetupProblem, OSError):
                    raise
                except Exception as error:
                    # One chat's trouble must not keep others' words where they were taken back; its own page goes.
                    failed = failed or error
            tell(done, len(numbers))
        for name, make in shared.items():
            folder.put(name, await asyncio.to_thread(make))
        try:
            if self._program is not None and options.has_search:
                language = lang_of(say_for(shelf)).partition("-")[0]
                await self._write_index(folder, self._program, sorted(pages), language)
        finally:
            # An index that couldn't be made anew has words in it that are to go.
            await asyncio.to_thread(folder.finish)
        if failed is not None:
            raise failed
        return Built(len(numbers), folder.written, folder.removed, self._options.has_search)

    async def _write_chat(self, folder: SiteFolder, number: int) -> None:
        chat = await self._shown.chat(number)
        if chat is None:
            # Its hosts took it back a moment ago; that is marked, and the next build puts the lists right.
            return
        made = await asyncio.to_thread(make_chat, chat, self._options, self._files)

        def write() -> None:
            folder.expect(made.files)
            for name, source in made.files.items():
                folder.copy(name, source)
            folder.put(addresses.chat_page(number), made.page)

        await asyncio.to_thread(write)

    async def _write_index(self, folder: SiteFolder, program: Path, pages: list[str], language: str) -> None:
        def read() -> dict[str, bytes]:
            return {name: (self._path / name).read_bytes() for name in pages if folder.has(name)}

        index = await search_index(program, await asyncio.to_thread(read), language)

        def write() -> None:
            folder.expect(index)
            for name, content in index.items():
                folder.put(name, content)

        await asyncio.to_thread(write)


def _keep(folder: SiteFolder, notes: SiteNotes, number: int) -> bool:
    """Let a chat's page and files stand; whether its page is there."""
    for name in notes.files:
        if name.startswith(f"files/{number}/"):
            folder.keep(name)
    return folder.keep(addresses.chat_page(number))


def _withdrawn(notes: SiteNotes, published: set[int]) -> list[str]:
    """The pages and files of chats that aren't published any more."""
    found = ((name, _CHAT.match(name)) for name in notes.files)
    return [name for name, match in found if match is not None and int(match[1]) not in published]
