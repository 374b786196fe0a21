"""Which files of messages are kept: by size, by kind, and only where they are what they say."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.domain.messages import Attachment

# So much of a file's beginning tells what it is.
BEGINNING = 1024
MEGABYTE = 1_000_000


class FileGroup(StrEnum):
    """Kinds of files, as an operator chooses among them."""

    IMAGES = auto()
    PDF = auto()
    OFFICE = auto()
    TEXT = auto()
    AUDIO = auto()
    VIDEO = auto()


class Refusal(StrEnum):
    """Why a file isn't kept."""

    TOO_LARGE = auto()
    KIND = auto()
    NOT_WHAT_IT_SAYS = auto()
    GONE = auto()
    FOREIGN = auto()
    UNREACHABLE = auto()


# What the operator's settings decide; with other settings it is looked at again.
BY_SETTING = frozenset({Refusal.TOO_LARGE, Refusal.KIND})


@dataclass(frozen=True, slots=True)
class FileRules:
    """What the operator chose.

    Attributes:
        keep: whether files are kept at all.
        most_bytes: larger ones aren't.
        groups: the kinds that are.
    """

    keep: bool
    most_bytes: int
    groups: frozenset[FileGroup]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        group: what the operator calls it.
        extension: with which it is kept, so that no name that somebody chose is ever on the disk.
        signatures: how such a file begins; empty where any text does.
        offset: where the signature stands.
    """

    group: FileGroup
    extension: str
    signatures: tuple[bytes, ...] = ()
    offset: int = 0

    def begins_so(self, beginning: bytes) -> bool:
        """Whether a file that begins like this is of this kind."""
        if not self.signatures:
            return b"\0" not in beginning
        return any(beginning[self.offset :].startswith(signature) for signature in self.signatures)


_ZIP = (b"PK\x03\x04",)
_OLD_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OPEN = "application/vnd.openxmlformats-officedocument."
_FREE = "application/vnd.oasis.opendocument."
# Nothing that a browser would run is among them, such as SVG and HTML.
KINDS = {
    "image/png": Kind(FileGroup.IMAGES, "png", (b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": Kind(FileGroup.IMAGES, "jpg", (b"\xff\xd8\xff",)),
    "image/gif": Kind(FileGroup.IMAGES, "gif", (b"GIF87a", b"GIF89a")),
    "image/webp": Kind(FileGroup.IMAGES, "webp", (b"WEBP",), 8),
    "image/avif": Kind(FileGroup.IMAGES, "avif", (b"ftypavif", b"ftypavis"), 4),
    "image/heic": Kind(FileGroup.IMAGES, "heic", (b"ftyphei", b"ftypmif1"), 4),
    "application/pdf": Kind(FileGroup.PDF, "pdf", (b"%PDF-",)),
    f"{_OPEN}wordprocessingml.document": Kind(FileGroup.OFFICE, "docx", _ZIP),
    f"{_OPEN}spreadsheetml.sheet": Kind(FileGroup.OFFICE, "xlsx", _ZIP),
    f"{_OPEN}presentationml.presentation": Kind(FileGroup.OFFICE, "pptx", _ZIP),
    f"{_FREE}text": Kind(FileGroup.OFFICE, "odt", _ZIP),
    f"{_FREE}spreadsheet": Kind(FileGroup.OFFICE, "ods", _ZIP),
    f"{_FREE}presentation": Kind(FileGroup.OFFICE, "odp", _ZIP),
    "application/epub+zip": Kind(FileGroup.OFFICE, "epub", _ZIP),
    "application/msword": Kind(FileGroup.OFFICE, "doc", _OLD_OFFICE),
    "application/vnd.ms-excel": Kind(FileGroup.OFFICE, "xls", _OLD_OFFICE),
    "application/vnd.ms-powerpoint": Kind(FileGroup.OFFICE, "ppt", _OLD_OFFICE),
    "text/plain": Kind(FileGroup.TEXT, "txt"),
    "text/markdown": Kind(FileGroup.TEXT, "md"),
    "text/csv": Kind(FileGroup.TEXT, "csv"),
    "text/calendar": Kind(FileGroup.TEXT, "ics"),
    "audio/mpeg": Kind(FileGroup.AUDIO, "mp3", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "audio/ogg": Kind(FileGroup.AUDIO, "ogg", (b"OggS",)),
    "audio/wav": Kind(FileGroup.AUDIO, "wav", (b"WAVE",), 8),
    "audio/mp4": Kind(FileGroup.AUDIO, "m4a", (b"ftyp",), 4),
    "video/mp4": Kind(FileGroup.VIDEO, "mp4", (b"ftyp",), 4),
    "video/quicktime": Kind(FileGroup.VIDEO, "mov", (b"ftyp", b"moov", b"mdat", b"wide"), 4),
    "video/webm": Kind(FileGroup.VIDEO, "webm", (b"\x1aE\xdf\xa3",)),
}
_ALSO = {"image/jpg": "image/jpeg", "audio/x-wav": "audio/wav", "audio/mp3": "audio/mpeg", "image/heif": "image/heic"}
EXTENSIONS = frozenset(kind.extension for kind in KINDS.values())


def kind_of(file: Attachment) -> Kind | None:
    """What a file says it is, by its media type, or by its name where Discord told none; None for any other kind."""
    told = file.content_type or mimetypes.guess_type(file.filename, strict=False)[0] or ""
    media_type = told.partition(";")[0].strip().casefold()
    return KINDS.get(_ALSO.get(media_type, media_type))


def refusal_of(file: Attachment, rules: FileRules) -> Refusal | None:
    """Why a file isn't even fetched; None if it is."""
    if file.size > rules.most_bytes:
        return Refusal.TOO_LARGE
    kind = kind_of(file)
    return None if kind is not None and kind.group in rules.groups else Refusal.KIND
