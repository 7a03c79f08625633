"""Exports that staff ask for on the pages, and what is written out by the day or the week.

Only new tables, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "exports",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("staff", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("preview", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('held', 'waiting', 'working', 'done', 'failed', 'refused', 'gone')",
            name=op.f("ck_exports_status"),
        ),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_exports_staff_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_status", "exports", ["status", "id"], unique=False)
    op.create_index("ix_exports_staff", "exports", ["staff", "id"], unique=False)
    op.create_table(
        "export_schedules",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("staff", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=True),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("every IN ('day', 'week')", name=op.f("ck_export_schedules_every")),
        sa.ForeignKeyConstraint(
            ["staff"], ["staff.id"], name=op.f("fk_export_schedules_staff_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_schedules")),
    )
    op.create_index(
        op.f("ix_export_schedules_due_at"), "export_schedules", ["due_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("export_schedules")
    op.drop_table("exports")
