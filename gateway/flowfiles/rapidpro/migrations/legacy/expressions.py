"""Translates the texts of old definitions, with the expressions in them, into the new language.

What cannot be read stays as its author wrote it, and is noted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from gateway.flowfiles.rapidpro.migrations.legacy.codes import (
    Code,
    Kind,
    binary,
    call,
    enclosed,
    joined,
    negated,
    quoted,
    written,
)
from gateway.flowfiles.rapidpro.migrations.legacy.functions import rewrite
from gateway.flowfiles.rapidpro.migrations.legacy.grammar import (
    Binary,
    Call,
    Enclosed,
    Name,
    Negated,
    Number,
    Text,
    Tree,
    Unreadable,
    parse,
)
from gateway.flowfiles.rapidpro.migrations.legacy.habits import Habits
from gateway.flowfiles.rapidpro.migrations.legacy.old_templates import without_filters
from gateway.flowfiles.rapidpro.migrations.legacy.references import reference
from gateway.flowfiles.rapidpro.migrations.surroundings import Note
from gateway.flowfiles.rapidpro.migrations.templates import LEGACY_TOPS, TOPS, Piece, scan


@dataclass(frozen=True, slots=True)
class Use:
    """What a text is for, as far as its expressions are said differently there.

    `message`: people read it. `saved`: it is kept on the contact. `itself`: an expression that
    fails gives its own source, as in operands of splits. `address`: values are encoded for a URL.
    `raw_dates`: dates are not written out.
    """

    message: bool = False
    saved: bool = False
    itself: bool = False
    address: bool = False
    raw_dates: bool = False


PLAIN: Final = Use()
MESSAGE: Final = Use(message=True)
SAVED: Final = Use(saved=True)
OWN_SOURCE: Final = Use(itself=True)
ADDRESS: Final = Use(address=True)
RAW_DATES: Final = Use(raw_dates=True)

# A path that needs no parentheses after its @.
_PATH: Final = re.compile(r"[^\W\d_]\w*(?:\.\w+)*")

# An @ in words that means nothing in the old language and something in the new one.
_NEWLY_MEANT: Final = re.compile(
    rf"@(?=(?:{'|'.join(sorted(TOPS - LEGACY_TOPS))})\b)", re.IGNORECASE
)


class Translator:
    """Translates the texts of one flow. Notes what it could not read, with where it stands."""

    def __init__(self, habits: Habits, note: Callable[[Note], None]) -> None:
        """`habits` are those of the flow's version; `note` takes what could not be read."""
        self._habits = habits
        self._note = note

    def template(self, text: str, pointer: str, use: Use = PLAIN) -> str:
        """Return a text with its expressions in the new language."""
        if "@" not in text and "=" not in text:
            return text
        return "".join(self._piece(piece, pointer, use) for piece in self._pieces(text))

    def expression(self, text: str, pointer: str) -> str:
        """Return a text as one expression of the new language, to be put into another one."""
        parts = []
        for piece in self._pieces(text):
            code = None if piece.kind == "words" else self._code(piece, pointer, PLAIN)
            parts.append(quoted(_source(piece).replace("@@", "@")) if code is None else code)
        return joined("&", parts or [quoted("")]).text

    def _pieces(self, text: str) -> list[Piece]:
        if self._habits.filters:
            text = without_filters(text)
        return list(scan(text, LEGACY_TOPS, escapes=False))

    def _piece(self, piece: Piece, pointer: str, use: Use) -> str:
        if piece.kind == "words":
            return _NEWLY_MEANT.sub("@@", piece.source)
        if piece == Piece("expression", '""'):
            return ""  # how authors gave an editor that wanted a text none
        code = self._code(piece, pointer, use)
        if code is None:
            return _source(piece)
        if use.itself:
            code = call("if", call("is_error", code), quoted(_source(piece)), code)
        if use.address:
            code = call("url_encode", code)
        if _PATH.fullmatch(code.text) and code.text.partition(".")[0] in TOPS:
            return f"@{code.text}"
        return f"@({code.text})"

    def _code(self, piece: Piece, pointer: str, use: Use) -> Code | None:
        """Return a piece in the new language, or None for one that cannot be read."""
        try:
            if piece.kind == "path":
                return self._alone(piece.source, use)
            return _Translation(self._habits, use).code(parse(piece.source))
        except Unreadable as fault:
            self._note(Note(pointer, f"{_source(piece)} stays as it is: {fault}"))
            return None

    def _alone(self, path: str, use: Use) -> Code:
        """Return a variable that stands in a text by itself, where dates and places were shown."""
        habits = self._habits
        shown = habits.shown(path.lower(), message=use.message, saved=use.saved)
        code = _variable(path, habits, use)
        return code if shown is None else call(shown, replace(code, bare=None))


