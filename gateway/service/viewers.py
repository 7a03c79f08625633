"""Who an account is: its user name as it is looked up, what names it, and the viewer that it makes.

The viewer of an account is made afresh for every request, so a role taken away is gone at once.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Final

from gateway.core.staff.roles import Viewer
from gateway.store import staff
from gateway.store.database import Database, View
from gateway.store.staff import StaffRow
from gateway.store.vault import ID_BYTES, Vault

USERNAME: Final = b"username"
NAME: Final = b"staff name"


def folded(username: str) -> str:
    """Return a user name as it is compared: one form, without case and spaces around it."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def username_key(vault: Vault, username: str) -> bytes:
    """Return the hash under which a user name is found."""
    return vault.keyed(b"username", folded(username).encode())[:ID_BYTES]


def staff_id(database: Database, vault: Vault, username: str) -> int | None:
    """Return the id of a user name's account; None if there is no such one."""
    with database.read() as view:
        row = staff.by_username(view, username_key(vault, username))
    return None if row is None else row.id


def secret_key(secret: str) -> bytes:
    """Return the hash under which a session, a link or a token is found.

    They are 32 random bytes, so a plain SHA-256 of one cannot be turned back.
    """
    return hashlib.sha256(secret.encode()).digest()


def username_of(vault: Vault, row: StaffRow) -> str:
    """Return an account's user name."""
    return vault.node.open(USERNAME, row.username_sealed).decode()


def name_of(vault: Vault, row: StaffRow) -> str:
    """Return the name of an account's person."""
    return vault.node.open(NAME, row.name_sealed).decode()


def viewer_of(view: View, vault: Vault, number: int, session: int = 0) -> Viewer | None:
    """Return the viewer that an account makes; None if there is no such one, or it is disabled."""
    row = staff.by_id(view, number)
    if row is None or row.disabled_at is not None:
        return None
    return Viewer(
        id=row.id,
        username=username_of(vault, row),
        name=name_of(vault, row),
        grants=staff.grants(view, row.id),
        session=session,
        language=row.language,
    )


def names_of_all(view: View, vault: Vault) -> Mapping[int, str]:
    """Return everybody's name by the account's id, for lists of what they did."""
    return {row.id: name_of(vault, row) for row in staff.everybody(view)}
