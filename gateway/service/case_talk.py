"""What is written to and fro about a report, by its code: neither side learns the other's number.

Only the phone that reported adds to a report. Nothing is answered about one that is held for
danger, and nothing is sent to a phone that said STOP.
"""

from dataclasses import replace
from typing import Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.events import Json
from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement.cases import State
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.core.text import keywords, plain
from gateway.service import apply, speaking
from gateway.service.cases import CaseError, Cases, Scope, changed, moved, subject, within
from gateway.service.gather import Wanted, gather
from gateway.service.hearing import Heard
from gateway.service.speaking import Shown, said
from gateway.service.world import Caller, World
from gateway.store import cases as rows
from gateway.store.cases import CaseRow
from gateway.store.outbox import TEXT, Queued

LONGEST_SMS: Final = 300
_DAY_MS: Final = 86_400_000
_VALID_DAYS: Final = 3
_SILENCE: Final = Shown(())


def hear(world: World, caller: Caller, heard: Heard) -> Shown | None:
    """Add a message that begins with the code of the caller's report; None where it is no such.

    After "is it solved?" its YES or NO decides.
    """
    addressed = codes.addressed(heard.text)
    if addressed is None:
        return None
    code, words = addressed
    row = world.cases.get(code)
    if row is None or row.phone != caller.phone:
        unsure = heard.waiting or heard.trigger is not None or code.isdecimal()
        unsure = unsure or caller.opted_out
        return None if unsure else said(world, caller, "case_unknown", report=names(code))
    world.arrived[-1] = replace(world.arrived[-1], report=row.id)
    _change(world, row, heard_at=world.now)
    said_so = _answered(world, row, words)
    if row.danger_at is not None or caller.opted_out:
        return _SILENCE
    return said(world, caller, said_so, report=names(code))


def _answered(world: World, row: CaseRow, words: str) -> str:
    """Move the report where the words answer the question; return the name of what is said."""
    first = keywords.first_word(words)[0]
    yes, no = (world.current.words.mean(meaning, first) for meaning in ("yes", "no"))
    leading = {one.id: one for one in world.cases.values()}
    root = row if row.duplicate_of is None else leading.get(row.duplicate_of, row)
    state = None
    if yes or no:
        state = rules.answered(State(root.status), yes=yes, leads=root.id == row.id)
    if state is None:
        return "case_added"
    _change(world, world.cases[root.code], **moved(root, state, world.now))
    return "case_thanks" if yes else "case_reopened"


def _change(world: World, row: CaseRow, **columns: object) -> None:
    """Change a report in what the batch knows, and record it."""
    world.cases[row.code] = replace(row, **columns)  # type: ignore[arg-type]
    world.facts.append(changed(row, None, **columns))


def write(board: Cases, by: Viewer | None, scope: Scope, code: str, text: str) -> None:
    """Write an SMS to the reporter. Raises `NoSuchCase` and `CaseError`."""
    words = " ".join(plain.normal(text).split())
    if not words:
        raise CaseError("There is nothing to send yet. Write what the reporter should read.")
    if len(words) > LONGEST_SMS:
        raise CaseError("The message is too long. Make it shorter than 300 characters.")
    with board.database.write() as tx:
        row = within(rows.find(tx.connection, code), scope)
        # Whoever writes at this moment waits for the lock, or is waited for.
        world = gather(tx, board.ground, [Wanted(None, row.phone)])
        row = within(rows.locked(tx, code), scope)
        caller = world.callers[row.phone]
        _may_write(caller, row)
        sent = tell(world, caller, row, "case_written", Purpose.STAFF, words=words)
        if not sent:
            raise CaseError("No channel sends SMS. Add one with a short code in channels.toml.")
        world.facts.append(changed(row, by, heard_at=None))
        apply.write(tx, world)
        board.audit.record(tx, by, Act.REPORT_ANSWERED, subject(row))


def _may_write(caller: Caller, row: CaseRow) -> None:
    if row.danger_at is not None:
        raise CaseError("This report is held for danger, so nothing is sent about it.")
    if caller.new:
        raise CaseError("The reporter was erased and cannot be written to.")
    if caller.opted_out:
        raise CaseError("The reporter said STOP and is not written to.")


def tell(
    world: World, caller: Caller, row: CaseRow, name: str, purpose: Purpose, *, words: str = ""
) -> bool:
    """Queue one of the system's texts about a report to its reporter, if a channel sends any."""
    line = world.ground.lines.get(row.channel)
    if line is None or line.answers_by is None:
        return False
    said_so = speaking.say(world, caller, name, report=names(row.code, words))
    world.leaving.append(
        Queued(
            row.phone,
            line.answers_by,
            purpose,
            caller.sealer.seal(TEXT, plain.normal(said_so).encode()),
            valid_until=world.now + _VALID_DAYS * _DAY_MS,
            report=row.id,
        )
    )
    return True


def names(code: str, words: str = "") -> dict[str, Json]:
    """Return a report as the system's texts name it."""
    return {"code": codes.written(code), "reply": code, "words": words}
