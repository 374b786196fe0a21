"""Whether the bot is alive, told by a file that a health check reads from another process.

The running bot writes the file again and again; a bot that hangs stops, and the file grows old.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Heartbeat:
    """Writes the heartbeat file; one process only may write a file.

    Args:
        path: the file; its folder is made if it isn't there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def beat(self, now: datetime, status: str) -> None:
        """Say that the bot is alive. A reader sees the old beat or the new one, never half a file.

        Args:
            now: aware UTC.
            status: what the bot is doing, such as `connected`.

        Raises:
            OSError: the file can't be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_name(f"{self._path.name}.new")
        line = json.dumps({"at": now.isoformat(), "status": status}) + "\n"
        unfinished.write_text(line, encoding="utf-8")
        unfinished.replace(self._path)


def is_healthy(path: Path, now: datetime, max_age_seconds: float = 90) -> tuple[bool, str]:
    """Whether the bot has lately said that it is alive, and a sentence that tells so.

    Args:
        path: the heartbeat file.
        now: aware UTC.
        max_age_seconds: how old the last beat may be, in seconds.
    """
    try:
        beat = json.loads(path.read_text(encoding="utf-8"))
        at, status = datetime.fromisoformat(beat["at"]), str(beat["status"])
        age = (now - at).total_seconds()
    except FileNotFoundError:
        return False, f"There is no heartbeat file at {path}: the bot hasn't started yet or isn't running."
    except OSError as error:
        return False, f"The heartbeat file {path} can't be read: {error.strerror}."
    except (ValueError, TypeError, KeyError):  # no JSON, no object, no such keys, or a time without its zone
        return False, f"The heartbeat file {path} isn't one that Shelftalk wrote."
    if age > max_age_seconds:
        return False, f"The last heartbeat is {age:.0f} seconds old ({status}): the bot hangs or has stopped."
    if age < -max_age_seconds:
        return False, f"The last heartbeat is {-age:.0f} seconds ahead ({status}): a clock is wrong."
    return True, f"The last heartbeat is {max(age, 0):.0f} seconds old ({status})."
