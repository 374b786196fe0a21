"""`shelftalk import`: what it says, and that what came in can be read, looked for and brought in only once."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.domain.errors import SetupProblem
from bot.runtime.health import Heartbeat
from tests.support.foreign_files import CHANNEL, SERVER, evening, export, said, sheet, short_tweets, tweet


@pytest.fixture
def shelf(tmp_path):
    """A folder with settings, and a way to type commands there."""
    config = tmp_path / "shelftalk.toml"
    config.write_text(f"[database]\npath = '{tmp_path / 'data' / 'archive.db'}'\n", encoding="utf-8")

    def type_in(*words):
        return CliRunner().invoke(cli, [*map(str, words), "--config", str(config)])

    type_in.folder = tmp_path
    type_in.database = tmp_path / "data" / "archive.db"
    return type_in


def bring(shelf, name, content, *options):
    path = shelf.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return shelf("import", path, "--server", SERVER, *options)


def refused(shelf, name, content, *options):
    made = bring(shelf, name, content, *options)
    assert isinstance(made.exception, SetupProblem), made.output
    return str(made.exception)


def test_a_dry_run_tells_what_would_come_in_and_makes_nothing(shelf):
    told = bring(shelf, "thread.json", export([*evening(), said(40, 1, "x", type="ThreadCreated")]), "--dry-run")
    assert told.exit_code == 0, told.output
    assert not shelf.database.exists()
    for line in (
        "thread.json: 8 messages, an export of DiscordChatExporter",
        "#shelfchat: Quiet mornings",
        "  2026-03-03 20:00 to 20:24 (UTC)",
        "  8 messages by 3 people, 2 questions, 0 files",
        "  Q1. Which shelf do you visit first on a quiet morning?",
        "  8 messages would come in.",
        "- notices of Discord itself, such as that somebody joined: 1 (the first in line",
        "8 messages would come in, in 1 new chat.",
        "Nothing was changed; without --dry-run it is done.",
    ):
        assert line in told.output


def test_a_chat_comes_in_once_and_can_be_read(shelf):
    came = bring(shelf, "thread.json", export(evening()))
    assert "8 messages came in, in 1 new chat." in came.output
    again = bring(shelf, "thread.json", export(evening()))
    assert again.output.rstrip().endswith("Nothing has changed: the archive has all of this already.")
    digest = shelf("digest", 1)
    assert "Q2. And which shelf would you move to the front door?" in digest.output
    assert "Bo Lind: A2: cookery" in digest.output


def test_tweets_need_a_channel_that_says_who_may_read_them(shelf):
    text = short_tweets(tweet(1, 1, "maren", "Q1: Which?"), tweet(2, 2, "bo", "A1: this"))
    assert "--channel" in refused(shelf, "tweets.jsonl", text)
    assert "2 messages came in" in bring(shelf, "tweets.jsonl", text, "--channel", CHANNEL).output


def test_a_sheet_is_told_by_what_stands_in_it(shelf):
    row = {
        "id_str": "574000000000000001",
        "from_user": "bo",
        "text": "Hi",
        "created_at": "Tue Mar 03 20:01:00 +0000 2026",
    }
    came = bring(shelf, "anything.txt", sheet(row), "--channel", CHANNEL)
    assert "anything.txt: 1 message, a TAGS archive" in came.output


def test_our_own_archive_comes_in_as_it_was(shelf):
    chat = {
        "number": 12,
        "server": str(SERVER),
        "channel": "5",
        "title": "Shelves",
        "hashtag": "shelfchat",
        "starts_at": "2026-03-03T20:00:00Z",
        "zone": "UTC",
        "minutes": 60,
        "host": {"id": "7", "name": "Maren"},
        "thread": "55",
    }
    message = {"id": "90", "thread": "55", "author": {"id": "8", "name": "Ade"}, "posted_at": "2026-03-03T20:01:00Z"}
    entry = {"chat": chat, "messages": [{**message, "text": "Hello"}]}
    planned = {"chat": {**chat, "number": 13, "thread": None, "state": "planned"}, "messages": []}
    text = json.dumps({"format": "shelftalk-archive", "version": 1, "chats": [entry, planned]})
    came = bring(shelf, "own.json", text)
    assert "Chat 12: #shelfchat: Shelves" in came.output
    assert "Chat 13 (Shelves) was only planned" in came.output
    assert "Nothing has changed" in bring(shelf, "own.json", text).output


def test_files_of_another_server_are_refused_unless_they_move(shelf):
    text = export(evening(), guild={"id": "4242", "name": "Elsewhere"})
    said_so = refused(shelf, "thread.json", text)
    assert f"is of the server 4242, and you named the server {SERVER}" in said_so
    assert "--moved" in said_so
    assert "--channel" in refused(shelf, "thread.json", text, "--moved")
    assert "8 messages came in" in bring(shelf, "thread.json", text, "--moved", "--channel", CHANNEL).output


def test_a_cut_file_is_refused_with_its_line_and_salvaged_on_request(shelf):
    text = export(evening())
    cut = text[: text.index("cookery, for")]
    why = refused(shelf, "thread.json", cut)
    assert f"thread.json: Line {cut.count(chr(10)) + 1}, character" in why
    assert "there are 6 whole messages before it" in why
    assert "6 messages came in" in bring(shelf, "thread.json", cut, "--salvage").output
    assert "2 messages came in; 6 were there already" in bring(shelf, "thread.json", text).output


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.json", b"", "is empty"),
        ("blank.json", b"  \n ", "none of the files"),
        ("archive.zip", b"PK\x03\x04rest", "Unpack it"),
        ("cut.json.gz", gzip.compress(export(evening()).encode())[:200], "cut off or damaged"),
        ("list.json", b'[{"id": 1}]', "JSON list"),
        ("other.json", b'{"what": 1}', "kind that isn't known"),
        ("page.html", b"<!doctype html>", "none of the files"),
        ("sheet.csv", b"id_str,from_user\n1,a\n", '"text", "created_at" are missing'),
        ("binary", bytes(range(256)) * 30, "none of the files"),
    ],
)
def test_what_cannot_come_in_is_refused_in_a_sentence(shelf, name, content, says):
    assert says in refused(shelf, name, content, "--channel", CHANNEL)
    assert not shelf.database.exists()


def test_folders_lost_files_and_wrong_words_are_told(shelf):
    folder = shelf("import", shelf.folder, "--server", SERVER)
    assert "is a folder" in str(folder.exception)
    lost = shelf("import", shelf.folder / "lost.json", "--server", SERVER)
    assert "There is no file" in str(lost.exception)
    assert "--format csv isn't known" in refused(shelf, "a.json", export(evening()), "--format", "csv")
    assert "can't be used" in refused(shelf, "a.json", export(evening()), "--zone", "Atlantis")
    assert "can't be used" in refused(shelf, "a.json", export(evening()), "--hashtag", "two words")
    assert "can't be an id" in refused(shelf, "a.json", export(evening()), "--channel", 1 << 70)


def test_packed_and_otherwise_written_files_are_read(shelf):
    packed = bring(shelf, "thread.json.gz", gzip.compress(export(evening()).encode()))
    assert "8 messages came in" in packed.output
    wide = bring(shelf, "wide.json", export(evening()).encode("utf-16"))
    assert "Nothing has changed" in wide.output


def test_what_an_operator_says_wins_over_the_file(shelf):
    words = ("--hashtag", "#bookchat", "--title", "Old times", "--zone", "Asia/Tokyo")
    told = bring(shelf, "channel.json", export(evening(), kind="GuildTextChat"), *words)
    assert "#bookchat: Old times, 2026-03-04" in told.output
    assert "2026-03-04 05:00 to 05:24 (Asia/Tokyo)" in told.output


def test_beside_a_running_bot_a_chat_that_would_hold_it_up_waits(shelf, monkeypatch):
    monkeypatch.setattr("bot.importing._MOST_BESIDE", 5)
    shelf.database.parent.mkdir()
    Heartbeat(shelf.database.with_name("heartbeat.json")).beat(datetime.now(UTC), "connected")
    assert "The bot is running" in refused(shelf, "thread.json", export(evening()))
    Heartbeat(shelf.database.with_name("heartbeat.json")).beat(datetime.now(UTC) - timedelta(hours=1), "connected")
    assert "8 messages came in" in bring(shelf, "thread.json", export(evening())).output


def test_a_damaged_database_is_left_alone(shelf):
    shelf.database.parent.mkdir()
    shelf.database.write_bytes(b"no database at all, and longer than a header")
    before = shelf.database.read_bytes()
    assert refused(shelf, "thread.json", export(evening()))
    assert shelf.database.read_bytes() == before
