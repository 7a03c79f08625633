"""The parts of flow files and the keys of each, one entry a key. Reads no file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.flowfiles.language import flow_parts, step_parts, system_parts
from gateway.flowfiles.language.keys import Part

# Every part by its name. The schema has one definition for each, the reference one table.
PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {part.name: part for part in (*flow_parts.PARTS, *step_parts.PARTS, *system_parts.PARTS)}
)
