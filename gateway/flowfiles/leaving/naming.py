"""Names and ids in RapidPro for what is here: the same for the same thing, whenever it is asked."""

import hashlib
import re
from typing import Final
from uuid import UUID

from gateway.core.text.languages import terminological, twin

LONGEST_RESULT: Final = 64
LONGEST_CATEGORY: Final = 36
LONGEST_FIELD: Final = 36

# What RapidPro calls a language that it is not told.
UNKNOWN_LANGUAGE: Final = "und"

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_TAKEN: Final = frozenset(
    {
        *("active", "blocked", "channel", "created_by", "created_on", "fields", "first_name"),
        *("flow", "group", "groups", "has", "history", "id", "in", "is", "language"),
        *("last_seen_on", "name", "scheme", "status", "stopped", "tel_e164", "ticket", "tickets"),
        *("timezone", "urn", "urns", "uuid"),
    }
)


class Ids:
    """UUIDs that follow from names alone, of the version that RapidPro accepts (4)."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __call__(self, *names: str) -> str:
        """Return the UUID of what has these names."""
        told = "\n".join((*self.names, *names))
        return str(UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=4))

    def within(self, *names: str) -> "Ids":
        """Return the ids of what is inside of something."""
        return Ids(*self.names, *names)


def key_of(path: str) -> str:
    """Return what a path is called where names have no dots: ``answer_crop``."""
    return path.replace(".", "_")


def result_of(name: str) -> str:
    """Return a name of a result as RapidPro takes it: letters, digits, spaces, - and _."""
    plain = " ".join(re.sub(r"[^A-Za-z0-9_ -]+", " ", name).split())
    if not plain[:1].isalpha():
        plain = f"result {plain}".strip()
    return plain[:LONGEST_RESULT].strip()


def can_be_field(key: str) -> bool:
    """Whether a contact field can have a key."""
    return bool(_FIELD.fullmatch(key)) and len(key) <= LONGEST_FIELD and key not in _TAKEN


def three_letters(code: str) -> str | None:
    """Return the code of ISO 639-3 for a language, None where there is none."""
    found = terminological(code if len(code) == 3 else twin(code))
    return found if len(found) == 3 else None
