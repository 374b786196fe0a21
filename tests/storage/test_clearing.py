"""What is kept no longer is gone whole: of a server that removed the bot, of chats older than the operator keeps."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import TryLater
from bot.domain.showing import Showing
from bot.services.forgetting import Forgetting
from bot.services.publishing_ports import PublishingRules
from bot.storage import index
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.clearing import ClearingStore
from bot.storage.database import Database
from bot.storage.freed import free_names
from bot.storage.notes import CALENDAR_NOTE, NoteStore
from bot.storage.publishing import PublicationStore
from tests.storage.making import NOW, START, a_message, a_running_chat, indexed, rows
from tests.storage.persons import leave_traces, of_guild
from tests.storage.test_people import traces

DAYS = timedelta(days=1)


class Place:
    """Where the bot is, and what time it is: as a test says."""

    def __init__(self, *here):
        self.here, self.unknown, self.at = set(here), set(), NOW

    def is_in(self, guild_id):
        if guild_id in self.unknown:
            raise TryLater("out of reach")
        return guild_id in self.here

    def now(self):
        return self.at


def forgetting(store, place, *, after=30, keep=None):
    after_removal, retention = (None if days is None else days * DAYS for days in (after, keep))
    return Forgetting(store, place, place, after_removal=after_removal, retention=retention)


@pytest.fixture
def clearing(database):
    return ClearingStore(database)


@pytest.fixture
async def two_servers(database):
    """Servers 1 and 2, with a chat and a person's traces in each."""
    chats = []
    for guild_id, word in ((1, "marmalade"), (2, "quince")):
        chat = await a_running_chat(database, guild_id=guild_id, channel_id=guild_id * 10, thread_id=guild_id * 10)
        await leave_traces(database, chat, word, 1000 * guild_id + 500)
        await NoteStore(database).put(f"{CALENDAR_NOTE}{guild_id}", f"calendar-{word}")
        await PublicationStore(database).decide(guild_id, PublishingRules(showing=Showing.PSEUDONYM))
        chats.append(chat)
    await indexed(database)
    return chats


async def test_of_a_server_nothing_is_left_and_of_the_other_everything(database, clearing, two_servers):
    before = await of_guild(database, 2)
    # Or it would say nothing of a table.
    empty = {name for name, count in (await of_guild(database, 1)).items() if not count}
    assert empty <= {"rulings", "reactions", "question_threads", "departures"}
    assert await clearing.clear_server(1) == 3
    assert not any((await of_guild(database, 1)).values())
    assert await of_guild(database, 2) == before
    assert traces(database.path, "marmalade") == []
    assert (await indexed(database))[1] >= {"quince"}
    assert len(await rows(database, "SELECT * FROM search")) == len(await rows(database, "SELECT * FROM messages"))


async def test_pages_that_there_are_of_its_chats_are_marked_to_go(database, clearing, two_servers):
    publications = PublicationStore(database)
    await publications.built("/srv/pages", (await publications.stale("/srv/pages")).mark)
    await clearing.clear_server(1)
    assert two_servers[0].id in (await publications.stale("/srv/pages")).chats


async def test_it_goes_in_short_transactions_and_is_noted_until_its_end(database, clearing, two_servers, monkeypatch):
    await clearing.note_left(1, NOW)
    write, allowed = Database.write, 2

    async def cut_off(self, job, **more):
        nonlocal allowed
        if not allowed:
            raise TryLater("the process ended")
        allowed -= 1
        return await write(self, job, **more)

    monkeypatch.setattr(Database, "write", cut_off)
    with pytest.raises(TryLater):
        await clearing.clear_server(1)
    monkeypatch.undo()
    assert (await clearing.servers())[1] == NOW
    await clearing.clear_server(1)
    assert not any((await of_guild(database, 1)).values())
    assert 1 not in await clearing.servers()


async def test_a_server_that_removed_the_bot_is_erased_after_its_time(database, clearing, two_servers):
    place = Place(2)
    work = forgetting(clearing, place)
    await work.look()
    place.at += 29 * DAYS
    await work.look()
    assert any((await of_guild(database, 1)).values())
    place.at += 2 * DAYS
    # Another process than the one that noted it.
    await forgetting(ClearingStore(database), place).look()
    assert not any((await of_guild(database, 1)).values())
    assert any((await of_guild(database, 2)).values())


