"""What is posted is written down at once, filed when nothing else waits, and never forgotten in between."""

import asyncio

import pytest

from bot.domain.errors import TryLater
from bot.domain.messages import Attachment, Extras
from bot.storage import index
from bot.storage.archive import ArchiveStore
from bot.storage.database import Database
from bot.storage.intake import is_plain
from bot.storage.people import PeopleStore
from tests.storage.making import NOW, a_message, a_running_chat, filed, indexed, rows, said


@pytest.fixture
async def chat(database):
    return await a_running_chat(database)


class Listening:
    """Who learns what became of messages."""

    def __init__(self, archive):
        self.kept, self.lost = [], []
        archive.attend(self.kept.extend, self.lost.append)

    async def until(self, count):
        async with asyncio.timeout(10):
            while len(self.kept) + len(self.lost) < count:
                await asyncio.sleep(0.001)
        return self.kept


async def settled(database):
    """Return once nothing waits to be written."""
    while database.pending or database._writer._task is not None:
        await asyncio.sleep(0.001)


async def test_many_are_written_down_and_filed_as_one_by_one(archive, database, chat):
    listening = Listening(archive)
    words = ["A1: the mill https://example.org/a", "same here", "A2: a kettle", "Hello <@7>"]
    for number in range(200):
        archive.take(chat.id, a_message(2_100 + number, words[number % 4], author=7 + number % 3))
    kept = await listening.until(200)
    assert [one.message_id for one in kept] == [2_100 + number for number in range(200)]
    assert [one.message_id for one in kept if one.is_first] == [2_100, 2_101, 2_102]
    assert kept[0].filed == (1,)
    found = await said(archive, chat.id)
    assert filed(found[2_100]) == [(1, "label")]
    assert filed(found[2_102]) == [(2, "label")]
    assert len(await rows(database, "SELECT url FROM links")) == 50
    assert (await indexed(database))[0][2_102] == ["a2", "a", "kettle"]


async def test_each_is_told_where_it_stands_as_if_it_were_kept_alone(database, chat, tmp_path):
    words = ["A1: the mill", "so true", "A2: a kettle", "thanks!", "we have a kettle too", "Q3 - the garden"]
    found = []
    for alone in (True, False):
        other = Database(tmp_path / f"{alone}.db", flush_seconds=0)
        await other.open()
        archive, here = ArchiveStore(other), await a_running_chat(other)
        listening = Listening(archive)
        for number in range(60):
            reply = 2_100 + number - 1 if number % 5 == 1 else None
            message = a_message(2_100 + number, words[number % 6], author=7 + number % 4, reply_to_id=reply)
            if alone:
                await archive.keep_message(here.id, message)
            else:
                archive.take(here.id, message)
        await listening.until(0 if alone else 60)
        found.append({i: filed(message) for i, message in (await said(archive, here.id)).items()})
        await other.close()
    assert found[0] == found[1]


async def test_what_was_written_down_and_not_filed_is_filed_by_the_next_process(archive, database, chat):
    await archive.keep_message(chat.id, a_message(2_100, "A1: the mill"))

    async def as_if_killed(conn):
        await conn.exec_driver_sql("DELETE FROM filings")
        await conn.exec_driver_sql("UPDATE messages SET unfiled = 1")

    await database.write(as_if_killed)
    again = ArchiveStore(database)
    listening = Listening(again)
    assert [one.filed for one in await listening.until(1)] == [(1,)]
    assert await rows(database, "SELECT id FROM messages WHERE unfiled") == []


@pytest.mark.parametrize("failing", ["filing", "entering"])
async def test_what_could_not_even_begin_is_done_with_the_next_message(archive, database, chat, failing):
    """No transaction could be had for filing, or for the index, while another message came."""
    listening = Listening(archive)
    transaction, left = database._writer._transaction, [TryLater("the disk is full")]
    unlucky = {"filing": archive._intake._file, "entering": index.let_few_in}[failing]

    async def begin(job):
        if left and job == unlucky:
            archive.take(chat.id, a_message(2_101, "A2: a kettle", author=8))
            raise left.pop()
        return await transaction(job)

    database._writer._transaction = begin
    archive.take(chat.id, a_message(2_100, "A1: the mill"))
    async with asyncio.timeout(10):
        while await rows(database, "SELECT id FROM messages WHERE unfiled OR search_id IS NULL"):
            await asyncio.sleep(0.01)
    await listening.until(2 + (failing == "filing"))
    assert not left
    assert sorted(one.message_id for one in listening.kept) == [2_100, 2_101]
    assert [str(problem) for problem in listening.lost] == ["the disk is full"] * (failing == "filing")


