"""Who gets a call to action: chosen, counted and queued in SQL, never in memory. Opens no name.

Recipients are queued a slice of phones at a time, in the order of their ids, with the place reached
kept in the broadcast's row: a crash goes on where it was, and the unique index over broadcast and
phone means that nobody is queued twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement.audience import Reach
from gateway.core.movement.calls import QUEUEING, SENDING
from gateway.store import tables
from gateway.store.broadcasts import SLICE, lock
from gateway.store.database import SQLITE, Transaction
from gateway.store.streams import STREAM_BITS

# Why somebody in the audience does not get the call. The order is the order of the questions.
ERASED, OPTED_OUT, NO_CONSENT, SAME_PHONE = "erased", "opted_out", "no_consent", "same_phone"
TOO_OFTEN = "too_often"
REACHED = "reached"
SKIPPED = (ERASED, OPTED_OUT, NO_CONSENT, SAME_PHONE, TOO_OFTEN)

_WEEK_MS = 7 * 24 * 60 * 60 * 1000
# What became of a message that its reader was spared: it does not count.
_SPARED = (Status.EXPIRED, Status.WITHHELD, Status.CANCELLED, Status.FAILED)

# SQLAlchemy asks for the number of inserted rows only where it is told that somebody wants it.
_COUNTED = {"preserve_rowcount": True}


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who would get a call, for its preview. Everything personal is sealed."""

    number_sealed: bytes
    phone_salt: bytes
    name_sealed: bytes | None
    salt: bytes | None
    number: int
    place: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Cap:
    """The most calls that a phone gets in a week, and the others that count into it."""

    per_week: int
    others: tuple[int, ...]


def cap(connection: Connection, number: int, per_week: int | None, leaves_at: int) -> Cap | None:
    """Return what keeps people from getting a call too many; None where nobody can get one.

    A call counts for a week from when it leaves, and so does one that is to leave later.
    """
    if per_week is None:
        return None
    broadcasts = tables.broadcasts
    left_at = case(
        (broadcasts.c.not_before > broadcasts.c.released_at, broadcasts.c.not_before),
        else_=broadcasts.c.released_at,
    )
    query = select(broadcasts.c.number).where(
        left_at > leaves_at - _WEEK_MS,
        broadcasts.c.number != number,
    )
    others = tuple(sorted(connection.execute(query).scalars()))
    return Cap(per_week, others) if len(others) >= per_week else None


def count(
    connection: Connection, reach: Reach, default: str, limit: Cap | None = None
) -> dict[tuple[str, str], int]:
    """Count an audience by what becomes of its people and by language.

    The first of each pair is `REACHED` or one of `SKIPPED`, the second the person's language.
    """
    person = _Person(reach, default, limit)
    verdict = person.verdict().label("verdict")
    language = person.language.label("language")
    query = (
        select(verdict, language, func.count())
        .select_from(person.joined())
        .where(person.in_audience())
        .group_by(verdict, language)
    )
    return {(verdict, language): count for verdict, language, count in connection.execute(query)}


def readers(
    connection: Connection, reach: Reach, default: str, limit: int, often: Cap | None = None
) -> list[Reader]:
    """Return some of those who would get a call. Ids are keyed hashes, so the first are any."""
    person = _Person(reach, default, often)
    participants, phones = person.participants, person.phones
    query = (
        select(
            phones.c.number_sealed,
            phones.c.salt,
            participants.c.name_sealed,
            participants.c.salt,
            participants.c.number,
            participants.c.place,
            person.language,
        )
        .select_from(person.joined())
        .where(person.in_audience(), person.verdict() == REACHED)
        .order_by(participants.c.phone)
        .limit(limit)
    )
    return [Reader(*row) for row in connection.execute(query)]


def queue(
    tx: Transaction, number: int, reach: Reach, default: str, *, slice_size: int = SLICE
) -> bool:
    """Queue the call for the next phones. Return whether there may be more of them.

    Does nothing for a call that is not being queued, such as one that was stopped meanwhile.
    """
    row = lock(tx, number, (QUEUEING,))
    if row is None:
        return False
    after = b"" if row.cursor is None else bytes(row.cursor)
    participants = tables.participants
    following = select(participants.c.phone).where(participants.c.phone > after)
    last = tx.connection.execute(
        following.order_by(participants.c.phone).offset(slice_size - 1).limit(1)
    ).scalar()
    within = [participants.c.phone > after]
    if last is not None:
        within.append(participants.c.phone <= last)
    most = tx.connection.execute(select(func.count(participants.c.phone)).where(*within)).scalar()
    # Ids for everybody in the slice are taken, and those of people who do not get it stay unused.
    first = tx.head.take_ids(int(most or 0))
    leaves_at = max(tx.now, row.not_before or 0)
    often = cap(tx.connection, number, row.per_week, leaves_at)
    statement = _queueing(tx, _Person(reach, default, often), row, within, first)
    queued = tx.connection.execute(statement, execution_options=_COUNTED).rowcount
    broadcasts = tables.broadcasts
    tx.connection.execute(
        update(broadcasts)
        .where(broadcasts.c.number == number)
        .values(
            cursor=last,
            queued=broadcasts.c.queued + queued,
            status=SENDING if last is None else QUEUEING,
            changed_at=tx.now,
        )
    )
    return last is not None


