"""Columns of values as PostgreSQL writes arrays in text. Knows no table.

The driver escapes each element by itself, in Python; what we send is numbers, bytes and plain
words, and one pass over them takes a fraction of that time. The statement names the array's type.
"""

from collections.abc import Iterable


def array(values: Iterable[object]) -> str:
    """Return values of one kind (numbers, bytes or text, or None) as an array's literal.

    Raises TypeError for a value of another kind.
    """
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: object) -> str:
    if isinstance(value, bytes):
        return '"\\\\x' + value.hex() + '"'
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, str):
        if "\\" in value or '"' in value:
            value = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{value}"'
    raise TypeError(f"an array of {type(value).__name__} is not known")
