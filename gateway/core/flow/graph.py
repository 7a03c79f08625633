"""The graph that every flow becomes, whatever it was written in. Data only; the engine walks it.

A node acts, may call another flow, and is left through its router or straight on. A router decides
by a person's reply (it has a `Wait`) or by a value at hand; the first case that holds names the
category, and the category says where to go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.core.flow.answers import Test
from gateway.core.flow.events import Json
from gateway.core.flow.template import Find, Path, Template


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language it has been translated to; `original` serves the others."""

    original: Template
    translations: Mapping[str, Template]

    def render(self, language: str, find: Find) -> str:
        """Return the text in a language, with its values filled in."""
        return self.translations.get(language, self.original).render(find)


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text."""

    text: Text


@dataclass(frozen=True, slots=True)
class SendSms:
    """Send a text by SMS beside the screen. Does nothing in a conversation that is on SMS."""

    text: Text


@dataclass(frozen=True, slots=True)
class Assign:
    """Save a value under a path. A template of one path keeps the value's kind."""

    path: str
    value: Template | Json


@dataclass(frozen=True, slots=True)
class Do:
    """Carry out an action of the movement."""

    action: str
    arguments: tuple[tuple[str, Template | Json], ...]


Action: TypeAlias = Say | SendSms | Assign | Do


@dataclass(frozen=True, slots=True)
class Category:
    """What an answer amounts to, and the node that follows. `to` None ends the flow."""

    name: str
    to: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A test by name, bound to its function, with arguments that may be templates."""

    test: str
    check: Test
    arguments: tuple[Template | Json, ...]
    category: Category


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a value is there. `negated` asks whether it is not."""

    path: Path
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a menu. `key` is the number people press; `code` is what is saved as its code."""

    key: str
    code: Json
    label: Text
    category: Category
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A numbered choice. `source` leads to a list of ``{number, label}`` shown before `options`.

    Choices from data leave through `chosen`. `exact` menus take no small slips: votes are never
    guessed. `plain` is true where every option is written in the file and always shown.
    """

    options: tuple[Option, ...]
    by_key: Mapping[str, Option]
    source: Path | None
    chosen: Category
    exact: bool
    plain: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """A question. After `attempts` replies that were not understood it leaves through `give_up`.

    `give_up` None ends the conversation with the system's words for it. `retry` None says the
    system's words before the question is put again.
    """

    prompt: Text
    menu: Menu | None
    retry: Text | None
    attempts: int
    give_up: Category | None


@dataclass(frozen=True, slots=True)
class Router:
    """Where to go. With a `wait` the operand is the reply, else the value of the template.

    `default` None: a reply that no case holds for is asked again. `save` is the path for the value
    that a case found; it may be None.
    """

    cases: tuple[Case, ...]
    default: Category | None
    wait: Wait | None = None
    operand: Template | None = None
    save: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A step: actions in order, then a call of another flow, then the router or `to`."""

    name: str
    actions: tuple[Action, ...]
    call: str | None
    router: Router | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation as a graph.

    `first` is the node it begins with. `resume` says whether a person who dials again is offered to
    carry on here. `keeps_prompt` names the nodes whose question is kept as it was shown, because an
    action that follows wants it (consent is recorded with its exact text).
    """

    name: str
    title: str
    language: str
    first: str
    nodes: Mapping[str, Node]
    resume: bool
    keeps_prompt: frozenset[str]
