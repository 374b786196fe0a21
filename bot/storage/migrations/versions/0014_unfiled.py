"""Which messages are written down and not yet filed.

Revision ID: 0014
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("unfiled", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index("ix_messages_unfiled", "messages", ["id"], sqlite_where=sa.text("unfiled = 1"))
