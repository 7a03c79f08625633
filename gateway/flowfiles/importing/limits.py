"""What an import meets here, and cannot take over as it is, because of what is here already."""

from dataclasses import dataclass, replace
from typing import Final

from gateway.flowfiles.rapidpro.limits import Limit


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that another flow has; `by` says which."""

    limit: Limit

    def by(self, owner: str) -> Limit:
        """Return the limit for what somebody has."""
        return replace(self.limit, why=self.limit.why.format(owner=owner))


TAKEN: Final = Taken(
    Limit("taken", "it begins {owner} here already", "it begins the flow from the export no more")
)
RESERVED: Final = Limit("taken", "people send it to leave or to come back", "it begins nothing")
EMPTY_WORD: Final = Limit("word", "nobody can send it", "it begins nothing")
LONG_WORD: Final = Limit("word", "it is too long to be looked for", "it begins nothing")
OTHER_FIELD: Final = Limit(
    "field",
    "there is one of this name here already, of another kind",
    "the field stays as it is here; --replace takes that of the export",
    blocking=False,
)
OTHER_GROUP: Final = Limit(
    "group",
    "there is one of this name here already, with another query",
    "the group stays as it is here; --replace takes that of the export",
    blocking=False,
)
BAD_QUERY: Final = Limit("query", "its query cannot be read", "nobody is in it by the query")
UNASKED: Final = Limit(
    "query",
    "its query asks what is not known of people here",
    "nobody is found by that part of it",
    blocking=False,
)
