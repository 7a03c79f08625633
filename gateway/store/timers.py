"""What is due later: timers of phones, and the occasions of timetables. Decides nothing.

A timer is read, changed and taken away only by whoever holds the lock of its phone, in the
transaction that does what it is for: so it is carried out once, whatever dies meanwhile.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store import bulk, starts, tables
from gateway.store.database import SQLITE, Transaction
from gateway.store.streams import STREAM_BITS

TIMED_OUT: Final = "timed_out"  # nothing came within the time of a wait
EXPIRED: Final = "expired"  # a flow is not waited for any longer
BY_SMS: Final = "by_sms"  # a USSD session broke off and goes on by SMS
TEXT: Final = "text"
FLOW: Final = "flow"

_COLUMNS: Final = (
    "id", "phone", "channel", "kind", "due_at", "planned_at", "fence", "name", "flow", "occasion",
    "text_sealed", "attempts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer. Times are milliseconds.

    `fence` is the wait that it ends; it is None for what was scheduled. `text_sealed` is under the
    phone's key, for the use ``timer``. `attempts` counts how often it broke.
    """

    id: int
    phone: bytes
    channel: int
    kind: str
    due_at: int
    planned_at: int
    fence: int | None = None
    name: str | None = None
    flow: str | None = None
    occasion: str | None = None
    text_sealed: bytes | None = None
    attempts: int = 0


@dataclass(slots=True)
class Changes:
    """What a batch changes about timers. What it takes back it takes from itself as well."""

    new: list[Timer] = field(default_factory=list)
    for_others: list[starts.Start] = field(default_factory=list)  # what there is for others
    _fences: set[tuple[bytes, int]] = field(default_factory=set)
    _names: set[tuple[bytes, str]] = field(default_factory=set)
    _phones: set[bytes] = field(default_factory=set)

    def drop_fence(self, phone: bytes, fence: int) -> None:
        """Take back those of a wait that is over."""
        self._fences.add((phone, fence))
        self.new = [one for one in self.new if (one.phone, one.fence) != (phone, fence)]

    def spare_fence(self, phone: bytes, fence: int) -> None:
        """Keep those of a wait that is not over after all."""
        self._fences.discard((phone, fence))

    def drop_name(self, phone: bytes, name: str) -> None:
        """Take back what was scheduled under a name."""
        self._names.add((phone, name))
        self.new = [one for one in self.new if (one.phone, one.name) != (phone, name)]

    def drop_phone(self, phone: bytes) -> None:
        """Take back everything of a phone."""
        self._phones.add(phone)
        self.new = [one for one in self.new if one.phone != phone]

    def has_dropped(self, phone: bytes) -> bool:
        """Whether everything of a phone that was there before is taken back."""
        return phone in self._phones

    def write(self, tx: Transaction) -> None:
        """Write all that; no statement where there is nothing."""
        erase(tx, self._phones)
        bulk.delete(tx, tables.timers, ("phone", "fence"), sorted(self._fences))
        bulk.delete(tx, tables.timers, ("phone", "name"), sorted(self._names))
        add(tx, self.new)
        starts.add(tx, self.for_others)


def add(tx: Transaction, rows: Sequence[Timer]) -> None:
    """Keep timers. A phone that has one of an occasion gets no other."""
    values = [tuple([getattr(one, name) for name in _COLUMNS]) for one in rows]
    bulk.insert(tx, tables.timers, _COLUMNS, values, conflict=("phone", "occasion"))


def erase(tx: Transaction, phones: Iterable[bytes]) -> None:
    """Take away everything that is due for phones."""
    bulk.delete(tx, tables.timers, ("phone",), [(phone,) for phone in sorted(phones)])


def any_due(connection: Connection, now: int) -> bool:
    """Whether anything is due."""
    return connection.execute(select(exists().where(tables.timers.c.due_at <= now))).scalar_one()


def next_due(connection: Connection, after: int) -> int | None:
    """Return when the next one is due after a time, or None."""
    due_at = tables.timers.c.due_at
    return connection.execute(select(func.min(due_at)).where(due_at > after)).scalar()


