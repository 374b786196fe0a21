"""Keeps published folders right while the bot runs: what somebody takes back is gone from them within a minute.

What changed is marked in the database, so that nothing is forgotten over a restart. A folder that this machine can't
write is left to `shelftalk publish`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.errors import SetupProblem
from bot.runtime.logging import new_incident_id
from bot.runtime.tasks import Tasks
from bot.web.site.building import Building, Folders
from bot.web.site.folder import SiteNotes, read_notes

_log = logging.getLogger(__name__)

# What failed for an unknown reason is tried again after so many rounds, so that the log doesn't fill with it.
_REST = 30


class KnownFolders(Folders, Protocol):
    """All folders that hold pages; a part of the port `Publications`."""

    async def folders(self) -> Sequence[str]:
        """The folders into which pages were written, by their absolute paths."""
        ...


class SiteKeeper:
    """Looks what changed when it is told to, and puts it right.

    Args:
        folders: the folders, and what has to be put right in them.
        building: how to build one, by its path and what its marker says.
        tasks: runs it beside everything else.
    """

    def __init__(self, folders: KnownFolders, building: Callable[[Path, SiteNotes], Building], tasks: Tasks) -> None:
        self._folders = folders
        self._building = building
        self._tasks = tasks
        self._told: set[tuple[str, str]] = set()
        self._rests: dict[str, int] = {}

    def begin(self) -> None:
        """Look now, beside everything else, unless that is under way."""
        self._tasks.start("pages", self.look())

    async def look(self) -> None:
        """Put right what changed since the last time, in every folder."""
        for name in await self._folders.folders():
            if self._rests.get(name, 0) > 0:
                self._rests[name] -= 1
                continue
            stale = await self._folders.stale(name)
            if not stale.chats:
                continue
            try:
                await self._put_right(Path(name), stale.chats)
            except SetupProblem as problem:
                self._tell(name, f"{problem.what} {problem.advice}")
            except Exception:
                incident_id = new_incident_id()
                _log.exception("incident %s: the pages in %s can't be put right", incident_id, name)
                self._rests[name] = _REST

    async def _put_right(self, path: Path, chats: Sequence[int]) -> None:
        notes = await asyncio.to_thread(read_notes, path)
        if notes is None:
            self._tell(str(path), "there is no site any more, at least not on this machine")
            return
        built = await self._building(path, notes).build(only=chats)
        _log.info("put %s right: %d files written, %d removed", path, built.written, built.removed)

    def _tell(self, name: str, what: str) -> None:
        # Once is enough: it is tried again every time.
        if (name, what) not in self._told:
            self._told.add((name, what))
            _log.warning("the pages in %s can't be put right: %s; run `shelftalk publish` there", name, what)
