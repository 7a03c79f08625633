"""Charts as SVG that the server draws. Each stands beside the table that it shows; it adds nothing.

Colours come from the style sheet, so charts follow light and dark, and nothing inline is needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

WIDTH: Final = 640
_HEIGHT: Final = 180
_LEFT, _BOTTOM, _TOP = 52, 26, 12
_STEPS: Final = (1, 2, 5)
_TILE: Final = 76
_SHADES: Final = 4
_BAND: Final = 44
_BAR: Final = 14
_LONG: Final = 32  # letters of a name above a bar
_COLOURS: Final = ("mark", "area", "past")
_SHORT: Final = 10  # letters of a name that fit a tile at its usual size


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series; `label` says what it is of, in words."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on a map of tiles: where it stands, what it is called, how many, where it leads."""

    column: int
    row: int
    name: str
    value: int | None  # None: too few to show
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a chart of bands: its name, and the parts of its bar from the start on."""

    name: str
    parts: tuple[Point, ...]


def columns(
    points: Sequence[Point],
    title: str,
    *,
    words: str = "",
    labels: Sequence[str] = (),
    write: Callable[[float], str] = str,
) -> Markup:
    """Draw one column a point, the first at the start.

    `title` names the chart and `words` say what it shows, for those who do not see it; `write`
    writes a number in their language. `labels` are written under the first, the middle and the
    last column.
    """
    most = _ceiling(max((one.value for one in points), default=0))
    wide = (WIDTH - _LEFT) / max(len(points), 1)
    tall = _HEIGHT - _BOTTOM - _TOP
    drawn = [_grid(most, tall, write)]
    for index, one in enumerate(points):
        high = one.value / most * tall
        drawn.append(
            Markup(
                '<rect class="mark" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
                ' rx="1.5"><title>{label}: {value}</title></rect>'
            ).format(
                x=_LEFT + index * wide + wide * 0.12,
                y=_TOP + tall - high,
                w=wide * 0.76,
                h=high,
                label=one.label,
                value=write(one.value),
            )
        )
    for index, label in enumerate(labels):
        share = index / max(len(labels) - 1, 1)
        anchor = ("start", "middle", "end")[0 if share == 0 else 2 if share == 1 else 1]
        drawn.append(
            Markup('<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{label}</text>').format(
                x=_LEFT + share * (WIDTH - _LEFT), y=_HEIGHT - 5, anchor=anchor, label=label
            )
        )
    return _svg(WIDTH, _HEIGHT, title, drawn, words=words)


def tiles(places: Sequence[Tile], title: str, *, write: Callable[[float], str] = str) -> Markup:
    """Draw a map of tiles, the darker the more. Each tile says its name and its number."""
    most = max((one.value or 0 for one in places), default=0)
    wide = (max((one.column for one in places), default=0) + 1) * _TILE
    tall = (max((one.row for one in places), default=0) + 1) * _TILE
    drawn = []
    for one in places:
        shade = 0 if not one.value else min(_SHADES, 1 + one.value * _SHADES // (most + 1))
        tile = Markup(
            '<rect class="tile t{shade}" x="{x}" y="{y}" width="{size}" height="{size}" rx="8">'
            "<title>{words}</title></rect>"
            '<text class="name {ink}{long}" x="{middle}" y="{name_y}" text-anchor="middle">{name}'
            "</text>"
            '<text class="strong {ink}" x="{middle}" y="{value_y}" text-anchor="middle">{value}'
            "</text>"
        ).format(
            shade=shade,
            x=one.column * _TILE + 2,
            y=one.row * _TILE + 2,
            size=_TILE - 4,
            middle=one.column * _TILE + _TILE // 2,
            name_y=one.row * _TILE + _TILE // 2 - 4,
            value_y=one.row * _TILE + _TILE // 2 + 14,
            long=" long" if len(one.name) > _SHORT else "",
            ink="on-dark" if shade >= _SHADES - 1 else "",
            words=one.words,
            name=one.name,
            value="…" if one.value is None else write(one.value),
        )
        if one.href:
            tile = Markup('<a href="{}">{}</a>').format(one.href, tile)
        drawn.append(tile)
    # What holds links is no picture: its tiles are read out one by one.
    role = "group" if any(one.href for one in places) else "img"
    return _svg(wide or _TILE, tall or _TILE, title, drawn, role=role, kind="chart map")


def bands(
    rows: Sequence[Band],
    title: str,
    *,
    words: str = "",
    write: Callable[[float], str] = str,
) -> Markup:
    """Draw one bar a row, made of its parts, all to one scale.

    `title` names the chart and `words` say what it shows, for those who do not see it; `write`
    writes a number in their language. Each part tells whoever points at it what it is of.
    """
    most = max((sum(part.value for part in one.parts) for one in rows), default=0)
    drawn = []
    for index, one in enumerate(rows):
        y, x = index * _BAND, 0.0
        for part, colour in zip(one.parts, _COLOURS, strict=False):
            width = WIDTH * part.value / max(most, 1)
            drawn.append(
                Markup(
                    '<rect class="{colour}" x="{x:.1f}" y="{y}" width="{w:.1f}" height="{h}">'
                    "<title>{name}: {label}: {value}</title></rect>"
                ).format(
                    colour=colour,
                    x=x,
                    y=y + _BAND - _BAR,
                    w=width,
                    h=_BAR,
                    name=one.name,
                    label=part.label,
                    value=write(part.value),
                )
            )
            x += width
        drawn.append(
            Markup(
                '<text class="name" x="0" y="{y}">{name}</text>'
                '<text class="strong" x="{right}" y="{y}" text-anchor="end">{value}</text>'
            ).format(
                y=y + _BAND - _BAR - 6,
                right=WIDTH,
                name=shortened(one.name, _LONG),
                value=write(sum(part.value for part in one.parts)),
            )
        )
    return _svg(WIDTH, max(len(rows), 1) * _BAND, title, drawn, words=words)


def shortened(words: str, most: int) -> str:
    """Return words that are at most so long."""
    return words if len(words) <= most else words[: most - 1] + "…"


def _grid(most: int, tall: int, write: Callable[[float], str]) -> Markup:
    """Draw a line and its number at nothing, half and all."""
    lines = Markup()
    for share in (0.0, 0.5, 1.0):
        if share == 0.5 and most % 2:
            continue
        y = _TOP + tall * (1 - share)
        lines += Markup(
            '<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text x="{at}" y="{text_y:.1f}" text-anchor="end">{value}</text>'
        ).format(
            left=_LEFT,
            right=WIDTH,
            y=y,
            at=_LEFT - 6,
            text_y=y + 4,
            value=write(round(most * share)),
        )
    return lines


def _ceiling(value: int) -> int:
    """Return the round number that a scale ends at."""
    power = 1
    while True:
        for step in _STEPS:
            if value <= step * power:
                return step * power
        power *= 10


def _svg(
    width: int,
    height: int,
    title: str,
    drawn: Sequence[Markup],
    *,
    words: str = "",
    role: str = "img",
    kind: str = "chart",
) -> Markup:
    # A picture of numbers goes from the left to the right in every language, as its table does not.
    about = Markup("<desc>{}</desc>").format(words) if words else Markup()
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="{}" aria-label="{}" direction="ltr">{}{}</svg>'
    ).format(kind, width, height, role, title, about, Markup().join(drawn))
