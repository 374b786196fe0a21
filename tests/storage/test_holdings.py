"""A person may have all that is kept of them, and take it away in one server or everywhere, with nothing forgotten."""

import dataclasses
import json

import pytest
import sqlalchemy as sa

from bot.domain.consent import Erased
from bot.domain.showing import Showing
from bot.services.person_values import HeldHere
from bot.storage import holdings
from bot.storage import people as erasing
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.columns import metadata
from bot.storage.holdings import HoldingStore
from bot.storage.people import PeopleStore
from bot.ui.person_file import person_file
from bot.ui.texts import Texts
from tests.storage.making import NOW, START, a_message, a_running_chat, rows, said
from tests.storage.persons import OTHER, PERSON, leave_traces
from tests.storage.test_people import traces

MARKED = {column for table in metadata.tables.values() for column in table.columns if column.info.get("person")}


@pytest.fixture
def held(database):
    return HoldingStore(database)


@pytest.fixture
async def two_servers(database):
    """A person who left traces in servers 1 and 2."""
    here = await a_running_chat(database)
    there = await a_running_chat(database, guild_id=2, channel_id=4, thread_id=60)
    await leave_traces(database, here, "marmalade")
    await leave_traces(database, there, "quince", 4500)
    return here, there


def test_every_column_that_says_whose_a_row_is_has_an_exporter():
    assert set(holdings.EXPORTERS) == MARKED


async def test_the_traces_leave_none_of_those_columns_out(database, two_servers):
    """Or the tests below would say nothing of a store."""
    async with database.read() as conn:
        for column in MARKED - {t.left_out.c.person_id, t.relays.c.author_key}:
            assert await conn.scalar(sa.select(sa.func.count()).where(column == PERSON)), str(column)
        assert await conn.scalar(sa.select(sa.func.count()).where(t.relays.c.author_key.is_not(None)))


async def test_what_is_given_holds_everything_of_theirs_and_nothing_of_others(database, held, two_servers):
    sections = await held.export(PERSON)
    name, data = person_file(PERSON, sections, NOW, Texts())
    found = json.loads(data)
    assert name == "my-words.json"
    assert {section.name for section in sections} <= set(found)
    assert len(sections) == len(MARKED) - 1
    assert "I disagree" not in data.decode()
    (first,) = [one for one in found["messages"] if one["id"] == "3500"]
    assert (first["text"], first["author_name"], first["server"]) == (
        "marmalade, again https://example.org/2marmalade",
        "Name-marmalade",
        "1",
    )
    assert first["earlier_wordings"][0]["text"] == "A1: marmalade https://example.org/marmalade"
    assert first["files"][0]["description"] == "A marmalade"
    assert found["anonymous_answers_in_running_chats"][0]["text"] == "marmalade without a name"
    assert found["person"] == str(PERSON)
    # Word for word, wherever the archive has one of theirs.
    for table, row in [trace for trace in traces(database.path, "marmalade") if isinstance(trace, tuple)]:
        for value in row:
            if "marmalade" in str(value) and table not in {"vocabulary", "jar"}:
                assert json.dumps(str(value), ensure_ascii=False).strip('"') in data.decode()


async def test_nothing_is_given_to_somebody_of_whom_nothing_is_kept(held, two_servers):
    assert await held.export(404) == []
    assert (await held.held(404)).servers == ()


def test_a_file_too_big_for_discord_is_packed():
    sections = [dataclasses.replace(section, entries=section.entries * 50) for section in _sections()]
    name, data = person_file(PERSON, sections, NOW, Texts(), most=2_000)
    assert name == "my-words.json.zip"
    assert len(data) < 2_000


def _sections():
    return [holdings.Section("messages", ([("text", "tea"), ("posted_at", START), ("links", [[("url", "x")]])],))]


async def test_what_is_kept_is_told_in_figures_for_each_server(held, two_servers):
    found = await held.held(PERSON)
    assert [one.guild_id for one in found.servers] == [1, 2]
    here = found.of(1)
    assert (here.messages, here.chats, here.choice) == (2, 1, Showing.NAMED)
    assert here.others > 5
    assert found.everywhere.messages == 4
    assert found.is_greeted
    assert found.of(3) == HeldHere(3)
    assert found.of(3).is_nothing