async def test_who_is_new_here_is_greeted_also_if_the_first_filing_was_undone(archive, database, chat):
    listening = Listening(archive)
    transaction, left = database._writer._transaction, [TryLater("the disk is full")]

    async def undo_once(job):
        async def undone(conn):
            await job(conn)
            raise left.pop()

        return await transaction(undone if left and job == archive._intake._file else job)

    database._writer._transaction = undo_once
    archive.take(chat.id, a_message(2_100, "A1: the mill"))
    async with asyncio.timeout(10):
        while left:
            await asyncio.sleep(0.01)
    archive.take(chat.id, a_message(2_101, "A1: and the kettle"))
    kept = await listening.until(3)
    assert [(one.message_id, one.is_first) for one in kept] == [(2_100, True), (2_101, False)]


async def test_what_is_deleted_before_it_is_filed_stays_deleted(archive, database, chat):
    archive.take(chat.id, a_message(2_100, "A1: the mill https://example.org"))
    archive.take(chat.id, a_message(2_101, "A1: the harbour"))
    await archive.keep_deletion([2_100], NOW)
    await settled(database)
    found = await said(archive, chat.id)
    assert (found[2_100].text, found[2_100].is_deleted, filed(found[2_100])) == (None, True, [])
    assert filed(found[2_101]) == [(1, "label")]
    assert await rows(database, "SELECT * FROM links") == []


async def test_of_those_left_out_only_that_there_was_something_is_kept(archive, database, chat):
    await PeopleStore(database).leave_out(7, NOW)
    listening = Listening(archive)
    archive.take(chat.id, a_message(2_100, "A1: marmalade", author=7))
    archive.take(chat.id, a_message(2_101, "A1: the mill", author=8))
    assert [one.message_id for one in await listening.until(1)] == [2_101]
    found = await said(archive, chat.id)
    assert (found[2_100].text, found[2_100].author_name, found[2_100].is_left_out) == (None, "", True)


async def test_one_that_was_fetched_before_is_not_taken_twice(archive, database, chat):
    await archive.keep_message(chat.id, a_message(2_100, "A1: as it was fetched", reactions=(("⭐", 2),)))
    archive.take(chat.id, a_message(2_100, "A1: as it was fetched"))
    await settled(database)
    found = await said(archive, chat.id)
    assert list(found) == [2_100]
    assert found[2_100].reactions == (("⭐", 2),)


async def test_a_chat_that_is_not_there_takes_nothing(archive, database, chat):
    archive.take(404, a_message(2_100))
    archive.take(chat.id, a_message(2_101))
    await settled(database)
    assert list(await said(archive, chat.id)) == [2_101]


@pytest.mark.parametrize(
    "text", ["", "quotes ' \" and \\ and %s ?", "a\nline\ttab", "漢字 \U0001f600 \u202e", "nul \0 end"]
)
async def test_words_are_kept_sign_by_sign(archive, database, chat, text):
    archive.take(chat.id, a_message(2_100, text))
    await settled(database)
    assert (await said(archive, chat.id))[2_100].text == text


@pytest.mark.parametrize(
    ("changes", "plain"),
    [
        ({}, True),
        ({"reactions": ()}, True),
        ({"reactions": (("⭐", 1),)}, False),
        ({"attachments": (Attachment(1, "a.png", "https://example.org", 1),)}, False),
        ({"extras": Extras(stickers=("wave",))}, False),
        ({"edited_at": NOW}, False),
        ({"is_unread": True}, False),
        ({"text": "nul \0"}, False),
        ({"author_name": "\ud800"}, False),
    ],
)
def test_only_words_go_the_short_way(changes, plain):
    assert is_plain(a_message(1, **{"text": "Hello", **changes})) is plain
