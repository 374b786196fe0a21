"""All SQL stands here: SQLAlchemy Core on aiosqlite, one writer, many readers, values in and out."""
