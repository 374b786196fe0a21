"""What belongs to a server as a whole, and the bot's own notes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from bot.storage.columns import PERSON, Instant, Snowflake, metadata

# Where a server's chats are rounded up: in a channel (then the person is 0), or for a person (then the channel is).
roundups = Table(
    "roundups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("every", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    Column("active", Boolean, nullable=False),
    Index("ix_roundups_guild_id", "guild_id"),
    sqlite_autoincrement=True,
)

# A server's questions to choose from; `folded` is by what two of them are the same.
jar = Table(
    "jar",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    Column("added_at", Instant, nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("guild_id", "folded"),
    Index("ix_jar_person_id", "person_id"),
    sqlite_autoincrement=True,
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# What a server's hosts decided about what is shown outside Discord; a server without a row has decided nothing.
publishing = Table(
    "publishing",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    # Whether chats of channels that everybody may read are published without asking for each.
    Column("publishes", Boolean, nullable=False, server_default="0"),
    # How those are shown who chose nothing.
    Column("showing", Text, nullable=False, server_default="left_out"),
)

# Chats whose published pages aren't what may be shown now, each with its latest mark. No foreign key: a chat that was
# erased has pages to be taken down.
stale_pages = Table(
    "stale_pages",
    metadata,
    Column("mark", Integer, primary_key=True),
    Column("chat_id", Integer, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# The folders into which pages were written, and up to which mark each was put right.
page_folders = Table(
    "page_folders",
    metadata,
    Column("path", Text, primary_key=True),
    Column("mark", Integer, nullable=False),
)

# Servers that removed the bot, and when that was noticed.
departures = Table(
    "departures",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("left_at", Instant, nullable=False),
)
