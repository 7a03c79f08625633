"""The hours in which nobody is written to who has not just written. Knows times, and no message."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, Self

_HOUR_MINUTES: Final = 60
_SECOND_MS: Final = 1000
_WRITTEN: Final = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when it is quiet every day, in minutes after midnight; `ends` is not quiet.

    `begins` may be the later one: then the night between two days is quiet.
    """

    begins: int
    ends: int
    zone: tzinfo

    @classmethod
    def read(cls, written: str, zone: tzinfo) -> Self | None:
        """Read ``20:00-08:00``; None for anything else, and where both times are the same."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            return None
        hour, minute, last_hour, last_minute = map(int, found.groups())
        begins = hour * _HOUR_MINUTES + minute
        ends = last_hour * _HOUR_MINUTES + last_minute
        return None if begins == ends else cls(begins, ends, zone)

    def over_at(self, at: int) -> int:
        """Return the time from which on it is not quiet; `at` itself where it is not.

        Times are milliseconds since 1970.
        """
        local = datetime.fromtimestamp(at / _SECOND_MS, self.zone)
        minute = local.hour * _HOUR_MINUTES + local.minute
        if self.begins < self.ends:
            quiet = self.begins <= minute < self.ends
        else:
            quiet = minute >= self.begins or minute < self.ends
        if not quiet:
            return at
        return max(at, self._moment(local, self.ends, later=minute >= self.ends))

    def pass_outside(self, at: int, span: int) -> int:
        """Return when so many milliseconds have passed since a time, quiet ones not counted."""
        at = self.over_at(at)
        while True:
            local = datetime.fromtimestamp(at / _SECOND_MS, self.zone)
            begins = self._moment(local, self.begins, later=False)
            if begins <= at:
                begins = self._moment(local, self.begins, later=True)
            if at + span <= begins:
                return at + span
            span -= begins - at
            at = self.over_at(begins)

    def _moment(self, day: datetime, minutes: int, *, later: bool) -> int:
        """Return a time of a day, or of the one after it; of two that are called so, the later."""
        at = time(*divmod(minutes, _HOUR_MINUTES))
        moment = datetime.combine(day.date() + timedelta(days=int(later)), at, self.zone)
        return int(max(moment.timestamp(), moment.replace(fold=1).timestamp())) * _SECOND_MS
