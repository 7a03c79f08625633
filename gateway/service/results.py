"""Exports what flows saved of each conversation: a row a person, and never a phone number.

Only a pseudonym stands for the person, and what looks like a number in an answer is masked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import orjson

from gateway.core.movement.moments import iso
from gateway.core.text.phone import mask
from gateway.service.export import Row, Source, Write
from gateway.service.world import RESULT
from gateway.store import exports
from gateway.store.database import Database
from gateway.store.exports import View

# Nine digits or more, in any script, are masked; a date is a date.
_LIKE_A_NUMBER: Final = re.compile(r"\+?\d(?:[\s().\-/]{0,2}\d){8,}")
_DATE: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
_ANSWERS: Final[Mapping[str, object]] = {}


class NoResultsError(Exception):
    """A flow has saved nothing. One sentence that names those that have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One result that a flow saved of somebody: its name, the category of the answer, the place."""

    name: str
    category: str | None
    place: str | None


def results_of(source: Source, flow: str, scope: frozenset[str] | None) -> Iterator[Answer]:
    """Yield every result of a flow for counting; `scope` are the places, None for everywhere.

    Raises `NoResultsError`.
    """
    with source.database.read() as view:
        if not exports.result_names(view, flow):
            raise NoResultsError(_which(view, flow))
        for page in exports.results(view, flow):
            for row in page:
                if scope is None or row.place in scope:
                    category = _cell(_opened(source, row).get("category"))
                    yield Answer(row.name, category, row.place)


def flows_with_results(database: Database) -> Sequence[str]:
    """Return the flows that have saved any result."""
    with database.read() as view:
        return exports.flows_with_results(view)


def export_results(
    source: Source, flow: str, write: Write, *, scope: frozenset[str] | None = None
) -> int:
    """Write what a flow saved, a person a line, and return how many lines there are.

    Each result has two columns, what was answered and the category that it fell into; a person who
    went through the flow again stands there with the last answers. All is from one moment, and
    memory does not grow with the people; with a `scope` only those of its places are in it. Raises
    `NoResultsError`.
    """
    with source.database.read() as view:
        names = exports.result_names(view, flow)
        if not names:
            raise NoResultsError(_which(view, flow))
        columns = ["participant", "saved_at"]
        for name in names:
            columns += [name, f"{name} category"]
        return write(columns, _rows(source, view, flow, names, scope))


def _which(view: View, flow: str) -> str:
    known = exports.flows_with_results(view)
    if not known:
        return "No flow has saved a result yet. Imported flows do, in each step that names one."
    return f"The flow {flow} has saved no result. These have: {', '.join(known)}."


def _rows(
    source: Source, view: View, flow: str, names: Sequence[str], scope: frozenset[str] | None
) -> Iterator[Row]:
    lines = (
        row
        for page in exports.results(view, flow)
        for row in page
        if scope is None or row.place in scope
    )
    for phone, own in groupby(lines, key=lambda row: bytes(row.phone)):
        answers: dict[str, Mapping[str, object]] = {}
        saved_at, person = 0, b""
        for row in own:
            answers[row.name] = _opened(source, row)
            saved_at = max(saved_at, row.saved_at)
            person = row.id or source.vault.participant_id(phone, 1)
        cells: list[str | None] = [bytes(person).hex(), iso(saved_at)]
        for name in names:
            found = answers.get(name, _ANSWERS)
            cells += [_cell(found.get("value")), _cell(found.get("category"))]
        yield cells


def _opened(source: Source, row: Any) -> Mapping[str, object]:
    """Return a result; an empty one where the person was erased."""
    if row.salt is None:
        return _ANSWERS
    opened = source.vault.person(bytes(row.salt)).open(RESULT, bytes(row.result_sealed))
    found: Mapping[str, object] = orjson.loads(opened)
    return found


def _cell(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if _DATE.fullmatch(text) else _LIKE_A_NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return mask("".join(one for one in found[0] if one.isdigit() or one == "+"))
