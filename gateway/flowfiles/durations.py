"""Lengths of time as flow files state them: 10 minutes, 2 hours, 3 days, 1 week."""

import re
from typing import Final

from gateway.flowfiles.sections import Section

# Seconds of each unit, by its name for one of them.
UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}

DURATION: Final = f"[1-9][0-9]{{0,5}} +(?:{'|'.join(UNITS)})s?"
_FORM: Final = re.compile(r"([1-9][0-9]{0,5}) +([a-z]+?)s?")

LONGEST: Final = 366 * UNITS["day"]


def read_duration(section: Section, key: str) -> int:
    """Return the seconds that a key states. Raises `FlowFileError` for anything else."""
    written = section.text(key) or ""
    form = _FORM.fullmatch(written.strip())
    if form is None or form[2] not in UNITS:
        raise section.error(
            key,
            f"{key} of {section.name} is no length of time: {written}",
            "Write one such as 10 minutes, 2 hours, 3 days or 1 week",
        )
    seconds = int(form[1]) * UNITS[form[2]]
    if seconds > LONGEST:
        raise section.error(
            key, f"{key} of {section.name} is longer than a year", "Write a shorter time"
        )
    return seconds
