"""The schema is brought up to date at every start: checked first, copied for safety, changed in one transaction.

A file that can't be used (damaged, of a newer version, no database, not writable) is refused with a sentence and
left exactly as it was.
"""

from __future__ import annotations

import filecmp
import itertools
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from bot.domain.errors import SetupProblem

SCRIPTS = Path(__file__).parent / "migrations"
_HEADER = b"SQLite format 3\x00"
_BUSY_SECONDS = 5.0
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a migration did.

    Attributes:
        created: whether the file is new.
        from_revision: before it; None for a new file.
        to_revision: after it.
        safety_copy: the copy of the file as it was, or None if nothing had to be changed.
    """

    created: bool
    from_revision: str | None
    to_revision: str
    safety_copy: Path | None


def migrate(path: Path, scripts: Path = SCRIPTS) -> MigrationReport:
    """Make the file, or bring it up to date.

    Args:
        path: the database.
        scripts: the folder of Alembic's scripts.

    Raises:
        SetupProblem: it can't be done; the file is as it was before.
    """
    _check_place(path)
    head = head_revision(scripts)
    with _explained(path):
        _undo_interrupted(path)
        created = not path.exists() or (path.is_file() and path.stat().st_size == 0)
        if not created:
            _check_contents(path)
        current = None if created else current_revision(path)
        if current == head:
            return MigrationReport(created, current, head, None)
        _check_known(path, current, scripts, created=created)
        copy = None if created else _copy(path, head)
        _upgrade(path, scripts, copy)
    return MigrationReport(created, current, head, copy)


def head_revision(scripts: Path = SCRIPTS) -> str:
    """The revision of this program's schema."""
    return ScriptDirectory.from_config(_config(scripts)).get_current_head() or ""


def current_revision(path: Path) -> str | None:
    """The revision of a file's schema, read without changing the file; None if it has none.

    Raises:
        SetupProblem: the file can't be read.
    """
    with _explained(path), closing(_read_only(path)) as connection:
        has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has else None
        return str(row[0]) if row else None


def check(path: Path) -> list[str]:
    """What is wrong with a file, in sentences; nothing is changed."""
    try:
        _check_place(path, must_exist=True)
        with _explained(path):
            _check_contents(path)
            _check_known(path, current_revision(path), SCRIPTS, created=False)
    except SetupProblem as problem:
        return [str(problem)]
    return []


def _check_place(path: Path, *, must_exist: bool = False) -> None:
    advice = "Name a file that the bot may write, as database.path in the settings."
    try:
        if path.is_dir():
            raise SetupProblem(f"The database {path} is a folder.", advice)
        if must_exist or path.exists():
            # Opened for change and left alone: this finds read-only files and read-only disks.
            with path.open("r+b"):
                pass
        if not must_exist:
            # SQLite makes files of its own beside it.
            path.parent.mkdir(parents=True, exist_ok=True)
            probe = path.with_name(f".{path.name}.probe")
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise SetupProblem(f"The database {path} can't be written: {error.strerror}.", advice) from error


def _undo_interrupted(path: Path) -> None:
    # Killed in mid-change before the file was in WAL mode, a process leaves a journal by which SQLite undoes the
    # change; it does so only where it may write.
    if path.with_name(f"{path.name}-journal").exists() and path.is_file():
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()


def _check_contents(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(len(_HEADER))
    advice = "Put back the latest safety copy (*.bak beside it), or move the file away to begin a new archive."
    if header != _HEADER:
        raise SetupProblem(f"The file {path} is no database, or its beginning is damaged.", advice)
    with closing(_read_only(path)) as connection:
        rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    if rows != [("ok",)]:
        raise SetupProblem(f"The database {path} is damaged: {rows[0][0]}.", advice)


def _check_known(path: Path, current: str | None, scripts: Path, *, created: bool) -> None:
    if created:
        return
    if current is None:
        raise SetupProblem(
            f"{path} is a database, but not one of Shelftalk's.", "Name another file as database.path in the settings."
        )
    try:
        ScriptDirectory.from_config(_config(scripts)).get_revision(current)
    except CommandError:
        raise SetupProblem(
            f"The database {path} was written by a newer version of Shelftalk (revision {current}).",
            "Install that version again, or put back the safety copy made before it (*.bak beside the file).",
        ) from None


def _copy(path: Path, head: str) -> Path:
    # Named as a safety copy only once it is whole.
    partial = path.with_name(f"{path.name}.copying")
    partial.unlink(missing_ok=True)
    try:
        # Nobody may read the copy who may not read the file.
        partial.touch(stat.S_IMODE(path.stat().st_mode))
        with closing(_read_only(path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        numbers = itertools.count(1)
        while True:
            target = path.with_name(f"{path.name}.before-{head}-{next(numbers)}.bak")
            if not target.exists():
                return partial.rename(target)
            if filecmp.cmp(partial, target, shallow=False):
                # Made by a start that failed: one that is tried over and over must not fill the disk.
                return target
    finally:
        partial.unlink(missing_ok=True)


def _upgrade(path: Path, scripts: Path, copy: Path | None) -> None:
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None),
        poolclass=sa.NullPool,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    created = copy is None
    try:
        with engine.begin() as connection:
            config = _config(scripts)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except BaseException as error:
        if isinstance(error, sa.exc.DBAPIError) and _code(error.orig) in _LOCKED:
            # Perhaps it is just being made by another process: it is that one's now.
            raise _in_use(path) from error
        if created and path.exists() and not path.stat().st_size:
            path.unlink()
        if not isinstance(error, Exception):
            raise
        kept = f" The file is as it was; a copy of it is {copy}." if copy else ""
        raise SetupProblem(
            f"The database {path} couldn't be brought up to date: {_short(error)}.{kept}",
            "Make room on the disk if it is full; else go back to the version of Shelftalk that ran before.",
        ) from error
    finally:
        engine.dispose()


def _short(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).splitlines()[0] if str(origin) else type(origin).__name__


def _config(scripts: Path) -> Config:
    config = Config()
    # Alembic expands % in option values.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _code(error) in _LOCKED:
            raise _in_use(path) from error
        advice = "If it is damaged, put back the latest safety copy (*.bak beside it)."
        if _code(error) in _NO_ROOM:
            advice = "Make room on the disk."
        raise SetupProblem(f"The database {path} can't be used: {error}.", advice) from error


def _code(error: BaseException | None) -> int:
    # The low byte is the primary code; the rest tells details.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _in_use(path: Path) -> SetupProblem:
    return SetupProblem(
        f"Another process is using the database {path}.", "Stop it first: only one bot may run on a database."
    )
