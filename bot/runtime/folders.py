"""Files are written into a folder whole or not at all, and never over a file that isn't ours.

Which files are ours, and how we left them, is kept beside them; one that somebody else made or changed stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.domain.errors import SetupProblem

_LIST = ".shelftalk-files.json"
_WRITABLE = "Name a folder that Shelftalk may write to, and see that the disk isn't full."


class Folder:
    """A folder for files that people fetch.

    Args:
        path: made if it is missing.

    Raises:
        SetupProblem: it can't be made, is a file, or can't be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _told(path):
            path.mkdir(parents=True, exist_ok=True)
        self._ours = self._read_list()

    @contextmanager
    def draft(self, name: str) -> Iterator[Callable[[str], None]]:
        """Write a file piece by piece; it is there once all is written, and as before if anything goes wrong.

        Args:
            name: of the file, without a folder.

        Yields:
            What to hand each piece to; it is written as UTF-8, with its line ends as they are.

        Raises:
            SetupProblem: there is such a file that isn't ours, or it can't be written.
        """
        target = self.path / name
        draft = self.path / f".{secrets.token_hex(6)}.tmp"
        digest = hashlib.sha256()
        with _told(target):
            self._check(target)
            try:
                with draft.open("xb") as file:

                    def write(piece: str) -> None:
                        data = piece.encode()
                        digest.update(data)
                        with _told(target):
                            file.write(data)

                    yield write
                    file.flush()
                    os.fsync(file.fileno())
                # Noted first: killed in between, it is written anew the next time.
                self._note(name, digest.hexdigest())
                draft.replace(target)
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)

    def _check(self, target: Path) -> None:
        if not os.path.lexists(target):
            return
        is_ours = target.is_file() and not target.is_symlink() and _digest(target) in self._ours.get(target.name, ())
        if not is_ours:
            raise SetupProblem(
                f"There is a file {target} already that Shelftalk didn't write, or that was changed since.",
                "Move it away, or name another folder.",
            )

    def _note(self, name: str, digest: str) -> None:
        # What stands there now stays ours until the new file has taken its place.
        self._ours[name] = [*self._ours.get(name, [])[-1:], digest]
        draft = self.path / f".{secrets.token_hex(6)}.tmp"
        try:
            draft.write_text(json.dumps(self._ours, indent=0, sort_keys=True), encoding="utf-8")
            draft.replace(self.path / _LIST)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _read_list(self) -> dict[str, list[str]]:
        try:
            found = json.loads((self.path / _LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {str(name): [str(one) for one in known] for name, known in pairs if isinstance(known, list)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise SetupProblem(f"{path} can't be written: {error.strerror or error}.", _WRITABLE) from error
