"""A search finds what fits and may be read, newest first, and whatever is typed stays words."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput, Problem
from bot.domain.messages import Attachment
from bot.domain.search import read_query, words_of
from bot.services.search_ports import Scope
from bot.storage import tables as t
from bot.storage.migrate import migrate
from bot.storage.searching import SearchStore
from tests.storage.making import START, a_message, a_running_chat, edited, indexed
from tests.storage.test_migrations import at_revision

ZONE = "UTC"
LATER = START + timedelta(days=1)
SAID = {
    1: "A1: We read Large Print to our neighbours",
    2: "large type is not large print, I think",
    3: "A2: Café chairs, see https://example.org/chairs",
    4: "読書会に行く",
    5: "The fines are gone, and readers came back",
    6: "fines or no fines",
}


@pytest.fixture
async def chat(database, archive):
    """A chat in which six people said something."""
    chat = await a_running_chat(database)
    file = Attachment(1, "a.png", "", 1)
    await asyncio.gather(
        *[
            archive.keep_message(
                chat.id, a_message(n, text, author=n, attachments=(file,) if n == 5 else (), author_name=f"Reader N{n}")
            )
            for n, text in SAID.items()
        ]
    )
    return chat


@pytest.fixture
def find(database, chat):
    """Ids found by what is typed."""

    async def find(typed, limit=100, *, best=False, **scope):
        query = read_query(typed, ZONE)
        return list(await SearchStore(database).find(query, Scope(**{"guild_id": 1, **scope}), limit, best=best))

    return find


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("large", [2, 1]),
        ("LARGE print", [2, 1]),
        ('"large print"', [2, 1]),
        ('"print large"', []),
        ("large -type", [1]),
        ('large -"large type"', [1]),
        ("read*", [5, 1]),
        ("cafe", [3]),
        ("caf\u00e9*", [3]),
        ("書会", [4]),
        ("会書", []),
        ("has:link", [3]),
        ("has:file", [5]),
        ("has:file has:link", []),
        ("from:n5", [5]),
        ('from:"reader n6" fines', [6]),
        ("from:<@6>", [6]),
        ("from:nobody", []),
        ("question:1", [1]),
        ("question:2 chairs", [3]),
        ("question:3 large", []),
        ("example.org", [3]),
        ("unheard", []),
        ("fines -unheard", [6, 5]),
        ("after:2026-12-04 fines", [6, 5]),
        ("after:2026-12-05 fines", []),
        ("before:2026-12-04 fines", []),
    ],
)
async def test_it_finds_what_fits_newest_first(find, typed, found):
    assert await find(typed) == found


async def test_the_best_match_may_come_first(find):
    assert await find("fines", best=True) == [6, 5]
    assert await find("large", best=True) == [2, 1]
    assert await find("has:link", best=True) == [3]


async def test_no_more_than_asked_for(find):
    assert await find("after:2026", limit=2) == [6, 5]
    assert await find("question:1 large", limit=1) == [1]


async def test_other_servers_and_hidden_channels_are_not_seen(find, database, archive):
    other = await a_running_chat(database, guild_id=77, channel_id=8, thread_id=51)
    await archive.keep_message(other.id, a_message(100, "large fines elsewhere", thread_id=51))
    assert await find("fines") == [6, 5]
    assert await find("fines", guild_id=77) == [100]
    assert await find("fines", guild_id=78) == []
    assert await find("fines", guild_id=77, hidden=(8,)) == []
    assert await find("fines", hidden=(8,)) == [6, 5]


async def test_a_chat_and_a_series_narrow_it(find, chat):
    assert await find("fines", chats=(chat.id,)) == [6, 5]
    assert await find("fines", chats=(chat.id + 1,)) == []
    assert await find("fines", series=(1,)) == []
    assert await find("fines", chats=(chat.id,), series=(1,)) == [6, 5]


async def test_what_was_edited_is_found_by_its_new_words_alone(find, archive, chat):
    await archive.keep_message(chat.id, edited(a_message(6, SAID[6], author=6), "no more penalties"))
    assert await find("penalties") == [6]
    assert await find("fines") == [5]


async def test_what_is_withdrawn_is_not_found_and_its_words_are_forgotten(find, archive, people, database):
    await archive.keep_deletion([6], LATER)
    await people.leave_out(5, LATER)
    assert await find("fines") == []
    words, vocabulary = await indexed(database)
    assert set(words) == {1, 2, 3, 4}
    assert not vocabulary & {"fines", "readers", "n5", "n6"}


async def test_many_in_one_millisecond_are_all_found(find, archive, chat, database):
    await archive.keep_message(chat.id, a_message(2000, "lantern", posted_at=START + timedelta(hours=1)))
    columns = ", ".join(column.name for column in t.messages.c if column.name not in {"id", "search_id"})
    copies = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 509) "  # noqa: S608
        f"INSERT INTO messages (id, {columns}) SELECT id + i, {columns} FROM messages, n WHERE id = 2000"
    )
    await database.write(lambda conn: conn.exec_driver_sql(copies))
    assert await find("lantern", limit=1000) == list(range(2509, 1999, -1))


async def test_what_waited_when_the_process_ended_is_found_after_the_next_start(find, database):
    async def lose(conn):
        await conn.exec_driver_sql("DELETE FROM search")
        await conn.exec_driver_sql("UPDATE messages SET search_id = NULL")

    await find("fines")
    await database.write(lose)
    assert await find("fines") == [6, 5]


async def test_a_beginning_of_too_many_words_is_refused(find, archive, chat):
    letters = "abcdefghijklmnopqrstuvwxyz"
    text = " ".join(f"sea{one}{other}" for one in letters for other in letters[:12])
    await archive.keep_message(chat.id, a_message(50, text))
    with pytest.raises(BadInput) as refused:
        await find("sea*")
    assert refused.value.problem is Problem.SEARCH_BEGINNING
    assert await find("seaa*") == [50]


async def test_hits_come_with_their_neighbours_as_they_can_be_read(database, archive, chat):
    await archive.keep_deletion([2], LATER)
    found = await SearchStore(database).hits([5, 1, 2, 999])
    assert [(hit.message.id, hit.chat_id) for hit in found] == [(5, chat.id), (1, chat.id)]
    assert (found[0].before.id, found[0].after.id) == (4, 6)
    assert (found[1].before, found[1].after.id) == (None, 3)


SIGNS = [*"\"*-()^:{}+,'%\x00", "NEAR", "AND ", "OR ", "NOT ", "words:", "scope:"]
NOISE = st.lists(st.sampled_from([*SIGNS, "fines", "large", " ", "m", "c1", "w1", "\u202e", "\u200b"]), max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NOISE.map("".join) | st.text(max_size=40))
async def test_whatever_is_typed_never_leaves_its_words(find, typed):
    """No error of FTS5's language, no other server's message, and each hit has the words."""
    try:
        query = read_query(typed, ZONE)
    except BadInput:
        return
    found = await find(typed)
    assert await find(typed, guild_id=2) == []
    for number in found:
        folded = {word.folded for word in words_of(SAID[number])}
        for term in query.terms:
            assert set(term.words[:-1]) <= folded
            assert any(word.startswith(term.words[-1]) for word in folded)


def test_an_older_archive_is_put_into_the_index(tmp_path):
    path = tmp_path / "shelftalk.db"
    at_revision(path, "0007", tmp_path)
    with closing(sqlite3.connect(path)) as old, old:
        columns = [row[1] for row in old.execute("PRAGMA table_info(chats)")]
        given = {"id": 7, "guild_id": 1, "channel_id": 2, "title": "T", "hashtag": "t", "starts_at": 0, "zone": "UTC"}
        wanted = [row[1] for row in old.execute("PRAGMA table_info(chats)") if row[3] and row[4] is None]
        values = {name: given.get(name, 1) for name in wanted}
        names = ", ".join(values)
        old.execute(f"INSERT INTO chats ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values()))  # noqa: S608
        assert set(values) <= set(columns)
        for number in range(1, 1203):
            old.execute(
                "INSERT INTO messages (id, chat_id, thread_id, author_id, author_name, posted_at, text, by_machine, "
                "left_out) VALUES (?, 7, 1, 5, 'Ada', ?, ?, 0, 0)",
                (number, number * 1000, "gone" if number == 1 else f"word{number} lantern"),
            )
        old.execute("UPDATE messages SET text = NULL WHERE id = 1")
    migrate(path)
    with closing(sqlite3.connect(path)) as new:
        found = new.execute(
            "SELECT count(*) FROM search WHERE search MATCH "
            "(SELECT 'words : w' || id FROM vocabulary WHERE word = 'lantern')"
        ).fetchone()
        words = {row[0] for row in new.execute("SELECT word FROM vocabulary")}
    assert found == (1201,)
    assert "word1202" in words
    assert "gone" not in words
