"""Which of the values that a conversation keeps decide where it goes. The rest fills texts."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.paths import path
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Assign, Flow, Node, Router, SetLocal, SetResult, Text
from gateway.core.flow.parts import reached, ways
from gateway.core.flow.release import Release
from gateway.core.flow.saved import look_up
from gateway.core.flow.state import ARGUMENTS, CHILD, EXTRA, LOCALS, PARENT, RESULTS, VISITS, State

_INPUT: Final = "input"
_NUMBER: Final = re.compile(r"\d{1,9}")
_QUOTED: Final = re.compile(r'"([^"\\]+)"')
_OWN: Final[Mapping[str, str]] = {
    LOCALS: "locals",
    ARGUMENTS: "argument",
    CHILD: "child",
    PARENT: "parent",
    EXTRA: "legacy_extra",
    VISITS: "node",
}


class Deciding:
    """The names that conditions read, and the numbers and words that they compare them with.

    `splits` are the numbers of ways that random splits have.
    """

    def __init__(self, release: Release, flow: str) -> None:
        """Read a flow and those that it calls."""
        self._release = release
        templates: list[Template] = []
        words: set[str] = set()
        splits: set[int] = set()
        for one in flows_of(release, flow).values():
            for node in _nodes(one):
                templates += _templates(node)
                router = node.router
                if router is not None:
                    words |= _words(router)
                    splits |= {len(router.chance)} - {0}
        numbers = {int(found) for one in templates for found in _NUMBER.findall(one.source)}
        words |= {found for one in templates for found in _QUOTED.findall(one.source)}
        numbers |= {int(word) for word in words if _NUMBER.fullmatch(word)}
        self.names = _named(templates)
        self.numbers = tuple(sorted(numbers))
        self.words = tuple(sorted(words))
        self.splits = frozenset(splits)
        self._after: dict[tuple[tuple[str, str], ...], frozenset[str]] = {}

    def reads(self, name: str) -> bool:
        """Whether any condition reads a value by its name, a part of it, or what it is part of."""
        return _reads(self.names, name)

    def part_of(self, state: State, roots: Mapping[str, Json]) -> bytes:
        """Return what decides how a conversation goes on from a state, but for where it stands.

        That is what conditions read which are still ahead: of what was saved, and of the world.
        """
        ahead = self._ahead(tuple([(frame.flow, frame.node) for frame in state.frames]))
        values = {name: value for name, value in state.values.items() if _reads(ahead, name)}
        own = [dict(_own(ahead, frame.own)) for frame in state.frames if frame.own]
        world = {name: look_up(path(name), {}, roots) for name in ahead}
        return orjson.dumps([values, own, world], option=orjson.OPT_SORT_KEYS)

    def of_contact(self, contact: Mapping[str, Json]) -> bytes:
        """Return what decides of a person as imported flows see one."""
        named = {part for name in self.names for part in name.split(".")}
        fields = contact.get("fields")
        kept = fields.items() if isinstance(fields, dict) else ()
        decide = {key: value for key, value in kept if key in named}
        return orjson.dumps([decide, contact.get("groups")], option=orjson.OPT_SORT_KEYS)

    def _ahead(self, frames: tuple[tuple[str, str], ...]) -> frozenset[str]:
        """Return the names that conditions read which can be come to from where flows stand."""
        known = self._after.get(frames)
        if known is None:
            known = frozenset().union(
                *(
                    self._from(flow, node, calling=depth < len(frames))
                    for depth, (flow, node) in enumerate(frames, start=1)
                )
            )
            self._after[frames] = known
        return known

    def _from(self, flow: str, name: str, *, calling: bool) -> frozenset[str]:
        """Return the names read from a node on; of one that has called another, behind the call."""
        one = self._release.flows[flow]
        here = one.nodes[name]
        nodes = {name} if calling else set(reached(one, name))
        behind = [way.to for way in ways(here) if way.to is not None] if calling else []
        nodes |= {other for to in behind for other in reached(one, to)}
        templates = [template for at in nodes for template in _templates(one.nodes[at])]
        calls = {at: one.nodes[at].call for at in nodes if not (calling and at == name)}
        called = [call.flow for call in calls.values() if call is not None]
        if calling and here.call is not None and any(name in reached(one, to) for to in behind):
            called.append(here.call.flow)
        for other in {within for each in called for within in flows_of(self._release, each)}:
            inner = self._release.flows[other]
            templates += [template for node in _nodes(inner) for template in _templates(node)]
        return _named(templates)


def _named(templates: list[Template]) -> frozenset[str]:
    return frozenset(name.full for one in templates for name in one.paths)


def _reads(names: frozenset[str], name: str) -> bool:
    return any(
        one == name or one.startswith(f"{name}.") or name.startswith(f"{one}.") for one in names
    )


def _own(names: frozenset[str], own: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield what decides of what a run knows by itself."""
    results = own.get(RESULTS)
    for key, result in results.items() if isinstance(results, dict) else ():
        if _reads(names, f"results.{key}") and isinstance(result, dict):
            yield f"results.{key}", [result.get("category"), result.get("value")]
    for part, name in _OWN.items():
        if part in own and _reads(names, name):
            yield name, own[part]


def flows_of(release: Release, flow: str) -> dict[str, Flow]:
    """Return a flow and all that it calls, and those call."""
    found: dict[str, Flow] = {}
    ahead = [flow]
    while ahead:
        name = ahead.pop()
        one = release.flows.get(name)
        if one is not None and name not in found:
            found[name] = one
            ahead += [node.call.flow for node in _nodes(one) if node.call is not None]
    return found


def _nodes(flow: Flow) -> Iterator[Node]:
    names = reached(flow)
    return (node for node in flow.nodes.values() if node.name in names)


def _templates(node: Node) -> Iterator[Template]:
    """Yield the templates of a node that say where it leads, or make values that may."""
    for action in node.actions:
        if isinstance(action, Assign | SetResult | SetLocal) and isinstance(action.value, Template):
            yield action.value
    for _, value in (*node.call.arguments, *node.call.results) if node.call is not None else ():
        if isinstance(value, Template):
            yield value
    router = node.router
    if router is None:
        return
    operand = router.operand
    if operand is not None and (router.wait is None or not _asks_only_the_reply(operand)):
        yield operand
    for case in router.cases:
        yield from (one for one in case.arguments if isinstance(one, Template))
    menu = None if router.wait is None else router.wait.menu
    if menu is not None:
        yield from (one.condition.value for one in menu.options if one.condition is not None)
        if menu.rows is not None:
            yield menu.rows.source


def _asks_only_the_reply(operand: Template) -> bool:
    return all(name.parts[0] == _INPUT for name in operand.paths)


def _words(router: Router) -> set[str]:
    """Return the words that the cases of a router name."""
    given = [one for case in router.cases for one in case.arguments]
    plain = [one.original.source if isinstance(one, Text) else one for one in given]
    return {str(one) for one in plain if isinstance(one, str | int) and str(one).strip()}