async def test_erasing_here_leaves_the_other_server_alone(database, people, two_servers):
    here, there = two_servers
    before = await said(ArchiveStore(database), there.id)
    erased = await people.erase(PERSON, 1, NOW)
    assert erased == Erased(messages=2, chats=1)
    assert traces(database.path, "marmalade", "Name-marmalade") == []
    assert await said(ArchiveStore(database), there.id) == before
    found = await HoldingStore(database).held(PERSON)
    assert [one.guild_id for one in found.servers] == [2]
    assert found.is_greeted
    kept = await said(ArchiveStore(database), here.id)
    assert (kept[3500].is_left_out, kept[3500].author_id, kept[3501].text) == (True, 0, "I disagree")


async def test_erasing_everywhere_leaves_nothing_of_theirs_in_any_table(database, people, two_servers):
    await people.erase(PERSON, None, NOW)
    assert traces(database.path, "marmalade", "quince", str(PERSON)) == []
    found = await HoldingStore(database).held(PERSON)
    assert (found.servers, found.is_greeted, found.is_left_out) == ((), False, False)
    assert await people.erase(PERSON, None, NOW) == Erased(0, 0)


async def test_who_is_left_out_everywhere_is_known_by_that_wish_alone(database, people, two_servers):
    await people.leave_out(PERSON, NOW)
    assert [table for table, _ in traces(database.path, str(PERSON))] == ["left_out"]
    await people.erase(PERSON, None, NOW)
    assert await people.is_left_out(PERSON)


async def test_a_wish_not_to_be_named_outlives_an_erasure_and_one_to_be_named_does_not(database, people):
    await people.choose(PERSON, 1, Showing.LEFT_OUT, NOW)
    await people.choose(PERSON, 2, Showing.NAMED, NOW)
    await people.erase(PERSON, None, NOW)
    assert await rows(database, "SELECT guild_id, showing FROM showings") == [(1, "left_out")]


async def test_what_is_written_after_an_erasure_is_kept(database, people, two_servers):
    here, _ = two_servers
    archive = ArchiveStore(database)
    writes = [archive.keep_message(here.id, a_message(n, "going on", PERSON)) for n in (3600, 3601)]
    await people.erase(PERSON, 1, NOW)
    for write in writes:
        await write
    await archive.keep_message(here.id, a_message(3602, "and on", PERSON))
    kept = await said(archive, here.id)
    assert [kept[n].text for n in (3600, 3601, 3602)] == [None, None, "and on"]


@pytest.mark.parametrize("failing", range(len(erasing.ERASERS)))
async def test_an_erasure_here_happens_as_a_whole_or_not_at_all(database, people, monkeypatch, failing):
    chat = await a_running_chat(database)
    await ArchiveStore(database).keep_message(chat.id, a_message(3500, "marmalade", PERSON))

    async def fail(conn, wish):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(erasing, "ERASERS", {**erasing.ERASERS, list(erasing.ERASERS)[failing]: fail})
    with pytest.raises(RuntimeError):
        await people.erase(PERSON, 1, NOW)
    assert (await said(ArchiveStore(database), chat.id))[3500].text == "marmalade"


async def test_files_that_nothing_names_any_more_are_handed_over_to_be_deleted(database, two_servers):
    async def keep(conn):
        a = t.attachments.c
        await conn.execute(sa.update(t.attachments).where(a.id == 3500).values(stored="mine.jpg"))
        await conn.execute(sa.update(t.attachments).where(a.id == 4500).values(stored="both.jpg"))
        values = {"id": 9, "message_id": 3501, "filename": "f", "url": "u", "size": 1, "stored": "both.jpg"}
        await conn.execute(sa.insert(t.attachments).values(**values))

    await database.write(keep)
    gone = []
    await PeopleStore(database, discard=gone.extend).erase(PERSON, None, NOW)
    assert gone == ["mine.jpg"]
    await PeopleStore(database, discard=gone.extend).erase(OTHER, None, NOW)
    assert gone == ["mine.jpg", "both.jpg"]
