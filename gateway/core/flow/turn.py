"""What goes into a turn of a conversation and what comes out. Values only; the engine decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from gateway.core.fast_init import fast_init
from gateway.core.flow.events import Event, Json
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.passages import Passage
from gateway.core.flow.state import State
from gateway.core.movement.places import Places


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a flow.

    `answers` are walked at once, as if they had been typed one after the other (a deep-dial
    string); only the last screen is shown. What a question does not understand it asks again. By
    SMS the answers after it are kept for the questions after it; of a dialled string they are not.
    `language` is saved as ``participant.language`` and used from the first word on. `message` is
    the whole text that began the flow, for one whose first step waits for it; `trigger` is what
    ``@trigger`` tells of the start; `parent` sums up the run that began this one for somebody, as
    ``@parent`` shows it.
    """

    flow: str
    answers: tuple[str, ...] = ()
    language: str | None = None
    message: str | None = None
    trigger: Mapping[str, Json] | None = None
    parent: Mapping[str, Json] | None = None


@fast_init
@dataclass(frozen=True, slots=True)
class Reply:
    """What the person typed, as it came."""

    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """Show the question that waits again, for a person who dials again. Counts no attempt."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Run a flow, such as help, in the middle of a question, and then put the question again.

    A question of that very flow is put again at once. `language` is saved as that of `Start` is.
    """

    flow: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Responded:
    """What came of asking a server. `status` 0: there was no answer, and `body` says why."""

    ticket: int
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nothing came within the time that the wait allows."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The innermost flow waited too long: it is over, and the one that called it goes on."""


Given: TypeAlias = Start | Reply | Resume | Aside | Responded | TimedOut | Expired


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action: a category that flows can branch on, and values for their texts.

    `values` has whole paths as keys, such as ``{"report.code": "K7QM"}``.
    """

    category: str
    values: Mapping[str, Json] = field(default_factory=dict)


# (action, its arguments, the values of the conversation so far) -> what became of it
Perform: TypeAlias = Callable[[str, Mapping[str, Json], Mapping[str, Json]], Outcome]


@fast_init
@dataclass(frozen=True, slots=True)
class Context:
    """The world as the conversation may know it during one turn.

    `roots` holds what texts can name: ``{"participant": {"name": …}, "movement": {…}, …}``, plain
    JSON with lower-case keys (`gateway.core.flow.names` lists them); a value within may be a
    `saved.Later`. `now` is aware, in the
    movement's time zone. `language` is the person's, until the conversation saves another one.
    `environment` is where expressions run; None for one of the other values. `contact` is the
    person as imported flows see one, see `contact.Contact`. `trace` is told of every step that is
    reached and every way that is taken: (flow, node, category or "").
    """

    language: str
    channel: Literal["sms", "ussd"]
    now: datetime
    country: str
    places: Places
    roots: Mapping[str, Json]
    perform: Perform
    environment: Environment | None = None
    contact: Mapping[str, Json] | None = None
    trace: Callable[[str, str, str], None] | None = None


@fast_init
@dataclass(frozen=True, slots=True)
class Step:
    """A turn's result. `state` is None when the conversation is over.

    `language` is the one in force at the end of the turn, for whatever the caller adds. `passages`
    are what became of questions on the way.
    """

    state: State | None
    events: tuple[Event, ...]
    language: str
    passages: tuple[Passage, ...] = field(default=(), compare=False)
