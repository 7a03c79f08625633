"""The tables of calls to action, but for their messages. Holds shapes only, as `tables` does."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from gateway.store.columns import Id, Key, Millis, metadata

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("texts", Text, nullable=False),  # JSON: language to text
    Column("audience", Text, nullable=False),  # JSON, see core/movement/audience
    Column("channel", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("not_before", Millis),
    Column("valid_until", Millis, nullable=False),
    Column("cursor", Key),  # last phone queued, while the recipients are being queued
    Column("queued", Integer, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # of what it says
    Column("released_at", Millis),
    Column("per_week", SmallInteger),  # how many calls a phone got in a week when it was released
)

broadcast_steps = Table(
    "broadcast_steps",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("broadcast", Id, ForeignKey("broadcasts.number"), nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("staff", BigInteger),  # null: a command
    Column("version", Integer, nullable=False),
    Column("at", Millis, nullable=False),
    Column("note_sealed", LargeBinary),  # why it was sent back, under the node's key
)
