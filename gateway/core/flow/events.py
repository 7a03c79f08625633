"""What a turn of a conversation brought about, in order. Facts only: nothing happens here.

The caller turns them into messages, screens and rows. Texts are complete and in the person's
language, but know no channel's limit: cutting them into screens is the caller's work.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gateway.core.fast_init import fast_init

# What JSON can hold. Values of conversations are of this kind, so that their state can be stored.
Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

_WORD: Final = re.compile(r"\w+").findall


@fast_init
@dataclass(frozen=True, slots=True)
class Said:
    """A text that asks for nothing, and the quick replies that go with it."""

    text: str
    attachments: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()

    @property
    def worded(self) -> str:
        """The text, and its quick replies on lines below unless it holds every one of them."""
        spoken = _words(self.text) if self.replies else ""
        if all(_words(reply) in spoken for reply in self.replies):
            return self.text
        return "\n".join([line for line in (self.text, *self.replies) if line])


@fast_init
@dataclass(frozen=True, slots=True)
class Prompted:
    """The conversation waits. `options` are (what to press, label), empty for an open question.

    `back` says that there is a question to go back to, and that the key for it is no answer to this
    one; `home` says the same of the first menu.
    """

    text: str
    options: tuple[tuple[str, str], ...] = ()
    back: bool = False
    home: bool = False


@fast_init
@dataclass(frozen=True, slots=True)
class Saved:
    """A value was saved under a path such as ``participant.name``; what that means is the caller's.

    A chosen option is ``{"code", "name", "__default__"}``, a place is the same with ``level``.
    """

    path: str
    value: Json


@dataclass(frozen=True, slots=True)
class ResultSaved:
    """A result of the run was saved. `flow` and `node` are where, `extra` is what a test found."""

    flow: str
    node: str
    name: str
    value: str
    category: str
    given: str
    extra: Json = None


@dataclass(frozen=True, slots=True)
class Performed:
    """An action of the movement was carried out, with this category as its outcome."""

    action: str
    category: str


@dataclass(frozen=True, slots=True)
class Texted:
    """An SMS to this phone beside the screen. Only conversations on USSD bring it about."""

    text: str


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """The person changed: `what` and `key` are those of `graph.SetContact`, `value` is the new one.

    A field's value is ``{"text": …}`` with ``number``, ``datetime``, ``state`` and so on beside it
    where the text is one; None took it away.
    """

    what: str
    value: Json
    key: str = ""


@dataclass(frozen=True, slots=True)
class GroupsChanged:
    """The person came into groups or left them, by name. `smart`: their query says so."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    smart: bool = False


@dataclass(frozen=True, slots=True)
class Requested:
    """A server is to be asked; the conversation goes on with the `Responded` of the same `ticket`.

    `ticket` is the number of the question within the conversation; `waits` and `secrets` are those
    of `graph.Webhook`.
    """

    ticket: int
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    seconds: int
    waits: str
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the conversation waits for besides a reply: `seconds` until it goes on without one."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A text, or a flow, that is due at a time in milliseconds since 1970. One of them is given."""

    due: int
    text: str = ""
    flow: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """What was scheduled under a name and is not due yet is not wanted any more."""

    name: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person of the staff is asked to go on, with words for them. `flow` and `node` are where."""

    note: str
    topic: str = ""
    flow: str = field(default="", compare=False)
    node: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What is the caller's business alone: see `graph.Tell`. The values are filled in.

    `flow` and `node` are where. `more` is what a message to others or a start of a flow for others
    takes along: ``texts`` by language, or ``parent``, the run that it comes from.
    """

    kind: str
    values: Mapping[str, Json]
    flow: str = field(default="", compare=False)
    node: str = field(default="", compare=False)
    more: Mapping[str, Json] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """Another flow began. `last`: the one that called it is over."""

    flow: str
    last: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A flow is over: ``completed``, ``expired``, ``interrupted`` or ``failed``."""

    flow: str
    status: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """A text or an expression could not be worked out; the conversation went on without it."""

    flow: str
    node: str
    reason: str


@dataclass(frozen=True, slots=True)
class WentHome:
    """The person asked for the first menu; the conversation is over. The caller begins there."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation is over. Always the last event of its turn."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The flow ran in circles and was stopped; the person is owed an apology. Last of its turn.

    `flow` and `node` are where, which `reason` says as well.
    """

    reason: str
    flow: str = field(default="", compare=False)
    node: str = field(default="", compare=False)


Event: TypeAlias = (
    Said
    | Prompted
    | Saved
    | ResultSaved
    | Performed
    | Texted
    | ContactChanged
    | GroupsChanged
    | Requested
    | Waiting
    | Scheduled
    | Unscheduled
    | HandedOver
    | Told
    | Entered
    | Left
    | Faulty
    | WentHome
    | Ended
    | Failed
)


def _words(text: str) -> str:
    """Return the words of a text in small letters, each between spaces."""
    return f" {' '.join(_WORD(text.casefold()))} "
