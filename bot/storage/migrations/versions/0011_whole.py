"""What was last seen of a finished chat in Discord; files kept on the disk, also those of forwarded messages.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.freed import make_triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_seals_chat_id_chats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_seals")),
    )
    op.create_table(
        "freed_files",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_freed_files")),
    )
    _make_attachments_anew()
    make_triggers(op.get_bind())


def _make_attachments_anew() -> None:
    """A file's id was its key; a forwarded message carries a file of the same id."""
    op.create_table(
        "attachments_anew",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("stored", sa.Text()),
        sa.Column("refused", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("try_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", "message_id", name=op.f("pk_attachments")),
    )
    kept = "id, message_id, filename, url, size, content_type, description, stored"
    op.execute(f"INSERT INTO attachments_anew ({kept}) SELECT {kept} FROM attachments")  # noqa: S608 - our own names
    op.drop_table("attachments")
    op.rename_table("attachments_anew", "attachments")
    to_fetch = sa.text("stored IS NULL AND refused IS NULL")
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"], unique=False)
    op.create_index("ix_attachments_due", "attachments", ["message_id"], unique=False, sqlite_where=to_fetch)
    op.create_index("ix_attachments_stored", "attachments", ["stored"], unique=False)
