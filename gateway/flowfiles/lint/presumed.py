"""Names that imported flows read and nothing gives: fields, results of the flow, global texts."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.core.flow.graph import Flow, HandOver, SetResult, Webhook
from gateway.core.flow.parts import templates
from gateway.core.flow.scene import result_key
from gateway.flowfiles.findings import Finding
from gateway.flowfiles.imported_files import ASSETS_FILE
from gateway.flowfiles.lint.expressions import UNKNOWN
from gateway.flowfiles.lint.subject import Subject

# Behind these stand the names again, and what of them is looked at.
_BEHIND: Final[Mapping[str, str]] = {
    "contact": "fields", "parent": "fields", "child": "fields", "run": "results",
}  # fmt: skip
_MENDS: Final[Mapping[str, str]] = {
    "fields": f"Add the field to {ASSETS_FILE}",
    "globals": f"Write its value into {ASSETS_FILE}",
    "results": "Save a result of that name in this flow first",
}


def presumed(subject: Subject) -> Iterator[Finding]:
    """Find names of imported flows that nothing gives."""
    assets = subject.release.assets
    shared = {
        "fields": {key.lower() for key in assets.fields},
        "globals": {key.lower() for key in assets.global_texts},
    }
    own = {
        flow.name: {**shared, "results": _results(flow)}
        for flow in subject.flows.values()
        if flow.runs
    }
    told: set[tuple[str, int, str]] = set()
    for flow, node in subject.nodes():
        for template in templates(node) if flow.name in own else ():
            place = subject.at(flow, node, template)
            for path in template.paths:
                kind, name = _named(path.parts)
                known = own[flow.name].get(kind)
                told_of = (place.path, place.line, path.full)
                if not name or known is None or name in known or told_of in told:
                    continue
                told.add(told_of)
                near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
                mend = f"Write @{kind}.{near[0]}" if near else _MENDS[kind]
                yield UNKNOWN.at(place, f"nothing gives @{path.full}", mend=mend)


def _named(parts: tuple[str, ...]) -> tuple[str, str]:
    """Return what kind of thing a path names, and which one; empty where none is named."""
    if _BEHIND.get(parts[0]) in parts[1:2]:
        parts = parts[1:]
    return parts[0], parts[1] if len(parts) > 1 else ""


def _results(flow: Flow) -> set[str]:
    """Return the results that a flow saves, as expressions name them."""
    found: set[str | None] = set()
    for node in flow.nodes.values():
        found.add(None if node.router is None else node.router.result)
        for action in node.actions:
            if isinstance(action, SetResult):
                found.add(action.name)
            elif isinstance(action, Webhook | HandOver):
                found.add(action.result)
    return {result_key(name) for name in found if name}


CHECKS: Final = (presumed,)
