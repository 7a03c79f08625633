"""The kit for tests of calls: people, staff who write and approve, and a database of their own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from gateway.core.delivery.price import PriceTable
from gateway.core.delivery.status import Status
from gateway.core.movement.audience import Audience
from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.flowfiles.call_files import CallPlan
from gateway.service.broadcast import BroadcastError, Broadcasts
from gateway.service.expire import Upkeep
from gateway.store import journal
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import Clock
from tests.population import Population
from tests.town import PLACES, deliverer_of

CHANNEL = 1
HOUR_MS = 3_600_000
EASTERN = "ZM-03"
PRICES = PriceTable("ZMW", 450, {})


def somebody(number: int, *grants: Grant) -> Viewer:
    return Viewer(number, f"staff{number}", f"Staff {number}", grants)


WRITER = somebody(11, Grant(Role.ORGANISER), Grant(Role.APPROVER))
OTHER = somebody(12, Grant(Role.ORGANISER), Grant(Role.APPROVER))
APPROVER = somebody(13, Grant(Role.APPROVER))
SECOND = somebody(14, Grant(Role.APPROVER))
ADMIN = somebody(15, Grant(Role.ADMIN))
EASTERNER = somebody(16, Grant(Role.ORGANISER, EASTERN), Grant(Role.APPROVER, EASTERN))


@dataclass
class Room:
    """Where calls are written and approved."""

    database: Database
    population: Population
    vault: Vault
    clock: Clock
    calls: Broadcasts
    upkeep: Upkeep

    def join(self, *numbers: int) -> None:
        for number in numbers:
            self.population.consent(self.population.join(f"+26097{number:07}"))

    def plan(self, text: str = "Come", audience: Audience | None = None) -> CallPlan:
        until = self.clock.now + 48 * HOUR_MS
        return CallPlan("Water", None, {"en": text}, audience or Audience(), None, until)

    def make(self, who: Viewer = WRITER, **more: object) -> int:
        return self.calls.create(self.plan(**more), CHANNEL, who)  # type: ignore[arg-type]

    def approved(self) -> int:
        number = self.make()
        self.calls.submit(number, WRITER)
        self.calls.approve(number, 1, APPROVER)
        return number

    def sent(self) -> int:
        number = self.approved()
        self.calls.send(number, WRITER)
        return number

    def status(self, number: int) -> str:
        return self.calls.find(number).status

    def messages(self, number: int) -> dict[Status, int]:
        return dict(self.calls.progress(number).messages)

    def priorities(self) -> list[int]:
        with self.database.read() as view:
            return sorted(view.exec_driver_sql("SELECT priority FROM messages").scalars())

    def facts(self) -> list[str]:
        with self.database.read() as connection:
            pages = journal.replay(connection)
            return [one.fact.kind for page in pages for one in page if "broadcast" in one.fact.kind]

    def deliver(self) -> int:
        aggregator = KeptAggregator()
        deliverer = deliverer_of(self.database, self.vault, aggregator)
        deliverer.run_once()
        return len(aggregator.texts)


def room_of(database: Database, population: Population, vault: Vault, clock: Clock) -> Room:
    """Return a room over a laid out database, in which two people look at each call."""
    population.channel(CHANNEL, "demo")
    calls = Broadcasts(
        database, vault, PLACES, movement="Mashinani", language="en", two_people=True
    )
    upkeep = Upkeep(database, PLACES, "en", inbox_days=7, webhook_days=30, orphan_report_days=7)
    return Room(database, population, vault, clock, calls, upkeep)


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Do several things at the same time; return what each of them raised."""
    ready = threading.Barrier(len(acts))
    raised: list[BaseException | None] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except BroadcastError as trouble:
            raised[index] = trouble

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
