"""`shelftalk export` writes what may leave, whole files only, and says in a sentence what stands in the way."""

import asyncio
import errno
import io
import json
import os
import sqlite3
from contextlib import closing, contextmanager

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.domain.chat import ChatState
from bot.domain.consent import Showing
from bot.domain.errors import SetupProblem
from bot.domain.series import Lineup
from bot.exchange.archive import View, open_archive, read_archive
from bot.exchange.forms import Form
from bot.exporting import Wish, export
from bot.runtime.folders import Folder
from bot.services.publishing_ports import PublishingRules
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.database import Database
from bot.storage.publishing import PublicationStore
from bot.storage.series import SeriesStore
from config.settings import DatabaseSettings, Settings
from tests.storage.making import NOW, a_message, a_plan, a_running_chat
from tests.storage.test_series import a_series

QUIET = Console(file=io.StringIO())


async def fill(path):
    """Chat 1 is published, chat 2 isn't, chat 3 is of another server, chat 4 hasn't begun."""
    database = Database(path, flush_seconds=0)
    await database.open()
    archive, publications = ArchiveStore(database), PublicationStore(database)
    for number, guild_id in enumerate((1, 1, 2), start=1):
        chat = await a_running_chat(database, thread_id=50 * number, channel_id=number, guild_id=guild_id)
        for place in range(3):
            text, name = f"A1: https://example.org/{place}", f"Wilhelmina {7 + place}"
            message = a_message(place + 10_000 * number, text, 7 + place, thread_id=50 * number, author_name=name)
            await archive.keep_message(chat.id, message)
        await publications.publish(chat.id, published=number != 2)
    await publications.decide(1, PublishingRules(publishes=False, showing=Showing.PSEUDONYM))
    await a_plan(database, channel_id=9)
    series = SeriesStore(database)
    draft = await series.add(a_series(), (), NOW)
    await series.save(draft.id, lambda _series, _standing: Lineup(), NOW)

    async def close(conn):
        await conn.execute(t.chats.update().where(t.chats.c.id < 4).values(state=ChatState.CLOSED))
        await conn.execute(t.chats.update().where(t.chats.c.id < 3).values(series_id=draft.id))

    await database.write(close)
    assert len(await ChatStore(database).list(1, frozenset(ChatState))) == 3
    await database.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("filled") / "shelftalk.db"
    asyncio.run(fill(path))
    return Settings(database=DatabaseSettings(path=path))


def wish(folder, *chats, server=None, series=None, forms=(), view=View.PUBLISHED):
    return Wish(chats, server, series, forms, view, folder)


def names(paths):
    return [path.name for path in paths]


def test_published_chats_leave_with_pseudonyms_and_no_others(filled, tmp_path):
    made = export(filled, wish(tmp_path, forms=["all"], server=1), NOW, QUIET)
    assert sorted(names(made)) == sorted(f"shelfchat-2026-12-04-1.{form.ending}" for form in Form)
    everything = "".join(path.read_text(encoding="utf-8") for path in made)
    assert "https://example.org/2" in everything
    assert "Wilhelmina" not in everything
    assert "Noor" not in everything


def test_each_server_as_its_own_people_see_it(filled, tmp_path):
    made = export(filled, wish(tmp_path, forms=["markdown,csv", "json"], view=View.SERVER), NOW, QUIET)
    pages = [f"shelfchat-2026-12-04-{number}.md" for number in (1, 2, 3)]
    assert names(made) == [*pages, "chats.csv", "chats.json"]
    assert "**Wilhelmina 7**" in made[0].read_text(encoding="utf-8")
    archive = open_archive(io.BytesIO(made[-1].read_bytes()))
    assert [record.chat.id for record in archive.records] == [1, 2, 3]
    assert archive.view is View.SERVER
    assert len(made[-2].read_bytes().split(b"\r\n")) == 1 + 3 * 3 + 1


@pytest.mark.parametrize("series", ["library CHAT", "lib", "1"])
def test_the_chats_of_a_series_by_its_name_or_number(filled, tmp_path, series):
    made = export(filled, wish(tmp_path, series=series, forms=["csv"], view=View.SERVER), NOW, QUIET)
    assert names(made) == ["Library-chat.csv"]
    assert made[0].read_text(encoding="utf-8").count("https://example.org/") == 6


def test_everything_is_one_archive_with_all_that_is_known_but_no_key(filled, tmp_path):
    # As it is made when people are shown for the first time.
    export(filled, wish(tmp_path / "first"), NOW, QUIET)
    (path,) = export(filled, wish(tmp_path, view=View.EVERYTHING), NOW, QUIET)
    assert path.name == "chats.json"
    with path.open("rb") as file:
        records = list(read_archive(file))
    loaded = asyncio.run(loaded_from(filled.database.path))
    assert records == loaded
    with closing(sqlite3.connect(filled.database.path)) as connection:
        ((key,),) = connection.execute("SELECT value FROM notes WHERE key = 'pseudonyms'")
    assert len(key) == 64
    assert key not in path.read_text(encoding="utf-8")


async def loaded_from(path):
    database = Database(path)
    await database.open()
    found = [await ArchiveStore(database).record_of(number) for number in (1, 2, 3)]
    await database.close()
    return found


