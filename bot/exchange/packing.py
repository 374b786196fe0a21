"""Files are packed for Discord: as they are where that will do, else zipped, in as many parts as its limit asks for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

# Discord takes ten files in one message.
MOST_PARTS = 10
_OVERHEAD = 1 << 10


@dataclass(frozen=True, slots=True)
class Packed:
    """A file with its name.

    Attributes:
        name: without a folder.
        data: what is in it.
    """

    name: str
    data: bytes


class TooBig(Exception):
    """A file is over the limit however it is packed.

    Args:
        name: which one.
        size: in bytes, once it is packed.
    """

    def __init__(self, name: str, size: int) -> None:
        super().__init__(name)
        self.name = name
        self.size = size


def pack(files: Sequence[Packed], name: str, limit: int, made_at: datetime) -> list[Packed]:
    """The files to hand over.

    Args:
        files: at least one.
        name: what a zip is called, without its ending.
        limit: how many bytes one file may have.
        made_at: the time that a zip tells of its files (aware UTC).

    Raises:
        TooBig: one of them is over the limit even when it is zipped, or there would be too many parts.
    """
    if len(files) == 1 and len(files[0].data) <= limit:
        return list(files)
    parts: list[list[Packed]] = []
    filled = 0
    for file in files:
        size = len(_zipped([file], made_at))
        if size > limit:
            raise TooBig(file.name, size)
        if not parts or filled + size + _OVERHEAD > limit:
            parts.append([])
            filled = 0
        parts[-1].append(file)
        filled += size
    if len(parts) > MOST_PARTS:
        raise TooBig(name, sum(len(file.data) for file in files))
    names = [f"{name}.zip"] if len(parts) == 1 else [f"{name}-{number}.zip" for number in range(1, len(parts) + 1)]
    return [Packed(each, _zipped(part, made_at)) for each, part in zip(names, parts, strict=True)]


def _zipped(files: Sequence[Packed], made_at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in files:
            packed.writestr(zipfile.ZipInfo(file.name, made_at.timetuple()[:6]), file.data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
