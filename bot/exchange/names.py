"""Names of files that every system takes, whatever a chat is called."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC

from bot.domain.chat import Chat

_MOST_BYTES = 100
# Windows keeps these for devices, whatever their ending, in any case, and with these digits too.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin|conout|clock|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]?)(?=$|[ .\-])", re.IGNORECASE
)
_KEPT = {"L", "N", "M"}


def slug(text: str, otherwise: str = "chat") -> str:
    """A text as a part of a file's name: letters and digits of any language with hyphens between them.

    Args:
        text: whatever people typed.
        otherwise: the name where nothing of it is left, or where it is one that a system keeps for itself.
    """
    letters = (
        sign if unicodedata.category(sign)[0] in _KEPT or sign == "_" else "-"
        for sign in unicodedata.normalize("NFC", text)
    )
    tidy = re.sub(r"-+", "-", "".join(letters)).strip("-_")
    short = tidy.encode()[:_MOST_BYTES].decode("utf-8", "ignore").strip("-_")
    # A name of marks alone has nothing to stand on.
    if not any(unicodedata.category(sign)[0] in "LN" for sign in short):
        return otherwise
    return f"{otherwise}-{short}" if _RESERVED.match(short) else short


def file_name(chat: Chat, ending: str) -> str:
    """The name of a chat's file, such as `libchat-2026-12-04-7.html`: no two chats of an archive share one."""
    return f"{slug(chat.hashtag)}-{chat.starts_at.astimezone(UTC):%Y-%m-%d}-{chat.id}.{ending}"
