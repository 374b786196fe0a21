"""Shows in a terminal what Discord would show: its markup becomes bold, plain dates, names and addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.text import Text

_STAMP = re.compile(r"<t:(\d+):(\w)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_LINK = re.compile(r"\[([^\]]+)\]\(<?(https?://[^)>\s]+)>?\)")
_BARE = re.compile(r"<(https?://[^>\s]+)>")
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_ESCAPED = re.compile(r"\\([\\*_~`|>#\[\]()\-.:+@<])")
_SMALL = re.compile(r"^(> )?-# ")
_FORMATS = {"t": "%H:%M", "D": "%d %B %Y", "F": "%A, %d %B %Y, %H:%M"}


def as_seen(markup: str, names: Mapping[int, str], zone: str) -> Text:
    """A message's text as a reader sees it, with bold where Discord shows bold.

    Args:
        markup: what was sent.
        names: of channels and threads, by id.
        zone: the reader's own zone (IANA name).
    """
    plain = _STAMP.sub(lambda m: _time(int(m[1]), m[2], zone), markup)
    plain = _CHANNEL.sub(lambda m: f"#{names.get(int(m[1]), 'channel').removeprefix('#')}", plain)
    plain = _BARE.sub(r"\1", _LINK.sub(r"\1", plain))
    shown = Text()
    for line in plain.split("\n"):
        # Small print may stand within a quote.
        tidy = _SMALL.sub(r"\1", line)
        _add_line(shown, tidy, "dim" if tidy != line else "")
        shown.append("\n")
    shown.rstrip()
    return shown


def _add_line(shown: Text, line: str, style: str) -> None:
    position = 0
    for bold in _BOLD.finditer(line):
        shown.append(_unescaped(line[position : bold.start()]), style)
        shown.append(_unescaped(bold[1]), f"bold {style}".strip())
        position = bold.end()
    shown.append(_unescaped(line[position:]), style)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _time(seconds: int, form: str, zone: str) -> str:
    at = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))
    return at.strftime(_FORMATS.get(form, _FORMATS["F"]))
