"""The tables of what conversations ask for besides words. Holds shapes only, as `tables` does."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

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
    Column("node", Text),  # the step from which staff were asked
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

# What flows begin for others, or write to others, until it was handed on to all.
starts = Table(
    "starts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key, nullable=False),  # whose flow it was
    Column("channel", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("flow", Text, nullable=False),  # that it came from
    Column("values_sealed", LargeBinary, nullable=False),  # under the phone's key: JSON
    Column("created_at", Millis, nullable=False),
    Column("due_at", Millis, nullable=False, index=True),
    Column("cursor", LargeBinary, nullable=False),  # last phone that was looked at
    Column("found", LargeBinary, nullable=False),  # the phones that it is for
    Column("searched", SmallInteger, nullable=False),  # 1: all of those were found
    Column("attempts", SmallInteger, nullable=False),
    CheckConstraint("kind IN ('start', 'broadcast')", name="kind"),
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
    Index("ix_results_flow", "flow", "name"),  # which there are, without reading them all
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key, nullable=False),
    Column("channel", SmallInteger, nullable=False),  # through which the person wrote
    Column("kind", Text, nullable=False),
    Column("due_at", Millis, nullable=False, index=True),
    Column("planned_at", Millis, nullable=False),  # when it was due at first
    Column("fence", Id),  # of the wait that it ends; over with it
    Column("name", Text),  # by which it is taken back
    Column("flow", Text),
    Column("occasion", Text),  # of a timetable
    Column("text_sealed", LargeBinary),  # under the phone's key
    Column("attempts", SmallInteger, nullable=False),
    CheckConstraint("kind IN ('timed_out', 'expired', 'by_sms', 'text', 'flow')", name="kind"),
    # Those of a phone; and nobody has two of one occasion.
    Index("uq_timers_phone_occasion", "phone", "occasion", unique=True),
)

occasions = Table(
    "occasions",
    metadata,
    Column("name", Text, primary_key=True),  # of the timetable
    Column("due_at", Millis, primary_key=True, autoincrement=False),
    Column("cursor", Key),  # last phone that got its timer
    Column("finished", SmallInteger, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key, nullable=False),
    Column("channel", SmallInteger, nullable=False),  # through which the person wrote
    Column("flow", Text, nullable=False),
    Column("ticket", Integer, nullable=False),  # of the question within its conversation
    Column("host", Text, nullable=False),  # nothing where the settings do not allow it
    Column("method", Text, nullable=False),
    Column("seconds", SmallInteger, nullable=False),
    Column("request_sealed", LargeBinary),  # under the phone's key; gone when it is over
    Column("status", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    # When it is to be asked; while it is asked, when the lease ends; while it is held, when what
    # it brought goes out by SMS.
    Column("due_at", Millis, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("done_at", Millis),
    Column("code", SmallInteger),  # what the server answered; 0: it did not
    Column("error", Text),
    CheckConstraint(
        "status IN ('waiting', 'asking', 'held', 'done', 'lost', 'dropped')", name="status"
    ),
    Index("ix_webhooks_due", "status", "due_at"),
)

# How far people come in conversations, by the day and the medium of each question. A row without a
# step is of the conversation as a whole: how often it was begun, and how often finished.
passages = Table(
    "passages",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # as date.toordinal counts
    Column("step", Text, primary_key=True),
    Column("medium", Text, primary_key=True),
    Column("release", Text, primary_key=True),  # as people call it
    Column("stream", SmallInteger, primary_key=True, autoincrement=False),
    Column("put", BigInteger, nullable=False),
    Column("answered", BigInteger, nullable=False),
    Column("unanswered", BigInteger, nullable=False),
    Column("back", BigInteger, nullable=False),
    Column("gave_up", BigInteger, nullable=False),
    Column("expired", BigInteger, nullable=False),
    Column("stopped", BigInteger, nullable=False),
    Column("gone", BigInteger, nullable=False),
    Column("misunderstood", BigInteger, nullable=False),
    Index("ix_passages_day", "day"),
)

faults = Table(
    "faults",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("reason", Text, primary_key=True),  # with no value of anybody in it
    Column("times", BigInteger, nullable=False),
    Column("first_at", Millis, nullable=False),
    Column("last_at", Millis, nullable=False),
)
