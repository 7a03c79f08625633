"""Uses up a code, of an app or from the printed list, within the transaction of what it opens."""

from gateway.core.staff import codes
from gateway.store import staff
from gateway.store.database import Transaction
from gateway.store.staff import StaffRow
from gateway.store.vault import ID_BYTES, Vault

SECRET = b"totp"


def used_code(tx: Transaction, vault: Vault, row: StaffRow, code: str) -> str | None:
    """Use up what somebody typed; return ``app`` or ``recovery``, or None if it is not right.

    A code counts once: that of an app goes with its time step and all before it.
    """
    typed = codes.typed(code)
    if not codes.is_of_app(typed):
        used = staff.use_recovery_code(tx, row.id, recovery_key(vault, row.id, typed))
        return "recovery" if used else None
    if row.totp_sealed is None:
        return None
    step = codes.step_of(secret_of(vault, row.totp_sealed), typed, tx.now)
    if step is None or not staff.use_step(tx, row.id, step):
        return None
    return "app"


def recovery_key(vault: Vault, number: int, typed: str) -> bytes:
    """Return the hash under which a recovery code of an account is kept."""
    return vault.keyed(b"recovery", b"%d:" % number + typed.encode())[:ID_BYTES]


def secret_of(vault: Vault, sealed: bytes) -> str:
    """Return the secret that an app has."""
    return vault.node.open(SECRET, sealed).decode()
