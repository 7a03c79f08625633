"""When people do things in a made-up year: slow growth, market days, evenings, two radio shows."""

import math
from collections.abc import Iterator
from typing import Final

from gateway.core.movement.moments import DAY_MS, HOUR_MS

DAYS: Final = 365
HOURS: Final = DAYS * 24

# Days on which a radio show told of the movement, and how many times the ordinary day they were.
SHOWS: Final = ((246, 14.0), (331, 6.0))
_SHOW_HOUR: Final = 19
_SHOW_FADES_DAYS: Final = 2.5
_EPOCH_WEEKDAY: Final = 3  # 1970 began on a Thursday
_WEEK: Final = (1.0, 0.9, 0.9, 1.0, 1.2, 1.6, 0.7)
# By local hour: nights are silent, evenings are when credit and rest come together.
_DAY: Final = (
    0.1, 0.05, 0.02, 0.02, 0.05, 0.4, 1.0, 1.3, 1.2, 1.1, 1.0, 1.1,
    1.4, 1.3, 1.1, 1.0, 1.1, 1.5, 2.0, 2.4, 2.1, 1.4, 0.8, 0.3,
)  # fmt: skip


def shares(start: int, offset_ms: int) -> Iterator[float]:
    """Yield for each hour of the year which share of it is over at the hour's end, up to 1.

    `start` is the first millisecond of the year, `offset_ms` how far local time is from UTC.
    """
    weights = [_weight(start + hour * HOUR_MS + offset_ms, hour) for hour in range(HOURS)]
    total, so_far = math.fsum(weights), 0.0
    for weight in weights[:-1]:
        so_far += weight
        yield so_far / total
    yield 1.0


def _weight(local: int, hour: int) -> float:
    day, of_day = hour / 24, local // HOUR_MS % 24
    weekday = (local // DAY_MS + _EPOCH_WEEKDAY) % 7
    ordinary = (0.35 + 0.65 * day / DAYS) * _WEEK[weekday] * _DAY[of_day]
    return ordinary * (1 + sum(_echo(day, of_day, *show) for show in SHOWS))


def _echo(day: float, of_day: int, show_day: int, times: float) -> float:
    """How much more is done than on other days, because of a show."""
    since = day - show_day - _SHOW_HOUR / 24
    if since < 0:
        return 0.0
    at_once = 2.5 if since < 3 / 24 and of_day >= _SHOW_HOUR else 1.0
    return times * at_once * math.exp(-since / _SHOW_FADES_DAYS)
