"""Any definition that fits together compiles, and runs on anything without an exception.

Within the guards, with a state that JSON keeps, and the same for the same input.
"""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.flow.engine import step
from gateway.core.flow.events import Requested
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Expired, Given, Reply, Responded, Resume, Start, TimedOut
from gateway.core.flow.walking import NODE_LIMIT
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.migrations.chain import migrate
from gateway.flowfiles.rapidpro.migrations.documents import Unmigratable
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from tests.flowfiles.rapidpro.definitions import IDS, Json
from tests.flowfiles.rapidpro.making import definitions
from tests.flowfiles.rapidpro.playing import ASSETS
from tests.flowfiles.rapidpro.test_properties import RICH_CURRENT, RICH_LEGACY, spoiled
from tests.graphs import person, release_of
from tests.stage import Phone

INPUTS: st.SearchStrategy[Given] = st.one_of(
    st.builds(Reply, st.sampled_from(["yes", "no", "7", "", "0", "back", "@(1/0)", "x" * 700])),
    st.builds(Reply, st.text(max_size=8), st.tuples(st.sampled_from(["image:x", "y"]))),
    st.just(TimedOut()),
    st.just(Expired()),
    st.just(Resume()),
    st.builds(
        Responded,
        st.integers(0, 4),
        st.sampled_from([0, 200, 404, 410]),
        st.sampled_from(["", "{}", '{"a": [1]}', "no", "1e999", '"\\u0000"']),
    ),
)


def compiled(*given: Json) -> Release:
    names = {one["uuid"]: one["uuid"] for one in given}
    around = Neighbours(names, all_here=True, hooks={"hook": ["http://x.example"] * 2})
    return release_of(*(compile_flow(one, around) for one in given), assets=ASSETS)


def taken(release: Release, state: State | None, given: Given, phone: Phone) -> Any:
    """Take a turn twice: it comes out the same, and its state is one that JSON keeps."""
    first = step(release, state, given, phone.context())
    assert step(release, state, given, phone.context()) == first
    assert first.state is None or State.from_json(first.state.to_json()).to_json() == (
        first.state.to_json()
    )
    return first


def talk(release: Release, begin: str, inputs: list[Given]) -> None:
    """Give everything that comes to a conversation, begun once more whenever it is over."""
    phone = Phone(release, contact=person())
    reached: list[str] = []
    phone.trace = lambda _flow, node, category: reached.append(category or node)
    state: State | None = None
    ticket = 0
    for came in [Start(begin), *inputs]:
        reached.clear()
        turn = taken(release, state, _fitting(came, state, begin, ticket), phone)
        assert len(reached) <= 4 * (NODE_LIMIT + 1)  # twice, and a way out of each node
        state = turn.state
        ticket = max([ticket, *(one.ticket for one in turn.events if isinstance(one, Requested))])


def _fitting(came: Given, state: State | None, begin: str, ticket: int) -> Given:
    """Return what comes in as it may come: a start where nothing waits, the last server or not."""
    if state is None:
        return Start(begin, message=came.text if isinstance(came, Reply) else None)
    if isinstance(came, Responded):
        return Responded(ticket - came.ticket % 2, came.status, came.body)
    return came


@settings(max_examples=150)
@given(st.lists(definitions(), min_size=1, max_size=2), st.lists(INPUTS, max_size=6))
def test_any_definition_that_fits_together_runs_on_anything(given: list[Json], inputs: list[Given]):
    flows = [{**one, "uuid": f"flow-{at}"} for at, one in enumerate(given)]
    sound = [migrate(one, IDS).flow for one in flows]
    talk(compiled(*sound), "flow-0", inputs)


@settings(max_examples=150)
@given(st.data(), st.lists(INPUTS, max_size=4))
def test_a_spoiled_definition_that_still_fits_together_runs_on_anything(
    data: st.DataObject, inputs: list[Given]
):
    document = data.draw(st.sampled_from([RICH_CURRENT, RICH_LEGACY]))
    try:
        flow = migrate(spoiled(copy.deepcopy(document), data), IDS).flow
    except Unmigratable:
        return
    talk(compiled(flow), str(flow["uuid"]), inputs)


@pytest.mark.parametrize("document", [RICH_CURRENT, RICH_LEGACY], ids=["of today", "of then"])
def test_the_definitions_that_are_spoiled_compile_as_they_are(document: Json):
    flow = migrate(document, IDS).flow
    release = compiled(flow)
    assert set(release.flows[flow["uuid"]].nodes) == {node["uuid"] for node in flow["nodes"]}
