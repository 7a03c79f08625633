"""What nodes are made of and where they lead, for whoever looks at flows without walking them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Category, Flow, Menu, Node, Option, Router, Text, Wait

# How a way is taken that no category of a router names.
ON: Final = "on"

# What may become of a question besides an answer.
GAVE_UP: Final = "gave up"
TIMED_OUT: Final = "timed out"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a node may be left to. `to` None leaves its flow.

    `name` is that of the category, empty where none is taken. `option` is the line of a menu that
    leads there. `kind` is ``on``, ``case``, ``default``, ``option``, ``chosen``, ``chance``,
    ``gave up`` or ``timed out``.
    """

    name: str
    to: str | None
    kind: str
    option: Option | None = None


def waits(node: Node) -> bool:
    """Whether a node waits for a reply or for time."""
    return node.router is not None and node.router.wait is not None


def ways(node: Node) -> Iterator[Way]:
    """Yield the ways out of a node, in the order in which they are tried."""
    router = node.router
    if router is None:
        yield Way("", node.to, ON)
        return
    if router.wait is not None and router.wait.menu is not None:
        yield from _chosen(router.wait.menu)
    for category in router.chance:
        yield _way(category, "chance")
    for case in router.cases:
        yield _way(case.category, "case")
    if router.default is not None and not (router.wait is not None and router.wait.pause):
        yield _way(router.default, "default")
    if router.wait is not None:
        yield from _unanswered(router, router.wait)
    elif router.default is None and not router.chance:
        yield Way("", None, ON)


def _chosen(menu: Menu) -> Iterator[Way]:
    if menu.rows is not None:
        yield _way(menu.rows.category, "chosen")
    for option in menu.options:
        yield Way(option.category.name, option.category.to, "option", option)


def _unanswered(router: Router, wait: Wait) -> Iterator[Way]:
    """Yield where a question leads that is not answered, or not in time."""
    asks = wait.menu is not None or bool(router.cases)
    if wait.give_up is not None:
        yield _way(wait.give_up, GAVE_UP)
    elif asks and not wait.pause and router.default is None:
        yield Way("", None, GAVE_UP)
    if wait.timeout is not None:
        yield _way(wait.timeout.category, TIMED_OUT)


def _way(category: Category, kind: str) -> Way:
    return Way(category.name, category.to, kind)


def reached(flow: Flow, begin: str | None = None) -> frozenset[str]:
    """Return the nodes that can be come to from one of them, or from the first, with itself."""
    found: set[str] = set()
    ahead = [one for one in (begin or flow.first,) if one is not None]
    while ahead:
        name = ahead.pop()
        if name not in found and name in flow.nodes:
            found.add(name)
            ahead += [way.to for way in ways(flow.nodes[name]) if way.to is not None]
    return frozenset(found)


def templates(node: Node) -> Iterator[Template]:
    """Yield every template of a node: values, texts, and the translations of texts."""
    for what in _within((node.actions, node.call, node.router)):
        if isinstance(what, Text):
            yield what.original
            yield from dict.fromkeys(what.translations.values())
        else:
            yield what


def texts(node: Node) -> Iterator[Text]:
    """Yield every text of a node."""
    for what in _within((node.actions, node.call, node.router)):
        if isinstance(what, Text):
            yield what


def _within(thing: object) -> Iterator[Template | Text]:
    """Yield the templates and texts in a part of the graph, but for the names of categories."""
    if isinstance(thing, Template | Text):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _within(one)
    elif is_dataclass(thing) and not isinstance(thing, type | Category):
        for field in fields(thing):
            yield from _within(getattr(thing, field.name))
