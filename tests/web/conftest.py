"""An archive with published chats, for the tests of sites."""

import pytest

from bot.storage.database import Database
from tests.support.pages import open_pages


@pytest.fixture
async def pages(tmp_path):
    """Person 7 is named, 8 left out, 9 goes by another name."""
    database = Database(tmp_path / "shelftalk.db", flush_seconds=0)
    await database.open()
    yield await open_pages(database, tmp_path)
    await database.close()
