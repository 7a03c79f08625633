"""What needs a decision of whoever is signed in, each matter a sentence with the way to it.

Only what the visitor may decide, in his or her places. What would look at many rows is kept or
counted up to a bound, so this takes as long in a large movement as in a small one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.delivery.status import Status
from gateway.core.movement.calls import APPROVED, PAUSED, SUBMITTED
from gateway.core.movement.cases import State
from gateway.core.movement.moments import DAY_MS
from gateway.core.staff.roles import Permission
from gateway.service.board import Board, Line
from gateway.service.cases import Cases
from gateway.service.counting import is_closed
from gateway.service.halls import Hall, Halls
from gateway.service.kept import Kept
from gateway.store import assemblies, call_steps
from gateway.store import today as rows
from gateway.store.assemblies import AssemblyRow
from gateway.web.house import House
from gateway.web.visits import Visit

BAD, BUSY = "bad", "busy"
_CALLS: Final = 100  # in one state; more are not counted
_ASSEMBLIES: Final = 20  # the last ones, whose halls and minutes are looked for
_LEAST_SENT: Final = 20  # messages of a channel in a day, from which on a share says something
_FAILING: Final = 0.25


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs somebody: what, where to go, and how pressing (`BAD` or `BUSY`)."""

    words: str
    href: str
    kind: str = BUSY


class Attention:
    """Where all that may need somebody is found. One for a process, as it keeps counts."""

    def __init__(self, house: House, board: Board, cases: Cases, halls: Halls) -> None:
        """Take the gateway, and what counts for other pages too."""
        self.house = house
        self.board = board
        self.cases = cases
        self.halls = halls
        self.failures = Kept(self._count_failures, house.database.clock, fresh_ms=10_000)

    def count_now(self) -> None:
        """Count anew what is kept here."""
        self.failures.fresh()

    def _count_failures(self) -> tuple[int, int]:
        """Return how many callbacks could not be handled, and questions to servers in a day."""
        with self.house.database.read() as view:
            since = self.house.database.clock() - DAY_MS
            return rows.failed_callbacks(view), rows.failed_webhooks(view, since)


def matters(visit: Visit, seen: Attention) -> list[Matter]:
    """Return what needs the visitor, the most pressing first."""
    found = [
        *_machines(visit, seen),
        *_refusals(visit, seen),
        *_reports(visit, seen),
        *_conversations(visit, seen),
        *_calls(visit, seen),
        *_numbers(visit, seen),
        *_assemblies(visit, seen),
        *_files(visit, seen),
    ]
    return sorted(found, key=lambda one: one.kind != BAD)


