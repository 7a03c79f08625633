"""The table of the GSM-7 alphabet: septets, segments and look-alikes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gateway.core.text import gsm7
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome, compared

# What each operation gives, and under which key its row says what it should be.
_OPERATIONS: Final[Mapping[str, tuple[Callable[[Row], Any], str]]] = {
    "segments": (lambda row: gsm7.segments(row["text"]).count, "segments"),
    "is_gsm7": (lambda row: gsm7.is_gsm7(row["text"]), "is_gsm7"),
    "replace": (lambda row: gsm7.substitute(row["text"]), "expected"),
    "encode": (lambda row: gsm7.encode(row["text"]).hex(), "septets_hex"),
    "decode": (lambda row: gsm7.decode(bytes.fromhex(row["septets_hex"])), "text"),
}


def septets(folder: Folder) -> Iterator[Outcome]:
    """Run every operation on its text."""
    for row in folder.rows("gsm7"):
        operate, key = _OPERATIONS[row["operation"]]
        given = operate(row)
        yield compared(row["id"], passed=given == row[key], expected=row[key], given=given)
