"""All SQL stands here: SQLAlchemy Core, one writer in a thread, many readers on aiosqlite, values in and out."""
