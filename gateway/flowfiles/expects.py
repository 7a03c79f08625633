"""What ``expect:`` and ``cases:`` may say of an answer, read into tests and their arguments."""

import difflib
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from gateway.core.flow.answers import TESTS, Test
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.answer_tests import DESCRIBED
from gateway.core.flow.expressions.patterns import compile_written
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Case, Category
from gateway.core.flow.routing import answer_test
from gateway.core.movement.places import LEVELS
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Texts

_FORM: Final = re.compile(r"(\w+)\s*(?:\((.*)\))?", re.DOTALL)
_MATCH: Final = re.compile(r"\s*(has_\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\],]', re.DOTALL)

# Every kind of answer that a step may expect, as its author writes it.
EXPECTS: Final = {
    "text": "text or text(160)",
    "number": "number or number(1, 5)",
    "yes_no": "yes_no",
    "phone": "phone",
    "date": "date",
    "place": "place or place(district)",
}
_USAGE: Final = {test.name: test for test in DESCRIBED}

Arguments: TypeAlias = tuple[Template | Json, ...]


def read_expect(step: Section, texts: Texts, category: Category) -> Case:
    """Return the case that a step's answers have to pass. Any words are one by default."""
    written = (step.text("expect", "text") or "").strip()
    matched = read_match(step, "expect", written, texts)
    if matched is not None:
        return Case(*matched, category)
    form = _FORM.fullmatch(written)
    name = form.group(1) if form else written
    if form is None or name not in EXPECTS:
        raise step.error(
            "expect",
            f"{step.name} expects {written}, which is no kind of answer",
            f"Write one of {'; '.join(EXPECTS.values())}; or a test such as has_pattern(…)",
        )
    inside = form.group(2)
    given = [part.strip() for part in inside.split(",")] if inside else []
    if name == "place":
        return Case(name, TESTS[name], _level(step, written, given), category)
    return Case(name, TESTS[name], _numbers(step, written, name, given), category)


def read_match(
    section: Section, key: str, written: str, texts: Texts
) -> tuple[str, Test, Arguments] | None:
    """Read a test of expressions such as ``has_number_gt(5)``, None where it is something else.

    Its first argument, the answer, is left out.
    """
    form = _MATCH.fullmatch(written)
    if form is None:
        return None
    name, inside = form.groups()
    if name not in _USAGE:
        near = difflib.get_close_matches(name, _USAGE, n=1)
        mend = f"Write {near[0]}" if near else "See the tests in docs/reference/expressions.md"
        raise section.error(key, f"there is no test {name}", mend)
    sources = [] if inside is None or not inside.strip() else list(_split(inside))
    spec = _USAGE[name]
    least, most = spec.least - 1, len(spec.kinds) - 1
    if len(sources) < least or (len(sources) > most and spec.more is None):
        wanted = str(least) if least == most else f"{least} to {most}"
        raise section.error(
            key,
            f"{name} has {len(sources)} arguments beside the answer and takes {wanted}",
            f"It is called as {spec.usage}, and the first one is left out",
        )
    arguments = tuple(texts.expression(section, key, source) for source in sources)
    pattern = arguments[0] if name == "has_pattern" else None
    if isinstance(pattern, str) and compile_written(pattern) is None:
        raise section.error(
            key,
            f"{pattern} is no regular expression",
            "Write one such as ^[0-9]{4}$, without look-ahead and back-references",
        )
    return name, answer_test(name, as_text=False), arguments


def _split(inside: str) -> Iterator[str]:
    """Yield the arguments of a call: what stands between commas that are in no bracket or text."""
    depth = begin = 0
    for token in _TOKEN.finditer(inside):
        if token[0] in "([":
            depth += 1
        elif token[0] in ")]":
            depth -= 1
        elif token[0] == "," and depth == 0:
            yield inside[begin : token.start()]
            begin = token.end()
    yield inside[begin:]


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
    if fits and name == "text" and given and not (given[0].isdecimal() and int(given[0])):
        fits = False
    if fits and name == "number" and given and float(given[0]) > float(given[1]):
        fits = False
    if not fits:
        raise step.error(
            "expect", f"{written} does not say what it means", f"Write {EXPECTS[name]}"
        )
    return tuple(float(part) if "." in part else int(part) for part in given)
