"""Names that are read before any step on the way there has given them a value."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Flow, Node
from gateway.core.flow.parts import templates, ways
from gateway.flowfiles.findings import Finding
from gateway.flowfiles.lint.expressions import UNKNOWN, together
from gateway.flowfiles.lint.given import come_to, saved_by
from gateway.flowfiles.lint.subject import Subject

# What begins with these is there only after a step of the conversation has saved it.
_OF_THE_CONVERSATION: Final = ("answer.", "report.")

_Spot: TypeAlias = tuple[str, str]


def too_early(subject: Subject) -> Iterator[Finding]:
    """Find names that are saved only after they are read."""
    if subject.broken:
        return  # what the broken steps save is not known
    ours = {name: flow for name, flow in subject.release.flows.items() if not flow.runs}
    for flows in together(ours):
        yield from _in_flows(subject, flows)


def _in_flows(subject: Subject, flows: Sequence[Flow]) -> Iterator[Finding]:
    walk = _Walk(flows)
    told: set[tuple[str, int, str]] = set()
    for flow, node in walk.nodes:
        for template, name in walk.early(flow, node):
            place = subject.at(flow, node, template)
            key = (place.path, place.line, name)
            if key not in told:
                told.add(key)
                yield UNKNOWN.at(place, f"nothing gives @{name} before step {node.name} reads it")


@dataclass(frozen=True, slots=True)
class _After:
    """The steps that come after one that saves a name: from their beginning, or from their call."""

    whole: AbstractSet[_Spot]
    called: AbstractSet[_Spot]


class _Walk:
    """Where people come to after a step, in flows that call each other."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._flows = {flow.name: flow for flow in flows}
        self.nodes = [(flow, node) for flow in flows for node in come_to(flow)]
        self._saving: dict[str, list[tuple[Flow, Node]]] = {}
        for flow, node in self.nodes:
            for one in saved_by(node):
                self._saving.setdefault(one.path, []).append((flow, node))
        self._known: dict[str, _After | None] = {}

    def early(self, flow: Flow, node: Node) -> Iterator[tuple[Template, str]]:
        """Yield what a step reads before anything can have saved it, with the name."""
        spot = flow.name, node.name
        saved: set[str] = set()
        for part in _parts(node):
            after_call = not part.actions
            if part.router is None:
                saved |= {one.path for one in saved_by(part)}
            for template in templates(part):
                for name in (path.full for path in template.paths):
                    after = self._after(name) if name.startswith(_OF_THE_CONVERSATION) else None
                    if (
                        after is not None
                        and spot not in after.whole
                        and not (after_call and spot in after.called)
                        and not any(_held(name, path) for path in saved)
                    ):
                        yield template, name

    def _after(self, name: str) -> _After | None:
        """Return the steps at which a name may have its value, None where nothing saves it."""
        if name not in self._known:
            savers = [one for path, several in self._saving.items() if _held(name, path)
                      for one in several]  # fmt: skip
            self._known[name] = self._from(savers) if savers else None
        return self._known[name]

    def _from(self, savers: Iterable[tuple[Flow, Node]]) -> _After:
        """Return the steps after these."""
        whole: set[_Spot] = set()
        called: set[_Spot] = set()
        ahead = [way for flow, node in savers for way in self._next(flow, node)]
        while ahead:
            spot, back = ahead.pop()
            found = called if back else whole
            if spot not in found:
                found.add(spot)
                flow = self._flows[spot[0]]
                ahead += self._next(flow, flow.nodes[spot[1]], back=back)
        return _After(whole, called)

    def _next(self, flow: Flow, node: Node, *, back: bool = False) -> Iterator[tuple[_Spot, bool]]:
        """Yield where a step leads, with True where it is a step that comes back from its call."""
        called = None if back or node.call is None else self._flows.get(node.call.flow)
        if called is not None and called.first is not None:
            yield (called.name, called.first), False
        for way in ways(node):
            if way.to is not None:
                yield (flow.name, way.to), False
            else:
                yield from (
                    ((caller.name, calling.name), True)
                    for caller, calling in self.nodes
                    if calling.call is not None and calling.call.flow == flow.name
                )


def _parts(node: Node) -> Iterator[Node]:
    """Yield what a step does, one thing after the other, each as a step of its own."""
    for action in node.actions:
        yield replace(node, actions=(action,), call=None, router=None)
    if node.call is not None:
        yield replace(node, actions=(), router=None)
    yield replace(node, actions=(), call=None)


def _held(name: str, path: str) -> bool:
    """Whether one of two names is the other, or holds it."""
    return f"{name}.".startswith(f"{path}.") or f"{path}.".startswith(f"{name}.")


CHECKS: Final = (too_early,)
