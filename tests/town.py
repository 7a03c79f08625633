"""A town for tests of delivery: a channel, its deliverer, and people who wait for messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement.places import Place, Places
from gateway.service.deliver import Deliverer
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from gateway.service.spending import Till
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.aggregator import KeptAggregator
from tests.conftest import Clock
from tests.population import Population, Somebody

CHANNEL = 1
PLACES = Places(
    [Place("ZM", "Zambia", "country", None), Place("ZM-03", "Eastern", "province", "ZM")]
)
POLICY = Policy(attempts=3, backoff_s=30, batch=50, workers=3, poll_s=0.01)


@dataclass
class Town:
    """A channel, its deliverer, and people who wait for messages."""

    database: Database
    population: Population
    vault: Vault
    clock: Clock
    aggregator: KeptAggregator
    deliverer: Deliverer

    def join(self, number: int, **columns: Any) -> Somebody:
        one = self.population.join(f"+26097{number:07}", **columns)
        self.population.consent(one)
        return one

    def queue(
        self, one: Somebody, text: str | None, purpose: Purpose = Purpose.ANSWER, **columns: Any
    ) -> int:
        return self.population.message(
            one,
            text,
            **{
                "purpose": int(purpose),
                "priority": purpose.priority,
                "status": int(Status.QUEUED),
                "attempts": 0,
                **columns,
            },
        )

    def call(self, one: Somebody, language: str = "en", number: int = 1) -> int:
        return self.queue(one, None, Purpose.BROADCAST, broadcast=number, language=language)

    def row(self, number: int) -> Mapping[str, Any]:
        with self.database.read() as connection:
            query = select(tables.messages).where(tables.messages.c.id == number)
            return dict(connection.execute(query).mappings().one())

    def status(self, number: int) -> Status:
        return Status(self.row(number)["status"])

    def deliver(self) -> int:
        return self.deliverer.run_once()


def deliverer_of(
    database: Database,
    vault: Vault,
    aggregator: KeptAggregator,
    policy: Policy = POLICY,
    till: Till | None = None,
) -> Deliverer:
    return Deliverer(
        database,
        vault,
        [Route(CHANNEL, "demo", aggregator, 10_000, 3)],
        policy,
        places=PLACES,
        movement="Mashinani",
        language="en",
        chance=lambda: 0.5,
        till=till,
    )
