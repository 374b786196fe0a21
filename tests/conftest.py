"""What all tests share: settings on a fresh database, and a simulated Discord with the bot in it."""

import logging
import os
import shutil
import sys

import pytest
from hypothesis import settings as hypothesis_settings

from bot.rehearsal.stage import open_stage
from bot.storage.migrate import migrate
from config.sections import DatabaseSettings
from config.settings import Settings

# Tests start many processes: the first writes down what it compiled, so that the others needn't compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

hypothesis_settings.register_profile("shelftalk", deadline=None, derandomize=True)
hypothesis_settings.load_profile("shelftalk")


def pytest_xdist_auto_num_workers():
    """Two processes for each core: most tests wait for a simulated Discord half of their time."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def new_archive(tmp_path_factory):
    """An archive with nothing in it, to be copied: making one takes twenty times as long."""
    path = tmp_path_factory.mktemp("new") / "shelftalk.db"
    migrate(path)
    return path


@pytest.fixture
def settings(tmp_path, new_archive):
    """The defaults, with a database of the test's own."""
    shutil.copyfile(new_archive, tmp_path / "shelftalk.db")
    return Settings().model_copy(
        update={"database": DatabaseSettings(path=tmp_path / "shelftalk.db", flush_milliseconds=0)}
    )


@pytest.fixture
async def stage(settings, caplog):
    """A server with a host, a newcomer and the connected bot.

    An error that the bot met or logged fails the test, unless the test looked at it and cleared it.
    """
    async with open_stage(settings, host="Maren") as world:
        yield world
        world.env._raise_errors_since(world.env._errors_acknowledged)
        logged = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
        assert not logged
