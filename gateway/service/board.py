"""How the channels do: what waits, what left in the last day and what became of it, in counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.delivery.status import Status
from gateway.core.movement.moments import DAY_MS
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service.audit import Audit
from gateway.service.channels import OPERATOR, states
from gateway.service.kept import Counted, Kept
from gateway.store import census, channels, claims
from gateway.store.census import Sent, Waiting
from gateway.store.channels import ChannelRow
from gateway.store.database import Database

_ERRORS: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One channel as its page shows it. `ends` counts the last day's messages by their status.

    `waiting` may leave now, `later` at its time, `held` is of paused calls.
    """

    state: ChannelRow
    waiting: int
    later: int
    held: int
    ends: tuple[tuple[Status, int], ...]
    errors: tuple[tuple[str, int], ...]


class Board:
    """The channels of a gateway, counted anew behind the page."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Take where messages are, and where it is written down who pauses a channel."""
        self._database = database
        self._audit = audit
        self._waiting = Kept(self._count_waiting, database.clock, fresh_ms=3_000)
        self._sent = Kept(self._count_sent, database.clock, fresh_ms=30_000)

    def waiting(self) -> tuple[Waiting, ...]:
        """Return what waits to leave, by channel."""
        return self._waiting.look().value

    def lines(self) -> Counted[Sequence[Line]]:
        """Return every channel, and when the last day was counted."""
        sent, waiting = self._sent.look(), self._waiting.look().value
        rows = states(self._database)
        return Counted([_line(row, waiting, sent.value) for row in rows], sent.at)

    def glance(self) -> Sequence[Line]:
        """Return every channel; of the last day only what was counted already."""
        sent, waiting = self._sent.glance(), self._waiting.look().value
        known = () if sent is None else sent.value
        return [_line(row, waiting, known) for row in states(self._database)]

    def line(self, name: str) -> Line | None:
        """Return one channel by name, or None."""
        return next((one for one in self.lines().value if one.state.name == name), None)

    def count_now(self) -> None:
        """Count anew, for whoever has just changed something and looks for it."""
        self._sent.fresh()
        self._waiting.fresh()

    def pause(self, by: Viewer, name: str, why: str) -> bool:
        """Send nothing more through a channel; False where there is none of that name."""
        return self._switch(by, name, why)

    def resume(self, by: Viewer, name: str) -> bool:
        """Send again through a channel; False where there is none of that name."""
        return self._switch(by, name, None)

    def _switch(self, by: Viewer, name: str, why: str | None) -> bool:
        with self._database.write() as tx:
            known = {row.name: row.id for row in channels.read_all(tx.connection)}
            if name not in known:
                return False
            if why is None:
                claims.resume(tx, known[name])
            else:
                claims.pause(tx, known[name], OPERATOR, why)
            act = Act.CHANNEL_RESUMED if why is None else Act.CHANNEL_PAUSED
            self._audit.record(tx, by, act, f"channel:{name}")
        return True

    def _count_waiting(self) -> tuple[Waiting, ...]:
        with self._database.read() as view:
            return tuple(census.waiting(view, self._database.clock()))

    def _count_sent(self) -> tuple[Sent, ...]:
        with self._database.read() as view:
            return tuple(census.sent_since(view, self._database.clock() - DAY_MS))


def _line(row: ChannelRow, waiting: Sequence[Waiting], sent: Sequence[Sent]) -> Line:
    own = [one for one in waiting if one.channel == row.name]
    ends: Counter[Status] = Counter()
    errors: Counter[str] = Counter()
    for one in sent:
        if one.channel == row.name:
            ends[one.status] += one.messages
            if one.error:
                errors[one.error] += one.messages
    return Line(
        state=row,
        waiting=sum(one.messages for one in own if not one.later and not one.held),
        later=sum(one.messages for one in own if one.later and not one.held),
        held=sum(one.messages for one in own if one.held),
        ends=tuple(sorted(ends.items())),
        errors=tuple(errors.most_common(_ERRORS)),
    )
