"""The tables, as they stand after the last migration; whoever changes one writes a migration beside it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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
    Index("ix_chats_guild_id_state_starts_at", "guild_id", "state", "starts_at"),
    Index("uq_chats_series_id_series_key", "series_id", "series_key", unique=True),
    Index("ix_chats_event_id", "event_id"),
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

messages = Table(
    "messages",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("chat_id", ForeignKey("chats.id"), nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("author_id", BigInteger, nullable=False, info=PERSON),
    Column("author_name", Text, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("text", Text),
    Column("edited_at", Instant),
    Column("reply_to_id", BigInteger),
    Column("by_machine", Boolean, nullable=False),
    Column("by_button", Integer),
    Column("deleted_at", Instant),
    Column("left_out", Boolean, nullable=False),
    # Its row in the index of words, which begins with its server's number; null where there is nothing to be found.
    Column("search_id", BigInteger),
    Index("ix_messages_chat_id_id", "chat_id", "id"),
    Index("uq_messages_search_id", "search_id", unique=True),
    Index(
        "ix_messages_waiting",
        "id",
        sqlite_where=text("text IS NOT NULL AND search_id IS NULL"),
        postgresql_where=text("text IS NOT NULL AND search_id IS NULL"),
    ),
    Index("ix_messages_author_id", "author_id"),
    Index("ix_messages_reply_to_id", "reply_to_id"),
)

# A short number for each server of which something can be found; see `bot.storage.index`.
servers = Table(
    "servers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, unique=True),
)

# The words of the index, each once and only as long as some message has it. A number is never given twice.
vocabulary = Table(
    "vocabulary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("word", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

versions = Table(
    "versions",
    metadata,
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("replaced_at", Instant, primary_key=True),
    Column("text", Text, nullable=False),
)

filings = Table(
    "filings",
    metadata,
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("question", Integer, primary_key=True),
    Column("basis", Text, nullable=False),
    Column("confidence", Float, nullable=False, server_default="1"),
    Column("sure", Boolean, nullable=False, server_default="1"),
    Column("reasons", Text, nullable=False, server_default=""),
)

# What a person ruled about a message outranks the machine; question 0 stands for "under no question".
rulings = Table(
    "rulings",
    metadata,
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("question", Integer, primary_key=True),
    Column("by_author", Boolean, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("filename", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_type", Text),
    Column("description", Text),
)

links = Table(
    "links",
    metadata,
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("url", Text, nullable=False),
)

# Counts only: who reacted is nobody's business here.
reactions = Table(
    "reactions",
    metadata,
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("emoji", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)

relays = Table(
    "relays",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("question", Integer, nullable=False),
    Column("author_id", BigInteger, nullable=False, info=PERSON),
    Column("author_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("message_id", BigInteger),
    Column("author_key", Text, info=PERSON),
    Column("state", Text, nullable=False, server_default="due"),
    Index("ix_relays_author_id", "author_id"),
    Index("ix_relays_author_key", "author_key"),
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

# The one table that must keep a person's id: without it their wish couldn't be honoured.
left_out = Table(
    "left_out",
    metadata,
    Column("person_id", Snowflake, primary_key=True, autoincrement=False, info=PERSON),
    Column("since", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
