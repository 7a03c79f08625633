"""Names that are read before any step on the way there has given them a value."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

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
        for template in templates(node):
            for path in template.paths:
                if not path.full.startswith(_OF_THE_CONVERSATION):
                    continue
                after = walk.after(path.full)
                if after is None or (flow.name, node.name) in after:
                    continue
                place = subject.at(flow, node, template)
                key = (place.path, place.line, path.full)
                if key not in told:
                    told.add(key)
                    what = f"nothing gives @{path.full} before step {node.name}"
                    yield UNKNOWN.at(place, what)


class _Walk:
    """Where people come to after a step, in flows that call each other."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._flows = {flow.name: flow for flow in flows}
        self.nodes = [(flow, node) for flow in flows for node in come_to(flow)]
        self._saving: dict[str, list[tuple[Flow, Node]]] = {}
        for flow, node in self.nodes:
            for one in saved_by(node):
                self._saving.setdefault(one.path, []).append((flow, node))
        self._known: dict[str, AbstractSet[_Spot] | None] = {}

    def after(self, name: str) -> AbstractSet[_Spot] | None:
        """Return the steps at which a name may have its value, None where nothing saves it."""
        if name not in self._known:
            savers = [one for path, several in self._saving.items() if _held(name, path)
                      for one in several]  # fmt: skip
            self._known[name] = self._from(savers) if savers else None
        return self._known[name]

    def _from(self, savers: Iterable[tuple[Flow, Node]]) -> AbstractSet[_Spot]:
        """Return the steps after these, and those of them that save before they read."""
        found: set[_Spot] = set()
        ahead: list[_Spot] = []
        for flow, node in savers:
            if node.call is not None or node.actions:
                ahead.append((flow.name, node.name))
            ahead += self._next(flow, node)
        while ahead:
            spot = ahead.pop()
            if spot not in found:
                found.add(spot)
                flow = self._flows[spot[0]]
                ahead += self._next(flow, flow.nodes[spot[1]])
        return found

    def _next(self, flow: Flow, node: Node) -> Iterator[_Spot]:
        called = None if node.call is None else self._flows.get(node.call.flow)
        if called is not None and called.first is not None:
            yield called.name, called.first
        for way in ways(node):
            if way.to is not None:
                yield flow.name, way.to
            else:
                yield from (
                    (caller.name, calling.name)
                    for caller, calling in self.nodes
                    if calling.call is not None and calling.call.flow == flow.name
                )


def _held(name: str, path: str) -> bool:
    """Whether one of two names is the other, or holds it."""
    return f"{name}.".startswith(f"{path}.") or f"{path}.".startswith(f"{name}.")


CHECKS: Final = (too_early,)
