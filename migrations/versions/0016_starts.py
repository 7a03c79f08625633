"""What flows begin for others, or write to others, while it is being handed on.

A new table, so the release before this one runs on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "starts",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("phone", sa.LargeBinary(length=16), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("values_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.Column("searched", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('start', 'broadcast')", name=op.f("ck_starts_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_starts")),
    )
    op.create_index(op.f("ix_starts_due_at"), "starts", ["due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_starts_due_at"), table_name="starts")
    op.drop_table("starts")
