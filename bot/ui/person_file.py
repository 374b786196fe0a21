"""Everything that is kept of a person, as one file for that person: plain text to the eye, JSON to a program."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime

from bot.services.person_values import Section
from bot.ui.texts import Texts

# Discord takes files of 10 MB from bots.
MOST_BYTES = 8_000_000
_NAME = "my-words.json"
_NUMBERS = frozenset({"id", "server"})


def person_file(
    person_id: int, sections: Sequence[Section], made_at: datetime, say: Texts, most: int = MOST_BYTES
) -> tuple[str, bytes]:
    """The file's name and what is in it; packed (ZIP) where it would be too big for Discord.

    Args:
        person_id: whose it is.
        sections: what is kept.
        made_at: when (aware UTC).
        say: their language.
        most: how many bytes it may have unpacked.
    """
    content = {
        "about": say("Everything that this bot keeps of you. Times are UTC; servers, chats and people are numbers."),
        "person": str(person_id),
        "made_at": made_at.isoformat(),
        **{section.name: [_plain(entry) for entry in section.entries] for section in sections},
    }
    data = (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8", errors="replace")
    if len(data) <= most:
        return _NAME, data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_NAME, data)
    return f"{_NAME}.zip", packed.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _named(name, part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return {name: _named(name, part) for name, part in value} if _is_entry(value) else [_plain(p) for p in value]
    return value


def _named(name: str, value: object) -> object:
    # Discord's numbers are too long for many programs that read JSON.
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and (name in _NUMBERS or name.endswith("_id")) else _plain(value)


def _is_entry(value: Sequence[object]) -> bool:
    pairs = [part for part in value if isinstance(part, tuple) and len(part) == len(("name", "value"))]
    return bool(value) and len(pairs) == len(value) and all(isinstance(name, str) for name, _ in pairs)
