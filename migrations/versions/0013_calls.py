"""Calls to action are approved by a second person, and what people answer them is found.

A call gets a version of what it says, the time of its release and the most that somebody gets in a
week; its steps get a table, and messages that came in the call that they answer. Every new column
may be left out, so the release before this one runs on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_REPLIES = sa.text("reply_to IS NOT NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "broadcast_steps",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("broadcast", number, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("staff", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast"],
            ["broadcasts.number"],
            name=op.f("fk_broadcast_steps_broadcast_broadcasts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_steps")),
    )
    with op.batch_alter_table("broadcast_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_broadcast_steps_broadcast"), ["broadcast"], unique=False
        )
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("released_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("per_week", sa.SmallInteger(), nullable=True))
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reply_to", number, nullable=True))
        batch_op.create_index(
            "ix_messages_reply_to",
            ["reply_to", "id"],
            unique=False,
            sqlite_where=_REPLIES,
            postgresql_where=_REPLIES,
        )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_reply_to", sqlite_where=_REPLIES, postgresql_where=_REPLIES
        )
        batch_op.drop_column("reply_to")
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        for column in ("per_week", "released_at", "version"):
            batch_op.drop_column(column)
    op.drop_table("broadcast_steps")
