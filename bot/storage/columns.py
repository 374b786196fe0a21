"""Kinds of columns and what all tables have in common; the tables themselves stand in `tables.py`.

Instants are stored as whole microseconds since 1970 (UTC), which sort and compare in any database. Columns that
say whose words or name a row holds are marked with `info=PERSON`; a test checks that erasure knows each of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def kept(at: datetime) -> int:
    """An instant (aware) as it is kept."""
    return (at - _EPOCH) // _MICROSECOND


def instant(microseconds: int) -> datetime:
    """The instant (aware UTC) that is kept so."""
    return _EPOCH + timedelta(microseconds=microseconds)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To the database; a naive datetime raises TypeError."""
        return None if value is None else kept(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """From the database."""
        return None if value is None else instant(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
PERSON = {"person": True}
# As a key, SQLite's INTEGER is the row's own number, which spares a second index; it holds 64 bits as BIGINT does.
Snowflake = BigInteger().with_variant(Integer(), "sqlite")


def manner_columns() -> list[Column[Any]]:
    """How a chat is held: the same columns for a chat and for the series that it comes from."""
    return [
        Column("format", Text, nullable=False, server_default="hosted"),
        Column("rhythm", Text, nullable=False, server_default="even"),
        Column("every_minutes", Integer, nullable=False, server_default="0"),
        # Times of day as 09:00, separated by commas.
        Column("times_of_day", Text, nullable=False, server_default=""),
        # Minutes before the start, separated by commas; null for what is usual.
        Column("announce", Text),
        Column("ahead", Text, nullable=False, server_default="number"),
        Column("ping_role_id", BigInteger),
        Column("event_wish", Text, nullable=False, server_default="no"),
        Column("description", Text, nullable=False, server_default=""),
        Column("forum_id", BigInteger),
    ]
