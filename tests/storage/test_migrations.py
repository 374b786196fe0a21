"""Each migration keeps what an archive of the version before it held."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import bot.storage.migrate as migrating
from bot.storage.migrate import migrate

SCRIPTS = Path(migrating.__file__).parent / "migrations"


def at_revision(path, revision, tmp_path):
    """A file as the first migrations up to this one make it."""
    scripts = tmp_path / "older"
    (scripts / "versions").mkdir(parents=True)
    for script in [SCRIPTS / "env.py", *(SCRIPTS / "versions").glob("0*.py")]:
        if script.name == "env.py" or script.name[:4] <= revision:
            (scripts / script.relative_to(SCRIPTS)).write_bytes(script.read_bytes())
    migrate(path, scripts)


def test_a_running_chat_of_the_first_version_goes_on_in_order(tmp_path):
    path = tmp_path / "shelftalk.db"
    at_revision(path, "0001", tmp_path)
    kinds = ["announce", "open", "thread", "welcome", "ask", "ask", "wrap_up", "close"]
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "INSERT INTO chats VALUES (7, 1, 2, 'On the bus', 'buschat', 0, 'UTC', 60, 5, 5, 30, 15, 3, 'Ade', "
            "'asking', 50, 'en-US', '')"
        )
        for step, kind in enumerate(kinds):
            state = "done" if step < 5 else "due"
            number = step - 3 if kind == "ask" else 0
            old.execute(
                "INSERT INTO actions (chat_id, kind, number, step, lane, due_at, state) "
                "VALUES (7, ?, ?, ?, 'run', ?, ?)",
                (kind, number, step, 90 * 60_000_000 if kind == "close" else step, state),
            )
    migrate(path)
    with closing(sqlite3.connect(path)) as new:
        rest = new.execute("SELECT kind, number, due_at FROM actions WHERE state = 'due' ORDER BY step").fetchall()
    assert rest == [("ask", 2, 5), ("wrap_up", 0, 6), ("end", 0, 60 * 60_000_000), ("close", 0, 90 * 60_000_000)]


def test_chats_from_before_imports_have_no_key_and_two_of_one_key_are_one_too_many(tmp_path):
    path = tmp_path / "shelftalk.db"
    at_revision(path, "0009", tmp_path)
    with closing(sqlite3.connect(path)) as old, old:
        needed = [row[1] for row in old.execute("PRAGMA table_info(chats)") if row[3] and row[4] is None]
        values = ", ".join("'UTC'" if name == "zone" else "1" for name in needed if name != "id")
        names = ", ".join(name for name in needed if name != "id")
        for _ in range(2):
            old.execute(f"INSERT INTO chats ({names}) VALUES ({values})")  # noqa: S608 - our own names
    migrate(path)
    with closing(sqlite3.connect(path)) as new, new:
        assert new.execute("SELECT count(*) FROM chats WHERE import_key IS NULL").fetchone() == (2,)
        new.execute("UPDATE chats SET import_key = 'discord:1' WHERE id = 1")
        with pytest.raises(sqlite3.IntegrityError):
            new.execute("UPDATE chats SET import_key = 'discord:1' WHERE id = 2")
