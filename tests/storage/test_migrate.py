"""Bringing a file up to date: refused files stay as they are, and a change happens as a whole or not at all."""

import hashlib
import logging
import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import SetupProblem
from bot.storage import migrate as migrating
from bot.storage.migrate import SCRIPTS, MigrationReport, check, current_revision, head_revision, migrate

ROOT = Path(__file__).parents[2]
SHELF = "op.execute('CREATE TABLE shelf (label)')"
YEAR = "op.execute('ALTER TABLE shelf ADD COLUMN year')"
FAILS = "op.execute('DELETE FROM shelf'); op.execute('INSERT INTO nowhere VALUES (1)')"
FULL = "op.execute('PRAGMA max_page_count = 1'); op.execute('UPDATE shelf SET label = zeroblob(1000000)')"
KILLED = (
    "op.execute('CREATE TABLE more (label)'); "
    "op.execute('PRAGMA cache_size = 1'); "  # so that much of the change is in the file before the end
    "op.execute('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
    "INSERT INTO more SELECT hex(zeroblob(300)) FROM n'); "
    "import os; os.kill(os.getpid(), 9)"
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """No test waits for another process to let go of the file."""
    monkeypatch.setattr(migrating, "_BUSY_SECONDS", 0)


def scripts(folder, *upgrades):
    """A folder of revisions 0001, 0002 … that do what is given."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(SCRIPTS / name, folder)
    for number, upgrade in enumerate(upgrades, 1):
        before = f"{number - 1:04}" if number > 1 else None
        names = f"revision, down_revision = '{number:04}', {before!r}"
        text = f"from alembic import op\n{names}\ndef upgrade(): {upgrade}\n"
        (folder / "versions" / f"{number:04}.py").write_text(text)
    return folder


@pytest.fixture
def first(tmp_path):
    return scripts(tmp_path / "first", SHELF)


@pytest.fixture
def second(tmp_path):
    return scripts(tmp_path / "second", SHELF, YEAR)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "shelf.db"


@pytest.fixture
def old(path, first):
    """A database at the first revision with something in it, in WAL mode as the bot leaves it."""
    migrate(path, first)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO shelf VALUES ('kept')")
        connection.commit()
    return path


def rows(path, what="* FROM shelf"):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {what}").fetchall()


def contents(folder):
    """Every file under a folder with its hash, but for what SQLite itself puts beside a file that it reads."""
    return {
        file.relative_to(folder): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith(("-wal", "-shm"))
    }


def copies(path):
    return sorted(file.name for file in path.parent.glob("*.bak"))


@contextmanager
def refused(path, *words):
    """What happens inside is refused with a sentence with these words, and leaves every file as it was."""
    before = contents(path.parent)
    with pytest.raises(SetupProblem) as raised:
        yield
    assert contents(path.parent) == before
    assert str(path) in raised.value.what
    assert raised.value.advice
    for word in words:
        assert word in str(raised.value)


@contextmanager
def unprivileged():
    """As somebody whom file modes hold back: root isn't."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def public():
    """A folder that an unprivileged user can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_new_file_and_its_folder_are_made(tmp_path, second):
    path = tmp_path / "not" / "yet" / "shelf.db"
    report = migrate(path, second)
    assert report == MigrationReport(created=True, from_revision=None, to_revision="0002", safety_copy=None)
    assert current_revision(path) == head_revision(second) == "0002"
    assert [file.name for file in path.parent.iterdir()] == ["shelf.db"]


def test_an_empty_file_is_filled(path, first):
    path.touch()
    assert migrate(path, first).created
    assert current_revision(path) == "0001"


def test_nothing_is_copied_or_written_when_nothing_is_pending(old, first):
    before, time = contents(old.parent), old.stat().st_mtime_ns
    report = migrate(old, first)
    assert report == MigrationReport(created=False, from_revision="0001", to_revision="0001", safety_copy=None)
    assert contents(old.parent) == before
    assert old.stat().st_mtime_ns == time


def test_an_old_file_is_copied_then_changed(old, second):
    old.chmod(0o600)
    report = migrate(old, second)
    assert (report.created, report.from_revision, report.to_revision) == (False, "0001", "0002")
    assert rows(old) == [("kept", None)]
    assert rows(report.safety_copy) == [("kept",)]
    assert current_revision(report.safety_copy) == "0001"
    assert copies(old) == ["shelf.db.before-0002-1.bak"]
    assert stat.S_IMODE(report.safety_copy.stat().st_mode) == 0o600


def test_the_copy_has_what_a_killed_bot_left_in_its_log(path, first, second):
    migrate(path, first)
    writes = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=WAL'); "
        "c.execute(\"INSERT INTO shelf VALUES ('in the log')\"); c.commit(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", writes, path], check=False, timeout=30)
    assert path.with_name("shelf.db-wal").stat().st_size
    report = migrate(path, second)
    assert rows(report.safety_copy) == [("in the log",)]
    assert rows(path) == [("in the log", None)]


def test_an_older_copy_is_never_overwritten(old, second):
    earlier = old.with_name("shelf.db.before-0002-1.bak")
    earlier.write_bytes(b"an earlier copy")
    report = migrate(old, second)
    assert report.safety_copy.name == "shelf.db.before-0002-2.bak"
    assert earlier.read_bytes() == b"an earlier copy"


def test_what_a_broken_off_copy_left_is_no_obstacle(old, second):
    old.with_name("shelf.db.copying").write_bytes(b"half a copy" * 1000)
    assert rows(migrate(old, second).safety_copy) == [("kept",)]
    assert not old.with_name("shelf.db.copying").exists()


@pytest.mark.parametrize("failing", [FAILS, FULL, "raise RuntimeError('a defect')"], ids=["sql", "disk", "code"])
def test_all_that_was_pending_is_undone_when_the_last_step_fails(old, tmp_path, failing):
    before = contents(old.parent)
    with pytest.raises(SetupProblem) as raised:
        migrate(old, scripts(tmp_path / "bad", SHELF, YEAR, failing))
    [copy] = copies(old)
    assert str(old.with_name(copy)) in str(raised.value)
    assert "as it was" in str(raised.value)
    assert contents(old.parent).items() >= before.items()
    assert current_revision(old) == "0001"
    assert rows(old) == [("kept",)]


def test_starting_again_and_again_does_not_fill_the_disk_with_copies(old, tmp_path):
    bad = scripts(tmp_path / "bad", SHELF, FAILS)
    for _ in range(3):
        with pytest.raises(SetupProblem, match=r"before-0002-1\.bak"):
            migrate(old, bad)
    assert copies(old) == ["shelf.db.before-0002-1.bak"]
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("INSERT INTO shelf VALUES ('new')")
        connection.commit()
    with pytest.raises(SetupProblem, match=r"before-0002-2\.bak"):
        migrate(old, bad)
    assert rows(old.with_name("shelf.db.before-0002-2.bak")) == [("kept",), ("new",)]


def test_a_first_migration_that_fails_leaves_no_file(path, tmp_path):
    with pytest.raises(SetupProblem):
        migrate(path, scripts(tmp_path / "bad", SHELF, FAILS))
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_killed_migration_leaves_the_file_as_it_was(old, second, tmp_path, mode):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    run_killed(old, scripts(tmp_path / "bad", SHELF, KILLED))
    migrate(old, second)
    assert rows(old) == [("kept", None)]
    assert rows(old, "name FROM sqlite_master WHERE name = 'more'") == []
    assert rows(old, "* FROM pragma_integrity_check") == [("ok",)]


def test_a_killed_first_migration_can_be_done_again(path, second, tmp_path):
    run_killed(path, scripts(tmp_path / "bad", SHELF, KILLED))
    assert migrate(path, second).created
    assert rows(path) == []


def run_killed(path, folder):
    imports = "import sys; from pathlib import Path; from bot.storage.migrate import migrate"
    command = [sys.executable, "-c", f"{imports}; migrate(*map(Path, sys.argv[1:]))", path, folder]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=30)
    assert done.returncode == -signal.SIGKILL


def test_a_copy_that_finds_no_room_leaves_none(old, second):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("INSERT INTO shelf VALUES (zeroblob(100000))")
        connection.commit()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with refused(old, "room"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
        try:
            migrate(old, second)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert copies(old) == []


def test_a_folder_and_a_place_inside_a_file_are_refused(old, first):
    with refused(old.parent, "folder"):
        migrate(old.parent, first)
    with refused(old, "can't be written"):
        migrate(old / "shelf.db", first)


def test_a_place_where_nobody_may_write_is_refused(first):
    """Under /proc not even root can make a file."""
    path = Path("/proc/shelf.db")
    with pytest.raises(SetupProblem, match="can't be written"):
        migrate(path, first)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_is_read_only_or_may_not_be_entered_is_refused(public, first, mode):
    public.chmod(mode)
    with pytest.raises(SetupProblem, match="can't be written"), unprivileged():
        migrate(public / "shelf.db", first)
    public.chmod(0o755)
    assert list(public.iterdir()) == []


def test_a_read_only_file_is_refused(public, old, second):
    path = public / "shelf.db"
    shutil.copy(old, path)
    path.chmod(0o444)
    with refused(path, "can't be written"), unprivileged():
        migrate(path, second)


SPOILT = {
    "beginning": lambda data: b"\x00" * 16 + data[16:],
    "middle": lambda data: data[:4096] + b"\xa5" * 4096 + data[8192:],
    "cut off": lambda data: data[: len(data) // 2],
    "a text": lambda _data: b"Dear diary, " * 1000,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_damaged_file_is_refused(old, second, spoil):
    old.write_bytes(spoil(old.read_bytes()))
    with refused(old):
        migrate(old, second)
    before = contents(old.parent)
    assert any(str(old) in problem for problem in check(old))
    assert contents(old.parent) == before


def test_a_database_of_another_program_is_refused(path, first):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE shelf (label)")
    with refused(path, "not one of"):
        migrate(path, first)


def test_a_database_of_a_newer_version_is_refused(old, first, second):
    migrate(old, second)
    with refused(old, "newer", "0002"):
        migrate(old, first)


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_a_database_that_another_process_writes_to_is_refused(old, second, lock):
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        before = old.read_bytes()
        other.execute(lock)
        with pytest.raises(SetupProblem, match="Another process"):
            migrate(old, second)
        assert old.read_bytes() == before
        other.execute("ROLLBACK")
    assert rows(old) == [("kept",)]


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_a_file_that_another_process_is_just_making_is_left_to_it(path, first, lock):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(lock)
        other.execute("CREATE TABLE shelf (label)")
        with pytest.raises(SetupProblem, match="Another process"):
            migrate(path, first)
        other.execute("COMMIT")
    assert rows(path) == []


def test_checking_finds_nothing_wrong_with_a_good_file_and_changes_nothing(path):
    migrate(path)
    before, time = contents(path.parent), path.stat().st_mtime_ns
    assert check(path) == []
    assert (contents(path.parent), path.stat().st_mtime_ns) == (before, time)


def test_checking_a_file_that_is_not_there_makes_nothing(tmp_path):
    [problem] = check(tmp_path / "nowhere" / "shelf.db")
    assert "shelf.db" in problem
    assert list(tmp_path.iterdir()) == []


def test_a_path_with_characters_that_mean_something_elsewhere(tmp_path):
    folder = tmp_path / "100% #shelf? & co: ü"
    path = folder / "50%(here)s.db"
    assert migrate(path, scripts(folder / "%(here)s scripts", SHELF)).created
    assert current_revision(path) == "0001"
    assert migrate(path, scripts(folder / "%(here)s scripts", SHELF, YEAR)).safety_copy.exists()


def test_nothing_is_printed_and_logging_stays_as_it_is(path, capfd):
    loggers = [logging.getLogger(name) for name in (None, "bot", "alembic", "alembic.runtime.migration", "sqlalchemy")]
    before = [(log.level, log.disabled, log.propagate, list(log.handlers)) for log in loggers]
    migrate(path)
    assert [(log.level, log.disabled, log.propagate, list(log.handlers)) for log in loggers] == before
    assert capfd.readouterr() == ("", "")
