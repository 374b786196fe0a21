"""When a person last looked at a digest, for those who want that remembered; whether a chat's digest is posted.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("recap", sa.Boolean(), server_default="0", nullable=False))
    op.create_table(
        "looks",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "chat_id", name=op.f("pk_looks")),
    )
