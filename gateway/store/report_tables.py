"""The tables of what people report and what staff do about it. Shapes only, as `tables`."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, SmallInteger, Table, Text, text

from gateway.store.columns import Id, Key, Millis, metadata

# What a queue of reports can be narrowed by.
_ASKED: Final = (
    "closed_at", "status", "category", "place", "filed_at", "assigned", "danger_at", "heard_at",
)  # fmt: skip

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("phone", Key, nullable=False, index=True),
    Column("participant", Key),  # null: not a member; the words are under the phone's key
    Column("category", Text, nullable=False),
    Column("place", Text),
    Column("words_sealed", LargeBinary),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("filed_at", Millis, nullable=False),
    Column("changed_at", Millis),  # when it came to its state
    Column("closed_at", Millis),
    Column("assigned", Id),  # the account of whoever looks after it
    Column("duplicate_of", Id),
    Column("verified_at", Millis),
    Column("verified_by", Id),  # the account of whoever was there
    Column("published_at", Millis),
    Column("danger_at", Millis),  # since when it is held, so that nobody is put in danger
    Column("updates", SmallInteger),  # status SMS to its reporter; null: none
    Column("heard_at", Millis),  # when its reporter wrote, until staff have answered
    # What staff look through, the oldest first, and what is over, with all that they ask for: what
    # few reports have is found without a look at each of the others.
    *(
        Index(
            f"ix_reports_{name}",
            "id",
            *_ASKED,
            sqlite_where=text(f"closed_at {which}"),
            postgresql_where=text(f"closed_at {which}"),
        )
        for name, which in (("open", "IS NULL"), ("over", "IS NOT NULL"))
    ),
    # What may be about the same.
    Index("ix_reports_alike", "category", "place", "filed_at", "phone"),
    Index(
        "ix_reports_duplicates",
        "duplicate_of",
        sqlite_where=text("duplicate_of IS NOT NULL"),
        postgresql_where=text("duplicate_of IS NOT NULL"),
    ),
)

report_notes = Table(
    "report_notes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("report", Id, nullable=False, index=True),
    Column("staff", Id),  # null: a command
    Column("note_sealed", LargeBinary, nullable=False),  # under the key of the reporter's phone
    Column("written_at", Millis, nullable=False),
)
