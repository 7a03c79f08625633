"""Every form in which a number or a word could lie about in a file, and the search for them."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


def traces(e164: str, national: str) -> Mapping[str, bytes]:
    """Return the common forms of a phone number. `national` is it without the country's code.

    Digits without a prefix are within every form that has one, so those are looked for.
    """
    digits = e164.removeprefix("+")
    first, rest = national[:2], national[2:]
    grouped = {
        f"grouped by '{mark}', {size} digits": f"{first}{mark}{rest[:size]}{mark}{rest[size:]}"
        for mark in " -."
        for size in (3, 4)
    }
    found = {"digits": national, **grouped, "backwards": national[::-1]}
    forms = {name: text.encode() for name, text in found.items()}
    forms |= _written_otherwise("number", national)
    pairs = digits + "f" * (len(digits) % 2)
    swapped = "".join(pairs[i + 1] + pairs[i] for i in range(0, len(pairs), 2))
    forms["semi-octets of an SMS"] = bytes.fromhex(swapped)
    for name, text in (("international", digits), ("national", national)):
        for order in ("big", "little"):
            forms[f"{name} as an integer, {order} end first"] = int(text).to_bytes(5, order)
    for text in (e164, digits, "0" + national):
        for kind in ("md5", "sha1", "sha256"):
            digest = hashlib.new(kind, text.encode(), usedforsecurity=False)
            forms[f"{kind} of {len(text)} characters"] = digest.digest()
            forms[f"{kind} of {len(text)} characters in hex"] = digest.hexdigest().encode()
    return forms


def word_traces(text: str) -> Mapping[str, bytes]:
    """Return the common forms of a name or of a piece of a message."""
    return {"as it is": text.encode(), "in capitals": text.upper().encode()} | _written_otherwise(
        "word", text
    )


def find(files: Iterable[Path], wanted: Mapping[str, bytes]) -> list[str]:
    """Return where a form was found: file and form, never the value."""
    return sorted(_found(files, wanted))


def _found(files: Iterable[Path], wanted: Mapping[str, bytes]) -> Iterator[str]:
    for file in files:
        content = file.read_bytes()
        for name, form in wanted.items():
            if form in content:
                yield f"{file.name}: {name}"


def _written_otherwise(what: str, text: str) -> dict[str, bytes]:
    forms = {
        f"{what} in UTF-16, low byte first": text.encode("utf-16-le"),
        f"{what} in UTF-16, high byte first": text.encode("utf-16-be"),
        f"{what} in hex": text.encode().hex().encode(),
        f"{what} in capital hex": text.encode().hex().upper().encode(),
    }
    for shift in range(3):
        # What base64 makes of the middle of a text depends on where it begins: three ways.
        coded = base64.b64encode(b"\0" * shift + text.encode())
        inner = coded[4 if shift else 0 : -4]
        forms[f"{what} in base64, shifted by {shift}"] = inner
        forms[f"{what} in base64 of addresses, shifted by {shift}"] = inner.replace(
            b"+", b"-"
        ).replace(b"/", b"_")
    return forms
