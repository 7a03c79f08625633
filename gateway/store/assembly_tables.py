"""The tables of assemblies: what is put, who voted, what two witnesses count in halls, minutes."""

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from gateway.store.columns import Id, Key, Millis, metadata

assemblies = Table(
    "assemblies",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("place", Text),
    Column("definition", Text, nullable=False),
    Column("definition_hash", Text, nullable=False),
    Column("opens_at", Millis, nullable=False),
    Column("closes_at", Millis, nullable=False),
    Column("closed_at", Millis),
    Column("form", Text),  # that opened it on a page; sent twice, it opens one assembly
    Index("ix_assemblies_form", "form", unique=True),
)

motions = Table(
    "motions",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("assembly", Id, ForeignKey("assemblies.number"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("question", Text, nullable=False),  # JSON: language to text
    Column("options", Text, nullable=False),  # JSON: [{"number", "label": {language: text}}]
)

ballots = Table(
    "ballots",
    metadata,
    Column("motion", Id, primary_key=True, autoincrement=False),
    Column("participant", Key, primary_key=True),
    Column("option", SmallInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("cast_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

hall_counts = Table(
    "hall_counts",
    metadata,
    Column("assembly", Id, ForeignKey("assemblies.number"), primary_key=True, autoincrement=False),
    Column("hall", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),  # of the witness, 1, 2
    Column("name", Text, nullable=False),
    Column("staff", Id, nullable=False),
    Column("figures", Text, nullable=False),  # JSON: {motion: {option: hands}}
    Column("counted_at", Millis, nullable=False),
    # Nobody is both witnesses of one hall.
    Index("ix_hall_counts_witness", "assembly", "hall", "staff", unique=True),
)

minutes = Table(
    "minutes",
    metadata,
    Column("assembly", Id, ForeignKey("assemblies.number"), primary_key=True, autoincrement=False),
    Column("version", SmallInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("staff", Id),  # null for a command
    Column("written_at", Millis, nullable=False),
)
