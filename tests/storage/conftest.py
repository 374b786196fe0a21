"""One open archive for each test, closed after it; nothing of it may live on."""

import asyncio
import shutil
import threading

import pytest

from bot.storage.agenda import AgendaStore
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.claims import ClaimStore
from bot.storage.database import Database
from bot.storage.people import PeopleStore
from tests.storage.making import surviving


@pytest.fixture
async def database(tmp_path, new_archive):
    shutil.copyfile(new_archive, tmp_path / "shelftalk.db")
    threads = set(threading.enumerate())
    opened = Database(tmp_path / "shelftalk.db", flush_seconds=0)
    await opened.open()
    yield opened
    await opened.close()
    assert surviving(threads) == []
    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "writer"] == []


@pytest.fixture
def chats(database):
    return ChatStore(database)


@pytest.fixture
def agenda(database):
    return AgendaStore(database)


@pytest.fixture
def claims(database):
    return ClaimStore(database)


@pytest.fixture
def archive(database):
    return ArchiveStore(database)


@pytest.fixture
def people(database):
    return PeopleStore(database)
