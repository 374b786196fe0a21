"""Whoever asks to be left out is gone from every table and from the bytes of the file, now and from now on."""

import asyncio
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.consent import Erased
from bot.domain.messages import Attachment
from bot.domain.run import Action, ActionKind
from bot.services.values import Posted, Relay
from bot.storage import people as erasing
from bot.storage import tables as t
from bot.storage.anonymity import AnonymityStore
from bot.storage.columns import metadata
from tests.storage.making import START, THREAD, a_draft, a_message, a_running_chat, edited, reconcile, rows, said

ADE, BO = 7, 8
NAME = "Adewale-Unmistakable"
WORD = "marmalade"
LATER = START + timedelta(days=1)


async def say_all_kinds(archive, chats, chat):
    """Everything of a person that the bot can come to keep: each word has the word in it."""
    file = Attachment(71, f"{WORD}.jpg", f"https://cdn.example.org/{WORD}.jpg", 1, "image/jpeg", f"A {WORD}")
    first = a_message(3500, f"A1: {WORD} https://example.org/{WORD}", ADE, author_name=NAME, attachments=(file,))
    await archive.keep_message(chat.id, first)
    second = edited(first, f"A2: {WORD} https://example.org/2{WORD}", attachments=(replace(file, id=72),))
    await archive.keep_message(chat.id, second)
    await archive.keep_message(chat.id, a_message(3501, f"{WORD}, deleted", ADE, author_name=NAME))
    await archive.keep_deletion([3501], START)
    for press, posted in ((91, 3502), (92, None)):
        relay = Relay(press, chat.id, 1, ADE, NAME, f"{WORD} by form", START)
        action = Action(chat.id, ActionKind.RELAY, due_at=START, number=press, lane=f"relay:{press}")
        await archive.add_relay(relay, action)
        if posted is not None:
            await archive.relay_posted(relay, THREAD, Posted(posted, START))
    for press, posted in ((93, 3503), (94, None)):
        relay = Relay(press, chat.id, 1, -press, "Anonymous", f"{WORD} without a name", START)
        action = Action(chat.id, ActionKind.RELAY, due_at=START, number=press, lane=f"relay:{press}")
        await AnonymityStore(archive._database).give(relay, ADE, [action])
        if posted is not None:
            await archive.relay_posted(relay, THREAD, Posted(posted, START))
    draft = await chats.add_draft(a_draft(channel_id=77, host_id=ADE, host_name=NAME))
    await chats.keep_typed(draft.id, f"Do you like {WORD}?")
    await archive.keep_message(chat.id, a_message(3600, "I disagree", BO, reply_to_id=3500))


