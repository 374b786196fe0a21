"""Whose an anonymous answer is can be checked while its chat is on, and by nobody afterwards."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum, auto

# How many answers one person may give to one question without a name; what still waits for a host is replaced.
MOST_ANSWERS = 3


class Decision(StrEnum):
    """What a host says to an anonymous answer; BLOCK is for the rest of the chat."""

    APPROVE = auto()
    DECLINE = auto()
    BLOCK = auto()


class Given(StrEnum):
    """What became of an anonymous answer that was sent."""

    WAITING = auto()
    REPLACED = auto()
    ON_ITS_WAY = auto()
    CHANGED = auto()


def author_key(secret: str, person_id: int) -> str:
    """What an anonymous answer keeps of its author: HMAC-SHA256 (RFC 2104) of their number, in hexadecimal.

    Args:
        secret: random, of this chat alone. Once it is destroyed, nobody can try numbers until one fits.
        person_id: Discord's number.
    """
    return hmac.new(secret.encode(), str(person_id).encode(), hashlib.sha256).hexdigest()


def stand_in(relay_id: int) -> int:
    """The author's number that such an answer has in the archive: its own, below zero, where no account's is."""
    return -relay_id
