"""Work behind the pages that ends when whoever asked for it may no more, or when it breaks.

Columns that may be empty and an index, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("export_schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retry_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("ended_why", sa.Text(), nullable=True))
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("error", sa.Text(), nullable=True))
    op.create_index("ix_results_flow", "results", ["flow", "name"])


def downgrade() -> None:
    op.drop_index("ix_results_flow", table_name="results")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_column("error")
    with op.batch_alter_table("export_schedules", schema=None) as batch_op:
        batch_op.drop_column("ended_why")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("retry_at")
