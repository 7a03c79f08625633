"""Takes reports from state to state, and tells their reporters. The one way to do either."""

from gateway.core.movement import cases
from gateway.core.movement.cases import State
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service.cases import CaseError, Cases, Scope, case_of, change, moved, subject, within
from gateway.store import cases as rows


def move(
    board: Cases,
    by: Viewer | None,
    scope: Scope,
    code: str,
    state: State,
    *,
    was: str | None = None,
) -> None:
    """Take a report to a state. Raises `NoSuchCase` and `CaseError`.

    `was` is the state that whoever moves it saw: if it is another by now, nothing is done.
    """
    with board.database.write() as tx:
        row = within(rows.locked(tx, code), scope)
        if was is not None and row.status != was:
            raise CaseError("Somebody moved this report meanwhile. Look at it and decide again.")
        if state not in cases.moves(case_of(row)):
            raise CaseError("A report in this state cannot come to that one. Take one of the list.")
        change(tx, row, by, **moved(row, state, tx.now))
        detail = {"from": row.status, "to": str(state)}
        board.audit.record(tx, by, Act.REPORT_MOVED, subject(row), detail=detail)
