"""The state of a conversation between turns."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.core.flow.events import Json
from gateway.core.flow.state import Frame, State

NAMES = some.text("abc_", min_size=1, max_size=5)
VALUES: some.SearchStrategy[Json] = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OWN = some.none() | some.dictionaries(NAMES, VALUES, min_size=1, max_size=3)
STATES = some.builds(
    State,
    release=some.text("0123456789abcdef", min_size=64, max_size=64),
    frames=some.lists(
        some.builds(
            Frame, NAMES, NAMES, some.none() | some.dictionaries(NAMES, VALUES, min_size=1)
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    values=some.dictionaries(NAMES, VALUES, max_size=5),
    attempts=some.integers(0, 9),
    candidates=some.lists(NAMES, max_size=5).map(tuple),
    turns=some.integers(0, 500),
    ticket=some.integers(0, 9),
    at=some.none() | some.integers(1, 9),
    ahead=some.lists(NAMES, max_size=3).map(tuple),
    trail=some.lists(NAMES, max_size=3).map(tuple),
)


@given(STATES)
def test_every_state_comes_back_from_json_as_it_was(state: State) -> None:
    assert State.from_json(state.to_json()) == state


def test_a_fresh_conversation_is_small() -> None:
    state = State("f" * 64, (Frame("join", "name"),), {})
    assert orjson.loads(state.to_json()) == {"r": "f" * 64, "f": ["join", "name"]}


def test_the_flow_of_a_state_is_the_innermost() -> None:
    assert State("f", (Frame("home", "join"), Frame("join", "name")), {}).flow == "join"


@pytest.mark.parametrize("stored", [b"", b"[]", b'{"r": "x"}'], ids=["empty", "list", "frameless"])
def test_what_is_no_state_is_refused(stored: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        State.from_json(stored)
