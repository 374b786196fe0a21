"""Stand-in until the page is written."""

from datetime import datetime
from pathlib import Path

from bot.domain.digest import Digest
from bot.domain.messages import ChatRecord


def render_page(record: ChatRecord, digest: Digest, *, made_at: datetime) -> str:
    return repr((record, digest, made_at))


def write_page(path: Path, html: str) -> None:
    path.write_text(html)
