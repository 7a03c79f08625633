"""Indexes for the lists of staff, with all that a list is narrowed by.

Indexes only, so the release before this one runs on them. Three of them replace those that held
less.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NUMBERED = sa.text("number > 0")
_OPEN = sa.text("closed_at IS NULL")
_OVER = sa.text("closed_at IS NOT NULL")
_ASKED = (
    "closed_at", "status", "category", "place", "filed_at", "assigned", "danger_at", "heard_at",
)  # fmt: skip


def upgrade() -> None:
    op.drop_index("ix_participants_place_number", table_name="participants")
    op.drop_index("ix_participants_language_number", table_name="participants")
    op.drop_index("ix_reports_open", table_name="reports")
    _index("ix_participants_place_number", "participants", _PLACE, _NUMBERED)
    _index("ix_participants_language_number", "participants", _LANGUAGE, _NUMBERED)
    _index("ix_reports_open", "reports", ("id", *_ASKED), _OPEN)
    _index("ix_reports_over", "reports", ("id", *_ASKED), _OVER)


def downgrade() -> None:
    op.drop_index("ix_reports_over", table_name="reports")
    op.drop_index("ix_reports_open", table_name="reports")
    op.drop_index("ix_participants_language_number", table_name="participants")
    op.drop_index("ix_participants_place_number", table_name="participants")
    _index("ix_participants_place_number", "participants", ("place", "number"), _NUMBERED)
    _index("ix_participants_language_number", "participants", ("language", "number"), _NUMBERED)
    _index("ix_reports_open", "reports", ("id",), _OPEN)


_PLACE = ("place", "number", "language", "status")
_LANGUAGE = ("language", "number", "status")


def _index(name: str, table: str, columns: tuple[str, ...], which: sa.TextClause) -> None:
    op.create_index(name, table, list(columns), sqlite_where=which, postgresql_where=which)
