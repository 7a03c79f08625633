"""On which line of a JSON text the value under a pointer begins. For messages about mistakes."""

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


def line_of(text: str, pointer: str) -> int:
    """Return the line, counted from 1, of a value, or of the nearest thing around it that is there.

    `text` must be JSON, `pointer` a JSON pointer such as ``/flows/0/nodes``.
    """
    place = _skip(text, 0)
    for step in pointer.split("/")[1:]:
        try:
            child = _child(text, place, step.replace("~1", "/").replace("~0", "~"))
        except (RecursionError, ValueError):
            break
        if child is None:
            break
        place = child
    return text.count("\n", 0, place) + 1


def text_of(text: str, pointer: str) -> str:
    """Return a value as it is written, empty where it is not there. `text` must be JSON."""
    place = _found(text, pointer)
    return "" if place is None else text[place : _DECODER.raw_decode(text, place)[1]]


def lines_of(text: str, pointer: str) -> list[int]:
    """Return the lines on which the items of a list begin. `text` must be JSON with that list."""
    begin = _found(text, pointer)
    if begin is None:
        return []
    found: list[int] = []
    line, counted = 1, 0
    place = _skip(text, begin + 1)
    while text[place] not in "]}":
        line, counted = line + text.count("\n", counted, place), place
        found.append(line)
        _, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def _found(text: str, pointer: str) -> int | None:
    """Return where a value begins."""
    place = _skip(text, 0)
    for step in pointer.split("/")[1:]:
        child = _child(text, place, step)
        if child is None:
            return None
        place = child
    return place


def _child(text: str, place: int, wanted: str) -> int | None:
    """Return where the value begins that an object or list has under a key or number."""
    opening = text[place]
    if opening not in "[{":
        return None
    place = _skip(text, place + 1)
    number = 0
    while text[place] not in "]}":
        key = str(number)
        if opening == "{":
            key, place = _DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)
        if key == wanted:
            return place
        _, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
        number += 1
    return None


def _skip(text: str, place: int) -> int:
    """Return where the white space that begins there ends."""
    found = _SPACE.match(text, place)
    return place if found is None else found.end()
