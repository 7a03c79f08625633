"""Which release of the flows is in force, for every process, and what was refused.

The release before looks into neither table: it serves the folder that it was started with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_folders",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("refused_why", sa.Text(), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_flow_folders")),
    )
    op.create_table(
        "publications",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.hash"], name=op.f("fk_publications_release_releases")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_publications")),
    )


def downgrade() -> None:
    op.drop_table("publications")
    op.drop_table("flow_folders")
