"""Who this node is and which keys its database was made with. Holds no key."""

import hmac
import secrets

from sqlalchemy import insert, select

from gateway.store import tables
from gateway.store.database import Database, DatabaseError
from gateway.store.vault import ID_BYTES, Vault


def settle(database: Database, vault: Vault) -> None:
    """Give a new database its node id, or check that it was made with these keys.

    Raises `DatabaseError` when the identity key is another one, or a root key changed.
    """
    identity, roots = vault.checks()
    with database.write_schema() as connection:
        made = connection.execute(select(tables.node.c.identity_check)).scalar()
        if made is None:
            connection.execute(
                insert(tables.node).values(
                    id=secrets.token_bytes(ID_BYTES),
                    identity_check=identity,
                    created_at=database.clock(),
                )
            )
        elif not hmac.compare_digest(bytes(made), identity):
            raise DatabaseError(
                "This database was made with another key file. Point GATEWAY_KEY_FILE at the file "
                "that it was made with; without it nothing in it can be read."
            )
        known = dict(
            connection.execute(
                select(tables.root_keys.c.number, tables.root_keys.c.key_check)
            ).all()
        )
        for number, check in known.items():
            if number not in roots:
                raise DatabaseError(
                    f"The key file lacks root key {number}, which this database was written with. "
                    "Put it back beside the newer ones."
                )
            if not hmac.compare_digest(bytes(check), roots[number]):
                raise DatabaseError(
                    f"Root key {number} of the key file is not the one that this database was "
                    "written with. Restore the key file from a copy."
                )
        fresh = [
            {"number": number, "key_check": check}
            for number, check in roots.items()
            if number not in known
        ]
        if fresh:
            connection.execute(insert(tables.root_keys), fresh)
