"""What is due later: timers of phones, and the occasions of timetables.

Only new tables, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "timers",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("phone", sa.LargeBinary(length=16), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("fence", number, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("flow", sa.Text(), nullable=True),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('timed_out', 'expired', 'by_sms', 'text', 'flow')",
            name=op.f("ck_timers_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timers_due_at"), ["due_at"], unique=False)
        batch_op.create_index("uq_timers_phone_occasion", ["phone", "occasion"], unique=True)

    op.create_table(
        "occasions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.LargeBinary(length=16), nullable=True),
        sa.Column("finished", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "due_at", name=op.f("pk_occasions")),
    )
