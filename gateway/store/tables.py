"""Every table, as SQLAlchemy Core. Holds shapes only; statements live beside their use.

Times are integer milliseconds since 1970 in UTC. `phone` and `participant` ids are 16-byte keyed
hashes (see `vault`), so two nodes that meet the same person offline agree. Columns named
`*_sealed` hold what `vault` sealed and nothing else.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from gateway.core.delivery.status import Status
from gateway.store.assembly_tables import assemblies, ballots, hall_counts, minutes, motions
from gateway.store.call_tables import broadcast_steps, broadcasts
from gateway.store.columns import Hash, Id, Key, Millis, metadata
from gateway.store.export_tables import export_schedules, exports
from gateway.store.flow_tables import (
    faults,
    fields,
    handovers,
    notices,
    occasions,
    passages,
    results,
    starts,
    timers,
    webhooks,
)
from gateway.store.import_tables import import_chunks, imports
from gateway.store.report_tables import report_notes, reports
from gateway.store.staff_tables import (
    audit,
    audit_head,
    grants,
    links,
    recovery_codes,
    sessions,
    staff,
    throttles,
    tokens,
)

__all__ = [
    "assemblies", "audit", "audit_head", "ballots", "broadcast_steps", "broadcasts", "channels",
    "conversations", "counters", "export_schedules", "exports", "faults", "fields", "flow_files",
    "grants", "hall_counts", "handovers", "import_chunks", "imports", "inbox", "journal", "links",
    "memberships", "messages", "metadata", "minutes", "motions", "node", "notices", "occasions",
    "orphan_reports", "participants", "passages", "phones", "recovery_codes", "releases",
    "report_notes", "reports", "results", "root_keys", "sessions", "spending", "staff", "starts",
    "streams", "throttles", "timers", "tokens", "webhooks",
]  # fmt: skip

node = Table(
    "node",
    metadata,
    Column("id", Key, primary_key=True),
    Column("identity_check", Hash, nullable=False),
    Column("created_at", Millis, nullable=False),
)

root_keys = Table(
    "root_keys",
    metadata,
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("key_check", Hash, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Hash, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("next_id", BigInteger, nullable=False),
    CheckConstraint("id BETWEEN 1 AND 1023", name="id_fits_ids"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

_TOLD = text("kind <> 'ballot_cast'")

journal = Table(
    "journal",
    metadata,
    Column("stream", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hlc", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_sealed", LargeBinary),
    Column("hash", Hash, nullable=False),
    # What happened to one person, for staff; how somebody voted is looked up for nobody.
    Index("ix_journal_subject", "subject", "hlc", sqlite_where=_TOLD, postgresql_where=_TOLD),
    sqlite_with_rowid=False,
)

channels = Table(
    "channels",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("paused_by", Text),  # `operator`, or the aggregator's refusal; null while it runs
    Column("paused_why", Text),
    Column("paused_at", Millis),
    Column("allowance", Integer, nullable=False),  # messages that may leave now, in thousandths
    Column("allowance_at", Millis, nullable=False),
    Column("fetch_cursor", Text),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("key", Key, nullable=False, unique=True),
    Column("channel", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("phone", Key),
    Column("content", Key),  # of an SMS: the same however it reaches us, see service/catch_up
    Column("payload_sealed", LargeBinary),
    Column("reply_sealed", LargeBinary),
    Column("error", Text),
    Column("received_at", Millis, nullable=False),
    # `gateway inbox list --status failed` reads the few that went wrong.
    Index(
        "ix_inbox_trouble",
        "id",
        sqlite_where=text("status > 0"),
        postgresql_where=text("status > 0"),
    ),
)

phones = Table(
    "phones",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("salt", Key),  # null once the person was erased
    Column("language", Text),
    Column("opted_out_at", Millis),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

# Always so. It keeps these indexes to the lists of staff, which say it, and out of the plans of
# statements that go through a call's audience in the order of the phones.
_NUMBERED = text("number > 0")
_GONE = text("status = 'left'")

participants = Table(
    "participants",
    metadata,
    Column("id", Key, primary_key=True),
    Column("phone", Key, ForeignKey("phones.id"), nullable=False),
    Column("slot", SmallInteger, nullable=False),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("name_sealed", LargeBinary),
    Column("salt", Key),
    Column("place", Text),
    Column("language", Text),
    Column("gender", Text),
    Column("channel", Text, nullable=False),
    Column("medium", Text),  # sms, ussd or call; null where staff wrote it down
    Column("status", Text, nullable=False),
    Column("consent", Text),
    Column("joined_at", Millis, nullable=False),
    Column("left_at", Millis),
    CheckConstraint("status IN ('member', 'left')", name="status"),
    CheckConstraint("consent IN ('yes', 'no')", name="consent"),
    # The people of a phone. With what a call to action asks of them, a call to a million is read
    # from the index in the order of the phones, and not from a million places in the table.
    Index("ix_participants_phone", "phone", "slot", "status", "consent", "place", "language"),
    # Lists of people, from the newest back: of a place, of a language, of those who left. With what
    # else a list asks for, so that nobody is looked up to be left out.
    Index(
        "ix_participants_place_number",
        "place",
        "number",
        "language",
        "status",
        sqlite_where=_NUMBERED,
        postgresql_where=_NUMBERED,
    ),
    Index(
        "ix_participants_language_number",
        "language",
        "number",
        "status",
        sqlite_where=_NUMBERED,
        postgresql_where=_NUMBERED,
    ),
    Index("ix_participants_left", "number", sqlite_where=_GONE, postgresql_where=_GONE),
    sqlite_with_rowid=False,
)

memberships = Table(
    "memberships",
    metadata,
    Column("group", Text, primary_key=True),
    Column("participant", Key, primary_key=True),
    Column("since", Millis, nullable=False),
    # The groups of the people of a batch.
    Index("ix_memberships_participant", "participant"),
    sqlite_with_rowid=False,
)

conversations = Table(
    "conversations",
    metadata,
    Column("phone", Key, ForeignKey("phones.id"), primary_key=True),
    Column("release", Text, nullable=False),
    Column("state_sealed", LargeBinary),
    Column("updated_at", Millis, nullable=False),
)

flow_files = Table(
    "flow_files",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("files", Text, nullable=False),  # JSON: file name to content hash
    Column("created_at", Millis, nullable=False),
    Column("transcripts", Text),  # JSON, as `files`: what came along to be played on it
    Column("trial", Text),  # JSON: how those went
)

# Which release is in force, and which were: the one of the highest number is.
publications = Table(
    "publications",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("release", Text, ForeignKey("releases.hash"), nullable=False),
    Column("folder", Text, nullable=False),
    Column("published_at", Millis, nullable=False),
)

# The folders of flow files that processes watch, each by its machine and path.
flow_folders = Table(
    "flow_folders",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen", Text),  # the hash of what was last put in force from there
    Column("seen_at", Millis),
    Column("refused", Text),  # the hash of what was last refused
    Column("refused_why", Text),
    Column("refused_at", Millis),
)

_WAITING = text(f"status < {int(Status.UNKNOWN)}")

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("direction", SmallInteger, nullable=False),  # 0 in, 1 out
    Column("purpose", SmallInteger, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("phone", Key, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("text_sealed", LargeBinary),  # null: the broadcast holds the text
    Column("broadcast", Id),
    Column("language", Text),
    Column("link_id", Text),
    Column("provider_ref", Text),
    Column("error", Text),
    Column("attempts", SmallInteger, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("not_before", Millis, nullable=False),
    Column("valid_until", Millis),
    Column("claimed_until", Millis),
    Column("changed_at", Millis),
    Column("seen_at", Millis),  # a call to action that was read on a USSD screen
    Column("handover", Id),  # what it is read or written for by staff
    Column("report", Id),  # the report that it is about
    Column("reply_to", Id),  # the call to action that it answers, of a message that came in
    # The outbox: what deliverers look through, and nothing else.
    Index(
        "ix_messages_outbox",
        "channel",
        "status",
        "priority",
        "not_before",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    # How much was written to and fro with one person.
    Index("ix_messages_phone", "phone"),
    # Delivery reports name the aggregator's reference.
    Index(
        "ix_messages_provider_ref",
        "provider_ref",
        sqlite_where=text("provider_ref IS NOT NULL"),
        postgresql_where=text("provider_ref IS NOT NULL"),
    ),
    # What was written to and fro while staff looked after somebody.
    Index(
        "ix_messages_handover",
        "handover",
        sqlite_where=text("handover IS NOT NULL"),
        postgresql_where=text("handover IS NOT NULL"),
    ),
    # What was written to and fro about a report.
    Index(
        "ix_messages_report",
        "report",
        sqlite_where=text("report IS NOT NULL"),
        postgresql_where=text("report IS NOT NULL"),
    ),
    # What people answered to a call to action.
    Index(
        "ix_messages_reply_to",
        "reply_to",
        "id",
        sqlite_where=text("reply_to IS NOT NULL"),
        postgresql_where=text("reply_to IS NOT NULL"),
    ),
    # One message per person and broadcast, whatever happens while they are being queued.
    Index(
        "uq_messages_broadcast_phone",
        "broadcast",
        "phone",
        unique=True,
        sqlite_where=text("broadcast IS NOT NULL"),
        postgresql_where=text("broadcast IS NOT NULL"),
    ),
)

orphan_reports = Table(
    "orphan_reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", SmallInteger, nullable=False),
    Column("provider_ref", Text, nullable=False, index=True),
    Column("status", SmallInteger, nullable=False),
    Column("error", Text),
    Column("received_at", Millis, nullable=False),
)

# What was taken by aggregators, and at which price: counts of nobody.
spending = Table(
    "spending",
    metadata,
    Column("month", Integer, primary_key=True, autoincrement=False),  # see core/movement/moments
    Column("channel", SmallInteger, primary_key=True, autoincrement=False),
    Column("currency", Text, primary_key=True),  # empty where there was no price
    Column("stream", SmallInteger, primary_key=True, autoincrement=False),
    Column("messages", BigInteger, nullable=False),
    Column("segments", BigInteger, nullable=False),
    Column("thousandths", BigInteger, nullable=False),  # of the currency's unit
    Column("since", Millis, nullable=False),  # when the first that was counted left
)
