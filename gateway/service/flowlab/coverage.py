"""Which steps and which ways out of them were walked, and which never. Walks none."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.core.flow.graph import Flow
from gateway.core.flow.parts import reached, ways
from gateway.core.flow.release import Release


@dataclass(frozen=True, slots=True)
class Covered:
    """How far one flow was walked. What is missing is by step, or by step and way."""

    flow: str
    path: str
    steps: int
    branches: int
    missing_steps: tuple[tuple[str, int], ...]
    missing_branches: tuple[tuple[str, str, int], ...]

    @property
    def percent(self) -> int:
        """How much of both was walked, rounded down."""
        missed = len(self.missing_steps) + len(self.missing_branches)
        every = self.steps + self.branches
        return 100 if not every else 100 * (every - missed) // every


class Trace:
    """Remembers what it is told of; give it to a laboratory."""

    def __init__(self) -> None:
        self.walked: set[tuple[str, str, str]] = set()

    def __call__(self, flow: str, node: str, category: str) -> None:
        """Note a step that is reached, or a way that is taken."""
        self.walked.add((flow, node, category))

    def covered(self, release: Release) -> Iterator[Covered]:
        """Yield how far each flow of a release was walked."""
        for flow in release.flows.values():
            yield self._covered(flow)

    def _covered(self, flow: Flow) -> Covered:
        names = reached(flow)
        nodes = [node for node in flow.nodes.values() if node.name in names]
        branches = {
            (node.name, way.name): node.line for node in nodes for way in ways(node) if way.name
        }
        return Covered(
            flow=flow.name,
            path=flow.path,
            steps=len(nodes),
            branches=len(branches),
            missing_steps=tuple(
                (node.name, node.line)
                for node in nodes
                if (flow.name, node.name, "") not in self.walked
            ),
            missing_branches=tuple(
                (node, way, line)
                for (node, way), line in branches.items()
                if (flow.name, node, way) not in self.walked
            ),
        )


def percent(several: list[Covered]) -> int:
    """Return how much of all steps and branches was walked, rounded down."""
    every = sum(one.steps + one.branches for one in several)
    missed = sum(len(one.missing_steps) + len(one.missing_branches) for one in several)
    return 100 if not every else 100 * (every - missed) // every
