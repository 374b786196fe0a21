"""What the bot writes about its own work, and that no secret is ever in it.

Secrets are taken out where an entry becomes text. That is the one place which every message, argument and
traceback passes, whichever library wrote it.
"""

from __future__ import annotations

import json
import logging
import re
import secrets as random_source
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMOVED = "[secret]"
# Three parts with dots between: the bot's id in base64, a time stamp and a signature.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{18,}\.[\w-]{5,8}\.[\w-]{25,}")
# Webhooks, interactions and calendars carry a token of their own in their address, which errors quote.
_TOKEN_IN_ADDRESS = re.compile(r"((?:webhooks|interactions)/\d+/|calendars/\d+-)[\w-]{20,}")
# Below these levels, libraries write what people said or where visitors come from.
_LEAST_LEVELS = {"discord": logging.INFO, "aiosqlite": logging.INFO, "aiohttp.access": logging.WARNING}
# No 0 and O, 1, I and L, 5 and S, or 8 and B: people read ids to each other.
_ID_LETTERS = "234679ACDEFGHJKMNPQRTUVWXYZ"
_ID_LENGTH = 8


def configure_logging(level: str, fmt: str, secrets: Sequence[str] = ()) -> None:
    """Send all log entries to standard error; may be called again to change how.

    Args:
        level: the least level that is written, such as `INFO`.
        fmt: `text` for people or `json` for one object a line, with UTC times either way.
        secrets: values that are replaced by `[secret]` wherever they would appear. Whatever looks like a
            Discord token is replaced too.
    """
    formatter = _JsonFormatter(secrets) if fmt == "json" else _TextFormatter(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one.formatter, _Formatter)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def new_incident_id() -> str:
    """A short random id that ties what a person was told to the entry in the log."""
    return "".join(random_source.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


class _Formatter(logging.Formatter):
    """What both formats share: the parts of an entry as text without secrets, and its time.

    Args:
        secrets: values to replace; empty ones are ignored.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        # The longest first: a secret may be part of another one.
        known = sorted(filter(None, secrets), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def message_of(self, record: logging.LogRecord) -> str:
        """The message with its arguments."""
        try:
            message = record.getMessage()
        except Exception:
            message = f"{record.msg} {record.args!r}"
        return self._clean(message)

    def trouble_of(self, record: logging.LogRecord) -> str:
        """The traceback and the stack, or an empty text."""
        parts = [
            self.formatException(record.exc_info) if record.exc_info else record.exc_text,
            self.formatStack(record.stack_info) if record.stack_info else None,
        ]
        return self._clean("\n".join(part for part in parts if part))

    def _clean(self, text: str) -> str:
        if self._known:
            text = self._known.sub(_REMOVED, text)
        return _TOKEN_IN_ADDRESS.sub(rf"\1{_REMOVED}", _TOKEN.sub(_REMOVED, text))


class _TextFormatter(_Formatter):
    """One entry for people; its further lines are indented, so that none can pass for an entry."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry as text."""
        at = _time_of(record)
        text = f"{at} {record.levelname:<7} {record.name}: {self.message_of(record)}"
        trouble = self.trouble_of(record)
        return "\n    ".join((f"{text}\n{trouble}" if trouble else text).splitlines())


class _JsonFormatter(_Formatter):
    """One entry as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry as JSON."""
        entry = {
            "at": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message_of(record),
        }
        trouble = self.trouble_of(record)
        # Plain ASCII, which is valid JSON whatever the terminal's encoding.
        return json.dumps(entry | ({"exception": trouble} if trouble else {}))


def _time_of(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
