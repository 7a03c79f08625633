"""What an imported flow finds around it: other flows by name, languages, who listens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All of it, as the compiler needs it.

    `names` are the names that flows have here, by uuid; `titles` are the same by their titles, for
    those who know no uuid. `language` is what people read whose language a text has no translation
    in; empty for the flow's own. `fallbacks` are the languages that serve for others, `hooks` the
    addresses that are told of something, by its name. With `all_here` no other flows than those
    named are here, and what would enter or begin one becomes a stub; without it that is a mistake
    of the flow's, which ends it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    fallbacks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hooks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    all_here: bool = False

    def name(self, reference: Mapping[str, Any]) -> str:
        """Return the name of a flow that a definition refers to."""
        uuid = str(reference.get("uuid") or "")
        if not uuid:
            return self.titles.get(str(reference.get("name") or ""), "")
        return self.names.get(uuid, uuid)

    def lacks(self, reference: Mapping[str, Any]) -> bool:
        """Whether a flow that a definition refers to is known not to be here."""
        return self.all_here and self.name(reference) not in self.names.values()
