"""A text and its numbered options as USSD pages that fit the network's limit.

It never drops or reorders a word and never renumbers an option; which page a person is looking at
is the caller's to remember.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.text import gsm7


@dataclass(frozen=True, slots=True)
class _Piece:
    """What may not be cut: a word, or an option's line, and what joins it to the piece before."""

    joint: str
    text: str
    septets: int | None
    units: int
    option: bool


def screen(lines: str, options: Sequence[tuple[str, str]] = (), *, limit: int) -> str | None:
    """Return text and options ("1 Label" lines) as one page, or None when it exceeds `limit`.

    `limit` is in septets; a page with a character outside GSM-7 has 7/16 of it in UTF-16 units,
    as both fill the same octets.
    """
    if options:
        listed = "\n".join([f"{number} {label}" for number, label in options])
        page = f"{lines}\n{listed}" if lines else listed
    else:
        page = lines
    return page if fits(page, limit) else None


def fits(page: str, limit: int) -> bool:
    """Whether a page is within `limit` septets, or within 7/16 of it in UTF-16 units."""
    septets = gsm7.septets(page)
    if septets is not None:
        return septets <= limit
    return gsm7.utf16_units(page) <= limit * 7 // 16


def pages(
    lines: str,
    options: Sequence[tuple[str, str]] = (),
    *,
    limit: int,
    first_limit: int,
    more: str,
    back: str,
) -> tuple[str, ...]:
    """Cut text and options into pages: the first within `first_limit`, the others within `limit`.

    Every page but the last ends with the line `more`, every page but the first with `back`. Words
    and options stay whole unless one alone exceeds a page. Runs of spaces become one. Raises
    ValueError when a limit leaves no room beside `more` and `back`.
    """
    page = screen(lines, options, limit=first_limit)
    if page is not None:
        return (page,)
    waiting = [*_words(lines), *_options(options)]
    waiting.reverse()  # the next piece is the last of the list
    made: list[str] = []
    while waiting:
        room, tail = (limit, (back,)) if made else (first_limit, ())
        body = _take(waiting, room, tail) or _fill(waiting, room, (more, *tail))
        made.append("\n".join((_joined(body), *((more,) if waiting else ()), *tail)))
    return tuple(made) or ("",)


def _take(waiting: list[_Piece], room: int, tail: tuple[str, ...]) -> list[_Piece]:
    """Take all that waits when it fits with the lines of `tail`, otherwise nothing."""
    measure = _Measure(tail, room)
    if not all(measure.add(piece) for piece in reversed(waiting)):
        return []
    body = waiting[::-1]
    waiting.clear()
    return body


def _fill(waiting: list[_Piece], room: int, tail: tuple[str, ...]) -> list[_Piece]:
    """Take as many pieces as fit with the lines of `tail`, cutting a piece that no page holds."""
    measure = _Measure(tail, room)
    body: list[_Piece] = []
    while waiting:
        if measure.add(waiting[-1]):
            body.append(waiting.pop())
        elif body:
            break
        else:
            waiting.extend(reversed(_cut(waiting.pop(), measure)))
    return body


def _cut(piece: _Piece, measure: "_Measure") -> list[_Piece]:
    """Cut a piece that exceeds a page of its own: an option into words, a word into two."""
    if piece.option and len(words := _words(piece.text)) > 1:
        return words
    for end in range(min(len(piece.text) - 1, measure.room), 0, -1):
        head = _piece(piece.joint, piece.text[:end])
        if measure.allows(head):
            return [head, _piece("", piece.text[end:])]
    raise ValueError(
        f"A page of {measure.room} septets has no room beside its More and Back lines."
    )


class _Measure:
    """The running length of a page in both alphabets, with the lines it must end with."""

    __slots__ = ("_empty", "_septets", "_units", "room")

    def __init__(self, tail: tuple[str, ...], room: int) -> None:
        """Begin an empty page of `room` septets that ends with the lines of `tail`."""
        ending = "".join([f"\n{line}" for line in tail])
        self.room = room
        self._empty = True
        self._septets = gsm7.septets(ending)
        self._units = gsm7.utf16_units(ending)

    def add(self, piece: _Piece) -> bool:
        """Count a piece in when it fits, and say whether it did."""
        septets, units = self._with(piece)
        if not self._within(septets, units):
            return False
        self._septets, self._units, self._empty = septets, units, False
        return True

    def allows(self, piece: _Piece) -> bool:
        """Whether a piece would fit, without counting it in."""
        return self._within(*self._with(piece))

    def _with(self, piece: _Piece) -> tuple[int | None, int]:
        joint = 0 if self._empty else len(piece.joint)
        units = self._units + joint + piece.units
        if self._septets is None or piece.septets is None:
            return None, units
        return self._septets + joint + piece.septets, units

    def _within(self, septets: int | None, units: int) -> bool:
        return septets <= self.room if septets is not None else units <= self.room * 7 // 16


def _joined(body: list[_Piece]) -> str:
    """Return the text of a page; what would join its first piece to the page before is dropped."""
    return "".join([piece.joint + piece.text for piece in body]).removeprefix(body[0].joint)


def _words(lines: str) -> list[_Piece]:
    """Cut a text into words; a word that begins a line is joined by the line breaks before it."""
    pieces = []
    for gap, word in _GAP_AND_WORD(lines):
        breaks = gap.count("\n")
        pieces.append(_piece("\n" * breaks if breaks else " ", word))
    return pieces


def _options(options: Sequence[tuple[str, str]]) -> list[_Piece]:
    """Return each option as a line that stays whole."""
    return [_piece("\n", f"{number} {label}", option=True) for number, label in options]


def _piece(joint: str, text: str, *, option: bool = False) -> _Piece:
    return _Piece(joint, text, gsm7.septets(text), gsm7.utf16_units(text), option)


_GAP_AND_WORD: Final = re.compile(r"(\s*)(\S+)").findall
