"""What people wish for themselves and their own words."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.storage.columns import PERSON, Instant, Snowflake, metadata

# A person's own bookmarks; nobody else sees them.
saved = Table(
    "saved",
    metadata,
    Column("person_id", BigInteger, primary_key=True, info=PERSON),
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("saved_at", Instant, nullable=False),
)

# When a person last looked at a chat's digest, for those who want it; the row of chat 0 says that they do.
looks = Table(
    "looks",
    metadata,
    Column("person_id", BigInteger, primary_key=True, info=PERSON),
    Column("chat_id", Integer, primary_key=True, autoincrement=False),
    Column("looked_at", Instant, nullable=False),
)

# Who agreed to be named in a digest as somebody to say hello to.
greeted = Table(
    "greeted",
    metadata,
    Column("person_id", Snowflake, primary_key=True, autoincrement=False, info=PERSON),
    Column("since", Instant, nullable=False),
)

# Who wants a private message before a chat begins.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    Column("locale", Text, nullable=False),
    UniqueConstraint("chat_id", "person_id"),
    Index("ix_reminders_person_id", "person_id"),
    sqlite_autoincrement=True,
)

# The one table that must keep a person's id: without it their wish couldn't be honoured.
left_out = Table(
    "left_out",
    metadata,
    Column("person_id", Snowflake, primary_key=True, autoincrement=False, info=PERSON),
    Column("since", Instant, nullable=False),
)

# How somebody chose to be shown in a server; who chose nothing has no row.
showings = Table(
    "showings",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("person_id", BigInteger, primary_key=True, info=PERSON),
    Column("showing", Text, nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Index("ix_showings_person_id", "person_id"),
)
