"""Chats from files come into the archive once, whole, and never over what it knows better."""

import asyncio
import io
from dataclasses import replace

import pytest

from bot.domain.chat import Belonging, ChatState, Guest, Source
from bot.domain.messages import Basis, ChatRecord, Filing
from bot.exchange.archive import read_archive, write_archive
from bot.exchange.foreign import Tally, Wishes, arrivals_of, filed
from bot.exchange.foreign.chat_exporter import read_chat_exporter
from bot.exchange.foreign.tweet_lines import read_tweet_lines
from bot.services.import_ports import Arrival
from bot.storage.archive import ArchiveStore
from bot.storage.database import Database
from bot.storage.importing import ImportStore, in_batches
from tests.storage.making import NOW, a_message, a_running_chat, indexed, rows, said
from tests.support import foreign_files as files


@pytest.fixture
def imports(database):
    return ImportStore(database)


def arrivals(messages=None, *, kind="GuildPublicThread", server=files.SERVER, **wishes):
    export = files.export(files.evening() if messages is None else messages, kind=kind)
    place = read_chat_exporter(io.BytesIO(export.encode()), files.NOW, Tally(), salvage=False)
    return list(filed(list(arrivals_of([place], Wishes(server, "UTC", **wishes), Tally()))))


def tweets():
    lines = [
        files.tweet(574_000_000_000_000_000 + n, n, author, text)
        for n, (author, text) in enumerate([("maren", "Q1: Which?"), ("bo", "A1: this"), ("maren", "Q2: Why?")])
    ]
    place = read_tweet_lines(io.BytesIO(files.short_tweets(*lines).encode()), "x", files.NOW, Tally(), salvage=False)
    return list(filed(list(arrivals_of([place], Wishes(files.SERVER, "UTC", channel=5), Tally()))))


