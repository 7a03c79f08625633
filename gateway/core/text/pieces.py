"""Texts cut into sheets of a given room: USSD pages, or the messages of a text too long for one.

Words and options stay whole unless one alone exceeds a sheet; then an option is cut between words
and a word between characters. Among the ways that need the fewest sheets, the one that reads best
is taken: a cut between lines before one in a sentence, and full sheets before empty ones.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.text import gsm7
from gateway.core.text.graphemes import clusters

# How badly a cut reads. The sum over a text's cuts is made as small as the number of sheets allows.
PART: Final = 0
LINE: Final = 1
SENTENCE: Final = 2
WORD: Final = 4
INSIDE: Final = 8
_WASTE: Final = 4  # for a sheet of which less than this part is used
_WELL_USED: Final = 0.3

# So many places to cut are looked at before the last one where the text fits. It bounds the work.
_LOOK_BACK: Final = 64
_OVER: Final = 2.0

# A no-break space holds words together. Ethiopic texts may have a mark and no space between words.
_GAP_AND_WORD: Final = re.compile(
    r"([^\S\u00a0\u2007\u202f]*)((?:[^\s\u1361]|[\u00a0\u2007\u202f])+\u1361*|\u1361+)"
).findall
_SENTENCE_END: Final = re.compile(r"[.!?…।॥።፧፨؟۔。！？][\"'”’»)\]]*$").search
_LINE_NUMBER: Final = re.compile(r"\d{1,3}[.):]?").fullmatch


class Crowded(ValueError):
    """Not even one character of the text has room on a sheet."""


@dataclass(frozen=True, slots=True)
class Room:
    """What fits: septets while all of it is GSM-7, else UTF-16 units. Below zero nothing does."""

    septets: int
    units: int

    def less(self, text: str) -> "Room":
        """Return the room that is left beside a text."""
        septets = gsm7.septets(text)
        left = -1 if septets is None else self.septets - septets
        return Room(left, self.units - gsm7.utf16_units(text))

    def holds(self, text: str) -> bool:
        """Whether a text fits."""
        septets = gsm7.septets(text)
        if septets is not None and self.septets >= 0:
            return septets <= self.septets
        return gsm7.utf16_units(text) <= self.units


@dataclass(frozen=True, slots=True)
class Rooms:
    """The room of the only sheet, or of the first, each one between, and the last."""

    only: Room
    first: Room
    between: Room
    last: Room


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays whole, what joins it to the piece before, and how badly a cut before it reads."""

    joint: str
    text: str
    cut: int


def words(text: str) -> list[Piece]:
    """Cut a text into words. A word that begins a line is joined by the line breaks before it.

    A number that begins a line is held to the word behind it, as "1" to "Yes".
    """
    pieces: list[Piece] = []
    number = ""
    for gap, word in _GAP_AND_WORD(text):
        breaks, space = gap.count("\n"), " " if gap else ""
        if breaks or not pieces:
            number = word if _LINE_NUMBER(word) else ""
            pieces.append(Piece("\n" * breaks, word, PART if breaks > 1 else LINE))
        elif number:
            pieces[-1] = replace(pieces[-1], text=f"{number}{space}{word}")
            number = ""
        else:
            ended = _SENTENCE_END(pieces[-1].text)
            pieces.append(Piece(space, word, SENTENCE if ended else WORD))
    return pieces


def listed(options: Sequence[tuple[str, str]]) -> list[Piece]:
    """Return each option as a line that stays whole."""
    return [
        Piece("\n", f"{number} {label}", LINE if index else PART)
        for index, (number, label) in enumerate(options)
    ]


def sheets(pieces: Sequence[Piece], rooms: Rooms) -> list[str]:
    """Put pieces on as few sheets as they need. Raises `Crowded`.

    What would join a sheet's first piece to the one before is left out.
    """
    if not pieces:
        return [""]
    fitting = _fitting(pieces, rooms)
    starts = _Cuts(fitting, rooms).starts()
    return [
        _joined(fitting[start:end]) for start, end in itertools.pairwise([*starts, len(fitting)])
    ]


def _joined(pieces: Sequence[Piece]) -> str:
    return pieces[0].text + "".join([piece.joint + piece.text for piece in pieces[1:]])