def lock_due(tx: Transaction, limit: int) -> list[bytes]:
    """Return phones for which something is due, locked; those that others hold are passed over."""
    if tx.dialect == SQLITE:
        rows = tx.rows(_DUE.format(mark="?"), (tx.now, limit))
    else:
        rows = tx.rows(_LOCK_DUE, (tx.now, limit))
    return sorted({bytes(row[0]) for row in rows})


_DUE = "SELECT phone FROM timers WHERE due_at <= {mark} ORDER BY due_at LIMIT {mark}"
_LOCK_DUE = (
    f"SELECT id FROM phones WHERE id IN ({_DUE.format(mark='%s')})"
    " ORDER BY id FOR UPDATE SKIP LOCKED"
)


def due_of(tx: Transaction, phones: Collection[bytes], now: int) -> list[Timer]:
    """Return what is due for phones that the transaction has locked, the oldest first."""
    due = [one for one in of_phones(tx, phones) if one.due_at <= now]
    return sorted(due, key=lambda one: (one.due_at, one.id))


def of_phones(tx: Transaction, phones: Collection[bytes]) -> list[Timer]:
    """Return all timers of phones."""
    found = bulk.select_in(tx, tables.timers, _COLUMNS, "phone", phones)
    return [_timer(row) for row in found]


def remove(tx: Transaction, numbers: Iterable[int]) -> None:
    """Take away timers that were carried out."""
    bulk.delete(tx, tables.timers, ("id",), [(number,) for number in numbers])


def put_off(tx: Transaction, rows: Iterable[tuple[int, int, int]]) -> None:
    """Let timers be due later; a row is (id, due_at, attempts)."""
    bulk.update(tx, tables.timers, ("id",), ("due_at", "attempts"), list(rows))


def is_finished(connection: Connection, name: str, due_at: int) -> bool | None:
    """Whether all timers of an occasion have been made; None: nobody has begun with it."""
    o = tables.occasions
    query = select(o.c.finished).where(o.c.name == name, o.c.due_at == due_at)
    found = connection.execute(query).scalar()
    return None if found is None else bool(found)


def begin_slice(
    tx: Transaction, name: str, occasion: Timer, group: str, *, slice_size: int
) -> bool:
    """Make the next timers of an occasion, like `occasion`. Return whether there may be more.

    They are for the phones of members who agreed to be written to, and are in `group` if any is
    given. A slice that another process is at is waited for.
    """
    o, due_at = tables.occasions, occasion.planned_at
    dialect = sqlite if tx.dialect == SQLITE else postgresql
    first = dialect.insert(o).values(name=name, due_at=due_at, finished=0)
    tx.connection.execute(first.on_conflict_do_nothing())
    this = (o.c.name == name, o.c.due_at == due_at)
    row = tx.connection.execute(
        select(o.c.cursor, o.c.finished).where(*this).with_for_update()
    ).one()
    if row.finished:
        return False
    phones = _members(tx, bytes(row.cursor or b""), group, slice_size)
    start, stream = tx.head.take_ids(len(phones)), tx.head.stream
    text = f"{name} {due_at}"
    add(
        tx,
        [
            Timer(
                number << STREAM_BITS | stream, phone, occasion.channel, FLOW, occasion.due_at,
                due_at, flow=occasion.flow, occasion=text,
            )
            for number, phone in enumerate(phones, start)
        ],
    )  # fmt: skip
    more = len(phones) == slice_size
    last = phones[-1] if phones else row.cursor
    tx.connection.execute(update(o).where(*this).values(cursor=last, finished=int(not more)))
    return more


def _members(tx: Transaction, after: bytes, group: str, limit: int) -> list[bytes]:
    p, f, m = tables.participants, tables.phones, tables.memberships
    query = (
        select(p.c.phone)
        .distinct()
        .join(f, f.c.id == p.c.phone)
        .where(
            p.c.phone > after,
            p.c.status == "member",
            p.c.consent == "yes",
            f.c.salt.is_not(None),
            f.c.opted_out_at.is_(None),
        )
        .order_by(p.c.phone)
        .limit(limit)
    )
    if group:
        query = query.where(exists().where(m.c.participant == p.c.id, m.c.group == group))
    return [bytes(phone) for phone in tx.connection.execute(query).scalars()]


def _timer(row: Sequence[Any]) -> Timer:
    return Timer(row[0], bytes(row[1]), *row[2:])
