"""What the tests of conversations stand on: an exchange over each of the two databases."""

import pytest

from gateway.core.movement.places import Places
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.exchange import Exchange


@pytest.fixture
def exchange(database: Database, vault: Vault, places: Places) -> Exchange:
    """Phones, and the receiver that they reach."""
    return Exchange(database, vault, places)
