"""What goes into a turn of a conversation and what comes out. Values only; the engine decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from gateway.core.flow.events import Event, Json
from gateway.core.flow.state import State
from gateway.core.movement.places import Places


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a flow.

    `answers` are walked at once, as if they had been typed one after the other (a deep-dial
    string); only the last screen is shown. What is left over when the flow ends, or does not
    understand one of them, is dropped. `language` is saved as ``participant.language`` and used
    from the first word on.
    """

    flow: str
    answers: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person typed, as it came."""

    text: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Show the question that waits again, for a person who dials again. Counts no attempt."""


Given: TypeAlias = Start | Reply | Resume


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action: a category that flows can branch on, and values for their texts.

    `values` has whole paths as keys, such as ``{"report.code": "K7QM"}``.
    """

    category: str
    values: Mapping[str, Json] = field(default_factory=dict)


# (action, its arguments, the values of the conversation so far) -> what became of it
Perform: TypeAlias = Callable[[str, Mapping[str, Json], Mapping[str, Json]], Outcome]


@dataclass(frozen=True, slots=True)
class Context:
    """The world as the conversation may know it during one turn.

    `roots` holds what texts can name: ``{"participant": {"name": …}, "movement": {…}, …}``, plain
    JSON with lower-case keys (`gateway.core.flow.names` lists them). `now` is aware, in the
    movement's time zone. `language` is the person's, until the conversation saves another one.
    """

    language: str
    channel: Literal["sms", "ussd"]
    now: datetime
    country: str
    places: Places
    roots: Mapping[str, Json]
    perform: Perform


@dataclass(frozen=True, slots=True)
class Step:
    """A turn's result. `state` is None when the conversation is over.

    `language` is the one in force at the end of the turn, for whatever the caller adds.
    """

    state: State | None
    events: tuple[Event, ...]
    language: str
