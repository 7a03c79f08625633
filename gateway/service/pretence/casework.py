"""What becomes of the reports of a made-up movement: looked after, answered, verified, closed.

A report's whole life is decided when it comes; what of it is still to come waits in a heap, and
most of that is over within some weeks. Staff work by day.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.movement import cases as rules
from gateway.core.movement import codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.cases import State
from gateway.core.movement.moments import DAY_MS, HOUR_MS
from gateway.core.movement.places import Places
from gateway.service.pretence.chronicle import Chronicle, Secret
from gateway.service.pretence.crowd import Crowd
from gateway.service.pretence.words import ANSWERS, NOTES, QUESTION, STATUS_SMS
from gateway.service.world import NOTE

_OPENS, _CLOSES = 8, 17  # of local time, the hours in which staff work
# What becomes of reports, in hundredths. Those that put somebody in danger are another matter.
_LIVES: Final[Mapping[str, int]] = {
    "solved": 47,
    "asked": 15,
    "closed": 13,
    "planned": 9,
    "stuck": 8,
    "unread": 8,
}
_IN_DANGER: Final = 0.6  # of the reports about safety
_CAME_TWICE: Final = 0.5  # of those that others told before are found to be the same
_VERIFIED: Final = 0.45
_PUBLISHED: Final = 0.6
_NOTED: Final = 0.5

Life = Iterator[float]  # yields in how many days it goes on


@dataclass(slots=True)
class Report:
    """A report as staff work on it. `who` is the member who told it; None for a stranger."""

    code: str
    phone: bytes
    who: int | None
    category: str
    place: str | None
    filed_at: int
    by: int = 0
    updates: int = 0
    leads: bool = True


class Casework:
    """The reports that staff are at."""

    def __init__(
        self,
        chronicle: Chronicle,
        crowd: Crowd,
        places: Places,
        chance: Random,
        *,
        workers: Sequence[tuple[int, str | None]],
        offset_ms: int,
    ) -> None:
        """`workers` are accounts, each with the place that it is for; None is everywhere."""
        self._chronicle = chronicle
        self._crowd = crowd
        self._places = places
        self._chance = chance
        self._workers = workers
        self._offset_ms = offset_ms
        self._waiting: list[tuple[int, int, Report, Life]] = []
        self._begun = 0
        self._now = 0
        self._near: dict[tuple[str, str], Report] = {}

    def filed(self, report: Report) -> None:
        """Begin to look after a report that came."""
        self._plan(report, self._life(report), report.filed_at)

    def hour(self, begins: int) -> None:
        """Do what is due in an hour."""
        while self._waiting and self._waiting[0][0] < begins + HOUR_MS:
            at, _, report, life = heapq.heappop(self._waiting)
            self._now = max(at, begins)
            self._plan(report, life, self._now)
            self._chronicle.rest()

    def _plan(self, report: Report, life: Life, now: int) -> None:
        days = next(life, None)
        if days is not None:
            self._begun += 1
            at = self._by_day(now + max(HOUR_MS, int(days * DAY_MS)))
            heapq.heappush(self._waiting, (at, self._begun, report, life))

    def _by_day(self, at: int) -> int:
        """Return the next moment at which staff work."""
        hour = (at + self._offset_ms) // HOUR_MS % 24
        if _OPENS <= hour < _CLOSES:
            return at
        return at + (_OPENS - hour) % 24 * HOUR_MS + self._chance.randrange(HOUR_MS)

    def _life(self, report: Report) -> Life:
        chance = self._chance
        if report.category == "safety" and chance.random() < _IN_DANGER:
            yield from self._in_danger(report)
            return
        [life] = chance.choices(tuple(_LIVES), tuple(_LIVES.values()))
        yield chance.uniform(15, 60) if life == "unread" else chance.uniform(0.1, 3)
        if self._is_known(report):
            return
        self._assign(report)
        yield chance.uniform(0.1, 2)
        if life == "closed":
            self._note(report)
            self._move(report, State.CLOSED)
            return
        if life == "asked":
            yield from self._asked(report)
        if life == "planned":
            self._move(report, State.PLANNED)
            yield chance.uniform(5, 40)
        self._move(report, State.IN_PROGRESS)
        self._note(report)
        yield chance.uniform(1, 9)
        if life == "stuck":
            yield chance.uniform(20, 75)
        yield from self._verify(report)
        self._move(report, State.SOLVED)
        yield chance.uniform(0.2, 4)
        yield from self._judged(report)

    def _in_danger(self, report: Report) -> Life:
        """A report that is held: nothing about it is sent to anybody."""
        yield self._chance.uniform(0, 0.4)
        self._assign(report)
        self._set(report, danger_at=self._now, published_at=None)
        yield self._chance.uniform(1, 6)
        self._move(report, State.IN_PROGRESS, tell=False)
        self._note(report)
        yield self._chance.uniform(30, 120)
        self._move(report, State.CLOSED, tell=False)

    def _asked(self, report: Report) -> Life:
        """Staff ask, and half of the reporters answer."""
        self._move(report, State.NEEDS_INFO)
        self._say(report, Purpose.STAFF, self._chance.choice(QUESTION))
        yield self._chance.uniform(0.3, 5)
        if self._chance.random() < 0.5:
            self._hear(report, self._chance.choice(ANSWERS[report.category]))
            yield self._chance.uniform(0.3, 4)
            self._set(report, heard_at=None)
        else:
            yield self._chance.uniform(6, 20)

    def _verify(self, report: Report) -> Life:
        if self._chance.random() < _VERIFIED:
            self._set(report, verified_at=self._now, verified_by=report.by)
            yield self._chance.uniform(0.2, 3)
            if self._chance.random() < _PUBLISHED:
                self._set(report, published_at=self._now)
                yield self._chance.uniform(1, 12)

    def _judged(self, report: Report) -> Life:
        """The reporter says whether it is solved, or says nothing."""
        says = self._chance.random()
        if says < 0.4:
            self._hear(report, "YES", closing=True)
        elif says < 0.55:
            self._hear(report, "NO")
            self._move(report, State.IN_PROGRESS, tell=False, by=None)
            yield self._chance.uniform(2, 12)
            self._set(report, heard_at=None)
            self._move(report, State.SOLVED)
            yield self._chance.uniform(3, 12)
            self._move(report, State.CLOSED)
        else:
            yield self._chance.uniform(7, 30)
            self._move(report, State.CLOSED)

    def _is_known(self, report: Report) -> bool:
        """Merge a report into one that others told shortly before, if there is one."""
        if report.place is None:
            return False
        key = (report.category, report.place)
        lead = self._near.get(key)
        near = lead is not None and report.filed_at - lead.filed_at < rules.NEAR_MS
        if lead is None or not near or self._chance.random() > _CAME_TWICE:
            self._near[key] = report
            return False
        if lead.filed_at >= report.filed_at or lead.phone == report.phone:
            return False
        self._assign(report)
        report.leads = False
        columns = self._columns(State.DUPLICATE)
        self._set(report, **columns, duplicate_of=lead.code)
        return True

    def _assign(self, report: Report) -> None:
        """Give a report to somebody of its place."""
        near = [
            worker
            for worker, place in self._workers
            if place is None
            or (report.place is not None and self._places.within(report.place, place))
        ]
        report.by = self._chance.choice(near)
        self._set(report, assigned=report.by)

    def _move(self, report: Report, state: State, *, tell: bool = True, by: int | None = 0) -> None:
        """Take a report to a state, and tell its reporter as often as is usual."""
        case = rules.Case(state, updates=report.updates)
        self._set(report, by=report.by if by == 0 else by, **self._columns(state))
        if tell and rules.may_tell(case, state):
            sent = self._say(report, Purpose.NOTICE, STATUS_SMS[state])
            if sent:
                report.updates += 1
                self._set(report, updates=report.updates)

    def _columns(self, state: State) -> dict[str, Any]:
        closed = self._now if state in rules.OVER else None
        return {"status": str(state), "changed_at": self._now, "closed_at": closed}

    def _set(self, report: Report, *, by: int | None = 0, **columns: Any) -> None:
        who = report.by if by == 0 else by
        body = {"code": report.code, "by": who, "set": columns}
        self._chronicle.tell(self._now, kinds.REPORT_CHANGED, b"", body, None)

    def _note(self, report: Report) -> None:
        if self._chance.random() < _NOTED:
            words = self._chance.choice(NOTES).encode()
            body = {"report": report.code, "by": report.by}
            secret = Secret("phones", report.phone, NOTE, words)
            self._chronicle.tell(self._now, kinds.REPORT_NOTED, b"", body, secret)

    def _say(self, report: Report, purpose: Purpose, words: str) -> bool:
        """Write to the reporter, unless he or she left."""
        if report.who is not None and self._crowd.gone[report.who]:
            return False
        text = words.format(code=codes.written(report.code), reply=report.code)
        self._chronicle.message(self._now, report.phone, purpose, text, report=report.code)
        return True

    def _hear(self, report: Report, words: str, *, closing: bool = False) -> None:
        """Let the reporter write, with the code in front."""
        if report.who is not None and self._crowd.gone[report.who]:
            return
        text = f"{report.code} {words}"
        self._chronicle.message(self._now, report.phone, Purpose.RECEIVED, text, report=report.code)
        columns = self._columns(State.CLOSED) if closing else {}
        self._set(report, by=None, heard_at=self._now, **columns)
