"""Versions of the flow specification, such as 7, 11.12 and 14.1.0."""

import re
from typing import Final, NamedTuple

_FORM: Final = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?:[-+].*)?")


class Version(NamedTuple):
    """A version, ordered as versions are."""

    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def read_version(text: str) -> Version | None:
    """Return the version that is written there, or None where none is."""
    found = _FORM.fullmatch(text.strip())
    return None if found is None else Version(*(int(part or 0) for part in found.groups()))
