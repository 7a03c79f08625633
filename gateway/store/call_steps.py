"""Who did what with a call to action, step by step. Kept for as long as the call is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from gateway.core.movement.calls import WRITING, Step
from gateway.store import bulk, tables
from gateway.store.database import Transaction

_S = tables.broadcast_steps


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as stored. `staff` None is a command; `version` is that of the call's content."""

    id: int
    step: Step
    staff: int | None
    version: int
    at: int
    note_sealed: bytes | None


def add(
    tx: Transaction,
    number: int,
    step: Step,
    staff: int | None,
    version: int,
    note_sealed: bytes | None = None,
) -> None:
    """Keep a step that was just taken."""
    columns = ("id", "broadcast", "step", "staff", "version", "at", "note_sealed")
    row = (tx.head.take_id(), number, str(step), staff, version, tx.now, note_sealed)
    bulk.insert(tx, _S, columns, [row])


def steps(connection: Connection, number: int) -> Sequence[StepRow]:
    """Return the steps of a call, the first of them first."""
    columns = (_S.c.id, _S.c.step, _S.c.staff, _S.c.version, _S.c.at, _S.c.note_sealed)
    query = select(*columns).where(_S.c.broadcast == number).order_by(_S.c.at, _S.c.id)
    return [
        StepRow(row.id, Step(row.step), row.staff, row.version, row.at, row.note_sealed)
        for row in connection.execute(query)
    ]


def wrote(tx: Transaction, number: int, staff: int) -> bool:
    """Whether somebody has a part in what a call says."""
    query = select(_S.c.id).where(
        _S.c.broadcast == number, _S.c.staff == staff, _S.c.step.in_(list(map(str, WRITING)))
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def written_by(connection: Connection, numbers: Collection[int], staff: int) -> frozenset[int]:
    """Return in which of some calls somebody has a part."""
    mine = select(_S.c.broadcast).where(
        _S.c.broadcast.in_(list(numbers)),
        _S.c.staff == staff,
        _S.c.step.in_(list(map(str, WRITING))),
    )
    return frozenset(connection.execute(mine.distinct()).scalars())


def count(tx: Transaction, number: int, step: Step) -> int:
    """Return how often a step was taken with a call."""
    query = select(func.count()).where(_S.c.broadcast == number, _S.c.step == str(step))
    return int(tx.connection.execute(query).scalar_one())
