"""Which of the days that were said go with which of the times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.domain.recurrence.beats import Pattern
from bot.domain.recurrence.slots import Slot


class Placed(Protocol):
    """Something said, and where."""

    @property
    def start(self) -> int:
        """The index of its first token."""
        ...


Day = TypeVar("Day", bound=Placed)


def distinct(patterns: Sequence[Pattern]) -> list[Pattern]:
    """The patterns, without those that say a second time what another says."""
    kept: list[Pattern] = []
    for pattern in sorted(patterns, key=lambda one: not one.repeats):
        days = {nth.weekday for nth in pattern.rule.by_day}
        said = any(days <= {nth.weekday for nth in one.rule.by_day} for one in kept if one.repeats)
        same = any(one.rule == pattern.rule and one.weeks_later == pattern.weeks_later for one in kept)
        if not same and not (said and not pattern.repeats and days):
            kept.append(pattern)
    return sorted(kept, key=lambda one: one.start)


def grouped(days: Sequence[Day], slots: Sequence[Slot]) -> list[tuple[list[Day], list[Slot]]]:
    """Pairs of days and times: "Mondays at 7 and Thursdays at noon" are two; else all days have all times."""
    together = [(list(days), list(slots))]
    items: list[Day | Slot] = sorted([*days, *slots], key=lambda item: item.start)
    if not slots or not days:
        return together
    times_lead = isinstance(items[0], Slot)
    groups: list[tuple[list[Day], list[Slot]]] = []
    before: bool | None = None
    for item in items:
        is_time = isinstance(item, Slot)
        if not groups or (is_time is times_lead and before is not times_lead):
            groups.append(([], []))
        if isinstance(item, Slot):
            groups[-1][1].append(item)
        else:
            groups[-1][0].append(item)
        before = is_time
    return groups if all(some_days and times for some_days, times in groups) else together
