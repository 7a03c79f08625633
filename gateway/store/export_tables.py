"""The tables of exports that staff ask for. Shapes only; no row of an export is here."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from gateway.store.columns import Id, Millis, metadata

exports = Table(
    "exports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("staff", Id, ForeignKey("staff.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("asked", Text, nullable=False),  # JSON: what to count by, which flow, which format
    Column("places", Text),  # JSON: the codes it is cut to; null: the whole movement
    Column("reason_sealed", LargeBinary),
    Column("status", Text, nullable=False),
    Column("expected", BigInteger),  # people, where a second person decides
    Column("rows", BigInteger, nullable=False),  # written so far
    Column("size", BigInteger),  # of what it holds, in bytes
    Column("file", Text),  # its name in the folder of exports
    Column("key_sealed", LargeBinary),  # of the file; without it nobody can read it
    Column("preview", Text),  # JSON: the beginning of a table of counts
    Column("error", Text),
    Column("attempts", SmallInteger, nullable=False),
    Column("claimed_until", Millis),
    Column("created_at", Millis, nullable=False),
    Column("decided_by", BigInteger),
    Column("decided_at", Millis),
    Column("done_at", Millis),
    Column("expires_at", Millis),
    CheckConstraint(
        "status IN ('held', 'waiting', 'working', 'done', 'failed', 'refused', 'gone')",
        name="status",
    ),
    Index("ix_exports_status", "status", "id"),
    Index("ix_exports_staff", "staff", "id"),
)

export_schedules = Table(
    "export_schedules",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("staff", Id, ForeignKey("staff.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("places", Text),
    Column("every", Text, nullable=False),
    Column("due_at", Millis, nullable=False, index=True),
    Column("written_at", Millis),
    Column("error", Text),
    Column("created_at", Millis, nullable=False),
    Column("retry_at", Millis),  # while it is being written, and after it could not be
    Column("ended_at", Millis),
    Column("ended_why", Text),  # a lapse of the right of whoever asked for it
    CheckConstraint("every IN ('day', 'week')", name="every"),
)
