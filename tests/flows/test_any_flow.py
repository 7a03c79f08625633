"""Whatever flow the loader accepts, and whatever comes in: no exception, and a state to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import jsonschema_rs
from hypothesis import HealthCheck, settings
from hypothesis import given as when
from hypothesis import strategies as some

from gateway.core.flow.engine import step
from gateway.core.flow.events import Ended, Failed, Json, Requested, WentHome
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
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
from gateway.flowfiles.language.schema import schema
from gateway.flowfiles.releases import Source, compile_release
from tests.flowfiles.plain import plain
from tests.flows.grown import FLOWS, GROWN
from tests.stage import COUNTRY, NOW
from tests.stage import FLOWS as SHIPPED

SYSTEM = (SHIPPED / "system.yaml").read_bytes()
VALIDATOR = jsonschema_rs.Draft202012Validator(schema())

TYPED = some.sampled_from(
    ["0", "1", "2", "3", "12", "00", "yes", "no", "x", "xx", "", " ", "34", "Katunda", "Mwela",
     "back", "red", "2026-05-12", "a@b.example"]
) | some.text(max_size=20)  # fmt: skip
BODIES = some.sampled_from(
    [
        '{"list": ["a", {"number": 3, "label": "b"}], "n": 1.5}',
        "",
        "[]",
        "no JSON",
        '{"list": null}',
    ]
)
COMING: some.SearchStrategy[Given] = (
    some.builds(Reply, TYPED)
    | some.just(TimedOut())
    | some.just(Resume())
    | some.just(Expired())
    | some.builds(Aside, some.sampled_from(FLOWS))
    | some.builds(Responded, some.integers(0, 3), some.sampled_from([0, 200, 404, 500]), BODIES)
)
STARTS = some.builds(
    Start,
    flow=some.sampled_from(FLOWS),
    answers=some.lists(TYPED, max_size=2).map(tuple),
    language=some.none() | some.sampled_from(["en", "ny", "xx"]),
    message=some.none() | TYPED,
)
ROOTS: Mapping[str, Json] = {
    "movement": {"name": "Ours", "languages": {"en": True}},
    "participant": {
        "name": "Amina", "member": True, "age": 34, "number": 7,
        "place": {"code": "ZZ-01", "name": "North", "__default__": "North"},
        "groups": [{"uuid": "Marshals", "name": "Marshals"}],
    },
    "motions": [{"number": 12, "label": "More wells?"}, "words", None, 7],
    "motion": {"options": [{"number": 1, "label": "Yes"}], "question": "More wells?"},
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """What a conversation happens in. `luck` decides what becomes of actions, and chance."""

    channel: Literal["sms", "ussd"]
    luck: int

    def context(self, release: Release) -> Context:
        def perform(
            action: str, _arguments: Mapping[str, Json], _values: Mapping[str, Json]
        ) -> Outcome:
            categories = (*ACTIONS[action].categories, "unforeseen")
            return Outcome(categories[self.luck % len(categories)], {"report.code": "K7"})

        return Context(
            "en", self.channel, NOW, "ZM", COUNTRY, ROOTS, perform,
            environment=Environment(
                languages=release.languages, country="ZM", now=lambda: NOW,
                chance=lambda: self.luck / 10,
            ),
        )  # fmt: skip


WORLDS = some.builds(World, some.sampled_from(["sms", "ussd"]), some.integers(0, 9))


def converse(release: Release, world: World, turns: list[Given]) -> list[Step]:
    """Take the turns; the state goes through JSON between them.

    Where a server is asked its answer comes before the person's.
    """
    taken: list[Step] = []
    context = world.context(release)
    state: State | None = None
    for turn in turns:
        if state is None and not isinstance(turn, Start):
            break
        asked = state is not None and state.at is not None and isinstance(turn, Reply)
        given = Responded(state.ticket, 200, '{"list": ["a"]}') if asked and state else turn
        one = step(release, state, given, context)
        state = None if one.state is None else State.from_json(one.state.to_json())
        assert state == one.state
        taken.append(one)
    return taken


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@when(GROWN, WORLDS, STARTS, some.lists(COMING, max_size=8))
def test_any_flow_that_is_accepted_goes_on_or_ends(
    files: dict[str, bytes], world: World, start: Start, turns: list[Given]
) -> None:
    release = compile_release(Source({**files, "system.yaml": SYSTEM}))
    for taken in converse(release, world, [start, *turns]):
        over = taken.events and isinstance(taken.events[-1], Ended | WentHome | Failed)
        assert bool(over) == (taken.state is None)
        tickets = [one.ticket for one in taken.events if isinstance(one, Requested)]
        if taken.state is not None and tickets:
            assert (taken.state.ticket, taken.state.at is not None) == (tickets[-1], True)
    again = compile_release(Source({**files, "system.yaml": SYSTEM}))
    assert converse(release, world, [start, *turns]) == converse(again, world, [start, *turns])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@when(GROWN)
def test_what_the_loader_accepts_the_schema_accepts(files: dict[str, bytes]) -> None:
    compile_release(Source({**files, "system.yaml": SYSTEM}))
    for content in files.values():
        assert [error.message for error in VALIDATOR.iter_errors(plain(content))] == []
