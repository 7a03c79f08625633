"""What staff do about reports: state, who looks after one, how sure it is, danger; and their notes.

Columns that may be empty and a new table, so the release before this one runs on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS = (
    ("changed_at", sa.BigInteger()),
    ("closed_at", sa.BigInteger()),
    ("assigned", _NUMBER),
    ("duplicate_of", _NUMBER),
    ("verified_at", sa.BigInteger()),
    ("verified_by", _NUMBER),
    ("published_at", sa.BigInteger()),
    ("danger_at", sa.BigInteger()),
    ("updates", sa.SmallInteger()),
    ("heard_at", sa.BigInteger()),
)
_OPEN = sa.text("closed_at IS NULL")
_DUPLICATE = sa.text("duplicate_of IS NOT NULL")
_WRITTEN = sa.text("report IS NOT NULL")


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("reports", sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_reports_open", "reports", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_reports_alike", "reports", ["category", "place", "filed_at", "phone"])
    op.create_index(
        "ix_reports_duplicates",
        "reports",
        ["duplicate_of"],
        sqlite_where=_DUPLICATE,
        postgresql_where=_DUPLICATE,
    )
    op.create_table(
        "report_notes",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("report", _NUMBER, nullable=False),
        sa.Column("staff", _NUMBER, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_notes")),
    )
    op.create_index(op.f("ix_report_notes_report"), "report_notes", ["report"])
    op.add_column("messages", sa.Column("report", _NUMBER, nullable=True))
    op.create_index(
        "ix_messages_report",
        "messages",
        ["report"],
        sqlite_where=_WRITTEN,
        postgresql_where=_WRITTEN,
    )


def downgrade() -> None:
    op.drop_index("ix_messages_report", "messages")
    op.drop_column("messages", "report")
    op.drop_table("report_notes")
    for name in ("ix_reports_duplicates", "ix_reports_alike", "ix_reports_open"):
        op.drop_index(name, "reports")
    for name, _ in reversed(_COLUMNS):
        op.drop_column("reports", name)
