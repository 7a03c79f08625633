"""Pictures of flows as SVG that stands alone: no script, no font, no other file."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from gateway.core.drawing.diagram import Arrow, Box, Diagram
from gateway.core.drawing.layout import Link, Point, Size, lay_out
from gateway.core.drawing.written import address

_STYLE: Final = """\
svg { --paper: #fff; --ink: #1b1b1b; --soft: #eef3f8; --warm: #fdf3dc; --line: #55606b; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #16191d; --ink: #f0f0f0; --soft: #24303b; --warm: #3b3320; --line: #a9b4bf; }
}
svg { background: var(--paper); color: var(--line); font: 13px system-ui, sans-serif; }
text { fill: var(--ink); text-anchor: middle; }
.name { font-weight: 600; }
.label { font-size: 12px; }
.box { fill: var(--soft); stroke: currentColor; stroke-width: 1.5; }
.question, .menu { fill: var(--warm); }
.line { fill: none; stroke: currentColor; stroke-width: 1.5; }
.aside { stroke-dasharray: 5 4; }
.under { fill: var(--paper); }
.dot, .head { fill: currentColor; }
a text { text-decoration: underline; }
"""

_MARGIN: Final = 20.0
_HIGH: Final = 17.0
_END: Final = 20.0
# How wide letters of 13 pixels are in most fonts; wide scripts take twice that.
_LETTER: Final = 7.2
_WIDE: Final = 14.0
_WIDE_FROM: Final = 0x1100
_CONTROL: Final = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(picture: Diagram) -> str:
    """Return a picture as the text of an SVG file."""
    return _drawn(
        picture,
        f"The conversation {picture.name} as {steps(picture)} steps and the ways between them, "
        "from top to bottom.",
        f"<style>\n{_STYLE}</style>",
        "img",
        lambda flow: address(flow, "svg"),
    )


def inline(picture: Diagram, description: str, link: Callable[[str], str]) -> str:
    """Return a picture as part of a page, whose style sheet gives it its colours.

    `link` says where the picture of a flow is that this one calls. Each box has its id, so that the
    page can lead to it.
    """
    return _drawn(picture, description, "", "group", link, anchored=True)


def steps(picture: Diagram) -> int:
    """Return how many steps a picture shows."""
    return sum(box.shape not in {"start", "end"} for box in picture.boxes)


def _drawn(
    picture: Diagram,
    description: str,
    style: str,
    role: str,
    link: Callable[[str], str],
    *,
    anchored: bool = False,
) -> str:
    sizes = {box.id: _size(box) for box in picture.boxes}
    links = [Link(one.begin, one.end, _label_size(one)) for one in picture.arrows]
    laid = lay_out(sizes, links)
    width, height = laid.width + 2 * _MARGIN, laid.height + 2 * _MARGIN
    shown = [_line(arrow, route) for arrow, route in zip(picture.arrows, laid.routes, strict=True)]
    shown += [
        _label(arrow, at, _label_size(arrow))
        for arrow, at in zip(picture.arrows, laid.labels, strict=True)
        if arrow.labels
    ]
    shown += [
        _box(box, laid.centres[box.id], sizes[box.id], link, anchored=anchored)
        for box in picture.boxes
    ]
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" role="{role}" '
                'aria-labelledby="title desc" '
                f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
            ),
            f'<title id="title">{_escaped(picture.title)}</title>',
            f'<desc id="desc">{_escaped(description)}</desc>',
            *([style] if style else ()),
            (
                '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" '
                'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
                '<path class="head" d="M0 0 10 5 0 10z"/></marker></defs>'
            ),
            f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">',
            *shown,
            "</g>\n</svg>\n",
        ]
    )


def _escaped(words: str) -> str:
    kept = _CONTROL.sub("\ufffd", words)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        kept = kept.replace(character, entity)
    return kept


def _wide(words: str) -> float:
    return sum(_WIDE if ord(one) >= _WIDE_FROM else _LETTER for one in words)


def _size(box: Box) -> Size:
    if box.shape == "end":
        return _END, _END
    lines = (_heading(box), *box.lines)
    width = max(60.0, *(_wide(line) for line in lines)) + 24
    height = _HIGH * len(lines) + 14
    if box.shape == "condition":
        return width * 1.5, height * 1.8
    if box.shape in {"question", "menu", "wait", "start"}:
        return width + 26, height
    return width, height


def _heading(box: Box) -> str:
    return box.name if len(box.name) <= 30 else box.name[:29] + "…"


def _label_size(arrow: Arrow) -> Size:
    if not arrow.labels:
        return 6.0, 0.0
    return max(_wide(one) for one in arrow.labels) * 0.93 + 8, 15.0 * len(arrow.labels) + 2


def _line(arrow: Arrow, route: tuple[Point, ...]) -> str:
    """Return a way as curves that leave and come in upright, straight beside boxes."""
    (x, y), *others = route
    path = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in others:
        middle = (y + to_y) / 2
        if arrow.begin == arrow.end or x == to_x:
            path += f"L{to_x:.1f} {to_y:.1f}"
        else:
            path += f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    kind = "line aside" if arrow.aside else "line"
    return f'<path class="{kind}" d="{path}" marker-end="url(#head)"/>'


def _label(arrow: Arrow, at: Point, size: Size) -> str:
    (x, y), (width, height) = at, size
    under = (
        f'<rect class="under" x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"/>'
    )
    top = y - height / 2 + 13
    words = [
        f'<text class="label" x="{x:.1f}" y="{top + 15 * number:.1f}">{_escaped(one)}</text>'
        for number, one in enumerate(arrow.labels)
    ]
    return under + "".join(words)


def _box(box: Box, at: Point, size: Size, link: Callable[[str], str], *, anchored: bool) -> str:
    (x, y), (width, height) = at, size
    outline = _OUTLINES[box.shape](x - width / 2, y - height / 2, width, height)
    if box.shape == "end":
        return f"<g><title>end</title>{outline}</g>"
    shape = outline.replace('class="box"', f'class="box {box.shape}"', 1)
    lines = [_heading(box), *box.lines]
    top = y - _HIGH * len(lines) / 2 + 13
    words = [
        f"<text{' class=' + chr(34) + 'name' + chr(34) if not number else ''} "
        f'x="{x:.1f}" y="{top + _HIGH * number:.1f}">{_escaped(line)}</text>'
        for number, line in enumerate(lines)
    ]
    anchor = f' id="{box.id}"' if anchored else ""
    drawn = f"<g{anchor}>{shape}{''.join(words)}</g>"
    return f'<a href="{_escaped(link(box.calls))}">{drawn}</a>' if box.calls else drawn


def _rounded(x: float, y: float, width: float, height: float, radius: float = 10) -> str:
    return (
        f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{radius:.1f}"/>'
    )


def _stadium(x: float, y: float, width: float, height: float) -> str:
    return _rounded(x, y, width, height, height / 2)


def _plain(x: float, y: float, width: float, height: float) -> str:
    return _rounded(x, y, width, height, 0)


def _polygon(*points: Point) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="box" points="{corners}"/>'


def _slanted(x: float, y: float, width: float, height: float) -> str:
    end, low = x + width, y + height
    return _polygon((x + 12, y), (end, y), (end - 12, low), (x, low))


def _hexagon(x: float, y: float, width: float, height: float) -> str:
    end, low, middle = x + width, y + height, y + height / 2
    return _polygon(
        (x + 12, y), (end - 12, y), (end, middle), (end - 12, low), (x + 12, low), (x, middle)
    )


def _diamond(x: float, y: float, width: float, height: float) -> str:
    across, down = x + width / 2, y + height / 2
    return _polygon((across, y), (x + width, down), (across, y + height), (x, down))


def _barred(x: float, y: float, width: float, height: float) -> str:
    bars = "".join(
        f'<path class="line" d="M{at:.1f} {y:.1f}V{y + height:.1f}"/>'
        for at in (x + 6, x + width - 6)
    )
    return _plain(x, y, width, height) + bars


def _double(x: float, y: float, width: float, height: float) -> str:
    inner = _plain(x + 4, y + 4, width - 8, height - 8)
    return _plain(x, y, width, height) + inner


def _bullseye(x: float, y: float, width: float, height: float) -> str:
    across, down = x + width / 2, y + height / 2
    ring = f'<circle class="box" cx="{across:.1f}" cy="{down:.1f}" r="{width / 2 - 1:.1f}"/>'
    return ring + f'<circle class="dot" cx="{across:.1f}" cy="{down:.1f}" r="{width / 4:.1f}"/>'


_OUTLINES: Final[Mapping[str, Callable[[float, float, float, float], str]]] = {
    "start": _stadium,
    "say": _rounded,
    "question": _slanted,
    "menu": _hexagon,
    "condition": _diamond,
    "webhook": _barred,
    "call": _double,
    "act": _plain,
    "wait": _stadium,
    "end": _bullseye,
}
