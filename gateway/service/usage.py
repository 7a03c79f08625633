"""How far people come in a conversation, step by step, and how many are in one now.

Made of the counts by day that turns leave, so it costs the same whatever the number of people. What
is not counted as anything else fell silent, once it cannot be gone on with any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from operator import attrgetter
from typing import Final

from gateway.core.flow.graph import Flow
from gateway.core.flow.release import Release
from gateway.store import passages
from gateway.store.database import Database
from gateway.store.passages import StepRow

DAYS: Final = 30
_DAY_S: Final = 86_400
_LONGEST: Final = 30  # days for which a step may wait and is still looked at


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the last days with today; one medium or all; one release or all."""

    days: int = DAYS
    medium: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True)
class StepUse:
    """What became of the questions that a step put.

    `went_on` is without an answer: by a way that is written for silence, or back to the question
    before. `waiting` may still be answered; `silent` nobody answered in time, and nothing else
    became of them. `misunderstood` are replies.
    """

    step: str
    reached: int
    answered: int
    went_on: int
    waiting: int
    silent: int
    gave_up: int
    expired: int
    stopped: int
    gone: int
    misunderstood: int

    @property
    def dropped(self) -> int:
        """How many came no further."""
        return self.silent + self.gave_up + self.expired + self.stopped + self.gone


@dataclass(frozen=True, slots=True)
class FlowUse:
    """How a conversation is used. `now` is how many are in it that may still go on."""

    flow: str
    begun: int
    finished: int
    now: int
    steps: tuple[StepUse, ...]

    @property
    def dropped(self) -> int:
        """How many came no further than a step of it."""
        return sum(one.dropped for one in self.steps)


class Usage:
    """Looks up how conversations are used. Safe to share between threads."""

    def __init__(self, database: Database, zone: tzinfo, resume_ms: int) -> None:
        """Take the movement's time zone, and how long an unfinished conversation waits."""
        self._database = database
        self._zone = zone
        self._resume_ms = resume_ms

    def of(self, release: Release, name: str, asked: Asked) -> FlowUse:
        """Return how a flow is used, its steps in the order of a release, other steps behind them.

        A flow that the release does not have is looked up all the same.
        """
        today = self.today()
        flow = release.flows.get(name)
        first = today - asked.days + 1
        alive = self._alive(flow, today)
        with self._database.read() as view:
            rows = passages.of_flow(
                view,
                name,
                min(first, *alive.values(), alive[""]),
                medium=asked.medium,
                release=asked.release,
            )
        return _use(name, rows, first, alive, flow)

    def of_all(self, release: Release, days: int = DAYS) -> Mapping[str, FlowUse]:
        """Return by flow how those of a release are used, where anybody was in them."""
        today = self.today()
        first = today - days + 1
        with self._database.read() as view:
            rows = passages.of_all(view, min(first, today - _LONGEST))
        found = {}
        for name, several in groupby(rows, attrgetter("flow")):
            flow = release.flows.get(name)
            if flow is not None:
                found[name] = _use(name, list(several), first, self._alive(flow, today), flow)
        return found

    def today(self) -> int:
        """Return the day it is here, as `date.toordinal` counts."""
        return self._day(self._database.clock())

    def _alive(self, flow: Flow | None, today: int) -> Mapping[str, int]:
        """Return by step the first day whose questions may still be answered; "" for any other."""
        usual = self._day(self._database.clock() - self._resume_ms)
        found = {"": usual}
        for node in () if flow is None else flow.nodes.values():
            wait = None if node.router is None else node.router.wait
            if flow is None or wait is None:
                continue
            seconds = (wait.timeout.seconds if wait.timeout is not None else 0, flow.expires or 0)
            days = min(-(-max(seconds) // _DAY_S), _LONGEST)
            found[node.name] = min(usual, today - days)
        return found

    def _day(self, ms: int) -> int:
        return datetime.fromtimestamp(ms / 1000, self._zone).toordinal()


def _use(
    name: str, rows: Sequence[StepRow], first: int, alive: Mapping[str, int], flow: Flow | None
) -> FlowUse:
    order = {} if flow is None else {step: place for place, step in enumerate(flow.nodes)}
    begun = finished = now = 0
    steps = []
    for step, several in groupby(sorted(rows, key=attrgetter("step")), attrgetter("step")):
        days = list(several)
        if not step:
            begun = sum(one.put for one in days if one.day >= first)
            finished = sum(one.answered for one in days if one.day >= first)
            continue
        since = alive.get(step, alive[""])
        now += sum(one.open for one in days if one.day >= since)
        counted = [one for one in days if one.day >= first]
        if counted:
            steps.append(_step(step, counted, since))
    steps.sort(key=lambda one: (order.get(one.step, len(order)), one.step))
    return FlowUse(name, begun, finished, now, tuple(steps))


def _step(name: str, days: Sequence[StepRow], since: int) -> StepUse:
    return StepUse(
        name,
        reached=sum(one.put for one in days),
        answered=sum(one.answered for one in days),
        went_on=sum(one.unanswered + one.back for one in days),
        waiting=sum(one.open for one in days if one.day >= since),
        silent=sum(one.open for one in days if one.day < since),
        gave_up=sum(one.gave_up for one in days),
        expired=sum(one.expired for one in days),
        stopped=sum(one.stopped for one in days),
        gone=sum(one.gone for one in days),
        misunderstood=sum(one.misunderstood for one in days),
    )
