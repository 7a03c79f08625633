"""The Excel-like functions of old expressions, and how each is said in the new language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from gateway.flowfiles.rapidpro.migrations.legacy.codes import (
    Code,
    Kind,
    binary,
    call,
    joined,
    negated,
)
from gateway.flowfiles.rapidpro.migrations.legacy.grammar import Unreadable

Rewrite: TypeAlias = Callable[[Sequence[Code]], Code]

_FALSE: Final = Code("false")
_TRUE: Final = Code("true")
_SPACE: Final = Code('" "')
_EULER: Final = Code("2.718281828459045", Kind.NUMBER)


def rewrite(name: str, arguments: Sequence[Code]) -> Code:
    """Return a call in the new language. Raises `Unreadable` for one with too few arguments.

    A function that the old language did not have stays as it is.
    """
    form = FUNCTIONS.get(name)
    return call(name, *arguments) if form is None else form(arguments)


def _renamed(name: str, least: int = 0, kind: Kind = Kind.UNKNOWN) -> Rewrite:
    """The same with another name."""

    def form(arguments: Sequence[Code]) -> Code:
        _at_least(name, least, arguments)
        return call(name, *arguments, kind=kind)

    return form


def _number(name: str, least: int = 0) -> Rewrite:
    return _renamed(name, least, Kind.NUMBER)


def _part_of_moment(name: str, layout: str) -> Rewrite:
    """A part of a date or time, which was a number and would now be a text such as ``08``."""

    def form(arguments: Sequence[Code]) -> Code:
        _at_least(name, 1, arguments)
        return call("number", call(name, arguments[0], Code(f'"{layout}"')), kind=Kind.NUMBER)

    return form


def _constant(code: Code) -> Rewrite:
    return lambda _: code


def _joined(operator: str, kind: Kind = Kind.UNKNOWN) -> Rewrite:
    def form(arguments: Sequence[Code]) -> Code:
        _at_least("a sum or concatenation", 1, arguments)
        return joined(operator, arguments, kind)

    return form


def _if(arguments: Sequence[Code]) -> Code:
    _at_least("if", 1, arguments)
    return call("if", *arguments, *(Code("0"), _FALSE)[len(arguments) - 1 :])


def _first_word(arguments: Sequence[Code]) -> Code:
    _at_least("first_word", 1, arguments)
    return call("word", arguments[0], Code("0"))


def _word(arguments: Sequence[Code]) -> Code:
    _at_least("word", 2, arguments)
    return call("word", arguments[0], _from_zero(arguments[1]), *_delimiters(arguments[2:]))


def _word_count(arguments: Sequence[Code]) -> Code:
    _at_least("word_count", 1, arguments)
    return call("word_count", arguments[0], *_delimiters(arguments[1:]), kind=Kind.NUMBER)


def _word_slice(arguments: Sequence[Code]) -> Code:
    """A stop of 0 was the end; a negative one counted from the end, which is now counted out."""
    _at_least("word_slice", 2, arguments)
    text, start = arguments[0], _from_zero(arguments[1])
    delimiters = _delimiters(arguments[3:])
    stop = arguments[2] if len(arguments) > 2 else Code("0")
    whole = _literal(stop)
    if whole is None or whole > 0:
        return call("word_slice", text, start, _from_zero(stop), *delimiters)
    if whole == 0:
        return call("word_slice", text, start, *((Code("-1"), *delimiters) if delimiters else ()))
    words = call("word_count", text, *delimiters, kind=Kind.NUMBER)
    return call("word_slice", text, start, binary("-", words, Code(str(-whole))), *delimiters)


def _field(arguments: Sequence[Code]) -> Code:
    _at_least("field", 2, arguments)
    return call("field", arguments[0], _from_zero(arguments[1]), *(arguments[2:3] or (_SPACE,)))


def _fixed(arguments: Sequence[Code]) -> Code:
    """The third argument was whether to leave the grouping out; now it is whether to have it."""
    _at_least("fixed", 1, arguments)
    places = arguments[1] if len(arguments) > 1 else Code("2")
    if len(arguments) < 3:
        return call("format_number", arguments[0], places)
    plain = arguments[2]
    grouped = {"true": _FALSE, "false": _TRUE}.get(plain.text)
    return call("format_number", arguments[0], places, grouped or call("if", plain, _FALSE, _TRUE))


def _left(arguments: Sequence[Code]) -> Code:
    _at_least("left", 2, arguments)
    return call("text_slice", arguments[0], Code("0"), arguments[1])


def _right(arguments: Sequence[Code]) -> Code:
    _at_least("right", 2, arguments)
    return call("text_slice", arguments[0], negated(arguments[1]))


def _days(arguments: Sequence[Code]) -> Code:
    _at_least("days", 2, arguments)
    return call("datetime_diff", arguments[1], arguments[0], Code('"D"'), kind=Kind.NUMBER)


def _difference(arguments: Sequence[Code]) -> Code:
    """Units were of any case, and m was months; now m is minutes."""
    _at_least("datedif", 3, arguments)
    unit = arguments[2]
    if unit.text.startswith('"'):
        letter = unit.text.strip('"').upper()
        if letter not in {"D", "M", "Y"}:
            raise Unreadable(f"DATEDIF with {unit.text} has no counterpart")
        unit = Code(f'"{letter}"')
    else:
        unit = call("upper", unit)
    return call("datetime_diff", *arguments[:2], unit, kind=Kind.NUMBER)


def _months_on(arguments: Sequence[Code]) -> Code:
    _at_least("edate", 2, arguments)
    return call("datetime_add", *arguments[:2], Code('"M"'), kind=Kind.DATETIME)


def _power(arguments: Sequence[Code]) -> Code:
    _at_least("power", 2, arguments)
    return binary("^", arguments[0], arguments[1], Kind.NUMBER)


def _exponential(arguments: Sequence[Code]) -> Code:
    _at_least("exp", 1, arguments)
    return binary("^", _EULER, arguments[0], Kind.NUMBER)


def _weekday(arguments: Sequence[Code]) -> Code:
    """Sunday was 1 and is 0."""
    _at_least("weekday", 1, arguments)
    return binary("+", call("weekday", arguments[0]), Code("1"), Kind.NUMBER)


def _at_least(name: str, count: int, arguments: Sequence[Code]) -> None:
    if len(arguments) < count:
        raise Unreadable(f"{name} needs {count} arguments and has {len(arguments)}")


def _literal(code: Code) -> int | None:
    """Return the whole number that is written there, if one is."""
    text = code.text
    return int(text) if text.removeprefix("-").isdecimal() else None


def _from_zero(position: Code) -> Code:
    """Return a position that counted from 1. A negative one counts from the end, then as now."""
    whole = _literal(position)
    if whole is None:
        return binary("-", position, Code("1"))
    return Code(str(whole - 1 if whole > 0 else whole))


def _delimiters(by_spaces: Sequence[Code]) -> tuple[Code, ...]:
    """Return what words are parted by: spaces alone where the old third argument said so."""
    if not by_spaces:
        return ()
    return (Code('" \\t"' if by_spaces[0].text == "true" else "NULL"),)


FUNCTIONS: Final[Mapping[str, Rewrite]] = {
    "abs": _number("abs", 1),
    "and": _renamed("and", 1),
    "average": _number("mean", 1),
    "char": _renamed("char", 1),
    "clean": _renamed("clean", 1),
    "code": _number("code", 1),
    "concatenate": _joined("&"),
    "date": _renamed("date_from_parts", 3, Kind.DATE),
    "datedif": _difference,
    "datevalue": _renamed("date", 1, Kind.DATE),
    "day": _part_of_moment("format_date", "D"),
    "days": _days,
    "edate": _months_on,
    "epoch": _number("epoch", 1),
    "exp": _exponential,
    "false": _constant(_FALSE),
    "field": _field,
    "first_word": _first_word,
    "fixed": _fixed,
    "format_date": _renamed("format_datetime", 1),
    "format_location": _renamed("format_location", 1),
    "hour": _part_of_moment("format_datetime", "tt"),
    "if": _if,
    "int": _number("round_down", 1),
    "left": _left,
    "len": _number("text_length", 1),
    "lower": _renamed("lower", 1),
    "max": _number("max", 1),
    "min": _number("min", 1),
    "minute": _part_of_moment("format_datetime", "m"),
    "mod": _number("mod", 2),
    "month": _part_of_moment("format_date", "M"),
    "now": _renamed("now", 0, Kind.DATETIME),
    "or": _renamed("or", 1),
    "percent": _renamed("percent", 1),
    "power": _power,
    "proper": _renamed("title", 1),
    "rand": _number("rand"),
    "randbetween": _number("rand_between", 2),
    "read_digits": _renamed("read_chars", 1),
    "regex_group": _renamed("regex_match", 2),
    "remove_first_word": _renamed("remove_first_word", 1),
    "rept": _renamed("repeat", 2),
    "right": _right,
    "round": _number("round", 1),
    "rounddown": _number("round_down", 1),
    "roundup": _number("round_up", 1),
    "second": _part_of_moment("format_datetime", "s"),
    "substitute": _renamed("replace", 3),
    "sum": _joined("+", Kind.NUMBER),
    "time": _renamed("time_from_parts", 3, Kind.TIME),
    "timevalue": _renamed("time", 1, Kind.TIME),
    "today": _renamed("today", 0, Kind.DATE),
    "true": _constant(_TRUE),
    "trunc": _number("round_down", 1),
    "unichar": _renamed("char", 1),
    "unicode": _number("code", 1),
    "upper": _renamed("upper", 1),
    "weekday": _weekday,
    "word": _word,
    "word_count": _word_count,
    "word_slice": _word_slice,
    "year": _part_of_moment("format_date", "YYYY"),
}
