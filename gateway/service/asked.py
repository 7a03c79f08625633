"""What staff may ask an export for: which kinds there are, what each needs, how it is written down.

Counts come first. Rows name nobody; numbers leave with a reason and a second person's word.
"""

from dataclasses import asdict, dataclass, fields
from typing import Final

import orjson

from gateway.core.movement.places import LEVELS
from gateway.core.staff.roles import Permission
from gateway.service.signups import DIMENSIONS, OF_REPORTS

SIGNUPS: Final = "signups"
REPORTS: Final = "reports"
RESULTS: Final = "results"
PEOPLE: Final = "people"
CASES: Final = "cases"
ANSWERS: Final = "answers"
NUMBERS: Final = "numbers"

COUNTS: Final = (SIGNUPS, REPORTS, RESULTS)
ROWS: Final = (PEOPLE, CASES, ANSWERS)
KINDS: Final = (*COUNTS, *ROWS, NUMBERS)
OF_FLOWS: Final = (RESULTS, ANSWERS)
FORMATS: Final = ("csv", "xlsx", "jsonl", "package")
SUFFIXES: Final = {"csv": "csv", "xlsx": "xlsx", "jsonl": "jsonl", "package": "zip"}
BY: Final = {SIGNUPS: DIMENSIONS, REPORTS: OF_REPORTS, RESULTS: ("place",)}


@dataclass(frozen=True, slots=True)
class Asked:
    """One export as it was asked for.

    `by` and `level` say what is counted, `flow` whose answers; `tags` puts HXL's tags into counts;
    `exact` shows small counts too.
    """

    kind: str
    by: tuple[str, ...] = ()
    level: str = ""
    flow: str = ""
    format: str = "csv"
    tags: bool = False
    exact: bool = False

    @property
    def needs(self) -> Permission:
        """The permission that it takes to ask for it and to have it."""
        if self.kind == NUMBERS:
            return Permission.EXPORT_NUMBERS
        rows = self.exact or self.kind in ROWS
        return Permission.EXPORT_ROWS if rows else Permission.EXPORT

    @property
    def needs_reason(self) -> bool:
        """Whether it has to be said why."""
        return self.exact or self.kind == NUMBERS

    @property
    def counts(self) -> bool:
        """Whether it shows counts, and no line for a person."""
        return self.kind in COUNTS

    @property
    def sound(self) -> bool:
        """Whether every part of it is one that there is."""
        return (
            self.kind in KINDS
            and self.format in FORMATS
            and set(self.by) <= set(BY.get(self.kind, ()))
            and len(set(self.by)) == len(self.by)
            and self.level in ("", *LEVELS)
            and (not self.exact or self.counts)
            and bool(self.flow) is (self.kind in OF_FLOWS)
        )

    def written(self) -> str:
        """Return it as JSON."""
        return orjson.dumps(asdict(self)).decode()


def read(written: str) -> Asked:
    """Return what was written down; parts that another version wrote are left out."""
    given = orjson.loads(written)
    known = {part.name: given[part.name] for part in fields(Asked) if part.name in given}
    return Asked(**{**known, "by": tuple(given["by"])})
