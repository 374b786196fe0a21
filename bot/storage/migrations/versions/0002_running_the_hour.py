"""What running the hour needs: holds, hosts' moves, how sure a filing is, rulings by people, bookmarks.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("chats", sa.Column("held_at", sa.BigInteger(), nullable=True))
    op.add_column("chats", sa.Column("anonymous", sa.Text(), server_default="no", nullable=False))
    op.add_column("chats", sa.Column("quiet", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("filings", sa.Column("confidence", sa.Float(), server_default="1", nullable=False))
    op.add_column("filings", sa.Column("sure", sa.Boolean(), server_default="1", nullable=False))
    op.add_column("filings", sa.Column("reasons", sa.Text(), server_default="", nullable=False))
    op.add_column("relays", sa.Column("author_key", sa.Text(), nullable=True))
    op.add_column("relays", sa.Column("state", sa.Text(), server_default="due", nullable=False))
    op.create_index("ix_relays_author_key", "relays", ["author_key"], unique=False)
    _create_rulings()
    _create_moves()
    _create_saved()
    _space_out_steps()


def _create_rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("by_author", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_rulings_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "question", name=op.f("pk_rulings")),
    )


def _create_moves() -> None:
    op.create_table(
        "moves",
        sa.Column("press_id", _SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_moves_chat_id_chats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("press_id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_chat_id", "moves", ["chat_id"], unique=False)
    op.create_index("ix_moves_person_id", "moves", ["person_id"], unique=False)


def _create_saved() -> None:
    op.create_table(
        "saved",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_saved_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "message_id", name=op.f("pk_saved")),
    )


def _space_out_steps() -> None:
    # A question may now be put between others: each kind has a place of its own in a chat's sequence
    # (`bot/domain/run.py`, `place_of`), and the end of a chat's time is a row too.
    places = {"announce": 0, "remind": 1, "open": 2, "thread": 3, "welcome": 4, "wrap_up": 900, "close": 902}
    actions = sa.table(
        "actions",
        *(sa.column(name) for name in ("chat_id", "kind", "number", "step", "lane", "due_at", "state")),
    )
    chats = sa.table("chats", *(sa.column(name) for name in ("id", "starts_at", "minutes", "late_minutes", "state")))
    in_run = actions.c.lane == "run"
    for kind, place in places.items():
        op.execute(actions.update().where(in_run, actions.c.kind == kind).values(step=place))
    op.execute(actions.update().where(in_run, actions.c.kind == "ask").values(step=10 + actions.c.number))
    closing = actions.alias("closing")
    op.execute(
        actions.insert().from_select(
            ["chat_id", "kind", "number", "step", "lane", "due_at", "state"],
            sa.select(
                closing.c.chat_id,
                sa.literal("end"),
                sa.literal(0),
                sa.literal(901),
                sa.literal("run"),
                closing.c.due_at - chats.c.late_minutes * 60 * 1_000_000,
                sa.literal("due"),
            )
            .join_from(closing, chats, chats.c.id == closing.c.chat_id)
            .where(closing.c.kind == "close", closing.c.lane == "run", closing.c.state.in_(["due", "tried"])),
        )
    )