async def everything(database):
    """All rows that an import could change."""
    tables = ("chats", "questions", "messages", "filings", "links", "attachments", "reactions", "versions", "rulings")
    return {table: await rows(database, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}  # noqa: S608


async def test_a_chat_comes_in_closed_with_all_that_belongs_to_it(database, imports, chats, archive):
    (outcome,) = await imports.take(arrivals(), NOW)
    assert (outcome.is_new, outcome.taken, outcome.known) == (True, 8, 0)
    chat = await chats.get(outcome.chat_id)
    assert (chat.state, chat.source, chat.is_public, chat.published) == (ChatState.CLOSED, Source.IMPORTED, False, None)
    assert [q.message_id is not None for q in chat.questions] == [True, True]
    found = await said(archive, chat.id)
    assert len(found) == 8
    labelled = [m.questions for m in found.values() if m.text.startswith("A2")]
    assert labelled == [(2,)]
    assert [url for _, _, url in await rows(database, "SELECT * FROM links")] == ["https://example.org/cookery"]
    words, _ = await indexed(database)
    assert all(words[number] for number in found)
    assert await rows(database, "SELECT count(*) FROM chats WHERE sealed_at IS NULL") == [(0,)]


async def test_the_second_time_changes_nothing(database, imports):
    await imports.take([*arrivals(), *tweets()], NOW)
    before = await everything(database)
    again = await imports.take([*arrivals(), *tweets()], NOW)
    assert [(o.taken, o.is_new, o.known) for o in again] == [(0, False, 8), (0, False, 3)]
    assert await everything(database) == before
    assert [o.chat_id for o in await imports.look(arrivals())] == [1]


async def test_a_look_says_the_same_and_changes_nothing(database, imports):
    before = await everything(database)
    looked = await imports.look([*arrivals(), *arrivals(), *tweets()])
    assert await everything(database) == before
    assert [(o.chat_id, o.is_new, o.taken, o.known) for o in looked] == [
        (0, True, 8, 0),
        (0, False, 0, 8),
        (0, True, 3, 0),
    ]


async def test_what_a_longer_file_knows_more_is_added_and_the_rest_stays(database, imports, archive):
    (first,) = await imports.take(arrivals(files.evening()[:5]), NOW)
    text = "UPDATE messages SET text = 'edited here' WHERE id = ?"
    ids = sorted(await said(archive, first.chat_id))
    await database.write(lambda conn: conn.exec_driver_sql(text, (ids[1],)))
    (whole,) = await imports.take(arrivals(), NOW)
    assert (whole.chat_id, whole.taken, whole.known) == (first.chat_id, 3, 5)
    found = await said(archive, first.chat_id)
    assert (len(found), found[ids[1]].text) == (8, "edited here")
    record = await archive.record_of(first.chat_id)
    assert len(record.chat.questions) == 2
    assert record.chat.minutes == 24


async def test_a_deleted_message_stays_deleted_and_the_left_out_stay_left_out(database, imports, archive, people):
    (outcome,) = await imports.take(arrivals(files.evening()[:4]), NOW)
    ids = sorted(await said(archive, outcome.chat_id))
    await archive.keep_deletion([ids[1]], NOW)
    await people.leave_out(files.BO, NOW)
    await imports.take(arrivals(), NOW)
    found = await said(archive, outcome.chat_id)
    assert (found[ids[1]].is_deleted, found[ids[1]].text) == (True, None)
    assert len(found) == 8
    theirs = [m for m in found.values() if m.author_id == files.BO]
    assert [(m.text, m.author_name, m.is_left_out) for m in theirs] == [(None, "", True)] * 2
    assert await rows(database, "SELECT count(*) FROM links") == [(0,)]
    words, vocabulary = await indexed(database)
    assert "cookery" not in vocabulary
    assert set(words) == {m.id for m in found.values() if m.is_readable}


async def test_a_host_who_is_left_out_is_not_named(imports, chats, people):
    await people.leave_out(files.HOST, NOW)
    (outcome,) = await imports.take(arrivals(), NOW)
    assert (await chats.get(outcome.chat_id)).host_name == ""
    assert outcome.left_out == 3


async def test_what_the_bot_recorded_itself_is_left_alone(database, imports, archive):
    chat = await a_running_chat(database, thread_id=files.THREAD)
    await archive.keep_message(chat.id, a_message(5, thread_id=files.THREAD))
    before = await everything(database)
    (outcome,) = await imports.take(arrivals(), NOW)
    assert (outcome.chat_id, outcome.is_recorded, outcome.taken) == (chat.id, True, 0)
    assert await everything(database) == before


async def test_what_stands_in_another_chat_stays_there(database, imports):
    await imports.take(arrivals(kind="GuildTextChat"), NOW)
    before = await everything(database)
    (outcome,) = await imports.take(arrivals(kind="GuildTextChat", one_chat=True), NOW)
    assert (outcome.chat_id, outcome.taken, dict(outcome.elsewhere)) == (0, 0, {1: 8})
    assert await everything(database) == before


async def test_the_same_file_in_another_server_finds_its_messages_taken(imports):
    await imports.take(arrivals(), NOW)
    (outcome,) = await imports.take(arrivals(server=9, channel=4, moved=True), NOW)
    assert (outcome.taken, dict(outcome.elsewhere)) == (0, {1: 8})


async def test_nothing_of_a_batch_is_there_when_it_fails(database, imports):
    good, bad = arrivals()[0], tweets()[0]
    record = bad.record
    broken = replace(record, messages=(*record.messages[:-1], replace(record.messages[-1], posted_at=None)))
    with pytest.raises(TypeError):
        await imports.take([good, replace(bad, record=broken)], NOW)
    assert await rows(database, "SELECT count(*) FROM messages") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM chats") == [(0,)]
    await imports.take([good, bad], NOW)
    assert await rows(database, "SELECT count(*) FROM chats") == [(2,)]


async def test_the_bot_writes_on_beside_an_import(database, imports, archive):
    chat = await a_running_chat(database)
    many = [files.said(n / 10, files.ADE, f"word{n} and more") for n in range(600)]
    taking = asyncio.ensure_future(imports.take(arrivals(many), NOW))
    await archive.keep_message(chat.id, a_message(7, "live"))
    (outcome,) = await taking
    assert outcome.taken == 600
    assert (await said(archive, chat.id))[7].text == "live"


async def test_our_own_archive_goes_out_in_and_out_again_without_a_difference(database, imports, archive, tmp_path):
    await imports.take([*arrivals(), *tweets()], NOW)
    (one, other) = [await archive.record_of(number) for number in (1, 2)]
    ruled = replace(one.messages[1], filings=(Filing(2, Basis.HOST, reasons=("host",)),))
    one = replace(one, messages=(one.messages[0], ruled, *one.messages[2:]))
    text = "".join(write_archive([one, other])).encode()
    again, _ = await through(tmp_path, "fresh", text)
    assert again == text


def test_chats_are_taken_in_together_up_to_so_many_messages():
    many = [*arrivals(), *tweets(), *arrivals(), *tweets()]
    assert [len(batch) for batch in in_batches(many, 11)] == [2, 2]
    assert [len(batch) for batch in in_batches(many, 1)] == [1, 1, 1, 1]
    assert list(in_batches([], 5)) == []


async def through(tmp_path, name, text):
    """What leaves a new archive into which this came."""
    fresh = Database(tmp_path / f"{name}.db")
    await fresh.open()
    try:
        store, records = ImportStore(fresh), list(read_archive(io.BytesIO(text)))
        await store.take([Arrival(f"key{record.chat.id}", record, as_is=True) for record in records], NOW)
        await store.finish()
        left = [await ArchiveStore(fresh).record_of(record.chat.id) for record in records]
    finally:
        await fresh.close()
    return "".join(write_archive(left)).encode(), left


async def test_series_cohosts_guests_and_own_threads_come_back(tmp_path, imports, archive):
    await imports.take([*arrivals(), *tweets()], NOW)
    one, other = [await archive.record_of(number) for number in (1, 2)]
    cohosts = (Guest(1_000_000_007, 31), Guest(1_000_000_009, 32))
    series = Belonging(4, "2026-03-03", own=True, first_key="2026-02-24")
    chat = replace(
        one.chat,
        id=40,
        guests=(Guest(17, 33),),
        cohosts=cohosts,
        host_role_id=55,
        belonging=series,
        question_threads=((1, 901), (2, 902)),
        published=True,
        is_public=True,
    )
    later = replace(other.chat, id=41, cohosts=cohosts, host_role_id=55, hashtag=one.chat.hashtag)
    later = replace(later, belonging=Belonging(4, "2026-03-10", first_key="2026-03-10"))
    text = "".join(write_archive([replace(one, chat=chat), replace(other, chat=later)])).encode()
    again, (first, _) = await through(tmp_path, "one", text)
    assert again == text
    assert first.chat.belonging == series


async def test_a_series_number_that_another_series_has_leads_nowhere(tmp_path, imports, archive):
    await imports.take(arrivals(), NOW)
    record = await archive.record_of(1)
    chats = [
        replace(record.chat, id=number, hashtag=tag, thread_id=number, belonging=Belonging(4, f"2026-03-{number}"))
        for number, tag in ((50, "shelfchat"), (51, "otherchat"))
    ]
    text = "".join(write_archive([replace(record, chat=chats[0]), ChatRecord(chats[1])])).encode()
    _, (first, second) = await through(tmp_path, "two", text)
    assert first.chat.belonging.series_id == 4
    assert second.chat.belonging is None
