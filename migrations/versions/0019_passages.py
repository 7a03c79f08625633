"""How far people come in conversations, counted by day and step; transcripts of a version.

A new table and two columns that may be empty, so the release before this one runs on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COUNTS = (
    "put", "answered", "unanswered", "back", "gave_up", "expired", "stopped", "gone",
    "misunderstood",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "passages",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("stream", sa.SmallInteger(), autoincrement=False, nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS],
        sa.PrimaryKeyConstraint(
            "flow", "day", "step", "medium", "release", "stream", name=op.f("pk_passages")
        ),
    )
    op.create_index("ix_passages_day", "passages", ["day"])
    op.add_column("releases", sa.Column("transcripts", sa.Text(), nullable=True))
    op.add_column("releases", sa.Column("trial", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("releases", "trial")
    op.drop_column("releases", "transcripts")
    op.drop_index("ix_passages_day", table_name="passages")
    op.drop_table("passages")
