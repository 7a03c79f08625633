"""What an expression may know of where it runs: formats, languages, time, chance, places.

Time and chance are given, never taken: the same expression in the same environment gives the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal, Protocol

# What one template may spend before it is stopped: a step for every operation and every function
# called, and one for each so many characters or items that it makes.
COST_LIMIT: Final = 100_000

# What all templates and answer tests of one turn may spend together.
TURN_LIMIT: Final = 300_000


class Location(Protocol):
    """A place as expressions see it: its name and its path, ``Rwanda > Kigali City``."""

    @property
    def name(self) -> str:
        """The name alone."""

    @property
    def path(self) -> str:
        """The names from the country down, joined by `` > ``."""


class Locations(Protocol):
    """The country's places, by levels: 0 the country, 1 state, 2 district, 3 ward."""

    def find_name(self, name: str, level: int, parent: Location | None) -> Sequence[Location]:
        """Return the places of a level that have this name or alias, within `parent` if given."""

    def find_path(self, path: str) -> Location | None:
        """Return the place with this path."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written and read."""

    decimal: str = "."
    grouping: str = ","


@dataclass(frozen=True, slots=True)
class Environment:
    """Where expressions run.

    `date_format` and `time_format` are written as in ``DD-MM-YYYY`` and ``tt:mm``. `languages` are
    the codes allowed, the first one the default. `country` is two letters of ISO 3166. `now` gives
    the aware time, `chance` a number from 0 to 1, 1 excluded. `prompts` are texts for models.
    """

    date_format: str = "YYYY-MM-DD"
    time_format: str = "tt:mm"
    timezone: tzinfo = UTC
    languages: tuple[str, ...] = ()
    country: str | None = None
    number_format: NumberFormat = NumberFormat()
    collation: Literal["default", "confusables", "arabic_variants"] = "default"
    redact_urns: bool = False
    now: Callable[[], datetime] = field(default=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    chance: Callable[[], float] = field(default=lambda: 0.0)
    locations: Locations | None = None
    prompts: Mapping[str, str] = field(default_factory=dict)
    cost_limit: int = COST_LIMIT
    turn_limit: int = TURN_LIMIT