class _Cuts:
    """Where a run of pieces is cut, each of which fits a sheet.

    A run that fits stays within its room when pieces are taken away, so the fewest sheets are
    found from the end: `_need[i]` is how many the pieces from `i` on take, `_cost[i]` how badly
    their cuts read, and `_next[i]` where the first of those cuts is.
    """

    def __init__(self, pieces: Sequence[Piece], rooms: Rooms) -> None:
        """Add up what pieces hold. A joint is a space or line breaks, so it is GSM-7."""
        septets = [gsm7.septets(piece.text) for piece in pieces]
        joints = [len(piece.joint) for piece in pieces]
        units = [gsm7.utf16_units(piece.text) for piece in pieces]
        self._pieces, self._rooms, self._joints = pieces, rooms, joints
        self._others = _sums([found is None for found in septets])
        self._septets = _sums(
            [(found or 0) + joint for found, joint in zip(septets, joints, strict=True)]
        )
        self._units = _sums([found + joint for found, joint in zip(units, joints, strict=True)])
        self._need = [0] * (len(pieces) + 1)
        self._cost = [0] * (len(pieces) + 1)
        self._next = [len(pieces)] * (len(pieces) + 1)

    def starts(self) -> list[int]:
        """Return the index of the first piece of every sheet."""
        count = len(self._pieces)
        if self._share(0, count, self._rooms.only) <= 1:
            return [0]
        end = count
        for start in range(count - 1, 0, -1):
            end = self._reach(start, end, self._rooms.between)
            if self._share(start, count, self._rooms.last) <= 1:
                self._need[start] = 1
            else:
                self._cut(start, end, self._rooms.between)
        self._cut(0, self._reach(0, count, self._rooms.first), self._rooms.first)
        found = [0]
        while self._next[found[-1]] < count:
            found.append(self._next[found[-1]])
        return found

    def _reach(self, start: int, end: int, room: Room) -> int:
        """Return the last place, not after `end`, up to which pieces fit on a sheet."""
        while end > start and self._share(start, end, room) > 1:
            end -= 1
        return end

    def _cut(self, start: int, end: int, room: Room) -> None:
        """Choose where a sheet ends that begins with `start` and holds no more than to `end`."""
        fewest, least = self._need[end], None
        self._need[start] = fewest + 1
        for place in range(end, max(start, end - _LOOK_BACK), -1):
            if self._need[place] != fewest:
                break
            cost = self._pieces[place].cut + self._cost[place]
            if self._share(start, place, room) < _WELL_USED:
                cost += _WASTE
            if least is None or cost < least:
                least = self._cost[start] = cost
                self._next[start] = place

    def _share(self, start: int, end: int, room: Room) -> float:
        """Return which part of a room the pieces from `start` to before `end` take; over 1, none.

        It is told in one step from sums over all the pieces.
        """
        if self._others[start] == self._others[end] and room.septets >= 0:
            taken, there = self._septets[end] - self._septets[start], room.septets
        else:
            taken, there = self._units[end] - self._units[start], room.units
        taken -= self._joints[start]
        return taken / there if taken <= there else _OVER


def _fitting(pieces: Sequence[Piece], rooms: Rooms) -> list[Piece]:
    """Return the pieces with those cut up that exceed a sheet of their own."""
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        ends = found and index == len(pieces) - 1
        if (rooms.last if ends else _head(found, rooms)).holds(piece.text):
            found.append(piece)
            continue
        for part in _labelled(piece):
            head = _head(found, rooms)
            found.extend([part] if head.holds(part.text) else _cut_up(part, head, rooms.between))
    return found


def _head(found: Sequence[Piece], rooms: Rooms) -> Room:
    return rooms.between if found else rooms.first


def _labelled(piece: Piece) -> Iterator[Piece]:
    """Cut an option into words, the first of them with its number; a word is left as it is."""
    for index, word in enumerate(words(piece.text)):
        yield word if index else replace(piece, text=word.text)


def _cut_up(piece: Piece, head: Room, body: Room) -> Iterator[Piece]:
    """Cut a word between characters: the first part fits `head`, the others fit `body`.

    Only what looks like one character and exceeds a sheet, a letter under a hundred accents, is
    cut within.
    """
    joint, cut, room, part = piece.joint, piece.cut, head, ""
    for char in itertools.chain.from_iterable(
        [cluster] if head.holds(cluster) else cluster for cluster in clusters(piece.text)
    ):
        if part and not room.holds(part + char):
            yield Piece(joint, part, cut)
            joint, cut, room, part = "", INSIDE, body, ""
        part += char
        if not room.holds(part):
            raise Crowded
    yield Piece(joint, part, cut)


def _sums(numbers: Iterable[int]) -> list[int]:
    return list(itertools.accumulate(numbers, initial=0))
