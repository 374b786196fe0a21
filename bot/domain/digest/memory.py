"""What making a digest found out, kept for the next one of the same chat, so that a running chat's costs little.

A memory only saves work: with or without it the digest is the same. It holds people's words, so its owner keeps it for
one running chat and drops it after that; what a digest doesn't use any more, such as the words of somebody who asked to
be left out, is gone from it as soon as that digest is made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

from bot.domain.messages import ArchivedMessage

T = TypeVar("T")
P = TypeVar("P")
S = TypeVar("S")

# What values of a kind are made from besides, then each one's key: what that was made from, and the value.
_Kept = dict[tuple[str, Hashable], dict[Hashable, tuple[object, object]]]


class Memory:
    """Values by what they were made from."""

    def __init__(self) -> None:
        self._kept: _Kept = {}
        self._used: _Kept = {}

    def recall(self, kind: str, key: Hashable, made_from: object, make: Callable[[], T]) -> T:
        """The value made before from the same, or a new one.

        Args:
            kind: keeps values of different kinds apart.
            key: what the value is of, such as a question's number.
            made_from: all that the value depends on; compared with what it was made from before.
            make: makes the value.
        """
        (value,) = self.recall_each(kind, None, [(key, made_from, make)], lambda made: made())
        return value

    def recall_each(
        self, kind: str, base: Hashable, items: Iterable[tuple[Hashable, object, S]], make: Callable[[S], T]
    ) -> list[T]:
        """The same for many at once, in their order, which costs a quarter of asking for each.

        Args:
            kind: keeps values of different kinds apart.
            base: what all values depend on, besides each one's own.
            items: what each value is of, what it depends on, and what to make it from.
            make: makes a value.
        """
        kept, used = self._places(kind, base)
        made = []
        for key, made_from, source in items:
            found = kept.get(key)
            if found is None or found[0] != made_from:
                found = kept[key] = (made_from, make(source))
            used[key] = found
            made.append(found[1])
        return cast("list[T]", made)

    def keep_each(self, kind: str, base: Hashable, keys: Iterable[Hashable]) -> None:
        """Count what is kept under some keys, if anything, as used."""
        kept, used = self._places(kind, base)
        used.update({key: kept[key] for key in keys if key in kept})

    def grow(
        self, kind: str, key: Hashable, parts: Sequence[P], begin: Callable[[], T], add: Callable[[T, P], None]
    ) -> T:
        """A value made part by part: one made before from the first of these parts is given the others.

        Args:
            kind: keeps values of different kinds apart.
            key: what the value is of.
            parts: all that the value is made from, in order; told apart by `==`.
            begin: makes the value of no parts.
            add: adds one.
        """
        kept, used = self._places(kind, None)
        found = kept.get(key)
        before, value = cast("tuple[list[P], T]", found) if found is not None else ([], begin())
        if before != parts[: len(before)]:
            # A part is gone or has changed, and with it whatever came from it.
            before, value = [], begin()
        for part in parts[len(before) :]:
            add(value, part)
        kept[key] = used[key] = (list(parts), value)
        return value

    def forget_unused(self) -> None:
        """Drop what wasn't recalled since this was last called."""
        self._kept, self._used = self._used, {}

    def _places(self, kind: str, base: Hashable) -> tuple[dict[Hashable, tuple[object, object]], ...]:
        place = (kind, base)
        return self._kept.setdefault(place, {}), self._used.setdefault(place, {})


def by_text(messages: Iterable[ArchivedMessage]) -> Iterator[tuple[int, str | None, str]]:
    """Messages for `recall_each`, where a value is made from a message's text alone."""
    return ((message.id, message.text, message.text or "") for message in messages)
