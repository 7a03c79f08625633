"""What messages cost, counted by month and channel as aggregators take them.

A new table, so the release before this one runs on it. What it sends meanwhile is not counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stream", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "channel", "currency", "stream", name=op.f("pk_spending")),
    )


def downgrade() -> None:
    op.drop_table("spending")
