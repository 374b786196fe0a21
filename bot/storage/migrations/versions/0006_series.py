"""Series, their hosts, guests of single chats, and how a chat is held and told of.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _manner() -> list[Any]:
    return [
        sa.Column("format", sa.Text(), nullable=False, server_default="hosted"),
        sa.Column("rhythm", sa.Text(), nullable=False, server_default="even"),
        sa.Column("every_minutes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("times_of_day", sa.Text(), nullable=False, server_default=""),
        sa.Column("announce", sa.Text()),
        sa.Column("ahead", sa.Text(), nullable=False, server_default="number"),
        sa.Column("ping_role_id", sa.BigInteger()),
        sa.Column("event_wish", sa.Text(), nullable=False, server_default="no"),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("forum_id", sa.BigInteger()),
    ]


def _make_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hashtag", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("welcome_minutes", sa.Integer(), nullable=False),
        sa.Column("wrap_up_minutes", sa.Integer(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("reminder_minutes", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Text(), nullable=False, server_default="no"),
        sa.Column("quiet", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("layout", sa.Text(), nullable=False, server_default="thread"),
        sa.Column("recap", sa.Boolean(), nullable=False, server_default="0"),
        *_manner(),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("host_role_id", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Integer()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_series_guild_id_state", "series", ["guild_id", "state"], unique=False)
    op.create_index("ix_series_host_id", "series", ["host_id"], unique=False)


def upgrade() -> None:
    _make_series()
    for table, parent, column in (("series_hosts", "series", "series_id"), ("guests", "chats", "chat_id")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            sa.Column("person_id", sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(column, "person_id", name=op.f(f"uq_{table}_{column}_person_id")),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{table}_person_id", table, ["person_id"], unique=False)
    for added in (
        *_manner(),
        sa.Column("series_id", sa.Integer()),
        sa.Column("series_key", sa.Text()),
        sa.Column("first_key", sa.Text()),
        sa.Column("own", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("moved_from", sa.BigInteger()),
        sa.Column("announced_in", sa.BigInteger()),
        sa.Column("event_id", sa.BigInteger()),
    ):
        op.add_column("chats", added)
    op.create_index("uq_chats_series_id_series_key", "chats", ["series_id", "series_key"], unique=True)
    op.create_index("ix_chats_event_id", "chats", ["event_id"], unique=False)
