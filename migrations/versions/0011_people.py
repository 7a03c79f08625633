"""Indexes for the pages of people, and the files that people are written down from.

Indexes and new tables only, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBERED = sa.text("number > 0")
_GONE = sa.text("status = 'left'")
_TOLD = sa.text("kind <> 'ballot_cast'")


def upgrade() -> None:
    op.create_index(
        "ix_journal_subject",
        "journal",
        ["subject", "hlc"],
        sqlite_where=_TOLD,
        postgresql_where=_TOLD,
    )
    for column in ("place", "language"):
        op.create_index(
            f"ix_participants_{column}_number",
            "participants",
            [column, "number"],
            sqlite_where=_NUMBERED,
            postgresql_where=_NUMBERED,
        )
    op.create_index(
        "ix_participants_left",
        "participants",
        ["number"],
        sqlite_where=_GONE,
        postgresql_where=_GONE,
    )
    op.create_index(op.f("ix_reports_phone"), "reports", ["phone"])
    op.create_index("ix_messages_phone", "messages", ["phone"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "imports",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("staff", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("choices_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('people', 'stop')", name=op.f("ck_imports_kind")),
        sa.CheckConstraint(
            "status IN ('uploaded', 'checking', 'checked', 'running', 'done', 'cancelled')",
            name=op.f("ck_imports_status"),
        ),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_imports_staff_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_staff"), "imports", ["staff"])
    open_ones = sa.text("status IN ('checking', 'running')")
    op.create_index(
        "ix_imports_open",
        "imports",
        ["id"],
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
    op.create_table(
        "import_chunks",
        sa.Column("import", number, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phones", sa.LargeBinary(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import"], ["imports.id"], name=op.f("fk_import_chunks_import_imports")
        ),
        sa.PrimaryKeyConstraint("import", "number", name=op.f("pk_import_chunks")),
    )


def downgrade() -> None:
    op.drop_table("import_chunks")
    op.drop_table("imports")
    op.drop_index("ix_messages_phone", table_name="messages")
    op.drop_index(op.f("ix_reports_phone"), table_name="reports")
    op.drop_index("ix_participants_left", table_name="participants")
    for column in ("language", "place"):
        op.drop_index(f"ix_participants_{column}_number", table_name="participants")
    op.drop_index("ix_journal_subject", table_name="journal")
