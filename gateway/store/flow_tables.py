"""The tables of what conversations ask for besides words. Holds shapes only, as `tables` does."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, SmallInteger, Table, Text, text

from gateway.store.columns import Id, Key, Millis, metadata

_OPEN = text("status = 'open'")

handovers = Table(
    "handovers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key, nullable=False),
    Column("participant", Key),
    Column("channel", SmallInteger, nullable=False),  # through which the person wrote
    Column("kind", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("note_sealed", LargeBinary),  # under the phone's key
    Column("status", Text, nullable=False),
    Column("assigned", Text),
    Column("opened_at", Millis, nullable=False),
    Column("heard_at", Millis),  # when the person wrote last
    Column("closed_at", Millis),
    CheckConstraint("kind IN ('handed_over', 'parked', 'stub')", name="kind"),
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    # Staff look at the few that are open.
    Index("ix_handovers_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_handovers_phone", "phone"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key, nullable=False),
    Column("kind", Text, nullable=False),  # of graph.Tell
    Column("flow", Text, nullable=False),
    Column("values_sealed", LargeBinary, nullable=False),  # under the phone's key: JSON
    Column("created_at", Millis, nullable=False),
)

fields = Table(
    "fields",
    metadata,
    Column("phone", Key, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value_sealed", LargeBinary, nullable=False),  # under the phone's key: JSON
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

results = Table(
    "results",
    metadata,
    Column("phone", Key, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("result_sealed", LargeBinary, nullable=False),  # under the phone's key: JSON
    Column("saved_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
