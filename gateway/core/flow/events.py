"""What a turn of a conversation brought about, in order. Facts only: nothing happens here.

The caller turns them into messages, screens and rows. Texts are complete and in the person's
language, but know no channel's limit: cutting them into screens is the caller's work.
"""

from dataclasses import dataclass
from typing import TypeAlias

# What JSON can hold. Values of conversations are of this kind, so that their state can be stored.
Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class Said:
    """A text that asks for nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Prompted:
    """The conversation waits. `options` are (what to press, label), empty for an open question."""

    text: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """A value was saved under a path such as ``participant.name``; what that means is the caller's.

    A chosen option is ``{"code", "name", "__default__"}``, a place is the same with ``level``.
    """

    path: str
    value: Json


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
class Ended:
    """The conversation is over. Always the last event of its turn."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The flow ran in circles and was stopped; the person is owed an apology. Last of its turn."""

    reason: str


Event: TypeAlias = Said | Prompted | Saved | Performed | Texted | Ended | Failed
