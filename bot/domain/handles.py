"""Names on Twitter: who is meant by one, as a number that no account of Discord has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

# A handle has fifteen signs at most; some older ones, and made-up names, have more.
HANDLE = re.compile(r"(?<![\w@/])@(?P<handle>\w{1,40})")
_BYTES = 7
# Nobody's number on Discord is below zero; those of webhooks end above this, and those of pseudonyms begin below.
_HANDLES = 1 << 57


def number_of(handle: str) -> int:
    """The number of whoever has this handle, without its `@`: the same in every file, whatever its capitals."""
    told = hashlib.blake2b(f"twitter:{handle.casefold()}".encode(), digest_size=_BYTES)
    return -int.from_bytes(told.digest()) - _HANDLES


def named_in(text: str) -> Iterator[int]:
    """The numbers of those whom a text names by their handles."""
    return (number_of(match[1]) for match in HANDLE.finditer(text))
