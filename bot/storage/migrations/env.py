"""Alembic runs this for every migration; the connection, with its transaction begun, comes from `migrate.py`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True, render_as_batch=True)
context.run_migrations()
