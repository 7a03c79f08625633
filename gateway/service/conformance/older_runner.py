"""Plays the transcripts of an older engine, of which only messages and the last state are known."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.core.flow.expressions.environment import Location, Locations
from gateway.core.flow.expressions.locations import Located
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.outcomes import Outcome as Played
from gateway.service.conformance.runner import Session, played


@dataclass(frozen=True, slots=True)
class AnyPlace:
    """Every text is the name of a place, but for those that begin with the letter x."""

    def find_name(self, name: str, level: int, parent: Location | None) -> Sequence[Location]:
        """Return the place."""
        del parent
        name = name.strip()
        return [Located(name, name, level)] if name and name[0].lower() != "x" else []

    def find_path(self, path: str) -> Location | None:
        """Return the place, of a level that does not matter."""
        return next(iter(self.find_name(path, 0, None)), None)


class OlderSession(Session):
    """A conversation of the older engine: its clock stands still, its places are any."""

    def places(self) -> Locations | None:
        """Return a country in which everything is a place."""
        return AnyPlace()

    def now(self) -> datetime:
        """Return the time of the case."""
        head, _, tail = self.case["now"].partition(".")
        return datetime.fromisoformat(f"{head}.{tail[:6]}+00:00")


def older_runner(folder: Folder) -> Iterator[Played]:
    """Play every case."""
    for path in sorted((folder.path / "flows_bsd").glob("*.json")):
        yield played(json.loads(path.read_text(encoding="utf-8")), _played)


def _played(case: Row) -> Played:
    session = OlderSession(case)
    for number, expected in enumerate(case["expected"]):
        given = session.open() if number == 0 else session.go_on(case["inputs"][number - 1])
        wanted, found = expected["messages"], given["messages"]
        if [text.strip() for text in wanted] != [text.strip() for text in found]:
            why = f"sprint {number}: expected {wanted!r}, got {found!r}"
            return Played(case["id"], passed=False, why=why)
    wanted, found = case["final"]["contact"], _final(session.contact)
    same = all(found[key] == value for key, value in wanted.items())
    why = "" if same else f"at last: expected {wanted!r}, got {found!r}"
    return Played(case["id"], same, why)


def _final(contact: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the contact as these cases write one: of a field the text alone."""
    return {
        "name": contact.get("name"),
        "language": contact.get("language"),
        "groups": contact["groups"],
        "fields": {key: value["text"] for key, value in contact["fields"].items()},
    }
