"""What the tests of conversations stand on: an exchange over each of the two databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.movement.places import Places
from gateway.servers.allowed import Allowed
from gateway.service.export import Source
from gateway.store.database import Database
from gateway.store.inbox import Taken
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.exchange import Exchange
from tests.service.asking import BOOK, CHAIN, PRICE, ROUND, Market
from tests.service.exportdesk import Desk
from tests.service.staffroom import StaffRoom, staffroom


@pytest.fixture
def exchange(database: Database, vault: Vault, places: Places) -> Iterator[Exchange]:
    """Phones, and the receiver that they reach. Nothing may fail but what a test says will."""
    made = Exchange(database, vault, places)
    yield made
    failed = [row["error"] for row in made.rows("inbox") if row["status"] == Taken.FAILED]
    assert made.poisoned or failed == []


@pytest.fixture
def room(database: Database, vault: Vault, clock: Clock, places: Places) -> StaffRoom:
    """The services of accounts, on each kind of database."""
    return staffroom(database, vault, clock, places)


@pytest.fixture
def desk(room: StaffRoom, places: Places, tmp_path: Path) -> Desk:
    """Exports, with a worker, on each kind of database."""
    return Desk(room, Source(room.database, room.vault, places, "en", "Mashinani"), tmp_path)


@pytest.fixture
def market(exchange: Exchange) -> Market:
    """Flows that ask servers, and what answers them."""
    exchange.servers = Allowed(frozenset({"prices.example.org"}))
    exchange.add(PRICE, BOOK, CHAIN, ROUND)
    return Market(exchange)
