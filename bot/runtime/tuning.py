"""How Python itself is set for a bot that runs for months: what is loaded stays, and nobody waits long for a turn."""

from __future__ import annotations

import gc
import sys

_COLLECTED_AT = (10_000, 10, 10)
_TURN_SECONDS = 0.0002


def tune() -> None:
    """Set it; called once, when everything is loaded."""
    # What was loaded until now stays: a full pass of the garbage collector through it would take longer (60 ms) than
    # a chat may begin late.
    gc.collect()
    gc.freeze()
    # What a digest needs for a moment are many small objects; they shouldn't call for a full pass each time.
    gc.set_threshold(*_COLLECTED_AT)
    # Python's lock goes from thread to thread this often. In a rush of messages the thread that writes to the disk
    # would wait twenty times as long before each of its steps.
    sys.setswitchinterval(_TURN_SECONDS)
