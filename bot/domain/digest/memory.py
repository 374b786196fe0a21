"""What making a digest found out, kept for the next one of the same chat, so that a running chat's costs little.

A memory only saves work: with or without it the digest is the same. It holds people's words, so its owner keeps it for
one running chat and drops it after that; what a digest doesn't use any more, such as the words of somebody who asked to
be left out, is gone from it as soon as that digest is made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Memory:
    """Values by what they were made from."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Hashable], tuple[object, object]] = {}
        self._used: dict[tuple[str, Hashable], tuple[object, object]] = {}

    def recall(self, kind: str, key: Hashable, made_from: object, make: Callable[[], T]) -> T:
        """The value made before from the same, or a new one.

        Args:
            kind: keeps values of different kinds apart.
            key: what the value is of, such as a message's id.
            made_from: all that the value depends on; compared with what it was made from before.
            make: makes the value.
        """
        place = (kind, key)
        found = self._kept.get(place)
        if found is None or found[0] != made_from:
            found = (made_from, make())
            self._kept[place] = found
        self._used[place] = found
        return cast("T", found[1])

    def forget_unused(self) -> None:
        """Drop what wasn't recalled since this was last called."""
        self._kept, self._used = self._used, {}

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)