class _Translation:
    """Turns one tree into the new language."""

    def __init__(self, habits: Habits, use: Use) -> None:
        self._habits = habits
        self._use = use

    def code(self, tree: Tree) -> Code:
        match tree:
            case Text(value):
                return quoted(value)
            case Number(source):
                return Code(source, Kind.NUMBER if source.isdecimal() else Kind.UNKNOWN)
            case Name(path):
                if path.lower() in {"true", "false"}:
                    return Code(path.lower())
                return _variable(path, self._habits, self._use)
            case Call(name, arguments):
                return rewrite(name, [self.code(argument) for argument in arguments])
            case Negated(of):
                return negated(self.code(of))
            case Enclosed(of):
                return enclosed(self.code(of))
            case Binary(operator, left, right):
                return self._binary(operator, self.code(left), self.code(right))

    def _binary(self, operator: str, left: Code, right: Code) -> Code:
        if operator in {"+", "-"}:
            return self._sum(operator, left, right)
        kind = Kind.NUMBER if operator in {"*", "/", "^"} else Kind.UNKNOWN
        return binary(operator, left, right, kind)

    def _sum(self, operator: str, left: Code, right: Code) -> Code:
        """Add or take away, by kinds: old dates were numbers of days, and times parts of one."""
        minus = operator == "-"
        match left.kind, right.kind:
            case Kind.NUMBER, Kind.NUMBER:
                return binary(operator, left, right, Kind.NUMBER)
            case Kind.DATETIME | Kind.DATE, Kind.NUMBER:
                days = negated(right) if minus else right
                moved = _moved(Code(left.bare or left.text), days, "D", left.kind)
                if left.kind is Kind.DATETIME or self._use.raw_dates:
                    return moved
                return written(moved, as_date="format_date")
            case Kind.DATETIME, Kind.TIME:
                minutes = _minutes(right)
                return _moved(left, negated(minutes) if minus else minutes, "m", Kind.DATETIME)
            case _, Kind.TIME if not minus:
                date = Code(left.bare or left.text)
                return call("replace_time", date, right, kind=Kind.DATETIME)
        return call("legacy_add", left, negated(right) if minus else right)


def _moved(moment: Code, by: Code, unit: str, kind: Kind) -> Code:
    return call("datetime_add", moment, by, Code(f'"{unit}"'), kind=kind)


def _minutes(time: Code) -> Code:
    """Return a time of day in minutes."""
    hours = call("format_time", time, Code('"tt"'))
    minutes = call("format_time", time, Code('"m"'))
    return binary("+", binary("*", hours, Code("60")), minutes)


def _variable(path: str, habits: Habits, use: Use) -> Code:
    meant = habits.meant(path.lower(), message=use.message)
    code = reference(meant, raw_dates=use.raw_dates)
    if code is None:
        raise Unreadable(f"there was no variable {path}")
    if use.saved and habits.saves_own_categories:
        return replace(code, text=re.sub(r"\.category_localized$", ".category", code.text))
    return code


def _source(piece: Piece) -> str:
    """Return a piece as it stood in its text."""
    if piece.kind == "words":
        return piece.source
    return f"@{piece.source}" if piece.kind == "path" else f"@({piece.source})"
