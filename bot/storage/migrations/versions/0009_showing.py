"""How people are shown outside Discord, which chats are, and what a message has beside its words.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "showings",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("showing", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "person_id", name=op.f("pk_showings")),
    )
    op.create_index("ix_showings_person_id", "showings", ["person_id"], unique=False)
    op.create_table(
        "publishing",
        sa.Column("guild_id", sa.Integer(), nullable=False),
        sa.Column("publishes", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("showing", sa.Text(), nullable=False, server_default="left_out"),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_publishing")),
    )
    op.add_column("chats", sa.Column("source", sa.Text(), nullable=False, server_default="discord"))
    op.add_column("chats", sa.Column("published", sa.Boolean()))
    op.add_column("chats", sa.Column("is_public", sa.Boolean()))
    op.add_column("chats", sa.Column("sealed_at", sa.BigInteger()))
    op.add_column("messages", sa.Column("pinned", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("messages", sa.Column("extras", sa.Text()))
    op.add_column("attachments", sa.Column("stored", sa.Text()))