def _machines(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Channels that do not send, and what could not be handled."""
    if not visit.may(Permission.CHANNELS):
        return
    for line in seen.board.glance():
        name, href = line.state.name, f"/channels/{line.state.name}"
        if line.state.paused_by:
            words = visit.gettext("The channel %(name)s is paused and sends nothing", name=name)
            yield Matter(words, href, BAD)
        sent, failed = _failed(line)
        if sent >= _LEAST_SENT and failed > sent * _FAILING:
            words = visit.gettext(
                "Of %(sent)s messages of the channel %(name)s in a day, %(failed)s failed",
                sent=visit.writing.number(sent),
                name=name,
                failed=visit.writing.number(failed),
            )
            yield Matter(words, href, BAD)
    callbacks, questions = seen.failures.look().value
    if callbacks:
        words = visit.ngettext(
            "%(num)s callback could not be handled and is kept",
            "%(num)s callbacks could not be handled and are kept",
            callbacks,
        )
        yield Matter(words, "/channels", BAD)
    if questions and visit.may(Permission.FLOWS):
        words = visit.ngettext(
            "%(num)s question of a conversation to a server failed in a day",
            "%(num)s questions of conversations to servers failed in a day",
            questions,
        )
        yield Matter(words, "/flows", BAD)


def _failed(line: Line) -> tuple[int, int]:
    ends = dict(line.ends)
    return sum(ends.values()), ends.get(Status.FAILED, 0)


def _refusals(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Flow files that were not put in force."""
    if visit.may(Permission.FLOWS):
        with seen.house.database.read() as view:
            refused = rows.refusals(view)
        for one in refused:
            words = visit.gettext("A change of conversations was refused: %(why)s", why=one.why)
            yield Matter(words, "/flows", BAD)


def _reports(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Reports that nobody has read, that wait too long, whose reporters wrote, that are held."""
    if Permission.CASES not in visit.viewer.permissions:
        return
    scope = visit.scope(Permission.CASES)
    counts = [one for one in seen.cases.counts().value if scope is None or one.place in scope]
    late = sum(one.reports for one in counts if one.late)
    new = sum(one.reports for one in counts if one.status == State.NEW)
    heard = sum(one.reports for one in counts if one.heard)
    held = sum(one.reports for one in counts if one.danger)
    if late:
        words = visit.ngettext(
            "%(num)s report has been open for more than a month",
            "%(num)s reports have been open for more than a month",
            late,
        )
        yield Matter(words, "/reports?age=month", BAD)
    if held:
        words = visit.ngettext(
            "%(num)s open report is held because somebody may be in danger",
            "%(num)s open reports are held because somebody may be in danger",
            held,
        )
        yield Matter(words, "/reports?more=danger", BAD)
    if new:
        words = visit.ngettext("%(num)s report is new", "%(num)s reports are new", new)
        yield Matter(words, "/reports?state=new")
    if heard:
        words = visit.ngettext(
            "%(num)s reporter wrote and waits for an answer",
            "%(num)s reporters wrote and wait for an answer",
            heard,
        )
        yield Matter(words, "/reports?more=heard")


def _conversations(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Conversations that wait for a person."""
    if Permission.CASES not in visit.viewer.permissions:
        return
    with seen.house.database.read() as view:
        waiting = rows.open_handovers(view, visit.scope(Permission.CASES))
    if waiting:
        words = visit.ngettext(
            "%(num)s conversation waits for a person",
            "%(num)s conversations wait for a person",
            waiting,
        )
        yield Matter(words, "/handovers")


def _calls(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Calls to action that somebody else wrote and the visitor may approve; those to send."""
    asked = _in_state(visit, seen, SUBMITTED, Permission.APPROVE)
    if asked:
        with seen.house.database.read() as view:
            asked -= call_steps.written_by(view, asked, visit.viewer.id)
    if asked:
        words = visit.ngettext(
            "%(num)s call to action waits for approval",
            "%(num)s calls to action wait for approval",
            len(asked),
        )
        yield Matter(words, _to(asked, "/calls", "/calls?show=approval"))
    approved = _in_state(visit, seen, APPROVED, Permission.DRAFT)
    if approved:
        words = visit.ngettext(
            "%(num)s call to action is approved and can be sent",
            "%(num)s calls to action are approved and can be sent",
            len(approved),
        )
        yield Matter(words, _to(approved, "/calls", "/calls"))
    paused = _in_state(visit, seen, PAUSED, Permission.STOP)
    if paused and Permission.CALLS in visit.viewer.permissions:
        words = visit.ngettext(
            "%(num)s call to action is paused", "%(num)s calls to action are paused", len(paused)
        )
        yield Matter(words, _to(paused, "/calls", "/calls"))


def _in_state(visit: Visit, seen: Attention, status: str, permission: Permission) -> frozenset[int]:
    """Return the calls of a state whose whole audience is where the visitor may do something."""
    if permission not in visit.viewer.permissions:
        return frozenset()
    scope, places = visit.scope(permission), seen.house.places
    calls = seen.house.calls.newest(_CALLS, statuses=(status,))
    return frozenset(one.number for one in calls if one.audience.lies_within(scope, places))


def _to(numbers: frozenset[int], one: str, several: str) -> str:
    """Return the way to the only one, or to the list."""
    return f"{one}/{min(numbers)}" if len(numbers) == 1 else several


def _numbers(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Numbers that others ask for."""
    if Permission.RELEASE_NUMBERS not in visit.viewer.permissions:
        return
    asked = len(seen.house.exports.held(visit.viewer))
    if asked:
        words = visit.ngettext(
            "%(num)s export of phone numbers waits for a second person",
            "%(num)s exports of phone numbers wait for a second person",
            asked,
        )
        yield Matter(words, "/releases")


def _assemblies(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """Assemblies that end within a day, halls that wait for a witness, minutes not written."""
    if Permission.ASSEMBLIES not in visit.viewer.permissions:
        return
    with seen.house.database.read() as view:
        last = assemblies.page(view, None, _ASSEMBLIES, visit.scope(Permission.ASSEMBLIES))
        written = rows.with_minutes(view, [one.number for one in last])
    halls = seen.halls.of_several([one.number for one in last])
    for one in last:
        href = f"/assemblies/{one.number}"
        over = is_closed(one, visit.now)
        if not over and one.opens_at <= visit.now and one.ends_at - visit.now <= DAY_MS:
            words = visit.gettext(
                "The assembly “%(title)s” ends %(when)s",
                title=one.title,
                when=visit.writing.when(one.ends_at, visit.now),
            )
            yield Matter(words, href)
        if over and one.number not in written and visit.may(Permission.CONVENE, one.place):
            words = visit.gettext("The assembly “%(title)s” has no minutes yet", title=one.title)
            yield Matter(words, f"{href}/minutes")
        if visit.may(Permission.WITNESS, one.place):
            yield from _halls(visit, one, halls.get(one.number, ()))


def _halls(visit: Visit, row: AssemblyRow, halls: Sequence[Hall]) -> Iterator[Matter]:
    for hall in halls:
        own = hall.own(visit.viewer.id) is not None
        names = {"hall": hall.name, "title": row.title}
        href = f"/assemblies/{row.number}/halls/{hall.number}"
        if hall.second is None and not own:
            words = visit.gettext(
                "The count of %(hall)s, at “%(title)s”, waits for a second witness", **names
            )
            yield Matter(words, href)
        elif hall.second is not None and own and not hall.agreed:
            words = visit.gettext(
                "The counts of %(hall)s, at “%(title)s”, differ: count again", **names
            )
            yield Matter(words, href, BAD)


def _files(visit: Visit, seen: Attention) -> Iterator[Matter]:
    """One's own files of people that wait for a word."""
    if Permission.ENROL not in visit.viewer.permissions:
        return
    with seen.house.database.read() as view:
        own = rows.own_imports(view, visit.viewer.id)
    if own:
        words = visit.ngettext(
            "%(num)s file of people waits for your word before anything is written",
            "%(num)s files of people wait for your word before anything is written",
            len(own),
        )
        yield Matter(words, _to(frozenset(own), "/people/import", "/people/import"))
