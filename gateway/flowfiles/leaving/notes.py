"""Collects what cannot leave as it is: by file, line and step, the same thing once."""

from collections.abc import Iterable

from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.leaving.limits import Limit


class Notes:
    """What was found in one file. `stubs` fills with what is left out of the step at hand."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: dict[tuple[str, int, str], Finding] = {}
        self.mentioned: set[str] = set()
        self.line = 1
        self.step = ""
        self.stubs: list[str] = []

    def at(self, step: str, line: int) -> None:
        """Go on with a step."""
        self.step, self.line = step, line
        self.stubs = []

    def tell(self, limit: Limit, what: str, *, line: int | None = None) -> None:
        """Note something about the step at hand, or about a line that is of no step."""
        if limit.once and limit.rule in self.mentioned:
            return
        self.mentioned.add(limit.rule)
        where = self.line if line is None else line
        said = f"step {self.step}: {what}" if self.step and line is None else what
        finding = Finding(
            ERROR if limit.blocking else WARNING,
            limit.rule,
            self.path,
            where,
            said,
            limit.why[0].upper() + limit.why[1:],
            limit.mend,
        )
        self.found.setdefault((limit.rule, where, said), finding)
        if limit.blocking and line is None and what not in self.stubs:
            self.stubs.append(what)


def in_order(several: Iterable[Notes]) -> tuple[Finding, ...]:
    """Return all findings by file and line."""
    found = (one for notes in several for one in notes.found.values())
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.level)))
