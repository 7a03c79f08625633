"""Where the keys of a step may lead: another step of the flow, or its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.flowfiles.sections import Section

# A step's name that says: here the flow is over.
END: Final = "end"


@dataclass(frozen=True, slots=True)
class Targets:
    """The steps of a flow by their names, which its keys may lead to."""

    names: Sequence[str]

    def __call__(self, section: Section, key: str) -> str | None:
        """Return the step that a key leads to; None for the word end."""
        return self.step(section, key, section.text(key) or "")

    def step(self, section: Section, key: str, wanted: str) -> str | None:
        """Return the step of this name, which stands somewhere under a key."""
        if wanted == END:
            return None
        if wanted not in self.names:
            raise section.error(
                key,
                f"{key} leads to {wanted}, which is no step of this flow",
                f"Use one of {', '.join([*self.names, END])}",
            )
        return wanted
