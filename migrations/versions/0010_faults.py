"""What goes wrong in flows while they run, counted; and the step from which staff were asked.

A new table, and a column that may be empty, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faults",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("flow", "node", "reason", name=op.f("pk_faults")),
    )
    op.add_column("handovers", sa.Column("node", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("handovers", "node")
    op.drop_table("faults")
