"""What a flow says, asks and offers, step by step, in every language it is written in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from gateway.core.flow.graph import Flow, HandOver, Node, Say, Schedule, SendSms, Text, Wait

Kind: TypeAlias = Literal["say", "sms", "later", "note", "ask", "menu", "option", "retry"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text of a step. `number` is that of an option, or tells texts of one kind apart.

    `before` is the question that a retry stands above; `options` are those that are shown with it.
    """

    step: str
    kind: Kind
    number: str
    text: Text
    before: Text | None = None
    options: tuple[tuple[str, Text], ...] = field(default=())

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when the words change."""
        return self.step, self.kind, self.number


def step_of(node: str) -> str:
    """Return the step of a file that a node is made of; a step may become several nodes."""
    return node.rstrip("+")


def spoken(flow: Flow) -> Iterator[Spoken]:
    """Yield every text of a flow in the order of its steps."""
    for node in flow.nodes.values():
        yield from _said(node)
        if node.router is not None and node.router.wait is not None:
            yield from _asked(step_of(node.name), node.router.wait)


def written(text: Text, language: str, own: str) -> str | None:
    """Return a text as it is written in a language, None where it has no words in it.

    `own` is the language that the flow itself is written in.
    """
    found = text.translations.get(language)
    if found is not None:
        return found.source
    return text.original.source if language == own else None


def progress(flow: Flow, languages: tuple[str, ...]) -> Mapping[str, tuple[int, int]]:
    """Return of how many texts there are words in each language, and how many texts there are."""
    texts = [one.text for one in spoken(flow)]
    return {
        language: (sum(written(one, language, flow.language) is not None for one in texts), every)
        for every in (len(texts),)
        for language in languages
    }


def _said(node: Node) -> Iterator[Spoken]:
    step = step_of(node.name)
    for number, action in enumerate(node.actions, start=1):
        if isinstance(action, Say):
            yield Spoken(step, "say", str(number), action.text)
        elif isinstance(action, SendSms):
            yield Spoken(step, "sms", str(number), action.text)
        elif isinstance(action, Schedule) and action.text is not None:
            yield Spoken(step, "later", str(number), action.text)
        elif isinstance(action, HandOver):
            yield Spoken(step, "note", str(number), action.note)


def _asked(step: str, wait: Wait) -> Iterator[Spoken]:
    menu = wait.menu
    options = () if menu is None else tuple((one.key, one.label) for one in menu.options)
    if wait.prompt is not None:
        yield Spoken(step, "ask" if menu is None else "menu", "", wait.prompt, None, options)
    for number, label in options:
        yield Spoken(step, "option", number, label)
    if wait.retry is not None:
        yield Spoken(step, "retry", "", wait.retry, wait.prompt, options)
