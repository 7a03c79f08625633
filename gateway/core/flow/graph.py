"""The graph that every flow becomes, whatever it was written in. Data only; the engine walks it.

A node acts, may call another flow, and is left through its router or straight on. A router decides
by a person's reply (it has a `Wait`) or by a value at hand; the first case that holds names the
category, and the category says where to go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.core.fast_init import fast_init
from gateway.core.flow.answers import Test
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.scope import Scope
from gateway.core.flow.expressions.template import Template


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language it has been translated to; `original` serves the others."""

    original: Template
    translations: Mapping[str, Template]

    def render(self, language: str, scope: Scope) -> str:
        """Return the text in a language, with its values filled in."""
        return self.translations.get(language, self.original).render(scope)


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text. `replies` are answers that may be tapped where a channel knows such a thing.

    `everywhere` says it once for each address of the person that a channel reaches.
    """

    text: Text
    attachments: tuple[Text, ...] = ()
    replies: tuple[Text, ...] = ()
    everywhere: bool = False


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


@dataclass(frozen=True, slots=True)
class SetResult:
    """Save a result of the run under a name. `category` None has the value as its category."""

    name: str
    value: Template | Text | Json
    category: Text | None = None


@dataclass(frozen=True, slots=True)
class SetLocal:
    """Save a value that lives as long as the run. `add` counts it on top of what is there."""

    name: str
    value: Template | Json
    add: bool = False


@dataclass(frozen=True, slots=True)
class Webhook:
    """Ask a server, outside the transaction; the conversation waits until it has answered.

    `save` is the path for the answer, `{status, body, json}`; None keeps it for `@webhook` alone.
    `result` is the name of the run's result that says how it went; None for no result. `seconds`
    is how long the server may take. `waits` says what a screen does meanwhile: ``screen`` shows
    that it waits, ``sms`` ends the session and goes on by SMS. Several servers may be told of one
    thing, one after the other: `more` says that others follow, and the result is then that of the
    last of them that failed, or else went well. `secrets` are (header, name of a secret of the
    settings): what it is only whoever asks the server knows.
    """

    method: str
    url: Template
    headers: tuple[tuple[str, Template], ...]
    body: Template | None
    save: str | None = None
    result: str | None = None
    seconds: int = 10
    waits: str = "screen"
    more: bool | None = None
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Send a text, or begin a flow, later. One of `text` and `flow` is given.

    `after` is in seconds, or `at` gives the time. `name` None: it cannot be taken back.
    """

    after: int | None
    at: Template | None
    text: Text | None = None
    flow: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Unschedule:
    """Take back what was scheduled for the person under a name and is not due yet."""

    name: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Ask a person of the staff to go on. `note` tells them why; the flow goes on meanwhile.

    `result` is the name of the run's result that says whether they were asked; None for no result.
    """

    note: Text
    topic: str = ""
    result: str | None = None


@dataclass(frozen=True, slots=True)
class SetContact:
    """Change the person.

    `what` is ``name``, ``language``, ``timezone``, ``status``, ``channel`` (a uuid), ``urn`` with
    its scheme as the `key`, or ``field`` with its key. An empty value takes it away.
    """

    what: str
    value: Template | Json
    key: str = ""


@dataclass(frozen=True, slots=True)
class ChangeGroups:
    """Put the person into groups or take them out, by name. `everything` takes them out of all."""

    groups: tuple[Template, ...]
    joins: bool
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the caller of something that is not the engine's.

    Labels, e-mails, broadcasts, starts of flows for others, and what an import could not carry
    (``stub``, which tells staff). The names of `arguments` are those of the kind.
    """

    kind: str
    arguments: tuple[tuple[str, Template | Text | Json | tuple[Template | Text, ...]], ...]


