"""The tables of files that people are written down from. Shapes only; what they hold is sealed."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from gateway.store.columns import Id, Millis, metadata

_OPEN = text("status IN ('checking', 'running')")

imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("staff", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("choices_sealed", LargeBinary, nullable=False),  # JSON: name, header, columns, consent
    Column("lines", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("checked", Integer, nullable=False),  # chunks that were looked at
    Column("done", Integer, nullable=False),  # chunks that were written
    Column("good", Integer, nullable=False),  # lines without a problem when they were looked at
    Column("problems", Integer, nullable=False),
    Column("written", Integer, nullable=False),  # people, or phones
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("error", Text),  # why it was given up, where nobody did that
    CheckConstraint("kind IN ('people', 'stop')", name="kind"),
    CheckConstraint(
        "status IN ('uploaded', 'checking', 'checked', 'running', 'done', 'cancelled')",
        name="status",
    ),
    # What there is to do.
    Index("ix_imports_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import", Id, ForeignKey("imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rows_sealed", LargeBinary),  # JSON; gone when they were written
    Column("phones", LargeBinary),  # of good lines: line (4 bytes) and phone; gone too
    Column("problems", Text, nullable=False),  # JSON: [line, column, problem, value]
)
