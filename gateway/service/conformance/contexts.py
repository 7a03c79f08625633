"""The environments, places and root values that rows name."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.core.flow.expressions.environment import Environment, NumberFormat
from gateway.core.flow.expressions.locations import LocationTree
from gateway.core.flow.expressions.values import Value
from gateway.service.conformance.folder import Folder
from gateway.service.conformance.typed import read_plain

# When it is where a row does not care.
SOME_TIME = datetime(2018, 4, 11, 13, 24, 30, 123456, UTC)


def environment(folder: Folder, name: str, **changes: Any) -> Environment:
    """Return an environment by its name, with some of its keys changed."""
    written = folder.context["environments"][name] | changes
    numbers = written["number_format"]
    now = datetime.fromisoformat(written["now"]) if written["now"] else SOME_TIME
    locations = written["locations"]
    return Environment(
        date_format=written["date_format"],
        time_format=written["time_format"],
        timezone=UTC if written["timezone"] == "UTC" else ZoneInfo(written["timezone"]),
        languages=tuple(written["allowed_languages"]),
        country=written["default_country"],
        number_format=NumberFormat(numbers["decimal_symbol"], numbers["digit_grouping_symbol"]),
        collation=written["input_collation"],
        redact_urns=written["redaction_policy"] == "urns",
        now=lambda: now,
        chance=random.Random(written["random_seed"]).random,
        locations=LocationTree.read(folder.context["locations"][locations]) if locations else None,
        prompts=written["prompts"],
    )


def roots(folder: Folder, name: str) -> Mapping[str, Value]:
    """Return the root values of a context by its name."""
    return {
        key.lower(): read_plain(value) for key, value in folder.context["contexts"][name].items()
    }
