"""Chats and series as they are planned, and what is due in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from bot.storage.columns import PERSON, Instant, Snowflake, manner_columns, metadata

chats = Table(
    "chats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("hashtag", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("welcome_minutes", Integer, nullable=False),
    Column("wrap_up_minutes", Integer, nullable=False),
    Column("late_minutes", Integer, nullable=False),
    Column("reminder_minutes", Integer, nullable=False),
    Column("host_id", BigInteger, nullable=False, info=PERSON),
    Column("host_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("thread_id", BigInteger, unique=True),
    Column("locale", Text, nullable=False),
    Column("typed_questions", Text, nullable=False, server_default=""),
    Column("held_at", Instant),
    Column("anonymous", Text, nullable=False, server_default="no"),
    Column("quiet", Boolean, nullable=False, server_default="0"),
    Column("layout", Text, nullable=False, server_default="thread"),
    Column("recap", Boolean, nullable=False, server_default="0"),
    *manner_columns(),
    # No foreign key: a chat outlives its series.
    Column("series_id", Integer),
    # Null once its series let go of it, so that another chat may take its place.
    Column("series_key", Text),
    Column("first_key", Text),
    Column("own", Boolean, nullable=False, server_default="0"),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("moved_from", Instant),
    Column("announced_in", BigInteger),
    Column("event_id", BigInteger),
    Column("source", Text, nullable=False, server_default="discord"),
    # Null where hosts said nothing of it: then the server's setting counts.
    Column("published", Boolean),
    # Whether everybody in its server could read it when the bot looked last; null, not known, counts as private.
    Column("is_public", Boolean),
    # When its record was found to be what Discord has, after its end.
    Column("sealed_at", Instant),
    # What a chat that came from a file is known by; null for what was held here.
    Column("import_key", Text),
    Index("ix_chats_guild_id_state_starts_at", "guild_id", "state", "starts_at"),
    Index("uq_chats_series_id_series_key", "series_id", "series_key", unique=True),
    Index("ix_chats_event_id", "event_id"),
    Index("uq_chats_guild_id_import_key", "guild_id", "import_key", unique=True),
    sqlite_autoincrement=True,
)

# The first columns are those of a chat: they say what each of its chats is like.
series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("hashtag", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("welcome_minutes", Integer, nullable=False),
    Column("wrap_up_minutes", Integer, nullable=False),
    Column("late_minutes", Integer, nullable=False),
    Column("reminder_minutes", Integer, nullable=False),
    Column("host_id", BigInteger, nullable=False, info=PERSON),
    Column("host_name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("anonymous", Text, nullable=False, server_default="no"),
    Column("quiet", Boolean, nullable=False, server_default="0"),
    Column("layout", Text, nullable=False, server_default="thread"),
    Column("recap", Boolean, nullable=False, server_default="0"),
    *manner_columns(),
    Column("phrase", Text, nullable=False),
    # As JSON; `bot/storage/schedules.py` describes it.
    Column("schedule", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("host_role_id", BigInteger),
    Column("state", Text, nullable=False),
    Column("replaces", Integer),
    Column("created_at", Instant, nullable=False),
    Index("ix_series_guild_id_state", "guild_id", "state"),
    Index("ix_series_host_id", "host_id"),
    sqlite_autoincrement=True,
)

# Who hosts all chats of a series beside the one who planned it.
series_hosts = Table(
    "series_hosts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    UniqueConstraint("series_id", "person_id"),
    Index("ix_series_hosts_person_id", "person_id"),
    sqlite_autoincrement=True,
)

# Who hosts one chat beside the one who planned it.
guests = Table(
    "guests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    UniqueConstraint("chat_id", "person_id"),
    Index("ix_guests_person_id", "person_id"),
    sqlite_autoincrement=True,
)

questions = Table(
    "questions",
    metadata,
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("message_id", BigInteger, unique=True),
    Column("asked_at", Instant),
)

# By number, not by question: when one is left out, the next takes its number and the thread that is open for it.
question_threads = Table(
    "question_threads",
    metadata,
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("thread_id", BigInteger, nullable=False, unique=True),
)

_UNFINISHED = text("state IN ('due', 'tried')")

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("first_tried_at", Instant),
    Column("done_at", Instant),
    Column("message_id", BigInteger),
    UniqueConstraint("chat_id", "kind", "number"),
    Index("ix_actions_unfinished", "due_at", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index(
        "ix_actions_lane",
        "chat_id",
        "lane",
        "step",
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    Index("ix_actions_message_id", "message_id"),
)

# What hosts did while a chat ran, by the press or command that did it: one press is one move.
moves = Table(
    "moves",
    metadata,
    Column("press_id", Snowflake, primary_key=True, autoincrement=False),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False, info=PERSON),
    Column("made_at", Instant, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_moves_person_id", "person_id"),
)

# What the last look at Discord found in a chat that is over.
seals = Table(
    "seals",
    metadata,
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("differences", Integer, nullable=False),
    Column("checked_at", Instant, nullable=False),
)
