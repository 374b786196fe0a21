"""Chats that leave as JSON, come in elsewhere and leave again are the same to the byte: nothing is lost on the way."""

import asyncio
import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.domain.chat import Chat, ChatState, Question, Source
from bot.domain.manner import Layout, Pace
from bot.domain.messages import ArchivedMessage, ChatRecord, Extras, Filing
from bot.exchange.archive import View, write_archive
from bot.exporting import Wish, export
from bot.importing import Order, bring_in
from bot.storage.database import Database
from config.settings import DatabaseSettings, Settings
from tests.exchange.records import whole

NOW = datetime(2030, 1, 1, tzinfo=UTC)
START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
SERVER = 900
QUIET = Console(file=io.StringIO())


@st.composite
def chats(draw):
    """Some chats as the bot may have held them, with everything that a message may have."""
    return [_chat(draw, number) for number in range(1, draw(st.integers(1, 3)) + 1)]


def _chat(draw, number):
    base = 1_000 * number
    questions = tuple(
        Question(n, draw(st.text(min_size=1, max_size=9)), base + n, START + timedelta(minutes=n)) for n in range(1, 4)
    )
    chat = replace(
        draw(whole(Chat)),
        id=number,
        guild_id=SERVER,
        host_id=draw(st.integers(1, 99)),
        starts_at=START,
        minutes=draw(st.integers(10, 90)),
        pace=replace(draw(whole(Pace)), times=(time(9, 30), time(18))),
        state=draw(st.sampled_from([ChatState.CLOSED, ChatState.CANCELLED])),
        source=Source.DISCORD,
        questions=questions,
        thread_id=base,
        layout=Layout.THREAD,
        opened_by=None,
        forum_id=None,
        question_threads=(),
        guests=(),
        cohosts=(),
        host_role_id=None,
        belonging=None,
        held_at=None,
    )
    said = draw(st.lists(whole(ArchivedMessage), max_size=5))
    return ChatRecord(chat, tuple(_message(draw, one, base, 10 + place) for place, one in enumerate(said)))


def _message(draw, message, base, place):
    numbers = draw(st.lists(st.integers(1, 3), unique=True, max_size=3))
    # Reasons are single words.
    reasons = draw(st.lists(st.sampled_from(["label", "reply", "time"]), unique=True).map(tuple))
    filings = tuple(replace(draw(whole(Filing)), question=number, reasons=reasons) for number in sorted(numbers))
    if not message.is_readable:
        # What is gone is gone whole.
        name = "" if message.is_left_out else message.author_name
        message = replace(message, text=None, author_name=name, attachments=(), versions=(), extras=Extras())
    files = {file.id: file for file in message.attachments}
    return replace(
        message,
        reactions=tuple(sorted(dict(message.reactions).items())),
        attachments=tuple(files[number] for number in sorted(files)),
        versions=tuple(sorted(message.versions, key=lambda version: version.replaced_at)),
        id=base + place,
        thread_id=base,
        author_id=draw(st.integers(1, 99)),
        posted_at=START + timedelta(seconds=place),
        filings=filings,
        reply_to_id=None,
        replies=0,
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A fresh database, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "shelftalk.db"

    async def make():
        database = Database(path)
        await database.open()
        await database.close()

    asyncio.run(make())
    return path


def through(empty, folder, data):
    """What leaves an archive into which this came."""
    folder.mkdir()
    database = folder / "shelftalk.db"
    shutil.copy(empty, database)
    (folder / "in.json").write_bytes(data)
    options = Settings(database=DatabaseSettings(path=database))
    bring_in(options, Order((folder / "in.json",), SERVER), NOW, lambda _line: None)
    (made,) = export(options, Wish((), None, None, (), View.EVERYTHING, folder / "out"), NOW, QUIET)
    return made.read_bytes()


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(chats())
def test_out_in_and_out_again_is_the_same_to_the_byte(empty, tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("through")
    out = "".join(write_archive(records)).encode()
    again = through(empty, folder / "first", out)
    assert again == out
    assert through(empty, folder / "second", again) == out
