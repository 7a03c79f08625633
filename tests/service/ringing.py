"""Lets what is due be carried out when a test says so, and tells what was queued by that."""

from dataclasses import dataclass

from gateway.service.due import Alarm
from tests.exchange import AMINA, Exchange


@dataclass
class Ringing:
    """The alarm of an exchange. Each ring is that of a process that has just started."""

    exchange: Exchange

    def ring(self, phone: str = AMINA) -> list[str]:
        """Carry out all that is due; return what was queued for a phone by that."""
        before = len(self.exchange.queued(phone))
        alarm = Alarm(self.exchange.database, self.exchange.ground)
        while alarm.turn():
            pass
        return self.exchange.queued(phone)[before:]

    def left(self) -> int:
        """Return how many timers there are."""
        return len(self.exchange.rows("timers"))
