"""Safety copies are removed after 30 days, and nothing else is."""

import os
from datetime import UTC, datetime, timedelta

from bot.storage.copies import discard_old_copies

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def made(path, days_ago):
    path.write_bytes(b"copy")
    at = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def test_only_this_databases_copies_older_than_thirty_days_go(tmp_path):
    database = made(tmp_path / "chats.db", 400)
    old = made(tmp_path / "chats.db.before-0002-1.bak", 31)
    young = made(tmp_path / "chats.db.before-0003-1.bak", 29)
    others = made(tmp_path / "other.db.before-0002-1.bak", 400)
    mine = made(tmp_path / "chats.db.my-own.bak", 400)
    assert discard_old_copies(database, NOW) == [old]
    assert not old.exists()
    assert all(path.exists() for path in (database, young, others, mine))


def test_without_copies_nothing_happens(tmp_path):
    assert discard_old_copies(tmp_path / "chats.db", NOW) == []
