"""A folder with a site in it: only what differs is written, each file at once, and only what is ours is removed.

The marker names every file that Shelftalk wrote or is about to write. It is saved before the first of them and again
after the last, so that a build that is cut off leaves nothing behind that the next one wouldn't know.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from bot.domain.errors import SetupProblem

if sys.platform != "win32":
    import fcntl

MARKER = ".shelftalk-site.json"
_LOCK = ".shelftalk-site.lock"
_DRAFT = ".shelftalk-tmp"
_FORMAT = 1
_PATIENCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class SiteNotes:
    """What a folder's marker says.

    Attributes:
        servers: the servers whose chats are in it; all if empty.
        base_url: the address at which it will be served, or None.
        files: what Shelftalk wrote into it, by addresses from the home page on.
        look: which program and templates made it.
    """

    servers: tuple[int, ...] = ()
    base_url: str | None = None
    files: frozenset[str] = frozenset()
    look: str = ""


def read_notes(folder: Path) -> SiteNotes | None:
    """What a folder's marker says; None for a folder without one that has nothing else in it either.

    Raises:
        SetupProblem: it holds something else, or can't be read.
    """
    try:
        if not folder.exists():
            return None
        if not folder.is_dir():
            raise SetupProblem(f"{folder} is a file.", "Name a folder for the pages; it is made if it isn't there.")
        marker = folder / MARKER
        if marker.exists():
            return _read(marker)
        if any(path.name != _LOCK for path in folder.iterdir()):
            raise SetupProblem(
                f"{folder} holds something that isn't a site of Shelftalk's.",
                "Name a new or an empty folder, so that nothing of yours is overwritten.",
            )
    except OSError as error:
        raise _unusable(folder, error) from error
    return None


def _read(marker: Path) -> SiteNotes:
    try:
        said = json.loads(marker.read_text(encoding="utf-8"))
        if said["format"] != _FORMAT:
            raise SetupProblem(
                f"The pages in {marker.parent} are of another version of Shelftalk.",
                "Update this one, or name another folder.",
            )
        names = frozenset(str(name) for name in said["files"])
        servers = tuple(int(number) for number in said["servers"])
        return SiteNotes(servers, said["base_url"], names, str(said["look"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SetupProblem(
            f"The file {marker} can't be understood.",
            "Delete the folder's contents and publish again: the archive has everything that was in it.",
        ) from error


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Nobody else writes into the folder meanwhile; it is made if it is missing.

    Raises:
        SetupProblem: it can't be made or written to.
    """
    try:
        with await asyncio.to_thread(_open, folder) as held:
            while not _lock(held):  # noqa: ASYNC110 - the other is another process
                await asyncio.sleep(_PATIENCE_SECONDS)
            yield
    except OSError as error:
        raise _unusable(folder, error) from error


def _open(folder: Path) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / _LOCK).open("w")


def _lock(held: IO[str]) -> bool:
    if sys.platform == "win32":
        # Nobody is kept from building one folder twice at once there.
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class SiteFolder:
    """The files of one build.

    Args:
        path: the folder; `locked` holds it.
        notes: what its marker is to say; its files are those that stand there from an earlier build.
    """

    def __init__(self, path: Path, notes: SiteNotes) -> None:
        self._path = path
        self._notes = notes
        self._kept: set[str] = set()
        self.written = 0
        self.removed = 0

    def expect(self, names: Iterable[str]) -> None:
        """Note what is about to be written, so that it is known even if the build is cut off."""
        more = frozenset(names) - self._notes.files
        if more or not (self._path / MARKER).exists():
            self._notes = replace(self._notes, files=self._notes.files | more)
            self._save(self._notes.files)

    def keep(self, name: str) -> bool:
        """Let a file of an earlier build stand; whether it is there."""
        if name in self._notes.files and (self._path / name).is_file():
            self._kept.add(name)
            return True
        return False

    def has(self, name: str) -> bool:
        """Whether a file is part of the site by now."""
        return name in self._kept

    def drop(self, names: Iterable[str]) -> None:
        """Remove some files of an earlier build at once."""
        for name in names:
            target = self._path / name
            if target.is_file():
                target.unlink()
                self.removed += 1
            self._remove_empty(target.parent)

    def put(self, name: str, content: bytes) -> None:
        """Write a file unless it has this content already."""
        self._kept.add(name)
        target = self._path / name
        if not _holds(target, content):
            self._write(target, content)
            self.written += 1

    def copy(self, name: str, source: Path) -> None:
        """Copy a file that is called by what is in it; one that is there is the same."""
        self._kept.add(name)
        target = self._path / name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            self._write(target, source.read_bytes())
            self.written += 1

    def finish(self) -> None:
        """Remove what isn't part of the site any more, and say so in the marker."""
        self.drop(sorted(self._notes.files - self._kept))
        for folder in {(self._path / name).parent for name in self._kept}:
            # Of a build that was cut off in the middle of a file.
            for draft in folder.glob(f".*{_DRAFT}"):
                draft.unlink(missing_ok=True)
        self._save(self._kept)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._path and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _save(self, names: Iterable[str]) -> None:
        said: Mapping[str, object] = {
            "about": "These pages were made by Shelftalk, which puts them right and removes those it doesn't need.",
            "format": _FORMAT,
            "servers": list(self._notes.servers),
            "base_url": self._notes.base_url,
            "look": self._notes.look,
            "files": sorted(names),
        }
        content = (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()
        if not _holds(self._path / MARKER, content):
            self._write(self._path / MARKER, content)

    def _write(self, target: Path, content: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}{_DRAFT}")
        try:
            draft.write_bytes(content)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _unusable(folder: Path, error: OSError) -> SetupProblem:
    return SetupProblem(
        f"The pages can't be written into {folder}: {error.strerror or error}.",
        "Name a folder that Shelftalk may write to, and see that the disk isn't full.",
    )
