"""What was said, with all that belongs to a message."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, text

from bot.storage.columns import PERSON, Instant, Snowflake, metadata

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
    Column("pinned", Boolean, nullable=False, server_default="0"),
    # Stickers, previews and a poll, as JSON; null where there is none of them.
    Column("extras", Text),
    # Written down, and not yet looked at where it stands; see `bot.storage.intake`.
    Column("unfiled", Boolean, nullable=False, server_default="0"),
    Index("ix_messages_chat_id_id", "chat_id", "id"),
    Index("uq_messages_search_id", "search_id", unique=True),
    Index(
        "ix_messages_waiting",
        "id",
        sqlite_where=text("text IS NOT NULL AND search_id IS NULL"),
        postgresql_where=text("text IS NOT NULL AND search_id IS NULL"),
    ),
    Index("ix_messages_unfiled", "id", sqlite_where=text("unfiled = 1"), postgresql_where=text("unfiled")),
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

_TO_FETCH = text("stored IS NULL AND refused IS NULL")

# A forwarded message carries the files of another under their own ids.
attachments = Table(
    "attachments",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("filename", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_type", Text),
    Column("description", Text),
    # The name under which the file itself is kept; null where it isn't, or not yet.
    Column("stored", Text),
    # Why it never will be; null where it is or may be.
    Column("refused", Text),
    # How often it couldn't be fetched, and when that is tried again; null for at once.
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("try_at", Instant),
    Index("ix_attachments_message_id", "message_id"),
    Index("ix_attachments_due", "message_id", sqlite_where=_TO_FETCH, postgresql_where=_TO_FETCH),
    Index("ix_attachments_stored", "stored"),
)

# Files of which some row was taken away: they go from the disk unless another row still names them. Filled by the
# database itself, whoever takes the row away; see `bot.storage.freed`.
freed_files = Table("freed_files", metadata, Column("name", Text, primary_key=True))

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
