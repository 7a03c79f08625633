"""Questions to servers, from when they are asked for until their answer is taken in. Asks none.

A question is claimed under a lease, asked without any transaction open, and settled in another. Its
row is changed by whoever holds the lease, and taken back by the conversation that asked for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, select

from gateway.store import bulk, tables
from gateway.store.database import SQLITE, Transaction

WAITING: Final = "waiting"  # to be asked
ASKING: Final = "asking"  # somebody asks until the lease ends
HELD: Final = "held"  # answered; what a screen is to show waits for the person to look
DONE: Final = "done"
LOST: Final = "lost"  # nobody knows whether the server was asked
DROPPED: Final = "dropped"  # nobody waited for it any more

# Before any clock: machines that share a database do not agree on the time.
_AT_ONCE: Final = 0

OPEN: Final = (WAITING, ASKING, HELD)

_NEW: Final = (
    "id", "phone", "channel", "flow", "ticket", "host", "method", "seconds", "request_sealed",
    "status", "attempts", "due_at", "created_at", "done_at", "code", "error",
)  # fmt: skip
_ROW: Final = (
    "id", "phone", "channel", "flow", "ticket", "status", "due_at", "created_at", "code", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """One to be asked, or, with an `error`, one that never is.

    `request_sealed` is under the phone's key, for the use ``webhook``.
    """

    id: int
    phone: bytes
    channel: int
    flow: str
    ticket: int
    host: str
    method: str
    seconds: int
    request_sealed: bytes | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """One that is ours to ask until `lease`, in milliseconds.

    `before` is how often it was claimed before. `salt` None: the person was erased. `stopped`: the
    person said STOP after it was asked for.
    """

    id: int
    phone: bytes
    method: str
    seconds: int
    request_sealed: bytes | None
    created_at: int
    lease: int
    before: int
    salt: bytes | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One as whoever settles it finds it."""

    id: int
    phone: bytes
    channel: int
    flow: str
    ticket: int
    status: str
    due_at: int
    created_at: int
    code: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one. `due_at` is when what is HELD goes out by SMS."""

    id: int
    stage: str
    code: int = 0
    error: str | None = None
    due_at: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One as operators see it: no number, no address, no word."""

    id: int
    flow: str
    host: str
    method: str
    status: str
    attempts: int
    created_at: int
    done_at: int | None
    code: int | None
    error: str | None


@dataclass(slots=True)
class Changes:
    """What a batch changes about questions. What it takes back it takes from itself as well."""

    new: list[NewWebhook] = field(default_factory=list)
    _ended: dict[int, str] = field(default_factory=dict)

    def end(self, number: int, stage: str) -> None:
        """Take one back (DROPPED), or note that its answer was seen (DONE)."""
        if any(one.id == number for one in self.new):
            self.new = [one for one in self.new if one.id != number]
        else:
            self._ended[number] = stage

    def spare(self, number: int) -> None:
        """Keep one that is not to end after all."""
        self._ended.pop(number, None)

    def write(self, tx: Transaction) -> None:
        """Write all that; no statement where there is nothing."""
        if self.new:
            bulk.insert(tx, tables.webhooks, _NEW, [_fresh(one, tx.now) for one in self.new])
        for number, stage in self._ended.items():
            # One that is being asked ends with its answer, which finds nobody waiting.
            before = WAITING if stage == DROPPED else HELD
            tx.run(_END[tx.dialect == SQLITE], (stage, tx.now, number, before))


def any_due(connection: Connection, now: int) -> bool:
    """Whether anything is to be asked, to be asked again, or to go out by SMS."""
    w = tables.webhooks
    due = exists().where(w.c.status.in_(OPEN), w.c.due_at <= now)
    return bool(connection.execute(select(due)).scalar_one())


def any_waiting(connection: Connection) -> bool:
    """Whether anything waits to be asked."""
    waiting = exists().where(tables.webhooks.c.status == WAITING)
    return bool(connection.execute(select(waiting)).scalar_one())


def claim(tx: Transaction, limit: int, margin_ms: int) -> list[Claimed]:
    """Take up to `limit` that are to be asked, or whose lease has run out, the oldest first.

    The lease lasts as long as the server may take, and `margin_ms` more.
    """
    values = (WAITING, ASKING, tx.now, limit)
    rows = tx.rows(_DUE_SQLITE if tx.dialect == SQLITE else _DUE_POSTGRESQL, values)
    claimed = [_claimed(row, tx.now, margin_ms) for row in rows]
    bulk.update(
        tx,
        tables.webhooks,
        ("id",),
        ("status", "due_at", "attempts"),
        [(one.id, ASKING, one.lease, one.before + 1) for one in claimed],
    )
    return claimed


