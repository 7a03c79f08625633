"""A text read by a layout, strictly: nothing missing, nothing over. The rules are Go's.

A field of two letters has two digits; one of a single letter one or two, and so has ``tt``. Spaces
in the layout stand for any number of spaces. After the seconds there may be a fraction that the
layout does not mention.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from typing import Final

from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.moments.layouts import Kind, Piece, read_layout
from gateway.core.flow.expressions.moments.names import ENGLISH, Names, names_in
from gateway.core.flow.expressions.moments.reading import microseconds
from gateway.core.flow.expressions.moments.zones import at_offset, localise, read_offset
from gateway.core.flow.expressions.values import Error

_TWO: Final = re.compile(r"[0-9]{2}").match
_ONE_OR_TWO: Final = re.compile(r"[0-9]{1,2}").match

# The fields that are numbers: what they look like, and the part of a moment that they set.
_NUMBERS: Final = {
    "YY": (_TWO, "year"),
    "YYYY": (re.compile(r"[0-9]{4}").match, "year"),
    "M": (_ONE_OR_TWO, "month"),
    "MM": (_TWO, "month"),
    "D": (_ONE_OR_TWO, "day"),
    "DD": (_TWO, "day"),
    "h": (_ONE_OR_TWO, "half-hour"),
    "hh": (_TWO, "half-hour"),
    "t": (_ONE_OR_TWO, "hour"),
    "tt": (_ONE_OR_TWO, "hour"),
    "m": (_ONE_OR_TWO, "minute"),
    "mm": (_TWO, "minute"),
    "s": (_ONE_OR_TWO, "second"),
    "ss": (_TWO, "second"),
    "fff": (re.compile(r"[0-9]{3}").match, "fraction"),
    "ffffff": (re.compile(r"[0-9]{6}").match, "fraction"),
    "fffffffff": (re.compile(r"[0-9]{9}").match, "fraction"),
}
_NAMES: Final[dict[str, tuple[Callable[[Names], tuple[str, ...]], str]]] = {
    "MMM": (lambda names: names.short_months, "month"),
    "MMMM": (lambda names: names.months, "month"),
    "EEE": (lambda names: names.short_days, "weekday"),
    "EEEE": (lambda names: names.days, "weekday"),
    "aa": (lambda names: names.halves, "half"),
    "AA": (lambda names: names.halves, "half"),
}
_OFFSET: Final = re.compile(r"[+-][0-9]{2}:[0-9]{2}").match
_FRACTION: Final = re.compile(r"[.,]([0-9]+)").match


def parse_moment(env: Environment, text: str, layout: str, zone: tzinfo) -> datetime | Error:
    """Return the datetime that a text holds by a layout, in `zone` unless it gives an offset."""
    reader = _read(env, text, layout, "datetime")
    if isinstance(reader, Error):
        return reader
    parts = reader.parts
    try:
        day = date(parts.get("year", 0), parts.get("month", 1), parts.get("day", 1))
        wall = datetime.combine(day, _clock(parts))
        if reader.offset is not None:
            return at_offset(wall, reader.offset, zone)
        return localise(wall, zone)
    except (ValueError, OverflowError):
        return _unreadable(text, layout)


def parse_clock(env: Environment, text: str, layout: str) -> time | Error:
    """Return the time of day that a text holds by a layout."""
    reader = _read(env, text, layout, "time")
    if isinstance(reader, Error):
        return reader
    try:
        return _clock(reader.parts)
    except ValueError:
        return _unreadable(text, layout)


class _Reader:
    """Walks through a text, one field of the layout after the other."""

    def __init__(self, text: str, languages: tuple[Names, ...]) -> None:
        self.text = text
        self.at = 0
        self.languages = languages
        self.parts: dict[str, int] = {}
        self.offset: tzinfo | None = None

    def literal(self, characters: str) -> bool:
        """Pass characters that stand between fields."""
        if characters[0] != " ":
            found = self.text.startswith(characters, self.at)
            self.at += len(characters)
            return found
        start = self.at
        while self.text.startswith(" ", self.at):
            self.at += 1
        return self.at > start or self.at == len(self.text)

    def field(self, field: str, following: str) -> bool:
        """Read one field; `following` is what comes after it in the layout."""
        if field in _NUMBERS:
            return self._number(field) and (field[0] != "s" or self._fraction(following))
        if field in _NAMES:
            return self._name(field)
        return self._zone(field)

    def _number(self, field: str) -> bool:
        match, part = _NUMBERS[field]
        found = match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        if part == "fraction":
            self.parts[part] = microseconds(found[0])
        elif field == "YY":
            self.parts[part] = int(found[0]) + (1900 if int(found[0]) >= 69 else 2000)
        else:
            self.parts[part] = int(found[0])
        return True

    def _fraction(self, following: str) -> bool:
        found = None if following.startswith((".f", ",f")) else _FRACTION(self.text, self.at)
        if found is not None:
            self.at = found.end()
            self.parts["fraction"] = microseconds(found[1])
        return True

    def _name(self, field: str) -> bool:
        list_names, part = _NAMES[field]
        for language in self.languages:
            # The longest first, because a short name may be the beginning of another.
            for name in sorted(list_names(language), key=len, reverse=True):
                end = self.at + len(name)
                if self.text[self.at : end].casefold() == name.casefold():
                    self.parts[part] = list_names(language).index(name) + 1
                    self.at = end
                    return True
        return False

    def _zone(self, field: str) -> bool:
        found = _OFFSET(self.text, self.at)
        written = found[0] if found is not None else self.text[self.at : self.at + 1]
        if found is None and (field != "Z" or written != "Z"):
            return False
        self.at += len(written)
        self.offset = read_offset(written)
        return self.offset is not None


def _read(env: Environment, text: str, layout: str, kind: Kind) -> _Reader | Error:
    pieces = read_layout(layout, kind, "parsing")
    if isinstance(pieces, Error):
        return pieces
    own = names_in(env.languages[0]) if env.languages else ENGLISH
    reader = _Reader(text, (own,) if own is ENGLISH else (own, ENGLISH))
    for number, piece in enumerate(pieces):
        following = "".join(after.text for after in pieces[number + 1 : number + 3])
        if not _passes(reader, piece, following):
            return _unreadable(text, layout)
    return reader if reader.at == len(text) else _unreadable(text, layout)


def _passes(reader: _Reader, piece: Piece, following: str) -> bool:
    if piece.is_field:
        return reader.field(piece.text, following)
    return reader.literal(piece.text)


def _clock(parts: dict[str, int]) -> time:
    """Return the time of day of what was read. Raises ValueError if there is no such."""
    if "half-hour" in parts and parts["half-hour"] > 12:
        raise ValueError("an hour of half a day")
    hour = parts.get("hour", parts.get("half-hour", 0))
    half = parts.get("half")
    if half == 2 and hour < 12:
        hour += 12
    elif half == 1 and hour == 12:
        hour = 0
    return time(hour, parts.get("minute", 0), parts.get("second", 0), parts.get("fraction", 0))


def _unreadable(text: str, layout: str) -> Error:
    return Error(f'unable to read "{text}" by the layout "{layout}"')
