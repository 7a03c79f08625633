"""Counts in halls under two witnesses, minutes, and the form that opened an assembly.

New tables, and a column that may be empty, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "hall_counts",
        sa.Column("assembly", number, autoincrement=False, nullable=False),
        sa.Column("hall", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("staff", number, nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly"], ["assemblies.number"], name=op.f("fk_hall_counts_assembly_assemblies")
        ),
        sa.PrimaryKeyConstraint("assembly", "hall", "position", name=op.f("pk_hall_counts")),
    )
    with op.batch_alter_table("hall_counts", schema=None) as batch_op:
        batch_op.create_index("ix_hall_counts_witness", ["assembly", "hall", "staff"], unique=True)
    op.create_table(
        "minutes",
        sa.Column("assembly", number, autoincrement=False, nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff", number, nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly"], ["assemblies.number"], name=op.f("fk_minutes_assembly_assemblies")
        ),
        sa.PrimaryKeyConstraint("assembly", "version", name=op.f("pk_minutes")),
    )
    op.add_column("assemblies", sa.Column("form", sa.Text(), nullable=True))
    op.create_index("ix_assemblies_form", "assemblies", ["form"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_assemblies_form", "assemblies")
    op.drop_column("assemblies", "form")
    op.drop_table("minutes")
    op.drop_table("hall_counts")
