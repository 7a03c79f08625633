"""Texts as SMS: what one takes, and how the texts of one turn share messages. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.core.text import gsm7, pieces
from gateway.core.text.pieces import Room, Rooms

# Networks put six to ten parts together again; some drop what has more than six.
MOST_SEGMENTS: Final = 6

_JOINT: Final = "\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one message takes: `units` septets or UTF-16 units in `segments`, each of which is paid.

    `left` is how many more units the last segment holds.
    """

    segments: int
    alphabet: Literal["gsm7", "ucs2"]
    units: int
    left: int


def cost(text: str) -> Cost:
    """Return what a text takes as one message, as given: nothing in it is replaced."""
    found = gsm7.segments(text)
    last = gsm7.split(text)[-1]
    length = gsm7.septets(last) if found.encoding == "gsm7" else None
    taken = gsm7.utf16_units(last) if length is None else length
    return Cost(found.count, found.encoding, found.units, found.per_segment - taken)


def join(
    texts: Sequence[str],
    options: Sequence[tuple[str, str]] = (),
    *,
    limit: int = MOST_SEGMENTS,
) -> list[str]:
    """Put the texts of one turn into the messages that take the fewest segments, in their order.

    Texts that share a message stand on lines of their own. A text outside GSM-7 shares one only
    where that is not dearer for the others. `options` belong to the last text, each a line. No
    message has more than `limit` segments; a text that has is cut between lines, sentences or
    words, and neither a word nor an option is cut that fits a message. Empty texts are left out.
    """
    entries = list(texts) or [""]
    parts = [
        (place, part)
        for place, text in enumerate(entries, start=1)
        for part in _parts(text, options if place == len(entries) else (), limit)
    ]
    return _shared(parts, limit)


def _parts(text: str, options: Sequence[tuple[str, str]], limit: int) -> list[str]:
    """Return a text with its options as one message, or cut into several."""
    listed = [f"{number} {label}" for number, label in options]
    whole = _JOINT.join([*([text] if text else ()), *listed])
    if not whole or gsm7.segments(whole).count <= limit:
        return [whole] if whole.strip() else []
    room = _room(whole, limit)
    return pieces.sheets(
        [*pieces.words(text), *pieces.listed(options)], Rooms(room, room, room, room)
    )


def _room(text: str, limit: int) -> Room:
    """Return what `limit` segments surely hold of a text.

    A character of two units is never cut, so each segment but the last may stay one unit short.
    """
    if limit == 1:
        return Room(gsm7.GSM7_SINGLE, gsm7.UCS2_SINGLE)
    wide = gsm7.utf16_units(text) > len(text) or any(char in gsm7.EXTENSION for char in text)
    short = limit - 1 if wide else 0
    return Room(limit * gsm7.GSM7_PART - short, limit * gsm7.UCS2_PART - short)


def _shared(parts: Sequence[tuple[int, str]], limit: int) -> list[str]:
    """Join neighbours so that segments, then messages, are fewest.

    `parts` have beside them which text they come from: parts of one text stay apart.
    """
    if len(parts) == 1:
        return [parts[0][1]]
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    for start in range(len(parts) - 1, -1, -1):
        choices: list[tuple[int, int, list[str]]] = []
        for end in range(start + 1, len(parts) + 1):
            if end - start > 1 and parts[end - 1][0] == parts[end - 2][0]:
                break
            message = _JOINT.join([text for _, text in parts[start:end]])
            taken = gsm7.segments(message).count
            if taken > limit:
                break
            segments, messages, others = best[len(parts) - end]
            choices.append((segments + taken, messages + 1, [message, *others]))
        best.append(min(choices, key=lambda choice: choice[:2]))
    return best[-1][2]
