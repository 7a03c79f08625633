"""Votes that are cast by a menu which takes small slips, wherever either of them is."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Assign, Do, Flow, Node
from gateway.core.flow.parts import waits, ways
from gateway.core.flow.scene import result_key
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.lint.expressions import together
from gateway.flowfiles.lint.leading import asks
from gateway.flowfiles.lint.menus import menu_of
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject

GUESSED: Final = Rule(
    "vote-guessed",
    ERROR,
    "A vote that is cast by a menu which takes small slips",
    "A slip of the finger would be counted as a vote",
    "Add exact: true, or confirm: true, to the menu",
    "which: {menu: Which?, options: {1: Aye, 2: Nay}, save: answer.x}\n"
    'cast: {do: cast_vote, with: {motion: 1, option: "@answer.x.code"}}',
)
RULES: Final = (GUESSED,)

_CHILD: Final = "child."


def guessed(subject: Subject) -> Iterator[Finding]:
    """Find menus that take slips and decide a vote: by what they save, or just before it."""
    for flows in together(subject.flows):
        casting = [(flow, node) for flow in flows for node in flow.nodes.values() if _casts(node)]
        if not casting:
            continue
        wanted = _voted_with(flows)
        for flow in flows:
            for node in flow.nodes.values():
                menu = menu_of(node)
                if menu is None or menu.exact or menu.confirm:
                    continue
                if wanted & _kept(node) or _just_before(subject, flow, node):
                    what = f"the menu of step {node.name} takes slips for votes"
                    yield GUESSED.at(subject.at(flow, node), what)


def _casts(node: Node) -> Sequence[Do]:
    return [one for one in node.actions if isinstance(one, Do) and one.action == "cast_vote"]


def _kept(node: Node) -> AbstractSet[str]:
    """Return the paths under which the answer of a question is found."""
    router = node.router
    if router is None:
        return frozenset()
    result = None if router.result is None else f"results.{result_key(router.result)}"
    return frozenset(path for path in (router.save, result) if path is not None)


def _voted_with(flows: Sequence[Flow]) -> AbstractSet[str]:
    """Return the paths whose values votes are made of, through all that hands them on."""
    found: set[str] = set()
    nodes = [node for flow in flows for node in flow.nodes.values()]
    for node in nodes:
        for action in _casts(node):
            found |= {path for _, value in action.arguments for path in _paths(value)}
    before = -1
    while len(found) > before:
        before = len(found)
        for node in nodes:
            for path, value in _handed_on(node):
                if path in found:
                    found |= set(_paths(value))
    return found


def _handed_on(node: Node) -> Iterator[tuple[str, Template | Json]]:
    """Yield what a step saves out of other values, by path."""
    for action in node.actions:
        if isinstance(action, Assign):
            yield action.path, action.value
    if node.call is not None:
        yield from ((f"argument.{name}", value) for name, value in node.call.arguments)
        yield from node.call.results


def _paths(value: object) -> Iterator[str]:
    """Yield the names in a value, with all that hold them."""
    if isinstance(value, tuple):
        for one in value:
            yield from _paths(one)
    elif isinstance(value, Template):
        for path in value.paths:
            for name in (path.full, *(prefix for prefix, _ in path.prefixes)):
                yield name.removeprefix(_CHILD)


def _just_before(subject: Subject, flow: Flow, menu: Node) -> bool:
    """Whether after an option of a menu a vote is cast before anything else is asked."""
    flows: Mapping[str, Flow] = subject.flows
    ahead = [(flow, way.to) for way in ways(menu) if way.kind in {"option", "chosen"}]
    seen: set[tuple[str, str | None]] = set()
    while ahead:
        here, name = ahead.pop()
        if (here.name, name) in seen:
            continue
        seen.add((here.name, name))
        if name is None:
            ahead += [
                (caller, way.to)
                for caller in flows.values()
                for node in caller.nodes.values()
                if node.call is not None and node.call.flow == here.name and not waits(node)
                for way in ways(node)
            ]
            continue
        node = here.nodes[name]
        if _casts(node):
            return True
        called = None if node.call is None else flows.get(node.call.flow)
        if called is not None and called.first is not None:
            ahead.append((called, called.first))
        if not waits(node) and (called is None or not asks(subject, called.name, set())):
            ahead += [(here, way.to) for way in ways(node)]
    return False


CHECKS: Final = (guessed,)