def traces(path, *needles):
    """Where any of these still stands: in a value of any table, then in the bytes of the file and its log."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a table's name can't be bound
                found += [(table, row) for needle in needles if any(needle in str(value) for value in row)]
    for file in path.parent.glob(f"{path.name}*"):
        found += [file.name for needle in needles if needle.encode() in file.read_bytes()]
    return found


def test_every_column_that_says_whose_a_row_is_has_an_eraser():
    marked = {column for table in metadata.tables.values() for column in table.columns if column.info.get("person")}
    assert marked == set(erasing.ERASERS)


def test_every_column_that_could_say_whose_a_row_is_is_marked():
    unmarked = [
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in {"author_id", "host_id", "person_id", "user_id", "member_id"} and "person" not in column.info
    ]
    assert unmarked == []


def test_every_table_that_holds_a_name_says_whose_it_is():
    nameless = [
        table.name
        for table in metadata.tables.values()
        if any(column.name.endswith("_name") for column in table.columns)
        and not any(column.info.get("person") for column in table.columns)
    ]
    assert nameless == []


async def test_words_and_name_are_in_the_file_before_and_nowhere_after(archive, chats, people, database):
    chat = await a_running_chat(database)
    await say_all_kinds(archive, chats, chat)
    before = traces(database.path, WORD, NAME)
    tables = {trace[0] for trace in before if isinstance(trace, tuple)}
    assert tables == {"messages", "versions", "links", "attachments", "relays", "chats", "vocabulary"}
    assert database.path.name in before
    erased = await people.leave_out(ADE, LATER)
    assert erased == Erased(messages=4, chats=1)
    assert traces(database.path, WORD, NAME) == []


async def test_among_many_others_words_none_of_theirs_is_left_in_the_bytes(archive, people, database):
    """Pages that were split and filled anew while a busy chat went on hold no copy either."""
    chat = await a_running_chat(database)
    chance = random.Random(5)
    writes = []
    for number in range(3500, 3750):
        author = chance.choice([ADE, BO])
        text = f"{WORD if author == ADE else 'ordinary'} " * chance.randint(1, 120)
        name = NAME if author == ADE else "Bo"
        message = a_message(number, text, author, author_name=name)
        writes.append(archive.keep_message(chat.id, message))
        if chance.random() < 0.3:
            longer = text * chance.randint(1, 3)
            writes.append(archive.keep_message(chat.id, edited(message, longer + "!")))
        if chance.random() < 0.1:
            writes.append(archive.keep_deletion([chance.randint(3500, number)], START))
    await asyncio.gather(*writes)
    await people.leave_out(ADE, LATER)
    assert traces(database.path, WORD, NAME) == []
    kept = await said(archive, chat.id)
    assert len(kept) == 250
    assert all(message.text for message in kept.values() if message.author_id == BO and not message.is_deleted)


async def test_that_they_wrote_and_when_remains(archive, chats, people, database):
    chat = await a_running_chat(database)
    await say_all_kinds(archive, chats, chat)
    await people.leave_out(ADE, LATER)
    kept = await said(archive, chat.id)
    assert list(kept) == [3500, 3501, 3502, 3503, 3600]
    assert all(kept[number].is_left_out and not kept[number].is_readable for number in (3500, 3501, 3502))
    assert (kept[3500].author_id, kept[3500].posted_at) == (0, START + timedelta(seconds=3500))
    assert kept[3500].replies == 1


async def test_others_keep_their_words_and_names(archive, chats, people, database):
    chat = await a_running_chat(database)
    await say_all_kinds(archive, chats, chat)
    await people.leave_out(ADE, LATER)
    other = (await said(archive, chat.id))[3600]
    assert (other.text, other.author_name, other.is_left_out) == ("I disagree", "Reader 8", False)
    assert (await chats.get(chat.id)).host_name == "Noor"


async def test_what_they_say_from_then_on_is_kept_without_words(archive, people, database):
    chat = await a_running_chat(database)
    await people.leave_out(ADE, START)
    file = Attachment(71, f"{WORD}.jpg", "https://cdn.example.org/a", 1, description=WORD)
    message = a_message(3500, f"A1: {WORD} https://example.org/{WORD}", ADE, author_name=NAME, attachments=(file,))
    await archive.keep_message(chat.id, message)
    await archive.keep_message(chat.id, edited(message, f"A1: still {WORD}"))
    await reconcile(archive, chat, [edited(message, f"A1: yet {WORD}", 9), a_message(1, is_own=True)], LATER)
    kept = (await said(archive, chat.id))[3500]
    assert kept.is_left_out
    assert kept.text is None
    assert kept.author_name == ""
    assert traces(database.path, WORD, NAME) == []


async def test_words_that_are_still_queued_are_left_out_too(archive, people, database):
    chat = await a_running_chat(database)
    writes = [
        archive.keep_message(chat.id, a_message(number, WORD, ADE, author_name=NAME)) for number in range(3500, 3520)
    ]
    erased = await people.leave_out(ADE, LATER)
    await asyncio.gather(*writes)
    assert erased.messages == 20
    # What the index still has to look at is written by then; the file is looked at when nobody writes.
    while (writer := database._writer._task) is not None:
        await asyncio.wait([writer])
    assert traces(database.path, WORD, NAME) == []


async def test_being_left_out_can_be_asked_for_again(archive, people, database):
    chat = await a_running_chat(database)
    await archive.keep_message(chat.id, a_message(3500, WORD, ADE))
    assert await people.leave_out(ADE, START) == Erased(1, 1)
    assert await people.leave_out(ADE, LATER) == Erased(0, 0)
    assert await rows(database, "SELECT person_id, count(*) FROM left_out") == [(ADE, 1)]


async def test_erasing_counts_chats_and_messages(archive, people, database):
    for channel in (3, 4):
        chat = await a_running_chat(database, channel_id=channel, thread_id=channel)
        for number in (1, 2):
            await archive.keep_message(chat.id, a_message(100 * channel + number, author=ADE))
        await archive.keep_message(chat.id, a_message(100 * channel + 50, author=BO))
    assert await people.leave_out(ADE, LATER) == Erased(messages=4, chats=2)
    assert await people.leave_out(404, LATER) == Erased(0, 0)


async def test_who_is_included_again_is_kept_from_then_on_and_nothing_comes_back(archive, people, database):
    chat = await a_running_chat(database)
    first = a_message(3500, WORD, ADE, author_name=NAME)
    await archive.keep_message(chat.id, first)
    await people.leave_out(ADE, START)
    assert await people.is_left_out(ADE)
    assert await people.include(ADE) is True
    assert await people.include(ADE) is False
    assert not await people.is_left_out(ADE)
    await archive.keep_message(chat.id, edited(first, f"{WORD} again"))
    await archive.keep_message(chat.id, a_message(3501, "Hello again", ADE, author_name=NAME))
    kept = await said(archive, chat.id)
    assert kept[3500].text is None
    assert (kept[3501].text, kept[3501].author_name) == ("Hello again", NAME)


@pytest.mark.parametrize("failing", range(len(erasing.ERASERS)))
async def test_an_erasure_happens_as_a_whole_or_not_at_all(archive, chats, people, database, monkeypatch, failing):
    chat = await a_running_chat(database)
    await say_all_kinds(archive, chats, chat)
    before = await archive.record_of(chat.id)

    async def fail(conn, wish):
        raise RuntimeError("the disk is gone")

    column = list(erasing.ERASERS)[failing]
    monkeypatch.setattr(erasing, "ERASERS", {**erasing.ERASERS, column: fail})
    with pytest.raises(RuntimeError):
        await people.leave_out(ADE, LATER)
    assert await archive.record_of(chat.id) == before
    assert not await people.is_left_out(ADE)


async def test_what_a_host_did_and_what_somebody_bookmarked_is_let_go(database, archive):
    chat = await a_running_chat(database)
    await archive.keep_message(chat.id, a_message(3700, "a thought", BO))

    async def job(conn):
        await conn.execute(
            sa.insert(t.moves).values(
                press_id=1, chat_id=chat.id, kind="ask", person_id=ADE, made_at=START, detail="What else?"
            )
        )
        await conn.execute(sa.insert(t.saved).values(person_id=ADE, message_id=3700, saved_at=START))

    await database.write(job)
    await erasing.PeopleStore(database).leave_out(ADE, START)
    assert await rows(database, "SELECT press_id, person_id, detail FROM moves") == [(1, 0, "")]
    assert await rows(database, "SELECT * FROM saved") == []
