"""The whole way of a definition: from the version it has, step by step, to the one we read.

Versions 4 to 11.12 are those of RapidPro's first editor; 13 and 14 have nodes, routers and exits.
Version 12 was never exported.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gateway.flowfiles.rapidpro.migrations import spec_13, spec_14
from gateway.flowfiles.rapidpro.migrations.documents import (
    JsonObject,
    Part,
    Unmigratable,
    refuse_deep,
)
from gateway.flowfiles.rapidpro.migrations.legacy.definition import is_legacy, to_13_0
from gateway.flowfiles.rapidpro.migrations.structure import check_structure
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids, Note, Surroundings
from gateway.flowfiles.rapidpro.migrations.versions import Version, read_version

# Definitions come out as this version; newer ones of the same major version stay as they are.
CURRENT: Final = Version(14, 4, 2)

# The newest version whose changes are known.
NEWEST: Final = Version(14, 6)

_STEPS: Final = (*spec_13.STEPS, *spec_14.STEPS)


@dataclass(frozen=True, slots=True)
class Migrated:
    """A definition of today, the version it had, and what could not be done as it was meant."""

    flow: JsonObject
    was: Version
    notes: tuple[Note, ...] = field(default=())


def migrate(
    definition: Any, ids: Ids, surroundings: Surroundings | None = None, pointer: str = ""
) -> Migrated:
    """Return a definition of any version as version `CURRENT`. The one given is not changed.

    `pointer` is to the definition in the document that it comes from; errors and notes start from
    there. Raises `Unmigratable` for what is no definition, is of a version that is not known, or
    whose parts do not fit together.
    """
    part = Part(definition, pointer)
    part.fields()
    refuse_deep(definition, pointer=pointer)
    notes: list[Note] = []
    legacy = "spec_version" not in part.fields() and is_legacy(part)
    if legacy:
        flow, was = to_13_0(part, ids, surroundings or Surroundings(), notes.append)
        at = Version(13)
    else:
        was = at = _spec_version(part)
        flow = deepcopy(definition)
    if was > NEWEST:
        text = f"version {was} is newer than what is known here ({NEWEST}); it is read as it is"
        notes.append(Note(f"{pointer}/spec_version", text))
    _fill_in(flow)
    for version, step in _STEPS:
        if version > at:
            step(flow, ids)
            flow["spec_version"] = str(version)
    _check(part, flow, legacy=legacy)
    return Migrated(flow, was, tuple(notes))


def _check(part: Part, flow: JsonObject, *, legacy: bool) -> None:
    """Check what came out. Of an old definition, its pointers lead nowhere in what went in."""
    if not legacy:
        check_structure(replace(part, value=flow))
        return
    try:
        check_structure(Part(flow))
    except Unmigratable as fault:
        raise part.wrong(f"as of today, {fault.pointer}: {fault.what}", fault.mend) from fault


def _spec_version(part: Part) -> Version:
    found = part.get("spec_version")
    if found is None:
        raise part.wrong(
            "this is no flow definition: it has neither spec_version nor action_sets",
            "Give a flow, or a whole export, of RapidPro or TextIt",
        )
    version = read_version(found.words())
    if version is None:
        raise found.wrong(f"{found.words()} is not a version", "Write one such as 14.1.0")
    if version.major not in {13, 14}:
        raise found.wrong(
            f"flows of version {version} cannot be read",
            "Export it from a server whose flows are of version 13 or 14",
        )
    return version


def _fill_in(flow: JsonObject) -> None:
    """Put in what may be left out and everybody looks for: a name, a kind, translations."""
    for key, default in (("name", flow.get("uuid")), ("type", "messaging"), ("localization", {})):
        if not flow.get(key):
            flow[key] = default
