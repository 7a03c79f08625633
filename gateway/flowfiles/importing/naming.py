"""Names for imported flows: short, made of their titles, each of them once."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from anyascii import anyascii

from gateway.flowfiles.imported_assets import FILE

LONGEST: Final = 40

# What no flow is called: the word for the end of one, and the file beside the flows.
_TAKEN: Final = frozenset({"end", "system", FILE.removesuffix(".json")})


def names_for(
    titles: Mapping[str, str], known: Mapping[str, str], taken: Collection[str]
) -> dict[str, str]:
    """Return a name for each flow, by uuid, given the titles by uuid.

    `known` are the names that flows have already, by uuid; `taken` are those of other flows.
    """
    found = {uuid: known[uuid] for uuid in titles if uuid in known}
    used = {*taken, *known.values(), *_TAKEN}
    for uuid, title in titles.items():
        if uuid not in found:
            found[uuid] = _free(name_of(title), used)
            used.add(found[uuid])
    return found


def name_of(title: str) -> str:
    """Return a title in small letters, digits and ``_``."""
    plain = re.sub(r"[^a-z0-9]+", "_", anyascii(title).lower()).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"flow_{plain}".rstrip("_")
    return plain[:LONGEST].rstrip("_")


def _free(name: str, used: Collection[str]) -> str:
    number = 2
    free = name
    while free in used:
        free, number = f"{name}_{number}", number + 1
    return free
