"""The environments, places and root values that rows name."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.core.flow.expressions.environment import Environment, Locations, NumberFormat
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.expressions.values import Value
from gateway.service.conformance.folder import Folder, Row
from gateway.service.conformance.typed import read_plain

# When it is where a row does not care.
SOME_TIME = datetime(2018, 4, 11, 13, 24, 30, 123456, UTC)


def environment(folder: Folder, name: str, **changes: Any) -> Environment:
    """Return an environment by its name, with some of its keys changed."""
    written = folder.context["environments"][name] | changes
    now = datetime.fromisoformat(written["now"]) if written["now"] else SOME_TIME
    locations = written["locations"]
    tree = LocationTree.read(folder.context["locations"][locations]) if locations else None
    return read_environment(written, lambda: now, tree)


def read_environment(
    written: Row, now: Callable[[], datetime], locations: Locations | None
) -> Environment:
    """Return an environment as a row writes it."""
    numbers = written.get("number_format") or {}
    zone = written.get("timezone") or "UTC"
    return Environment(
        date_format=written.get("date_format", "YYYY-MM-DD"),
        time_format=written.get("time_format", "tt:mm"),
        timezone=UTC if zone == "UTC" else ZoneInfo(zone),
        languages=tuple(written.get("allowed_languages") or ()),
        country=written.get("default_country"),
        number_format=NumberFormat(
            numbers.get("decimal_symbol", "."), numbers.get("digit_grouping_symbol", ",")
        ),
        collation=written.get("input_collation", "default"),
        redact_urns=written.get("redaction_policy") == "urns",
        now=now,
        chance=random.Random(written.get("random_seed")).random,
        locations=locations,
        prompts=written.get("prompts", {}),
    )


def roots(folder: Folder, name: str) -> Mapping[str, Value]:
    """Return the root values of a context by its name."""
    return {
        key.lower(): read_plain(value) for key, value in folder.context["contexts"][name].items()
    }
