"""The tables are what the migrations make, and each kind of column keeps what it is given."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from bot.storage import tables as t
from bot.storage.columns import Instant, metadata
from bot.storage.migrate import migrate
from tests.storage.making import NOW, a_message

_instants = st.datetimes(timezones=st.just(UTC))


@pytest.fixture
def migrated(tmp_path):
    """A file made by the migrations, seen through SQLAlchemy alone."""
    path = tmp_path / "shelftalk.db"
    migrate(path)
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def is_ours(name, kind, _parents):
    """The index of words is made by SQLite itself, out of tables of its own."""
    return kind != "table" or not name.startswith("search")


def test_the_tables_are_what_the_migrations_make(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_exactly_what_creating_the_tables_would(tmp_path, migrated):
    """Also what autogenerate doesn't compare: defaults, keys, partial indexes, cascades, AUTOINCREMENT."""
    created = sa.create_engine(f"sqlite:///{tmp_path}/created.db", poolclass=sa.NullPool)
    metadata.create_all(created)

    def shape(engine):
        inspector = sa.inspect(engine)
        with engine.connect() as connection:
            statements = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
            ).all()
            # The order in which they were made depends on what refers to what.
            counted = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCR%' ORDER BY name"
            ).all()
        return (
            statements,
            counted,
            {
                name: (
                    inspector.get_pk_constraint(name),
                    sorted(inspector.get_foreign_keys(name), key=str),
                    sorted(inspector.get_unique_constraints(name), key=str),
                    [(column["name"], column["nullable"], column["default"]) for column in inspector.get_columns(name)],
                )
                for name in metadata.tables
            },
        )

    assert shape(migrated) == shape(created)
    created.dispose()


def test_instants_and_discord_ids_take_64_bits_in_any_database():
    def of(column, dialect):
        return column.type.compile(dialect=dialect)

    lite, post = sqlite.dialect(), postgresql.dialect()
    assert of(t.chats.c.starts_at, lite) == of(t.chats.c.starts_at, post) == "BIGINT"
    assert of(t.messages.c.author_id, lite) == of(t.messages.c.author_id, post) == "BIGINT"
    # As a key, INTEGER is SQLite's own 64-bit number of a row.
    assert of(t.messages.c.id, lite) == "INTEGER"
    assert of(t.messages.c.id, post) == "BIGINT"


def test_every_column_of_time_or_discord_id_has_such_a_type():
    narrow = [
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if (column.name.endswith(("_at", "since")) and not isinstance(column.type, Instant))
        or (
            column.name in {"guild_id", "channel_id", "thread_id", "message_id", "author_id", "host_id", "person_id"}
            and not isinstance(column.type, sa.BigInteger)
        )
    ]
    assert narrow == []


@given(_instants)
def test_an_instant_comes_back_to_the_microsecond(instant):
    kind = Instant()
    stored = kind.process_bind_param(instant, sqlite.dialect())
    assert isinstance(stored, int)
    assert -(2**63) <= stored < 2**63
    assert kind.process_result_value(stored, sqlite.dialect()) == instant


@given(_instants, _instants)
def test_instants_sort_in_the_database_as_in_time(one, other):
    kind = Instant()
    stored = [kind.process_bind_param(instant, sqlite.dialect()) for instant in (one, other)]
    assert (stored[0] < stored[1]) == (one < other)


def test_no_instant_stays_no_instant():
    kind = Instant()
    assert kind.process_bind_param(None, sqlite.dialect()) is None
    assert kind.process_result_value(None, sqlite.dialect()) is None


def test_an_instant_in_another_zone_is_the_same_instant(migrated):
    there = NOW.astimezone(timezone(timedelta(hours=-5)))
    with migrated.begin() as connection:
        connection.execute(sa.insert(t.left_out).values(person_id=1, since=there))
        found = connection.execute(sa.select(t.left_out.c.since)).scalar_one()
    assert found == NOW
    assert found.tzinfo is UTC


def test_a_datetime_without_zone_is_refused(migrated):
    naive = datetime(2026, 12, 4, 20, 0)  # noqa: DTZ001 - this is what is to be refused
    with migrated.connect() as connection, pytest.raises(StatementError) as caught:
        connection.execute(sa.insert(t.left_out).values(person_id=1, since=naive))
    assert isinstance(caught.value.orig, TypeError)


@pytest.mark.parametrize("number", [1, 2**53 + 1, 1312345678901234567, 2**63 - 1])
async def test_discord_ids_come_back_digit_by_digit(database, number):
    async def job(conn):
        await conn.execute(sa.insert(t.left_out).values(person_id=number, since=NOW))

    await database.write(job)
    async with database.read() as conn:
        assert (await conn.execute(sa.select(t.left_out.c.person_id))).scalar_one() == number


async def test_what_belongs_to_nothing_is_refused(database, archive):
    """The foreign keys are on."""

    async def job(conn):
        await conn.execute(sa.insert(t.links).values(message_id=1, position=0, url="https://example.org"))

    with pytest.raises(sa.exc.IntegrityError):
        await database.write(job)
    await archive.keep_message(404, a_message(1))
    assert (await archive.counts([404])) == {}


def test_the_number_of_a_chat_is_never_given_twice(migrated):
    """Controls in Discord carry it for ever."""
    with closing(sqlite3.connect(migrated.url.database)) as connection:
        statement = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'chats'").fetchone()[0]
    assert "AUTOINCREMENT" in statement
