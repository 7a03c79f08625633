"""Where boxes and arrows of a picture stand: layers from top to bottom, few crossings, no overlap.

Labels of arrows are things in a layer of their own, so that nothing ever covers them.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Size: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float]

_APART: Final = 28.0
_BETWEEN: Final = 26.0
_LINE: Final = 6.0
_SWEEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from one thing to another, and the size of its label; (0, 0) for none."""

    begin: str
    end: str
    label: Size = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Layout:
    """Centres of things; of each link the points that it passes and the centre of its label."""

    centres: Mapping[str, Point]
    routes: tuple[tuple[Point, ...], ...]
    labels: tuple[Point, ...]
    width: float
    height: float


def lay_out(sizes: Mapping[str, Size], links: Sequence[Link]) -> Layout:
    """Return where things stand. The first thing is at the top; links name things of `sizes`."""
    plan = _Plan(sizes, links)
    plan.rank()
    plan.chain()
    plan.order()
    plan.place()
    return plan.layout()


class _Plan:
    """The work of laying out, step by step."""

    def __init__(self, sizes: Mapping[str, Size], links: Sequence[Link]) -> None:
        self.sizes = dict(sizes)
        self.links = links
        self.turned = _backward(tuple(sizes), links)
        self.ranks: dict[str, int] = {}
        self.chains: list[list[str]] = []
        self.above: dict[str, list[str]] = {name: [] for name in sizes}
        self.below: dict[str, list[str]] = {name: [] for name in sizes}
        self.layers: list[list[str]] = []
        self.x: dict[str, float] = {}

    def downward(self, index: int) -> tuple[str, str]:
        """Return the upper and the lower end of a link."""
        link = self.links[index]
        return (link.end, link.begin) if index in self.turned else (link.begin, link.end)

    def rank(self) -> None:
        """Give each thing its layer: two below the lowest that leads to it."""
        out: dict[str, list[str]] = {name: [] for name in self.sizes}
        waiting = dict.fromkeys(self.sizes, 0)
        for index, link in enumerate(self.links):
            if link.begin != link.end:
                upper, lower = self.downward(index)
                out[upper].append(lower)
                waiting[lower] += 1
        self.ranks = dict.fromkeys(self.sizes, 0)
        ready = [name for name, count in waiting.items() if not count]
        for name in ready:
            for lower in out[name]:
                self.ranks[lower] = max(self.ranks[lower], self.ranks[name] + 2)
                waiting[lower] -= 1
                if not waiting[lower]:
                    ready.append(lower)

    def chain(self) -> None:
        """Put a thing for the line into each layer that a link passes; one holds the label."""
        for index, link in enumerate(self.links):
            if link.begin == link.end:
                self.chains.append([])
                continue
            upper, lower = self.downward(index)
            names = [upper]
            first, last = self.ranks[upper] + 1, self.ranks[lower] - 1
            labelled = last if index in self.turned else first
            for rank in range(first, last + 1):
                name = f"{index}/{rank}"
                self.sizes[name] = link.label if rank == labelled else (_LINE, 0.0)
                self.ranks[name] = rank
                self.above[name], self.below[name] = [], []
                names.append(name)
            names.append(lower)
            for one, other in itertools.pairwise(names):
                self.below[one].append(other)
                self.above[other].append(one)
            self.chains.append(names)

    def order(self) -> None:
        """Order each layer by what its things hang on, up and down, and keep the best."""
        self.layers = [[] for _ in range(max(self.ranks.values(), default=0) + 1)]
        seen: set[str] = set()
        for root in self.ranks:
            ahead = [root]
            while ahead:
                name = ahead.pop()
                if name not in seen:
                    seen.add(name)
                    self.layers[self.ranks[name]].append(name)
                    ahead += reversed(self.below[name])
        best, fewest = [list(layer) for layer in self.layers], self.crossings()
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            beside = self.above if down else self.below
            for index in range(len(self.layers)) if down else reversed(range(len(self.layers))):
                self.sort(index, index - 1 if down else index + 1, beside)
            count = self.crossings()
            if count < fewest:
                best, fewest = [list(layer) for layer in self.layers], count
        self.layers = best

    def sort(self, index: int, other: int, beside: Mapping[str, Sequence[str]]) -> None:
        """Order a layer by the middle of each thing's neighbours in another layer."""
        if not 0 <= other < len(self.layers):
            return
        at = {name: place for place, name in enumerate(self.layers[other])}
        wanted: dict[str, float] = {}
        for place, name in enumerate(self.layers[index]):
            places = [at[one] for one in beside[name]]
            wanted[name] = sum(places) / len(places) if places else float(place)
        self.layers[index].sort(key=lambda name: wanted[name])

    def crossings(self) -> int:
        """Count the pairs of lines that cross between neighbouring layers."""
        count = 0
        for upper, lower in zip(self.layers, self.layers[1:], strict=False):
            at = {name: place for place, name in enumerate(lower)}
            ends = [
                place for name in upper for place in sorted(at[one] for one in self.below[name])
            ]
            tree = [0] * (len(lower) + 1)
            for number, end in enumerate(ends):
                position, before = end + 1, 0
                while position:
                    before += tree[position]
                    position &= position - 1
                count += number - before
                position = end + 1
                while position <= len(lower):
                    tree[position] += 1
                    position += position & -position
        return count

    def place(self) -> None:
        """Move things as near to their neighbours as their order and sizes allow."""
        for layer in self.layers:
            self.settle(layer, [0.0] * len(layer))
        for sweep in range(_SWEEPS * 2):
            down = sweep % 2 == 0
            for layer in self.layers if down else reversed(self.layers):
                wanted = []
                for name in layer:
                    near = (self.above if down else self.below)[name] or [name]
                    wanted.append(sum(self.x[one] for one in near) / len(near))
                self.settle(layer, wanted)

    def settle(self, layer: Sequence[str], wanted: Sequence[float]) -> None:
        """Place a layer where the squares of the ways from where things want to be are least."""
        offsets, offset = [0.0], 0.0
        for one, other in itertools.pairwise(layer):
            offset += (self.sizes[one][0] + self.sizes[other][0]) / 2 + _APART
            offsets.append(offset)
        groups: list[tuple[float, int]] = []
        for want, shift in zip(wanted, offsets, strict=False):
            total, count = want - shift, 1
            while groups and groups[-1][0] / groups[-1][1] > total / count:
                before = groups.pop()
                total, count = total + before[0], count + before[1]
            groups.append((total, count))
        starts = [total / count for total, count in groups for _ in range(count)]
        for name, start, shift in zip(layer, starts, offsets, strict=False):
            self.x[name] = start + shift

    def layout(self) -> Layout:
        """Return the finished picture, moved so that it begins at 0, 0."""
        left = min((self.x[name] - self.sizes[name][0] / 2 for name in self.x), default=0.0)
        centres: dict[str, Point] = {}
        bands: list[tuple[float, float]] = []
        y = 0.0
        for layer in self.layers:
            high = max((self.sizes[name][1] for name in layer), default=0.0)
            bands.append((y, y + high))
            centres |= {name: (self.x[name] - left, y + high / 2) for name in layer}
            y += high + _BETWEEN
        routes, labels = [], []
        for index, link in enumerate(self.links):
            route, label = self.route(index, link, centres, bands)
            routes.append(route)
            labels.append(label)
        wide = [centres[name][0] + self.sizes[name][0] / 2 for name in centres]
        wide += [x + link.label[0] / 2 for (x, _), link in zip(labels, self.links, strict=True)]
        wide += [x for route in routes for x, _ in route]
        return Layout(centres, tuple(routes), tuple(labels), max(wide, default=0.0), y - _BETWEEN)

    def route(
        self,
        index: int,
        link: Link,
        centres: Mapping[str, Point],
        bands: Sequence[tuple[float, float]],
    ) -> tuple[tuple[Point, ...], Point]:
        """Return the points that a link passes, and the centre of its label."""
        chain = self.chains[index]
        if not chain:
            (x, y), (width, height) = centres[link.begin], self.sizes[link.begin]
            right, out = x + width / 2, x + width / 2 + 20
            loop = ((right, y - height / 4), (out, y - height / 4), (out, y + height / 4))
            return (*loop, (right, y + height / 4)), (out + link.label[0] / 2 + 6, y)
        points: list[Point] = [self.port(chain[0], chain[1], self.below, centres, 1)]
        for name in chain[1:-1]:
            top, bottom = bands[self.ranks[name]]
            points += [(centres[name][0], top), (centres[name][0], bottom)]
        points.append(self.port(chain[-1], chain[-2], self.above, centres, -1))
        label = centres[chain[-2] if index in self.turned else chain[1]]
        return tuple(reversed(points) if index in self.turned else points), label

    def port(
        self,
        name: str,
        other: str,
        beside: Mapping[str, Sequence[str]],
        centres: Mapping[str, Point],
        side: int,
    ) -> Point:
        """Return where on its edge a line meets a thing; several lines are spread over it."""
        order = sorted(beside[name], key=lambda one: centres[one][0])
        (x, y), (width, height) = centres[name], self.sizes[name]
        spread = min(width * 0.4, 14.0 * (len(order) - 1))
        share = order.index(other) / (len(order) - 1) - 0.5 if len(order) > 1 else 0.0
        return x + spread * share, y + side * height / 2


def _backward(names: Sequence[str], links: Sequence[Link]) -> frozenset[int]:
    """Return the links that lead back to where a walk from the first thing came from."""
    out: dict[str, list[int]] = {name: [] for name in names}
    for index, link in enumerate(links):
        out[link.begin].append(index)
    turned: set[int] = set()
    done: set[str] = set()
    for root in names:
        stack = [(root, iter(out[root]))] if root not in done else []
        under_way = {root}
        done.add(root)
        while stack:
            name, ahead = stack[-1]
            following = next(ahead, None)
            if following is None:
                under_way.discard(name)
                stack.pop()
                continue
            end = links[following].end
            if end in under_way:
                turned.add(following)
            elif end not in done:
                done.add(end)
                under_way.add(end)
                stack.append((end, iter(out[end])))
    return frozenset(turned)
