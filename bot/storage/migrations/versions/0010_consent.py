"""Which published pages have to be put right, which servers removed the bot; and the index without people's numbers.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.index import make_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stale_pages",
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_stale_pages")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_stale_pages_chat_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "page_folders",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_page_folders")),
    )
    op.create_table(
        "departures",
        sa.Column("guild_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_departures")),
    )
    # The index has numbers of its own for people from here on, as it has for words.
    op.execute("DROP TABLE search")
    op.execute("DELETE FROM vocabulary")
    op.execute("UPDATE messages SET search_id = NULL WHERE search_id IS NOT NULL")
    make_index(op.get_bind())
