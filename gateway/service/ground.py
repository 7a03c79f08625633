"""What every turn stands on and none changes: the places, the flows, the channels, the limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.core.flow.expressions.environment import Environment
from gateway.core.movement.hours import QuietHours
from gateway.core.movement.places import Places
from gateway.servers.allowed import Allowed, Servers
from gateway.service.releases import Releases
from gateway.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as conversations see it. `answers_by` is the channel that sends its SMS."""

    id: int
    name: str
    answers_by: int | None
    code: str  # what people dial, or nothing


@dataclass(frozen=True, slots=True)
class Limits:
    """What a USSD screen holds, in septets, and how long things wait.

    `resume_ms` is how long an unfinished conversation waits, `reply_ms` how long after a call to
    action a message counts as a reply to it. `reminder_ms` is how late a scheduled text may be,
    `grace_ms` how late a timetable may begin, `ring_ms` how long calls after one that began
    something begin nothing. `held_ms` is how long what a server brought waits for the screen before
    it goes out by SMS. `others` is how many people a flow may reach at once besides its own.
    """

    screen: int
    first_screen: int
    networks: Mapping[str, int]
    resume_ms: int
    answer_valid_ms: int
    reply_ms: int = 0
    reminder_ms: int = 43_200_000
    grace_ms: int = 3_600_000
    ring_ms: int = 0
    held_ms: int = 180_000
    others: int = 1000


@dataclass(frozen=True, slots=True)
class Guards:
    """How often somebody is answered by itself: within seconds the same, within an hour at all."""

    same_text: int = 3
    same_text_s: int = 600
    answers_per_hour: int = 60

    @property
    def remembered(self) -> int:
        """How many of the last answers have to be remembered."""
        return max(8, 4 * self.same_text)


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that intake needs besides the database.

    `chance` gives numbers below a bound. `environment` is where expressions run, but for the time
    and the person's language, which each batch adds. `servers` are those that webhooks may ask.
    `trace` is that of `turn.Context`. In `quiet` hours nothing begins by itself.
    """

    movement: str
    country: str
    language: str
    languages: tuple[str, ...]
    timezone: ZoneInfo
    vault: Vault
    places: Places
    releases: Releases
    lines: Mapping[str, Line]
    limits: Limits
    chance: Callable[[int], int]
    environment: Environment = field(default_factory=Environment)
    guards: Guards = field(default_factory=Guards)
    servers: Servers = field(default_factory=Allowed)
    trace: Callable[[str, str, str], None] | None = None
    quiet: QuietHours | None = None

    def line(self, number: int) -> Line | None:
        """Return a channel by its number, or None if it is configured no more."""
        return next((line for line in self.lines.values() if line.id == number), None)

    def free_at(self, ms: int) -> int:
        """Return when what is due at a time may begin: then, or when quiet hours are over."""
        return ms if self.quiet is None else self.quiet.over_at(ms)

    def at(self, now_ms: int) -> datetime:
        """Return a time as people here read it."""
        return datetime.fromtimestamp(now_ms / 1000, self.timezone)

    def local_time(self, now_ms: int) -> str:
        """Return a time as texts write it, such as ``24 Nov 18:00``."""
        return self.at(now_ms).strftime("%d %b %H:%M").lstrip("0")