class _Person:
    """The people of an audience as SQL: who is in it, and who of them is reached."""

    def __init__(self, reach: Reach, default: str, often: Cap | None = None) -> None:
        self.participants = tables.participants
        self.phones = tables.phones
        self.language = self._language(self.participants, default)
        self._reach = reach
        self._often = often
        self.default = default

    def joined(self) -> FromClause:
        """Participants with their phones."""
        return self.participants.join(self.phones, self.phones.c.id == self.participants.c.phone)

    def in_audience(self, of: Any = None) -> ColumnElement[bool]:
        """Whether a participant is a member whom the audience means."""
        participants = self.participants if of is None else of
        reach = self._reach
        wanted: list[ColumnElement[bool]] = [participants.c.status == "member"]
        if reach.places is not None:
            wanted.append(participants.c.place.in_(reach.places))
        if reach.except_places:
            place = participants.c.place
            wanted.append(or_(place.is_(None), place.not_in(reach.except_places)))
        if reach.languages:
            wanted.append(self._language(participants, self.default).in_(reach.languages))
        if reach.groups:
            wanted.append(self._in_group(participants, reach.groups))
        if reach.except_groups:
            wanted.append(~self._in_group(participants, reach.except_groups))
        if reach.genders:
            wanted.append(participants.c.gender.in_(reach.genders))
        if reach.joined_since is not None:
            wanted.append(participants.c.joined_at >= reach.joined_since)
        if reach.answered:
            wanted.append(self._answered(participants, reach.answered))
        if reach.except_answered:
            wanted.append(~self._answered(participants, reach.except_answered))
        return and_(*wanted)

    def verdict(self) -> ColumnElement[str]:
        """Whether somebody in the audience is reached, or why not."""
        reasons: list[tuple[ColumnElement[bool], str]] = [
            (self.phones.c.salt.is_(None), ERASED),
            (self.phones.c.opted_out_at.is_not(None), OPTED_OUT),
            (func.coalesce(self.participants.c.consent, "") != "yes", NO_CONSENT),
            (self._shares_phone(), SAME_PHONE),
        ]
        if self._often is not None:
            reasons.append((self._has_had(self._often), TOO_OFTEN))
        return case(*reasons, else_=literal(REACHED))

    def _has_had(self, often: Cap) -> ColumnElement[bool]:
        """Whether the phone gets as many calls this week as anybody may."""
        messages = tables.messages
        had = (
            select(func.count())
            .where(
                messages.c.broadcast.in_(often.others),
                messages.c.phone == self.participants.c.phone,
                messages.c.status.not_in([int(status) for status in _SPARED]),
            )
            .correlate(self.participants)
            .scalar_subquery()
        )
        return had >= often.per_week

    def _shares_phone(self) -> ColumnElement[bool]:
        """Whether somebody before this one on the same phone gets the call for both."""
        other = self.participants.alias("other")
        earlier = exists().where(
            other.c.phone == self.participants.c.phone,
            other.c.slot < self.participants.c.slot,
            other.c.consent == "yes",
            self.in_audience(other),
        )
        # Nearly everybody is alone on a phone; only the others are worth looking for.
        return and_(self.participants.c.slot > 1, earlier)

    def _language(self, participants: Any, default: str) -> ColumnElement[str]:
        return func.coalesce(self.phones.c.language, participants.c.language, literal(default))

    @staticmethod
    def _in_group(participants: Any, groups: Sequence[str]) -> ColumnElement[bool]:
        memberships = tables.memberships
        return exists().where(
            memberships.c.participant == participants.c.id, memberships.c.group.in_(groups)
        )

    @staticmethod
    def _answered(participants: Any, answers: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
        results = tables.results
        one = [and_(results.c.flow == flow, results.c.name == name) for flow, name in answers]
        return exists().where(results.c.phone == participants.c.phone, or_(*one))


_QUEUED_COLUMNS = (
    "id",
    "direction",
    "purpose",
    "channel",
    "phone",
    "status",
    "priority",
    "broadcast",
    "language",
    "attempts",
    "created_at",
    "not_before",
    "valid_until",
)


def _queueing(
    tx: Transaction, person: _Person, row: Any, within: Sequence[ColumnElement[bool]], first: int
) -> Insert:
    """Return the statement that queues a slice, in the order of the phones."""
    chosen = _chosen(person, tuple(orjson.loads(row.texts)), within)
    position = func.row_number().over(order_by=chosen.c.phone) + literal(first - 1, BigInteger)
    not_before = tx.now if row.not_before is None else max(tx.now, row.not_before)
    source = select(
        position.op("<<")(literal_column(str(STREAM_BITS))).op("|")(
            literal_column(str(tx.head.stream))
        ),
        literal_column("1"),
        literal_column(str(int(Purpose.BROADCAST))),
        literal_column(str(int(row.channel))),
        chosen.c.phone,
        literal_column(str(int(Status.QUEUED))),
        literal_column(str(Purpose.BROADCAST.priority)),
        literal(row.number, BigInteger),
        chosen.c.language,
        literal_column("0"),
        literal(tx.now, BigInteger),
        literal(not_before, BigInteger),
        literal(row.valid_until, BigInteger),
    ).order_by(chosen.c.phone)
    dialect = sqlite if tx.dialect == SQLITE else postgresql
    messages = tables.messages
    statement: Insert = (
        dialect.insert(messages)
        .from_select(_QUEUED_COLUMNS, source, include_defaults=False)
        .on_conflict_do_nothing(
            index_elements=[messages.c.broadcast, messages.c.phone],
            index_where=messages.c.broadcast.is_not(None),
        )
    )
    return statement


def _chosen(
    person: _Person, languages: Sequence[str], within: Sequence[ColumnElement[bool]]
) -> Subquery:
    """Return those of a slice who get the call, each with the language of the text."""
    has_text = person.language.in_(languages)
    query: Select[Any] = (
        select(
            person.participants.c.phone,
            case((has_text, person.language), else_=literal(person.default)).label("language"),
        )
        .select_from(person.joined())
        .where(*within, person.in_audience(), person.verdict() == REACHED)
    )
    return query.subquery("chosen")
