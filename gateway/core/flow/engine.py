"""One turn of a conversation: a pure function from a state and a reply to a state and events."""

from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Given, Step


def step(release: Release, state: State | None, given: Given, context: Context) -> Step:
    """Take one turn. `state` is None where nothing is under way; the result's is None at the end.

    `Start` drops a conversation under way; `Reply` and `Resume` need one that is on this release.
    Raises ValueError for a flow that the release does not have or a state of another release.
    """
    raise NotImplementedError