def held(connection: Connection, now: int, limit: int) -> list[int]:
    """Return those whose answer waited long enough for the person to look at the screen."""
    w = tables.webhooks
    query = select(w.c.id).where(w.c.status == HELD, w.c.due_at <= now)
    return list(connection.execute(query.order_by(w.c.due_at).limit(limit)).scalars())


def phones_of(connection: Connection, numbers: Collection[int]) -> Mapping[int, bytes]:
    """Return whose questions these are."""
    w = tables.webhooks
    rows = connection.execute(select(w.c.id, w.c.phone).where(w.c.id.in_(list(numbers))))
    return {number: bytes(phone) for number, phone in rows}


def lock(tx: Transaction, numbers: Collection[int]) -> Mapping[int, WebhookRow]:
    """Return questions by number; nobody else changes them until this transaction ends."""
    rows = bulk.select_in(tx, tables.webhooks, _ROW, "id", numbers, lock=True)
    return {row[0]: WebhookRow(row[0], bytes(row[1]), *row[2:]) for row in rows}


def settle(tx: Transaction, outcomes: Sequence[Settled]) -> None:
    """Record what became of questions, and forget what was asked."""
    bulk.update(
        tx,
        tables.webhooks,
        ("id",),
        ("status", "due_at", "done_at", "code", "error", "request_sealed"),
        [
            (
                one.id, one.stage, one.due_at or tx.now,
                None if one.stage is HELD else tx.now, one.code, one.error, None,
            )
            for one in outcomes
        ],
    )  # fmt: skip


def listed(connection: Connection, limit: int, *, everything: bool) -> list[Listed]:
    """Return the newest first: what is under way or went wrong, or everything."""
    w = tables.webhooks
    query: Any = select(
        w.c.id, w.c.flow, w.c.host, w.c.method, w.c.status, w.c.attempts, w.c.created_at,
        w.c.done_at, w.c.code, w.c.error,
    ).order_by(w.c.id.desc()).limit(limit)  # fmt: skip
    if not everything:
        well = (w.c.status == DONE) & w.c.code.between(200, 299)
        query = query.where(~well, w.c.status != DROPPED)
    return [Listed(*row) for row in connection.execute(query)]


def forget(tx: Transaction, before: int) -> int:
    """Remove what ended before a time; return how many."""
    w = tables.webhooks
    old = delete(w).where(w.c.status.not_in(OPEN), w.c.due_at < before, w.c.done_at < before)
    return tx.connection.execute(old).rowcount


_END_TEXT: Final = (
    "UPDATE webhooks SET status = {mark}, request_sealed = NULL, done_at = {mark}"
    " WHERE id = {mark} AND status = {mark}"
)
_END: Final = {True: _END_TEXT.format(mark="?"), False: _END_TEXT.format(mark="%s")}

_DUE: Final = """
SELECT w.id, w.phone, w.method, w.seconds, w.request_sealed, w.created_at, w.attempts, f.salt,
       f.opted_out_at
FROM webhooks w LEFT JOIN phones f ON f.id = w.phone
WHERE w.status IN ({mark}, {mark}) AND w.due_at <= {mark}
ORDER BY w.due_at, w.id
LIMIT {mark}
"""
_DUE_SQLITE: Final = _DUE.format(mark="?")
_DUE_POSTGRESQL: Final = _DUE.format(mark="%s") + "FOR UPDATE OF w SKIP LOCKED"


def _fresh(one: NewWebhook, now: int) -> tuple[Any, ...]:
    over = one.error is not None
    return (
        one.id, one.phone, one.channel, one.flow, one.ticket, one.host, one.method, one.seconds,
        one.request_sealed, DONE if over else WAITING, 0,
        now if over else _AT_ONCE, now,
        now if over else None, 0 if over else None, one.error,
    )  # fmt: skip


def _claimed(row: Sequence[Any], now: int, margin_ms: int) -> Claimed:
    number, phone, method, seconds, sealed, created_at, attempts, salt, stopped_at = row
    return Claimed(
        number,
        bytes(phone),
        method,
        seconds,
        None if sealed is None else bytes(sealed),
        created_at,
        now + seconds * 1000 + margin_ms,
        attempts,
        None if salt is None else bytes(salt),
        stopped_at is not None and stopped_at >= created_at,
    )
