"""Which of the files that came with messages a site has: pictures and documents that are harmless in a browser.

They are called by what is in them, so that an address never shows anything else, and nothing of what a person called
a file gets into one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.domain.messages import Attachment, ChatRecord

# What a browser would run as a page of this site (HTML, SVG and the like) isn't among them.
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
TYPES = {ending: media_type for media_type, ending in _ENDINGS.items()}
_NAME_LENGTH = 24
_CHUNK = 1 << 20


def kept_files(record: ChatRecord, folder: Path | None) -> Iterator[tuple[int, str, Path]]:
    """The files that came with what may be shown of a chat, as far as they are here.

    Args:
        record: as its people want to be shown.
        folder: where the archive keeps files; None if it keeps none.

    Yields:
        A file's number, its address from the home page on, and where it is.
    """
    if folder is None:
        return
    for message in record.messages:
        if message.is_readable:
            for file in message.attachments:
                found = _find(file, folder)
                if found is not None:
                    yield file.id, f"files/{record.chat.id}/{found[0]}", found[1]


def _find(file: Attachment, folder: Path) -> tuple[str, Path] | None:
    ending = _ENDINGS.get((file.content_type or "").partition(";")[0].strip().lower())
    if file.stored is None or ending is None:
        return None
    path = (folder / file.stored).resolve()
    try:
        if not path.is_relative_to(folder.resolve()):
            return None
        state = path.stat()
        return f"{_hash(path, state.st_mtime_ns, state.st_size)}.{ending}", path
    except OSError:
        return None


@lru_cache(maxsize=10_000)
def _hash(path: Path, _changed: int, _size: int) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()[:_NAME_LENGTH]
