"""A database belongs to the keys that it was made with, and says so."""

import pytest

from gateway.store import node
from gateway.store.database import Database, DatabaseError
from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.vault import Vault

IDENTITY, ROOT = b"i" * KEY_BYTES, b"r" * KEY_BYTES  # as in tests/conftest.py


def _vault(identity: bytes = IDENTITY, **roots: bytes) -> Vault:
    numbered = {int(name[1:]): root for name, root in (roots or {"k1": ROOT}).items()}
    return Vault(Keyring(identity, numbered, max(numbered)))


def _node_id(database: Database) -> bytes:
    with database.read() as connection:
        return bytes(connection.exec_driver_sql("SELECT id FROM node").scalar_one())


def test_a_node_keeps_its_id_when_it_starts_again(database):
    before = _node_id(database)
    node.settle(database, _vault())
    assert _node_id(database) == before
    assert len(before) == 16


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (_vault(b"j" * KEY_BYTES), "made with another key file"),
        (_vault(k1=b"s" * KEY_BYTES), "Root key 1 of the key file is not the one"),
        (_vault(k2=b"s" * KEY_BYTES), "lacks root key 1"),
    ],
    ids=["another movement's file", "a changed root key", "a root key left out"],
)
def test_keys_that_the_database_was_not_made_with_are_refused(database, keys, said):
    with pytest.raises(DatabaseError, match=said):
        node.settle(database, keys)
    node.settle(database, _vault())


def test_a_new_root_key_beside_the_old_one_is_remembered(database):
    node.settle(database, _vault(k1=ROOT, k2=b"q" * KEY_BYTES))
    with pytest.raises(DatabaseError, match="lacks root key 2"):
        node.settle(database, _vault())
