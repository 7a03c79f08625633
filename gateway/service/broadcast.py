"""Calls to action: written, approved, sent, paused, followed and stopped. Sends no SMS.

What leaves is queued here and delivered by `deliver`. Pages and commands go through the same steps,
see `core.movement.calls`; each is kept with who took it, and written to the audit.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from gateway.core.delivery.price import PriceTable
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.calls import (
    FROM,
    QUEUEING,
    SENDING,
    TO,
    UNSENT,
    Step,
)
from gateway.core.movement.facts import Fact
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission, Viewer
from gateway.flowfiles.call_files import CallPlan
from gateway.service.audit import Audit
from gateway.service.call_preview import Preview, Previews
from gateway.service.expire import hold_all, let_go_all, queue_all, withdraw_all
from gateway.service.letters import Letters
from gateway.service.surviving import surviving
from gateway.service.viewers import names_of_all
from gateway.store import broadcasts, call_steps, journal
from gateway.store.broadcasts import BroadcastRow, Draft
from gateway.store.call_steps import StepRow
from gateway.store.database import UNAVAILABLE, Database, Transaction
from gateway.store.vault import Vault

NOTE: Final = b"note"

NO_CALL: Final = "There is no call number %(number)s."
TOO_LATE: Final = "Call %(number)s was valid until a time that is over. Make a new one."
OVER: Final = "The call's valid_until is over. Give one that is to come."
NOT_DRAFT: Final = "Call %(number)s is %(status)s; only a draft can be sent."
NOT_APPROVED: Final = "Call %(number)s is %(status)s; it leaves after another person approved it."
ALREADY: Final = "Call %(number)s is %(status)s already."
NOT_NOW: Final = "Call %(number)s is %(status)s; that cannot be done with it now."
OWN_WORK: Final = "You had a part in writing call %(number)s. Somebody else has to approve it."
ANOTHER_TEXT: Final = "Call %(number)s was changed since you read it. Read it again."
NOT_YOURS: Final = "You may not do that with call %(number)s."
NOBODY: Final = "Somebody has to approve a call by name."

# What each step needs, and what the audit and the journal say of it.
_NEEDS: Final[Mapping[Step, Permission]] = {
    Step.APPROVED: Permission.APPROVE,
    Step.RETURNED: Permission.APPROVE,
    Step.PAUSED: Permission.STOP,
    Step.RESUMED: Permission.STOP,
    Step.STOPPED: Permission.STOP,
}
_FACTS: Final[Mapping[Step, str]] = {
    Step.APPROVED: kinds.BROADCAST_APPROVED,
    Step.PAUSED: kinds.BROADCAST_PAUSED,
    Step.RESUMED: kinds.BROADCAST_RESUMED,
    Step.STOPPED: kinds.BROADCAST_STOPPED,
}


class BroadcastError(Exception):
    """What was asked cannot be done with this call. One sentence that says why.

    `sentence` is the same for translation, with `values` to be put in.
    """

    def __init__(self, sentence: str, **values: str | int) -> None:
        """Put the values into the sentence."""
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a call is: its row, and its messages by status."""

    call: BroadcastRow
    messages: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as people read it. `name` is empty for a command; `note` says why it was returned."""

    step: Step
    staff: int | None
    name: str
    at: int
    note: str


class Broadcasts:
    """The calls of one movement. Each step names who takes it; None is a command."""

    def __init__(
        self, database: Database, vault: Vault, places: Places, *, movement: str, language: str,
        quiet: QuietHours | None = None, two_people: bool = False, per_week: int | None = None,
        patience_s: float | None = None,
    ) -> None:  # fmt: skip
        """`language` is the movement's own, for people who have told us none.

        In `quiet` hours no call leaves, which its preview tells of. With `two_people` a call leaves
        only after somebody approved it who has not written it. Nobody gets more than `per_week`
        calls in a week. What a step does to every message is waited for `patience_s`, and goes on
        behind its caller after that; None waits to its end.
        """
        self._patience_s = patience_s
        self._database = database
        self._vault = vault
        self._places = places
        self._language = language
        self._two_people = two_people
        self._per_week = per_week
        self._audit = Audit(database, vault)
        self.letters = Letters(vault, places, movement)
        self._previews = Previews(database, vault, places, self.letters, language, quiet)

    @property
    def two_people(self) -> bool:
        """Whether a call needs the approval of a second person."""
        return self._two_people

    def create(self, plan: CallPlan, channel: int, who: Viewer | None = None) -> int:
        """Keep a new call and return its number. Nothing leaves before it is sent."""
        with self._database.write() as tx:
            _check_time(tx, plan)
            number = broadcasts.add(tx, _draft(plan, channel))
            self._check_right(_locked(tx, number), Step.DRAFTED, who)
            self._note(tx, number, Step.DRAFTED, who, 1)
            return number

    def change(self, number: int, plan: CallPlan, channel: int, who: Viewer | None = None) -> None:
        """Write a draft anew. Raises `BroadcastError` for what is no draft any more."""
        with self._database.write() as tx:
            _check_time(tx, plan)
            call = self._begin(tx, number, Step.CHANGED, who)
            broadcasts.rewrite(tx, number, _draft(plan, channel))
            self._check_right(_locked(tx, number), Step.CHANGED, who)
            self._note(tx, number, Step.CHANGED, who, call.version + 1)

    def submit(self, number: int, who: Viewer | None = None) -> None:
        """Ask for the approval of a draft."""
        with self._database.write() as tx:
            self._move(tx, self._begin(tx, number, Step.SUBMITTED, who), Step.SUBMITTED, who)

    def take_back(self, number: int, who: Viewer | None = None) -> None:
        """Make a draft of a call again that has not left; an approval of it is void."""
        with self._database.write() as tx:
            self._move(tx, self._begin(tx, number, Step.TAKEN_BACK, who), Step.TAKEN_BACK, who)

    def give_back(self, number: int, note: str, who: Viewer | None = None) -> None:
        """Send a call back to its writers instead of approving it, and say why."""
        with self._database.write() as tx:
            call = self._begin(tx, number, Step.RETURNED, who)
            self._move(tx, call, Step.RETURNED, who, note)

    def approve(self, number: int, version: int | None, who: Viewer | None) -> None:
        """Approve what somebody else wrote, as it was read in a version; None is the present one.

        Raises `BroadcastError` for whoever had a part in it, and where it was changed meanwhile.
        """
        with self._database.write() as tx:
            call = self._begin(tx, number, Step.APPROVED, who)
            if who is None:
                raise BroadcastError(NOBODY)
            if version is not None and call.version != version:
                raise BroadcastError(ANOTHER_TEXT, number=number)
            if call_steps.wrote(tx, number, who.id):
                raise BroadcastError(OWN_WORK, number=number)
            self._move(tx, call, Step.APPROVED, who)

    def send(self, number: int, who: Viewer | None = None) -> int:
        """Release a call to its audience and return how many messages were queued.

        A crash on the way is made good by whoever delivers. Raises `BroadcastError` for a call that
        was not approved where it has to be, was released, stopped or is too late.
        """
        with self._database.write() as tx:
            call = _locked(tx, number)
            if call.valid_until <= tx.now and call.status in UNSENT:
                raise BroadcastError(TOO_LATE, number=number)
            self._check_right(call, Step.SENT, who)
            allowed = FROM[Step.SENT] if self._two_people else UNSENT
            if not broadcasts.move(tx, number, allowed, QUEUEING):
                sentence = NOT_APPROVED if self._two_people else NOT_DRAFT
                raise BroadcastError(sentence, number=number, status=call.status)
            broadcasts.release(tx, number, self._per_week)
            journal.record(tx, [_released(call)])
            self._note(tx, number, Step.SENT, who, call.version)
        self._carry_on(lambda: queue_all(self._database, call, self._places, self._language))
        return self.find(number).queued

    def pause(self, number: int, who: Viewer | None = None) -> None:
        """Hold what has not left of a call. What is on its way arrives."""
        with self._database.write() as tx:
            call = self._begin(tx, number, Step.PAUSED, who)
            self._move(tx, call, Step.PAUSED, who, keep_cursor=True)
        self._carry_on(lambda: hold_all(self._database, number))

    def resume(self, number: int, who: Viewer | None = None) -> None:
        """Let a paused call go on where it was. Raises `BroadcastError` where its time is over."""
        with self._database.write() as tx:
            call = self._begin(tx, number, Step.RESUMED, who)
            if call.valid_until <= tx.now:
                raise BroadcastError(TOO_LATE, number=number)
            onward = QUEUEING if broadcasts.half_queued(tx, number) else SENDING
            self._move(tx, call, Step.RESUMED, who, to=onward, keep_cursor=True)
        self._carry_on(lambda: let_go_all(self._database, number))
        self._carry_on(lambda: queue_all(self._database, call, self._places, self._language))

    def stop(self, number: int, who: Viewer | None = None) -> int:
        """Stop a call and return how many of its messages will not leave.

        From the moment this commits no deliverer takes another of its messages; those that are on
        their way arrive. Raises `BroadcastError` for a call that is over.
        """
        with self._database.write() as tx:
            call = _locked(tx, number)
            if call.status not in FROM[Step.STOPPED]:
                raise BroadcastError(ALREADY, number=number, status=call.status)
            self._check_right(call, Step.STOPPED, who)
            self._move(tx, call, Step.STOPPED, who)
        self._carry_on(lambda: withdraw_all(self._database, number))
        return self.progress(number).messages.get(Status.CANCELLED, 0)

    def find(self, number: int) -> BroadcastRow:
        """Return a call. Raises `BroadcastError` where there is none of this number."""
        with self._database.read() as connection:
            call = broadcasts.find(connection, number)
        if call is None:
            raise BroadcastError(NO_CALL, number=number)
        return call

    def newest(
        self, limit: int, before: int | None = None, statuses: Sequence[str] = ()
    ) -> list[BroadcastRow]:
        """Return the newest calls first: those before a number, in some statuses."""
        with self._database.read() as connection:
            return broadcasts.newest(connection, limit, before, statuses)

    def steps(self, number: int) -> list[Taken]:
        """Return what was done with a call, the first of it first."""
        with self._database.read() as view:
            rows = call_steps.steps(view, number)
            names = names_of_all(view, self._vault)
        return [self._taken(row, names) for row in rows]

    def preview(self, number: int, prices: PriceTable, rate_per_second: float) -> Preview:
        """Say who gets a call, who does not and why, what it costs and how it reads."""
        return self.look_ahead(self.find(number), prices, rate_per_second)

    def look_ahead(self, call: BroadcastRow, prices: PriceTable, rate_per_second: float) -> Preview:
        """Say the same of a call that need not be kept yet; its number is 0 then."""
        return self._previews.look(call, self._per_week, prices, rate_per_second)

    def progress(self, number: int) -> Progress:
        """Return where a call is. Raises `BroadcastError` where there is none of this number."""
        call = self.find(number)
        with self._database.read() as connection:
            return Progress(call, broadcasts.count_messages(connection, number))

    def _carry_on(self, work: Callable[[], None]) -> None:
        """Do what a step that is committed does to messages; the upkeep does what is left of it."""
        if self._patience_s is None:
            work()
            return
        thread = threading.Thread(target=_as_far_as_it_goes, args=(work,), name="call", daemon=True)
        thread.start()
        thread.join(self._patience_s)

    def _begin(self, tx: Transaction, number: int, step: Step, who: Viewer | None) -> BroadcastRow:
        """Return a call with which a step may be taken, locked until the end."""
        call = _locked(tx, number)
        if call.status not in FROM[step]:
            raise BroadcastError(NOT_NOW, number=number, status=call.status)
        self._check_right(call, step, who)
        return call

    def _check_right(self, call: BroadcastRow, step: Step, who: Viewer | None) -> None:
        """Refuse whoever may not do this for everybody whom a call is for."""
        if who is None:
            return
        scope = who.scope(_NEEDS.get(step, Permission.DRAFT), self._places)
        if not call.audience.lies_within(scope, self._places):
            raise BroadcastError(NOT_YOURS, number=call.number)

    def _move(
        self, tx: Transaction, call: BroadcastRow, step: Step, who: Viewer | None, note: str = "",
        *, to: str = "", keep_cursor: bool = False,
    ) -> None:  # fmt: skip
        number = call.number
        broadcasts.move(tx, number, (call.status,), to or TO[step], keep_cursor=keep_cursor)
        if step in _FACTS:
            body: dict[str, object] = {"number": number}
            if step is Step.APPROVED and who is not None:
                body |= {"staff": who.id, "version": call.version}
            journal.record(tx, [Fact(_FACTS[step], b"", body)])
        self._note(tx, number, step, who, call.version, note)

    def _note(
        self, tx: Transaction, number: int, step: Step, who: Viewer | None, version: int,
        note: str = "",
    ) -> None:  # fmt: skip
        """Keep a step and write it to the audit, as the last of a transaction."""
        sealed = self._vault.node.seal(NOTE, note.encode()) if note else None
        call_steps.add(tx, number, step, None if who is None else who.id, version, sealed)
        act, detail = Act(f"call_{step}"), {"version": version}
        self._audit.record(tx, who, act, f"call:{number}", reason=note, detail=detail)

    def _taken(self, row: StepRow, names: Mapping[int, str]) -> Taken:
        note = b""
        if row.note_sealed is not None:
            note = self._vault.node.open(NOTE, row.note_sealed)
        name = "" if row.staff is None else names.get(row.staff, "")
        return Taken(row.step, row.staff, name, row.at, note.decode())


def _as_far_as_it_goes(work: Callable[[], None]) -> None:
    with surviving("calling_broke"), suppress(*UNAVAILABLE):
        work()


def _locked(tx: Transaction, number: int) -> BroadcastRow:
    call = broadcasts.locked(tx, number)
    if call is None:
        raise BroadcastError(NO_CALL, number=number)
    return call


def _check_time(tx: Transaction, plan: CallPlan) -> None:
    if plan.valid_until <= tx.now:
        raise BroadcastError(OVER)


def _draft(plan: CallPlan, channel: int) -> Draft:
    return Draft(plan.title, plan.texts, plan.audience, channel, plan.not_before, plan.valid_until)


def _released(call: BroadcastRow) -> Fact:
    return Fact(
        kinds.BROADCAST_SENT,
        b"",
        {
            "number": call.number,
            "title": call.title,
            "texts": dict(call.texts),
            "audience": call.audience.to_json(),
            "not_before": call.not_before,
            "valid_until": call.valid_until,
        },
    )