async def test_if_it_has_the_bot_again_its_data_stay_and_its_time_begins_anew(database, clearing, two_servers):
    place = Place(1, 2)
    work = forgetting(clearing, place)
    await work.left(1)
    place.at += 20 * DAYS
    await work.came(1)
    place.at += 20 * DAYS
    await work.left(1)
    place.here = {2}
    place.at += 20 * DAYS
    await work.look()
    assert any((await of_guild(database, 1)).values())
    # Back in the last moment, and nobody told.
    place.here, place.at = {1, 2}, place.at + 20 * DAYS
    await work.look()
    assert await rows(database, "SELECT * FROM departures") == []


async def test_while_discord_does_not_tell_nothing_is_noted_or_erased(database, clearing, two_servers):
    place = Place(2)
    place.unknown = {1}
    await forgetting(clearing, place).look()
    assert await rows(database, "SELECT * FROM departures") == []
    await clearing.note_left(1, NOW - 100 * DAYS)
    await forgetting(clearing, place).look()
    assert any((await of_guild(database, 1)).values())


async def test_an_operator_may_keep_the_data_of_servers_that_are_gone(database, clearing, two_servers):
    place = Place(2)
    await forgetting(clearing, place, after=None).look()
    place.at += 4_000 * DAYS
    await forgetting(clearing, place, after=None).look()
    assert any((await of_guild(database, 1)).values())


async def test_what_is_older_than_is_kept_goes_and_what_runs_or_comes_stays(database, clearing):
    old = await a_running_chat(database, channel_id=3, thread_id=30)
    running = await a_running_chat(database, channel_id=4, thread_id=40)
    for chat, word in ((old, "marmalade"), (running, "quince")):
        message = a_message(chat.thread_id * 100, word, thread_id=chat.thread_id)
        await ArchiveStore(database).keep_message(chat.id, message)

    async def close(conn):
        await conn.execute(sa.update(t.chats).where(t.chats.c.id == old.id).values(state="closed"))

    await database.write(close)
    place = Place(1)
    place.at = START + 101 * DAYS
    await forgetting(clearing, place, keep=101).look()
    assert await rows(database, "SELECT id FROM chats ORDER BY id") == [(old.id,), (running.id,)]
    await forgetting(clearing, place, keep=100).look()
    assert await rows(database, "SELECT id FROM chats") == [(running.id,)]
    assert traces(database.path, "marmalade") == []
    assert (await indexed(database))[1] >= {"quince"}
    await forgetting(clearing, place, keep=100).look()


async def test_files_of_what_is_cleared_are_free(database, two_servers):
    async def keep(conn):
        await conn.execute(sa.update(t.attachments).where(t.attachments.c.message_id == 1500).values(stored="mine.jpg"))

    await database.write(keep)
    await ClearingStore(database).clear_server(1)
    assert await database.write(free_names) == ["mine.jpg"]


async def test_a_server_of_which_nothing_is_kept_can_be_cleared(clearing):
    assert await clearing.clear_server(404) == 0
    assert await clearing.clear_chat(404) == 0


async def test_what_was_erased_leaves_the_index_for_good_when_it_is_tidied(database, people, clearing):
    """FTS5 alone would keep where the words of erased messages stood, by their numbers, until it merges by itself."""
    chat = await a_running_chat(database)
    archive = ArchiveStore(database)
    for number in range(3500, 3660):
        text = f"the same common words by somebody as by everybody else, {number % 7}"
        await archive.keep_message(chat.id, a_message(number, text, 7 if number % 20 else 8))
    words, _ = await indexed(database)
    assert len(words) == 160
    size = "SELECT sum(length(block)) FROM search_data"
    ((before,),) = await rows(database, size)
    await people.erase(7, None, NOW)
    ((erased,),) = await rows(database, size)
    await forgetting(clearing, Place(1)).look()
    ((after,),) = await rows(database, size)
    assert erased > before / 2
    assert after < before / 5
    words, _ = await indexed(database)
    assert len(words) == 8
    assert await rows(database, "SELECT * FROM notes WHERE key = 'index:erased'") == []
    await database.write(lambda conn: conn.exec_driver_sql("INSERT INTO search (search) VALUES ('integrity-check')"))


async def test_what_is_erased_while_the_index_is_tidied_is_tidied_the_next_time(database, people, clearing):
    chat = await a_running_chat(database)
    archive = ArchiveStore(database)
    for number in (3500, 3501):
        await archive.keep_message(chat.id, a_message(number, "tea", number))
    await indexed(database)
    await people.erase(3500, None, NOW)
    await database.write(index.begin_tidying)
    await people.erase(3501, None, NOW)
    while await database.write(index.tidy):
        pass
    assert await rows(database, "SELECT count(*) FROM notes WHERE key = 'index:erased'") == [(1,)]
    await clearing.tidy()
    assert await rows(database, "SELECT count(*) FROM notes WHERE key = 'index:erased'") == [(0,)]
