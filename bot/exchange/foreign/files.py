"""Opens a file whatever it is packed in, and tells by what stands in it what kind of file it is."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from bot.domain.errors import SetupProblem
from bot.exchange.problems import Unreadable

_BEGINNING = 1 << 16
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_KINDS = "Shelftalk's own JSON, JSON of DiscordChatExporter, tweets as JSON Lines, or a TAGS archive as CSV"
_KEY = re.compile(r'\s*\{\s*"([^"\\]{1,40})"\s*:')
_EXPORTED = re.compile(r'"(?:channel|dateRange)"\s*:\s*\{')


class Kind(StrEnum):
    """What a file holds."""

    SHELFTALK = "shelftalk"
    DISCORD = "discord"
    TWEETS = "tweets"
    TAGS = "tags"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file's bytes, as UTF-8 where it is UTF-16, unpacked where it is packed with gzip.

    Raises:
        SetupProblem: it can't be opened or read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if not head:
                raise SetupProblem(f"{path} is empty.", "Fetch or export it again.")
            if head.startswith(_ZIP):
                raise SetupProblem(f"{path} is a ZIP archive.", "Unpack it, and name the file in it.")
            if head.startswith(_GZIP):
                with gzip.open(file) as unpacked:
                    yield unpacked  # type: ignore[misc]
            elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                yield io.BufferedReader(_FromUtf16(file), _BEGINNING)
            else:
                yield file
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise SetupProblem(f"{path} was cut off or damaged while it was packed.", "Fetch or pack it again.") from None
    except IsADirectoryError:
        raise SetupProblem(f"{path} is a folder.", f"Name the files in it, such as {path}/*.json.") from None
    except FileNotFoundError:
        raise SetupProblem(f"There is no file {path}.", "Look at its name.") from None
    except OSError as error:
        raise SetupProblem(f"{path} can't be read: {error.strerror}.") from None


class _FromUtf16(io.RawIOBase):
    """What PowerShell and Excel like to write, as everybody else's UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._rest = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, into: object) -> int:
        """As many bytes as there is room for."""
        room = memoryview(into)  # type: ignore[arg-type]
        while not self._rest:
            chunk = self._file.read(_BEGINNING)
            self._rest = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
            if not chunk:
                break
        count = min(len(room), len(self._rest))
        room[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def kind_of(stream: BinaryIO) -> Kind:
    """What kind of file it seems to be, by its beginning.

    Raises:
        Unreadable: it is like none of them.
    """
    head = stream.read(_BEGINNING).decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    if head.startswith("{"):
        return _kind_of_object(head)
    first = head.partition("\n")[0].casefold()
    if "from_user" in first or "id_str" in first:
        return Kind.TAGS
    if head.startswith("["):
        raise Unreadable("this is a JSON list, and a JSON object would be expected", 1, 1, _advice("with jq -c '.[]'"))
    raise Unreadable("this is none of the files that can come in", 1, 0, f"It should be {_KINDS}.")


def _kind_of_object(head: str) -> Kind:
    line = head.partition("\n")[0].strip()
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    names = set(found) if isinstance(found, dict) else set()
    key = _KEY.match(head)
    names |= {key[1]} if key else set()
    if "format" in names or '"shelftalk-archive"' in head[:200]:
        return Kind.SHELFTALK
    if "guild" in names or (_EXPORTED.search(head) and '"text"' not in names):
        return Kind.DISCORD
    if names & {"id", "id_str", "text", "full_text", "data", "created_at", "chat", "hosts", "questions", "author_id"}:
        return Kind.TWEETS
    raise Unreadable(
        "this is JSON of a kind that isn't known", 1, 0, f"It should be {_KINDS}; say which with --format."
    )


def _advice(how: str) -> str:
    return f"Put each tweet on a line of its own, for example {how}."
