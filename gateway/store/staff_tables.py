"""The tables of those who run a movement: accounts, sessions, tokens, audit. Shapes only.

Of keys, links and tokens only a hash is kept, and of addresses and user names one under a key;
what names a person is sealed. Nobody signs in with what a copy of these tables holds.
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
)

from gateway.store.columns import Hash, Id, Key, Millis, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("username", Key, nullable=False, unique=True),  # keyed hash of the case-folded one
    Column("username_sealed", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("password_sealed", LargeBinary),  # an Argon2id hash
    Column("totp_sealed", LargeBinary),
    Column("totp_offered_sealed", LargeBinary),  # until a code shows that an app holds it
    Column("totp_step", BigInteger, nullable=False),  # the last that was used: none serves twice
    Column("language", Text),
    Column("created_at", Millis, nullable=False),
    Column("disabled_at", Millis),
)

grants = Table(
    "grants",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("place", Text, primary_key=True),  # empty: the whole movement
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    Column("code", Key, primary_key=True),  # keyed hash; the row goes when the code is used
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("key", Hash, nullable=False, unique=True),  # SHA-256 of 32 random bytes
    Column("staff", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Millis, nullable=False),
    Column("seen_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("address", Key, nullable=False),  # keyed hash
)

links = Table(
    "links",
    metadata,
    Column("key", Hash, primary_key=True),  # SHA-256 of 32 random bytes
    Column("staff", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("used_at", Millis),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", Key, primary_key=True),  # keyed hash of an account or an address
    Column("failures", Integer, nullable=False),
    Column("failed_at", Millis, nullable=False, index=True),
    Column("free_at", Millis, nullable=False),  # until then no attempt is looked at
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("key", Hash, nullable=False, unique=True),  # SHA-256 of 32 random bytes
    Column("name", Text, nullable=False),
    Column("staff", Id, ForeignKey("staff.id"), nullable=False),
    Column("scopes", Text, nullable=False),  # permissions, separated by spaces
    Column("place", Text),
    Column("created_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("used_at", Millis),
    Column("revoked_at", Millis),
)

# Rows of it are never changed or removed: triggers refuse that, see migration "staff".
audit = Table(
    "audit",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", Millis, nullable=False),
    Column("staff", BigInteger),  # null: a command, or nobody that we know
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON without anything personal
    Column("reason_sealed", LargeBinary),
    Column("hash", Hash, nullable=False),
    Index("ix_audit_act", "act", "seq"),
    Index("ix_audit_staff", "staff", "seq"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Hash, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)
