"""What a chat from a file is known by, so that bringing it in twice brings it in once.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("import_key", sa.Text()))
    op.create_index("uq_chats_guild_id_import_key", "chats", ["guild_id", "import_key"], unique=True)
