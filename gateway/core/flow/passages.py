"""What becomes of the questions of conversations: put, answered, left. Counts nothing.

A passage tells one such thing, and of nobody in particular. It belongs to the day on which its
question was put and to the medium by which, whenever it happens: so all that ever becomes of the
questions of a day can be set against how many were put on it.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from gateway.core.flow.state import ASIDE, SINCE, Since, State, since_of

Kind: TypeAlias = Literal[
    "put", "answered", "unanswered", "back", "gave_up", "expired", "stopped", "gone",
    "misunderstood", "begun", "finished",
]  # fmt: skip

PUT: Final = "put"
ANSWERED: Final = "answered"
UNANSWERED: Final = "unanswered"  # it went on all the same, on the way that is written for this
WENT_BACK: Final = "back"  # to what was asked before
GAVE_UP: Final = "gave_up"  # not understood too often, and nothing is written for that
RAN_OUT: Final = "expired"
STOPPED: Final = "stopped"
LEFT: Final = "gone"  # for something else
MISUNDERSTOOD: Final = "misunderstood"  # one reply, after which it was put once more
BEGUN: Final = "begun"  # a whole conversation, as `finished` is; no step is named
FINISHED: Final = "finished"


class Passage(NamedTuple):
    """What became of the question of a step, or of a flow. `since` is when that began."""

    flow: str
    step: str
    kind: Kind
    since: Since


def left_behind(state: State, kind: Kind) -> Iterator[Passage]:
    """Yield what becomes of the questions of a conversation that is dropped.

    These are the one that waits, and those in the middle of which something else was begun.
    """
    frames = state.frames
    if state.since is not None:
        yield Passage(frames[-1].flow, frames[-1].node, kind, state.since)
    for below, frame in pairwise(frames):
        question = (frame.own or {}).get(ASIDE)
        since = since_of(question.get(SINCE)) if isinstance(question, dict) else None
        if since is not None:
            yield Passage(below.flow, below.node, kind, since)