Action: TypeAlias = (
    Say | SendSms | Assign | Do | SetResult | SetLocal | Webhook | Schedule | Unschedule
    | HandOver | SetContact | ChangeGroups | Tell
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow and come back when it is over. `last`: what called is over already.

    `arguments` are values that the flow finds under ``@argument.name``; `results` maps paths of
    ours to what is saved there when it comes back, templates over ``@child``.
    """

    flow: str
    last: bool = False
    arguments: tuple[tuple[str, Template | Json], ...] = ()
    results: tuple[tuple[str, Template | Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """What an answer amounts to, and the node that follows. `to` None ends the flow.

    `label` is the name in other languages, where it has any.
    """

    name: str
    to: str | None
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A test by name, bound to its function, with arguments that may be templates or texts."""

    test: str
    check: Test
    arguments: tuple[Template | Text | Json, ...]
    category: Category


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a value is there. `negated` asks whether it is not."""

    value: Template
    negated: bool = False


@fast_init
@dataclass(frozen=True, slots=True)
class Shown:
    """An option as it stands on the screen. `slip`: a reply was only close to it."""

    key: str
    label: str
    code: Json
    category: Category
    slip: bool = False

    def value(self) -> Json:
        """Return what is saved for the option. It is shown by its label."""
        return {"code": self.code, "name": self.label, "__default__": self.label}


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a menu. `key` is the number people press; `code` is what is saved as its code.

    `seen` remembers, by language, how a label looks in which nothing is filled in.
    """

    key: str
    code: Json
    label: Text
    category: Category
    condition: Condition | None = None
    seen: dict[str, Shown] = field(default_factory=dict, init=False, compare=False, repr=False)

    def shown(self, language: str, scope: Scope) -> Shown:
        """Return the option as it stands on the screen in a language."""
        seen = self.seen.get(language)
        if seen is None:
            template = self.label.translations.get(language, self.label.original)
            seen = Shown(self.key, template.render(scope), self.code, self.category)
            if template.plain is not None:
                self.seen[language] = seen
        return seen


@dataclass(frozen=True, slots=True)
class Rows:
    """Options out of a list, which `source` leads to. They leave through `category`.

    `number`, `label` and `code` are worked out for each thing in the list, which is ``@item``; its
    place from 1 is ``@index``. None: they are the thing's own, see `choices.rows_of`.
    """

    source: Template
    category: Category
    number: Template | None = None
    label: Template | None = None
    code: Template | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A numbered choice. Options out of a list, `rows`, are shown before `options`.

    `exact` menus take no small slips: votes are never guessed. Those that `confirm` ask back before
    they take one. `plain` is true where every option is written in the file and always shown.
    `listed` remembers, by language, what such a menu shows to everybody.
    """

    options: tuple[Option, ...]
    by_key: Mapping[str, Option]
    rows: Rows | None
    exact: bool
    plain: bool
    confirm: bool = False
    listed: dict[str, tuple[Shown, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Timeout:
    """What happens where nothing came for so many seconds."""

    seconds: int
    category: Category


@dataclass(frozen=True, slots=True)
class Wait:
    """A question, or a wait that asks nothing by itself (`prompt` None).

    After `attempts` replies that were not understood it leaves through `give_up`; `give_up` None
    ends the conversation with the system's words for it. `retry` None says the system's words
    before the question is put again. `pause` means that only time ends the wait: a reply is none.
    """

    prompt: Text | None
    menu: Menu | None = None
    retry: Text | None = None
    attempts: int = 3
    give_up: Category | None = None
    timeout: Timeout | None = None
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Router:
    """Where to go. With a `wait` the operand is the reply unless a template says what it is.

    `default` None: a reply that no case holds for is asked again. `save` is the path for the value
    that a case found; it may be None. `result` is the name under which value and category are a
    result of the run. `chance` are the categories of a random split, each as likely as the others.
    `strict`: a value that no case holds for is a mistake of the flow's, which ends it.
    """

    cases: tuple[Case, ...]
    default: Category | None
    wait: Wait | None = None
    operand: Template | None = None
    save: str | None = None
    result: str | None = None
    chance: tuple[Category, ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A step: actions in order, then a call of another flow, then the router or `to`.

    `line` is where its file states it, 0 where that has no lines.
    """

    name: str
    actions: tuple[Action, ...]
    call: Call | None
    router: Router | None
    to: str | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation as a graph.

    `first` is the node it begins with; None for a flow without nodes. `resume` says whether a
    person who dials again is offered to carry on here. `keeps_prompt` names the nodes whose
    question is kept as it was shown, because an action that follows wants it (consent is recorded
    with its exact text). `runs` says that it has results, ``@contact`` and its kin: the names that
    imported flows use. `by_sms_after` is the seconds after which an unfinished USSD session goes on
    by SMS, `expires` those after which a wait is over. `title` is its name for people. `counts`
    says that its texts ask how often a node was reached, `remembers` that they ask where a run has
    been, or since when it is under way.
    """

    name: str
    title: str
    language: str
    first: str | None
    nodes: Mapping[str, Node]
    resume: bool
    keeps_prompt: frozenset[str]
    runs: bool = False
    by_sms_after: int | None = None
    expires: int | None = None
    path: str = ""
    counts: bool = False
    remembers: bool = False
