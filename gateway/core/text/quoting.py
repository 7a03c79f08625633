"""Texts in quotation marks, as expressions and queries write them: read, and written.

Escapes are those of the Go language, as the field's own engine has them.
"""

import re
from typing import Final

# The last group is what makes a text stand as it is written, without any escape being read.
_ESCAPE: Final = re.compile(
    r"\\([abfnrtv\\\"])|((?:\\(?:x[0-9a-fA-F]{2}|[0-3][0-7]{2}))+)"
    r"|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|([\\\n])"
)
_READ: Final = dict(zip('abfnrtv\\"', '\a\b\f\n\r\t\v\\"', strict=True))
_WRITTEN: Final = {char: f"\\{letter}" for letter, char in _READ.items()}


def quote(text: str) -> str:
    """Return a text in quotation marks; what cannot be printed is escaped."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([_written(char) for char in text]) + '"'


def unquote(quoted: str) -> str:
    """Return the text in quotation marks. One with an escape that is none stands as written."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    try:
        return _ESCAPE.sub(_char, inner)
    except ValueError:
        return inner


def _written(char: str) -> str:
    if char in _WRITTEN:
        return _WRITTEN[char]
    if char.isprintable() or "\ud800" <= char <= "\udfff":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _char(escape: re.Match[str]) -> str:
    letter, octets, short, long, _ = escape.groups()
    if letter:
        return _READ[letter]
    if octets:
        codes = [
            int(code[1:], 16) if code[0] == "x" else int(code, 8) for code in octets[1:].split("\\")
        ]
        return bytes(codes).decode(errors="replace")
    if not short and not long:
        raise ValueError("no escape")
    code = int(short or long, 16)
    if 0xD800 <= code < 0xE000:
        raise ValueError("half a character")
    return chr(code)
