"""Values in quotation marks: how they are written into a query and read out of it."""

import re
from typing import Final

# Escapes are those of the Go language, as the texts of the field are written. The last group is a
# backslash that begins none of them.
_ESCAPE: Final = re.compile(
    r'\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|())'
)
_READ: Final = dict(zip('abfnrtv\\"', '\a\b\f\n\r\t\v\\"', strict=True))
_WRITTEN: Final = {char: f"\\{letter}" for letter, char in _READ.items()}


def quote(value: str) -> str:
    """Return a value in quotation marks; what cannot be printed is escaped."""
    return '"' + "".join([_written(char) for char in value]) + '"'


def unquote(quoted: str) -> str:
    """Return the value in quotation marks. One with an escape that is none stands as written."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    read = []
    end = 0
    for escape in _ESCAPE.finditer(inner):
        char = _char(escape)
        if char is None:
            return inner
        read += [inner[end : escape.start()], char]
        end = escape.end()
    return "".join([*read, inner[end:]])


def _written(char: str) -> str:
    if char in _WRITTEN:
        return _WRITTEN[char]
    if char.isprintable() or "\ud800" <= char <= "\udfff":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _char(escape: re.Match[str]) -> str | None:
    letter, byte, short, long, octal, _ = escape.groups()
    if letter:
        return _READ[letter]
    if octal:
        return chr(int(octal, 8))
    code = int(byte or short or long or "110000", 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None
