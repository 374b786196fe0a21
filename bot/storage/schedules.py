"""A series' schedule as JSON and back, with the names that the dataclasses have; older files stay readable."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from bot.domain.recurrence.schedule import Changes, Key, Schedule, Sitting

_SITTINGS: TypeAdapter[tuple[Sitting, ...]] = TypeAdapter(tuple[Sitting, ...])


def schedule_text(schedule: Schedule) -> str:
    """A schedule as JSON: `{"sittings": […], "cancelled": ["2026-12-24"], "slow": false}`.

    Single chats that were moved have rows of their own, and aren't part of it.
    """
    return json.dumps(
        {
            "sittings": _SITTINGS.dump_python(schedule.sittings, mode="json"),
            "cancelled": sorted(map(str, schedule.changes.cancelled)),
            "slow": schedule.slow,
        }
    )


def read_schedule(text: str) -> Schedule:
    """The schedule that `schedule_text` wrote."""
    found: dict[str, Any] = json.loads(text)
    cancelled = frozenset(Key.read(key) for key in found["cancelled"])
    return Schedule(_SITTINGS.validate_python(found["sittings"], strict=False), Changes(cancelled), found["slow"])