def test_the_command_tells_its_files_and_writes_over_its_own(filled, tmp_path):
    config = tmp_path / "shelftalk.toml"
    config.write_text(
        f"[database]\npath = '{filled.database.path}'\n[files]\nexports = '{tmp_path / 'out'}'\n", encoding="utf-8"
    )
    command = ["export", "1", "--config", str(config)]
    first = CliRunner().invoke(cli, command)
    assert (first.exit_code, first.stdout) == (0, f"{tmp_path / 'out' / 'shelfchat-2026-12-04-1.html'}\n")
    assert CliRunner().invoke(cli, command).exit_code == 0
    named = CliRunner().invoke(cli, [*command[:1], *command[2:], "--as", "named", "--server", "2", "--format", "text"])
    assert named.stdout.endswith("shelfchat-2026-12-04-3.txt\n")
    assert CliRunner().invoke(cli, [*command, "--everything", "--to", str(tmp_path / "all")]).exit_code == 0
    assert [path.name for path in (tmp_path / "all").glob("*") if not path.name.startswith(".")] == [
        "shelfchat-2026-12-04-1.json"
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"chats": (99,)}, "There is no chat 99 in the archive that has begun"),
        ({"chats": (4,)}, "There is no chat 4 in the archive that has begun"),
        ({"chats": (1, 2)}, "Chat 2 isn't published"),
        ({"server": 77}, "no chats of a server 77. Servers: 1, 2."),
        ({"series": "Weekly"}, "No series is called Weekly. Series: 1 (Library chat)."),
        ({"series": "1", "server": 2}, "No series is called 1"),
        ({"forms": ["html", "docx"]}, "There is no format docx. Formats are: html, "),
        ({"view": View.EVERYTHING, "forms": ["html"]}, "writes the archive as JSON"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(filled, tmp_path, asked, said):
    chats = asked.get("chats", ())
    with pytest.raises(SetupProblem) as problem:
        export(filled, wish(tmp_path / "out", *chats, **{k: v for k, v in asked.items() if k != "chats"}), NOW, QUIET)
    assert said in str(problem.value)
    assert not (tmp_path / "out").exists()


def test_without_a_database_it_is_said_where_it_was_looked_for(tmp_path):
    settings = Settings(database=DatabaseSettings(path=tmp_path / "none.db"))
    with pytest.raises(SetupProblem, match="no database"):
        export(settings, wish(tmp_path / "out"), NOW, QUIET)


def write(folder, name="a.txt", text="ours"):
    with Folder(folder).draft(name) as piece:
        piece(text)


def test_what_somebody_else_made_or_changed_is_never_written_over(tmp_path):
    (tmp_path / "a.txt").write_text("theirs", encoding="utf-8")
    with pytest.raises(SetupProblem, match="didn't write"):
        write(tmp_path)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "theirs"
    write(tmp_path, "b.txt", "first")
    write(tmp_path, "b.txt", "second")
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == "second"
    (tmp_path / "b.txt").write_text("changed by hand", encoding="utf-8")
    with pytest.raises(SetupProblem, match="was changed since"):
        write(tmp_path, "b.txt", "third")
    (tmp_path / "elsewhere").write_text("theirs", encoding="utf-8")
    (tmp_path / "c.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SetupProblem):
        write(tmp_path, "c.txt")
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "theirs"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".shelftalk-files.json",
        "a.txt",
        "b.txt",
        "c.txt",
        "elsewhere",
    ]


def test_what_breaks_off_leaves_the_old_file_and_no_draft(tmp_path):
    write(tmp_path)

    @contextmanager
    def breaking():
        with Folder(tmp_path).draft("a.txt") as piece:
            piece("half")
            yield
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), breaking():
        pass
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "ours"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".shelftalk-files.json", "a.txt"]


def test_killed_before_the_last_step_it_is_written_the_next_time(tmp_path, monkeypatch):
    write(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("bot.runtime.folders.Path.replace", _killed_at(2))
        with pytest.raises(SystemExit):
            write(tmp_path, text="newer")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "ours"
    write(tmp_path, text="newest")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "newest"


def _killed_at(call):
    calls = []

    def replace(self, target):
        calls.append(target)
        if len(calls) == call:
            raise SystemExit
        os.replace(self, target)  # noqa: PTH105 - it stands in for the other

    return replace


def test_a_full_disk_and_a_folder_that_cannot_be_written_are_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SetupProblem, match="can't be written"):
        Folder(tmp_path / "file")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", _full)
        with pytest.raises(SetupProblem, match="No space left"):
            write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with pytest.raises(SetupProblem, match="can't be written"):
        Folder(tmp_path / "file" / "below")


def _full(_number):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_list_of_files_that_cannot_be_read_counts_as_none(tmp_path):
    write(tmp_path)
    (tmp_path / ".shelftalk-files.json").write_text("{", encoding="utf-8")
    with pytest.raises(SetupProblem, match="didn't write"):
        write(tmp_path)
    (tmp_path / ".shelftalk-files.json").write_text(json.dumps(["a.txt"]), encoding="utf-8")
    with pytest.raises(SetupProblem, match="didn't write"):
        write(tmp_path)
