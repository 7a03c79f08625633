"""What a picture of a flow shows: a box for each step, an arrow for each way. Knows no format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gateway.core.flow.graph import Do, Flow, Node, Say, SendSms, Text, Webhook
from gateway.core.flow.parts import GAVE_UP, TIMED_OUT, Way, reached, ways

Shape: TypeAlias = Literal[
    "start", "say", "question", "menu", "condition", "webhook", "call", "act", "wait", "end"
]

_LINE: Final = 26
_MOST_LINES: Final = 3
_LABEL: Final = 22
_MOST_LABELS: Final = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A step. `lines` are its words; `calls` is the flow whose picture it leads to."""

    id: str
    shape: Shape
    name: str
    lines: tuple[str, ...] = ()
    calls: str | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way between boxes, by their ids. `aside`: nobody answered it, or nobody in time."""

    begin: str
    end: str
    labels: tuple[str, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """A flow as it is drawn. The first box is where it begins."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def diagram(flow: Flow) -> Diagram:
    """Return what a picture of a flow shows. Steps that nothing leads to are shown too."""
    found = reached(flow)
    names = sorted(flow.nodes, key=lambda name: name not in found)
    ids = {name: f"n{number}" for number, name in enumerate(names, start=1)}
    boxes = [Box("n0", "start", flow.title or flow.name)]
    arrows = [Arrow("n0", ids[flow.first])] if flow.first in ids else []
    for name in names:
        node = flow.nodes[name]
        boxes.append(_box(ids[name], node, flow.language))
        for arrow in _arrows(node, ids):
            arrows.append(arrow)
            if arrow.end.startswith("e") and arrow.end not in {box.id for box in boxes[-2:]}:
                boxes.append(Box(arrow.end, "end", "end"))
    return Diagram(flow.name, flow.title or flow.name, tuple(boxes), tuple(arrows))


def wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """Return the first words of a text as lines; a word longer than a line is cut."""
    lines: list[str] = []
    for word in text.split():
        short = word if len(word) <= width else word[: width - 1] + "…"
        if lines and len(lines[-1]) + 1 + len(short) <= width:
            lines[-1] += f" {short}"
        elif len(lines) == most:
            lines[-1] = lines[-1][: width - 1].rstrip() + "…"
            break
        else:
            lines.append(short)
    return tuple(lines)


def _box(ident: str, node: Node, language: str) -> Box:
    words = " ".join(_words(node, language))
    calls = node.call.flow if node.call is not None else None
    return Box(ident, _shape(node), node.name, wrapped(words, _LINE, _MOST_LINES), calls)


def _shape(node: Node) -> Shape:
    router = node.router
    if router is not None and router.wait is not None:
        if router.wait.menu is not None:
            return "menu"
        return "wait" if router.wait.pause else "question"
    if node.call is not None:
        return "call"
    if any(isinstance(action, Webhook) for action in node.actions):
        return "webhook"
    if any(isinstance(action, Say | SendSms) for action in node.actions):
        return "say"
    return "condition" if router is not None and not node.actions else "act"


def _words(node: Node, language: str) -> Iterator[str]:
    """Yield what a step says, asks and does, in the flow's own words."""
    router = node.router
    for action in node.actions:
        if isinstance(action, Say | SendSms):
            yield _written(action.text, language)
        elif isinstance(action, Do):
            yield f"do {action.action}"
        elif isinstance(action, Webhook):
            yield f"{action.method} {action.url.source}"
    if node.call is not None:
        yield f"call {node.call.flow}"
    if router is None:
        return
    if router.wait is not None and router.wait.prompt is not None:
        yield _written(router.wait.prompt, language)
    elif router.wait is not None and router.wait.timeout is not None:
        yield f"wait {router.wait.timeout.seconds} s"
    elif router.chance:
        yield "by chance"
    elif router.operand is not None and not node.actions:
        yield router.operand.source


def _written(text: Text, language: str) -> str:
    return text.translations.get(language, text.original).source


def _arrows(node: Node, ids: dict[str, str]) -> Iterator[Arrow]:
    """Yield one arrow to each place that a step leads to, with all that leads there."""
    here = ids[node.name]
    together: dict[tuple[str, bool], list[str]] = {}
    for way in ways(node):
        end = ids.get(way.to or "", f"e{here}")
        label = _label(way)
        labels = together.setdefault((end, way.kind in {GAVE_UP, TIMED_OUT}), [])
        if label and label not in labels:
            labels.append(label)
    for (end, aside), labels in together.items():
        shown = labels[:_MOST_LABELS]
        if len(labels) > _MOST_LABELS:
            shown = [*shown[:-1], f"+ {len(labels) - _MOST_LABELS + 1} more"]
        yield Arrow(here, end, tuple(shown), aside)


def _label(way: Way) -> str:
    if way.option is not None:
        words = f"{way.option.key} {way.option.label.original.source}"
    elif way.kind in {GAVE_UP, TIMED_OUT}:
        words = way.kind
    else:
        words = way.name
    return " ".join(wrapped(words, _LABEL, 1))
