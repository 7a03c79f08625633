"""What ``expect:`` may say, read into the name of an answer test and its arguments."""

import re
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.movement.places import LEVELS
from gateway.flowfiles.sections import Section

_FORM: Final = re.compile(r"(\w+)\s*(?:\(([^()]*)\))?")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")

# Every kind of answer that a step may expect, as its author writes it.
EXPECTS: Final = {
    "text": "text or text(160)",
    "number": "number or number(1, 5)",
    "yes_no": "yes_no",
    "phone": "phone",
    "date": "date",
    "place": "place or place(district)",
}


def read_expect(step: Section) -> tuple[str, tuple[Json, ...]]:
    """Return the test that a step's answers have to pass, and its arguments. Text by default."""
    written = step.text("expect", "text") or ""
    form = _FORM.fullmatch(written.strip())
    name = form.group(1) if form else written
    if form is None or name not in EXPECTS:
        raise step.error(
            "expect",
            f"{step.name} expects {written}, which is no kind of answer",
            f"Write one of {'; '.join(EXPECTS.values())}",
        )
    inside = form.group(2)
    given = [] if not inside else [part.strip() for part in inside.split(",")]
    if name == "place":
        return name, _level(step, written, given)
    return name, _numbers(step, written, name, given)


def _level(step: Section, written: str, given: list[str]) -> tuple[Json, ...]:
    """Return the level of the place, if one is asked for."""
    if len(given) > 1 or (given and given[0] not in LEVELS):
        raise step.error(
            "expect", f"{written} names no level of places", f"Use one of {', '.join(LEVELS)}"
        )
    return tuple(given)


def _numbers(step: Section, written: str, name: str, given: list[str]) -> tuple[Json, ...]:
    """Return the length of a text or the two ends of a range."""
    allowed = {"text": (0, 1), "number": (0, 2)}.get(name, (0,))
    fits = len(given) in allowed and all(_NUMBER.fullmatch(part) for part in given)
    if fits and name == "text" and given and not given[0].isdecimal():
        fits = False
    if fits and name == "number" and given and float(given[0]) > float(given[1]):
        fits = False
    if not fits:
        raise step.error(
            "expect", f"{written} does not say what it means", f"Write {EXPECTS[name]}"
        )
    return tuple(float(part) if "." in part else int(part) for part in given)
