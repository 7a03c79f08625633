"""Takes reports from state to state and tells their reporters; merges those about the same."""

from collections.abc import Sequence

from gateway.core.delivery.purpose import Purpose
from gateway.core.movement import cases as rules
from gateway.core.movement.cases import State
from gateway.core.movement.facts import Fact
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service import apply
from gateway.service.case_talk import tell
from gateway.service.cases import CaseError, Cases, Scope, case_of, changed, moved, subject, within
from gateway.service.gather import Wanted, gather
from gateway.store import cases as rows
from gateway.store import journal
from gateway.store.cases import CaseRow
from gateway.store.database import Transaction


def move(
    board: Cases,
    by: Viewer | None,
    scope: Scope,
    code: str,
    state: State,
    *,
    was: str | None = None,
    telling: bool = True,
) -> int:
    """Take a report to a state; return how many reporters are told by SMS.

    Those are its own and those of the reports that were merged into it, each while some of the
    three status SMS are left. `was` is the state that whoever moves it saw: if it is another by
    now, nothing is done. Raises `NoSuchCase` and `CaseError`.
    """
    with board.database.write() as tx:
        row = within(rows.find(tx.connection, code), scope)
        told = _told(tx, row, state) if telling else []
        world = None
        if told:  # phones are locked before reports, as whoever writes to us locks them
            phones = {one.phone for one in told}
            world = gather(tx, board.ground, [Wanted(None, phone) for phone in phones])
        row = within(rows.locked(tx, code), scope)
        if was is not None and row.status != was:
            raise CaseError("Somebody moved this report meanwhile. Look at it and decide again.")
        if state not in rules.moves(case_of(row)):
            raise CaseError("A report in this state cannot come to that one. Take one of the list.")
        facts = [changed(row, by, **moved(row, state, tx.now))]
        sent = 0
        if world is None:
            journal.record(tx, facts)
        else:
            locked = rows.by_codes(tx, [one.code for one in told])
            for one in locked.values():
                caller = world.callers[one.phone]
                able = not (caller.opted_out or caller.new) and rules.may_tell(case_of(one), state)
                if able and tell(world, caller, one, f"case_{state}", Purpose.NOTICE):
                    facts.append(changed(one, by, updates=(one.updates or 0) + 1))
                    sent += 1
            world.facts += facts
            apply.write(tx, world)
        detail: dict[str, str | int] = {"from": row.status, "to": str(state), "told": sent}
        board.audit.record(tx, by, Act.REPORT_MOVED, subject(row), detail=detail)
    return sent


def merge(board: Cases, by: Viewer | None, scope: Scope, code: str, into: str) -> None:
    """Follow a report together with another, which leads from now on.

    Those that it led itself go along. Their reporters keep their codes, and hear what becomes of
    the one that leads. Raises `NoSuchCase` and `CaseError`.
    """
    with board.database.write() as tx:
        found = rows.by_codes(tx, {code, into})
        row, lead = within(found.get(code), scope), within(found.get(into), scope)
        if row.id == lead.id:
            raise CaseError("A report cannot be merged into itself. Take another one.")
        if lead.duplicate_of is not None or row.duplicate_of is not None:
            raise CaseError("One of the two is merged already. Take the report that leads it.")
        columns = {**moved(row, State.DUPLICATE, tx.now), "duplicate_of": lead.id}
        facts: list[Fact] = [changed(row, by, **columns)]
        facts += [
            changed(one, by, duplicate_of=lead.id) for one in rows.duplicates(tx.connection, row.id)
        ]
        journal.record(tx, facts)
        detail = {"into": subject(lead)}
        board.audit.record(tx, by, Act.REPORT_MERGED, subject(row), detail=detail)


def _told(tx: Transaction, row: CaseRow, state: State) -> Sequence[CaseRow]:
    """Return the reports whose reporters may be told, as it looks before anything is locked."""
    found = [row, *rows.duplicates(tx.connection, row.id)]
    return [one for one in found if rules.may_tell(case_of(one), state)]
