"""Each migration keeps what an archive of the version before it held."""

import sqlite3
from contextlib import closing
from pathlib import Path

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
