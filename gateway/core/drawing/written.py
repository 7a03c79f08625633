"""Pictures of flows as text that other programs draw: Mermaid and dot. Lays nothing out."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from gateway.core.drawing.diagram import Arrow, Box, Diagram

# What stands around a label in Mermaid, and the shape in dot.
_MERMAID: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("([", "])"),
    "say": ("(", ")"),
    "question": ("[/", "/]"),
    "menu": ("{{", "}}"),
    "condition": ("{", "}"),
    "webhook": ("[[", "]]"),
    "call": ("[[", "]]"),
    "act": ("[", "]"),
    "wait": (">", "]"),
    "end": ("((", "))"),
}
_DOT: Final[Mapping[str, str]] = {
    "start": "oval",
    "say": "box",
    "question": "parallelogram",
    "menu": "hexagon",
    "condition": "diamond",
    "webhook": "component",
    "call": "folder",
    "act": "box",
    "wait": "house",
    "end": "doublecircle",
}
_SPECIAL: Final = re.compile(r"[^\w .,:!?'+*/%-]")


def address(flow: str, ending: str) -> str:
    """Return the name of the file that a flow's picture is in, as a link writes it."""
    kept = re.sub(r"[^A-Za-z0-9_.-]", lambda found: _percent(found[0]), flow)
    return f"{kept}.{ending}"


def mermaid(picture: Diagram, ending: str = "svg") -> str:
    """Return a picture as Mermaid text."""
    lines = ["flowchart TD", f"  accTitle: {_plain(picture.title)}"]
    for box in picture.boxes:
        left, right = _MERMAID[box.shape]
        lines.append(f'  {box.id}{left}"{_label(box, _mermaid, "<br/>")}"{right}')
    for arrow in picture.arrows:
        line = "-.->" if arrow.aside else "-->"
        words = "<br/>".join(_mermaid(one) for one in arrow.labels)
        named = f'|"{words}"|' if words else ""
        lines.append(f"  {arrow.begin} {line}{named} {arrow.end}")
    lines += [
        f'  click {box.id} href "{address(box.calls, ending)}"'
        for box in picture.boxes
        if box.calls
    ]
    return "\n".join(lines) + "\n"


def dot(picture: Diagram, ending: str = "svg") -> str:
    """Return a picture in the language of Graphviz."""
    lines = [f'digraph "{_dot(picture.title)}" {{', "  rankdir=TB; node [fontname=sans];"]
    for box in picture.boxes:
        link = f', URL="{address(box.calls, ending)}"' if box.calls else ""
        label = _label(box, _dot, "\\n")
        lines.append(f'  {box.id} [shape={_DOT[box.shape]}, label="{label}"{link}];')
    lines += [_edge(arrow) for arrow in picture.arrows]
    return "\n".join([*lines, "}"]) + "\n"


def _edge(arrow: Arrow) -> str:
    words = "\\n".join(_dot(one) for one in arrow.labels)
    style = ", style=dashed" if arrow.aside else ""
    return f'  {arrow.begin} -> {arrow.end} [label="{words}"{style}];'


def _label(box: Box, escape: Callable[[str], str], joint: str) -> str:
    return joint.join([escape(box.name), *(escape(line) for line in box.lines)])


def _mermaid(words: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", words)


def _plain(words: str) -> str:
    return " ".join(_SPECIAL.sub(" ", words).split()) or "flow"


def _dot(words: str) -> str:
    return " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
