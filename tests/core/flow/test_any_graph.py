"""Whatever a graph is like and whatever comes in: no turn fails, and what must hold holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.core.flow.asking import TRAIL_LIMIT
from gateway.core.flow.engine import TURN_LIMIT, step
from gateway.core.flow.events import (
    Ended,
    Entered,
    Event,
    Failed,
    Json,
    Left,
    Prompted,
    Requested,
    Said,
    Scheduled,
    Texted,
    Waiting,
    WentHome,
)
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.passages import BEGUN, FINISHED, LEFT, MISUNDERSTOOD, PUT, left_behind
from gateway.core.flow.release import Release
from gateway.core.flow.state import Since, State
from gateway.core.flow.turn import (
    Aside,
    Context,
    Expired,
    Given,
    Outcome,
    Reply,
    Responded,
    Resume,
    Start,
    Step,
    TimedOut,
)
from gateway.core.flow.walking import IMPORTED_FRAME_LIMIT, NODE_LIMIT
from tests.core.flow.any_graphs import FLOWS, rarely, releases
from tests.graphs import person
from tests.stage import COUNTRY, NOW

WORDS = some.sampled_from(
    ["0", "00", "1", "2", "back", "home", "go back", "main menu", "watr", "watr", "Mwea", "Mwea",
     "Katunda", "yes", "aab", "12 may", "12/5/99999999999", "0970000001", "", " ", "ten", "9" * 50]
)  # fmt: skip
TYPED = some.integers(0, 9).flatmap(lambda one: WORDS if one else some.text(max_size=12))
BODIES = some.sampled_from(
    ["", "{}", '{"a": {"B": [1, 2.5, null]}}', "[" * 200 + "]" * 200, "x" * 12_000, "1e400",
     '[{"number": 1, "label": "L"}]', '{"__default__": [1]}']
)  # fmt: skip
STARTS = some.builds(
    Start,
    some.sampled_from(FLOWS),
    rarely(some.lists(TYPED, min_size=1, max_size=3), 3).map(lambda given: tuple(given or ())),
    some.none() | some.sampled_from(["en", "ny", "xx"]),
    rarely(TYPED, 3),
    some.none() | some.just({"type": "msg", "params": {"a": [1]}}),
    some.none() | some.just({"flow": {"name": "P", "uuid": "p"}, "status": "active"}),
)


@dataclass(frozen=True)
class Turn:
    """What comes in: so many seconds after the turn before, on a channel. `ticket` adds to ours."""

    given: Given
    seconds: int
    channel: Literal["sms", "ussd"]


REPLIES = some.builds(Reply, TYPED)
OTHERS: some.SearchStrategy[Given] = some.one_of(
    some.just(Resume()),
    some.builds(Aside, some.sampled_from([*FLOWS, "nine"]), some.none() | some.just("ny")),
    some.builds(Responded, some.integers(-1, 2), some.sampled_from([200, 404, 410, 0]), BODIES),
    some.just(TimedOut()),
    some.just(Expired()),
)
GIVEN: some.SearchStrategy[Given] = some.booleans().flatmap(
    lambda reply: REPLIES if reply else OTHERS
)
TURNS = some.lists(
    some.builds(
        Turn, GIVEN, some.sampled_from([0, 59, 60, 31_622_400]), some.sampled_from(["sms", "ussd"])
    ),
    min_size=3,
    max_size=12,
)
PEOPLE = some.none() | some.just(person(groups=["Marshals"]))
ROOTS: Mapping[str, Json] = {
    "participant": {"name": "Amina", "member": True},
    "rows": [
        {"number": 3, "label": "Land", "n": 4, "l": "Soil"},
        "plain",
        None,
        [1],
        {"label": ""},
    ],
}


def perform(action: str, arguments: Mapping[str, Json], _values: Mapping[str, Json]) -> Outcome:
    """Carry out an action; a join changes the language."""
    values: dict[str, Json] = {"report.code": "K7", "report.said": arguments["words"]}
    if action == "join":
        values["participant.language"] = "ny"
    return Outcome("filed", values)


@dataclass
class Talk:
    """A conversation and what was seen of it."""

    release: Release
    contact: Mapping[str, Json] | None
    now: datetime = NOW
    state: State | None = None
    reached: int = 0
    running: int = 0
    open: Counter[tuple[str, str, Since]] = field(default_factory=Counter)

    def context(self, channel: Literal["sms", "ussd"]) -> Context:
        now = self.now
        return Context(
            "en",
            channel,
            now,
            "ZM",
            COUNTRY,
            ROOTS,
            perform,
            Environment(languages=("en", "ny"), country="ZM", now=lambda: now, chance=lambda: 0.7),
            self.contact,
            self.trace,
        )

    def trace(self, _flow: str, _node: str, category: str) -> None:
        self.reached += not category

    def take(self, turn: Turn) -> Step:
        """Take a turn, and see that it is as every turn is."""
        self.now += timedelta(seconds=turn.seconds)
        given, state = turn.given, self.state
        if isinstance(given, Responded) and state is not None:
            given = Responded(state.ticket + min(given.ticket, 0), given.status, given.body)
        self.reached = 0
        before = deepcopy(state)
        taken = step(self.release, state, given, self.context(turn.channel))
        assert state == before, "the state that was given is as it was"
        assert self.reached <= NODE_LIMIT + 1
        self.state = None if taken.state is None else State.from_json(taken.state.to_json())
        assert self.state == taken.state
        check_events(self, taken)
        check_passages(self, taken)
        if self.state is None:
            assert isinstance(taken.events[-1], Ended | WentHome | Failed)
        else:
            check_state(self.release, self.state)
            check_wait(self, self.state, taken.events, given)
        return taken


def check_events(talk: Talk, taken: Step) -> None:
    """See that events are what they say."""
    orjson.dumps([_plain(event) for event in taken.events])
    assert not any(isinstance(one, Ended | WentHome | Failed) for one in taken.events[:-1])
    for event in taken.events:
        if isinstance(event, Texted):
            assert event.text
        if isinstance(event, Said):
            assert event.text or event.attachments
        if isinstance(event, Scheduled):
            assert bool(event.text) or bool(event.flow)
            assert event.due >= int(talk.now.timestamp()) * 1000
    talk.running += sum(isinstance(event, Entered) for event in taken.events)
    talk.running -= sum(isinstance(event, Left) for event in taken.events)
    frames = () if taken.state is None else taken.state.frames
    assert talk.running == sum(talk.release.flows[frame.flow].runs for frame in frames)


def check_passages(talk: Talk, taken: Step) -> None:
    """See that of each question that was put one thing becomes, and of those that wait nothing."""
    for one in taken.passages:
        where = one.flow, one.step, one.since
        if one.kind == PUT:
            talk.open[where] += 1
        elif one.kind == MISUNDERSTOOD:
            assert talk.open[where] > 0
        elif one.step:
            talk.open[where] -= 1
        else:
            assert one.kind in {BEGUN, FINISHED}
    waiting = () if taken.state is None else left_behind(taken.state, LEFT)
    if not (taken.events and isinstance(taken.events[-1], Failed)):
        assert +talk.open == Counter((one.flow, one.step, one.since) for one in waiting)
        assert not -talk.open


def check_state(release: Release, state: State) -> None:
    """See that a state is one that waits, within the limits."""
    assert 1 <= len(state.frames) <= IMPORTED_FRAME_LIMIT
    assert state.turns <= TURN_LIMIT
    assert len(state.trail) <= TRAIL_LIMIT
    nodes = [release.flows[frame.flow].nodes[frame.node] for frame in state.frames]
    if state.at is not None:
        assert 1 <= state.at <= len(nodes[-1].actions)
        assert state.due is None
        return
    router = nodes[-1].router
    assert router is not None
    assert router.wait is not None
    assert (state.due is not None) == (router.wait.timeout is not None)
    assert state.attempts < router.wait.attempts


def check_wait(talk: Talk, state: State, events: tuple[Event, ...], given: Given) -> None:
    """See that a turn says what is waited for."""
    waiting = [one for one in events if isinstance(one, Waiting)]
    rest = [] if state.due is None else [Waiting(max(0, state.due - int(talk.now.timestamp())))]
    assert waiting == rest == [*events[len(events) - len(rest) :]]
    requested = [one for one in events if isinstance(one, Requested)]
    assert len(requested) <= 1
    assert not requested or requested[0].ticket == state.ticket
    router = talk.release.flows[state.flow].nodes[state.frames[-1].node].router
    asks = router is not None and router.wait is not None and router.wait.prompt is not None
    others = [one for one in events if not isinstance(one, Waiting)]
    if state.at is None and asks and (others or not isinstance(given, Responded | TimedOut)):
        assert isinstance(others[-1], Prompted)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def converse(
    release: Release, contact: Mapping[str, Json] | None, start: Start, turns: list[Turn]
) -> Iterator[Step]:
    """Yield what the turns come to until the conversation is over."""
    talk = Talk(release, contact, running=int(release.flows[start.flow].runs))
    yield talk.take(Turn(start, 0, turns[0].channel))
    for turn in turns:
        if talk.state is None:
            return
        yield talk.take(turn)


@settings(max_examples=150, deadline=None)
@given(releases(), PEOPLE, STARTS, TURNS)
def test_whatever_comes_in_is_taken_in_and_what_must_hold_holds(
    release: Release,
    contact: Mapping[str, Json] | None,
    start: Start,
    turns: list[Turn],
) -> None:
    taken = list(converse(release, contact, start, turns))
    assert taken == list(converse(release, contact, start, turns))
