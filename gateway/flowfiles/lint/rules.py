"""What a rule is: the code that findings bear, why it matters, the mend, and an example of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.flowfiles.findings import Finding
from gateway.flowfiles.lint.subject import Place, Subject

# What looks at a folder and yields what it finds.
Check: TypeAlias = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `finds`, `why` and `mend` are sentences without their full stop.

    `example` are steps of a flow in which it is found; empty where more than steps is needed.
    """

    code: str
    level: Literal["error", "warning"]
    finds: str
    why: str
    mend: str
    example: str = ""

    def at(
        self, place: Place, what: str, *, why: str = "", mend: str = "", language: str = ""
    ) -> Finding:
        """Return a finding of the rule: `what` is wrong there, the rest is the rule's own."""
        return Finding(
            self.level,
            self.code,
            place.path,
            place.line,
            what,
            why or self.why,
            mend or self.mend,
            language,
        )
