"""A folder of flows to import into, and exports of our own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from gateway.flowfiles.importing.plan import Plan, plan
from gateway.flowfiles.rapidpro.exports import Export, read_export
from gateway.flowfiles.releases import Source, read_source
from tests.stage import FLOWS

EXPORTS = Path(__file__).parents[1] / "rapidpro" / "exports"
WATER = (EXPORTS / "water.json").read_bytes()
WITH_CALLS = (EXPORTS / "water_with_calls.json").read_bytes()
SHIPPED = read_source(FLOWS)


def export_of(*flows: Mapping[str, Any], **more: Any) -> Export:
    """Return an export of flows, with whatever else it holds."""
    document = {"version": "13", "site": "https://flows.example", "flows": list(flows), **more}
    return read_export("export.json", orjson.dumps(document))


def planned(export: Export | bytes, source: Source = SHIPPED, *, replaces: bool = False) -> Plan:
    """Plan an import into a folder, by default the one that is shipped."""
    read = read_export("export.json", export) if isinstance(export, bytes) else export
    return plan(read, source, "flows", replaces=replaces)


def imported(export: Export | bytes, source: Source = SHIPPED) -> Source:
    """Return a folder into which an export was imported."""
    return planned(export, source).source(source)
