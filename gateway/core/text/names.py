"""Names of people for pages that show nobody: their initials and no more."""

from typing import Final

from gateway.core.text.graphemes import clusters

_INITIALS: Final = 2


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, such as ``A. P.``."""
    words = [word for word in name.split() if word[:1].isalpha()]
    shown = words if len(words) <= _INITIALS else [words[0], words[-1]]
    return " ".join(f"{clusters(word)[0].upper()}." for word in shown)
