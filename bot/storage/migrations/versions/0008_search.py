"""An index of the words that were said; what an older archive holds is put into it.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.index import make_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "servers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_servers")),
        sa.UniqueConstraint("guild_id", name=op.f("uq_servers_guild_id")),
    )
    op.create_table(
        "vocabulary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary")),
        sa.UniqueConstraint("word", name=op.f("uq_vocabulary_word")),
        sqlite_autoincrement=True,
    )
    op.add_column("messages", sa.Column("search_id", sa.BigInteger()))
    op.create_index("uq_messages_search_id", "messages", ["search_id"], unique=True)
    op.create_index(
        "ix_messages_waiting", "messages", ["id"], sqlite_where=sa.text("text IS NOT NULL AND search_id IS NULL")
    )
    make_index(op.get_bind())
