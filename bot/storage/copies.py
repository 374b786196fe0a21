"""Safety copies don't outlive their use: they hold what people have erased since they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

KEPT_FOR = timedelta(days=30)


def discard_old_copies(path: Path, now: datetime) -> list[Path]:
    """Remove a database's safety copies that are older than 30 days.

    Args:
        path: the database; its copies stand beside it.
        now: aware UTC.

    Returns:
        What was removed. A copy that can't be removed stays for the next start.
    """
    removed = []
    for copy in sorted(path.parent.glob(f"{path.name}.before-*.bak")):
        made_at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        if now - made_at > KEPT_FOR:
            try:
                copy.unlink()
            except OSError:
                continue
            removed.append(copy)
    return removed
