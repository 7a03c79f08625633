"""What staff do with their own account: password, codes, language. Never with another's."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyotp

from gateway.core.staff import codes
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service.audit import Audit
from gateway.service.passwords import Passwords
from gateway.service.refusal import Refusal
from gateway.service.second_factor import SECRET, recovery_key, secret_of, used_code
from gateway.service.throttling import Throttling
from gateway.store import sessions, staff
from gateway.store.database import Database, Transaction, View
from gateway.store.staff import StaffRow
from gateway.store.vault import Vault

PASSWORD: Final = "password"  # noqa: S105 - the name of what is missing
TOTP: Final = "totp"

OLD_IS_WRONG: Final = "The old password is not right."
CODE_IS_WRONG: Final = "This code is not right, or was used already. Wait for the next one."
NOT_OFFERED: Final = "Begin again: there is no new secret that this code could be of."
GONE: Final = "This account is not there any more. Sign in again."


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret for an app: to type in, and as the address that its QR code holds."""

    secret: str
    address: str


class Account:
    """The accounts of whoever is signed in."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        passwords: Passwords,
        movement: str,
        totp_required: bool = True,
    ) -> None:
        """Take what passwords are kept with, and whether everybody needs an app for codes."""
        self._database = database
        self._vault = vault
        self._passwords = passwords
        self._movement = movement
        self._totp_required = totp_required
        self._throttling = Throttling(database, vault)
        self._audit = Audit(database, vault)

    def pending(self, viewer: Viewer) -> frozenset[str]:
        """Return what the viewer has to set before anything else: ``password``, ``totp``."""
        with self._database.read() as view:
            row = _row(view, viewer)
        missing = {PASSWORD} if row.password_sealed is None else set()
        if row.totp_sealed is None and self._totp_required:
            missing.add(TOTP)
        return frozenset(missing)

    def has_totp(self, viewer: Viewer) -> bool:
        """Whether the viewer signs in with a code."""
        with self._database.read() as view:
            return _row(view, viewer).totp_sealed is not None

    def recovery_codes_left(self, viewer: Viewer) -> int:
        """Return how many recovery codes the viewer has left."""
        with self._database.read() as view:
            return staff.recovery_codes_left(view, viewer.id)

    def set_password(self, viewer: Viewer, old: str, new: str) -> None:
        """Set the password and end the viewer's other sessions. Raises `Refusal`.

        The old one is asked for where there is one.
        """
        attempt = self._throttling.admit(viewer.username, None)
        with self._database.read() as view:
            row = _row(view, viewer)
        if row.password_sealed is not None and not self._passwords.fits(row.password_sealed, old):
            raise Refusal(OLD_IS_WRONG)
        names = (viewer.username, viewer.name, *viewer.name.split(), self._movement)
        weak = self._passwords.weakness(new, names)
        sealed = None if weak else self._passwords.seal(new)
        with self._database.write() as tx:
            self._throttling.succeeded(tx, attempt)
            if sealed is not None:
                staff.change(tx, viewer.id, password_sealed=sealed)
                sessions.end_others(tx, viewer.id, viewer.session)
                self._audit.record(tx, viewer, Act.PASSWORD_SET, f"staff:{viewer.id}")
        if weak:
            raise Refusal(weak)

    def begin_totp(self, viewer: Viewer, code: str = "") -> Offer:
        """Offer a new secret for an app; it counts once `confirm_totp` was given a code of it.

        Who has an app already proves it with a code: a session left open must not be enough to put
        a stranger's app in its place. Raises `Refusal`.
        """
        self._check_code(viewer, code)
        secret = pyotp.random_base32()
        sealed = self._vault.node.seal(SECRET, secret.encode())
        with self._database.write() as tx:
            staff.change(tx, viewer.id, totp_offered_sealed=sealed)
        return self._offer(viewer, secret)

    def offered_totp(self, viewer: Viewer) -> Offer | None:
        """Return the secret that waits for its first code, to show it again; None if none does."""
        with self._database.read() as view:
            sealed = _row(view, viewer).totp_offered_sealed
        return None if sealed is None else self._offer(viewer, secret_of(self._vault, sealed))

    def confirm_totp(self, viewer: Viewer, code: str) -> Sequence[str]:
        """Take the offered secret into use; return recovery codes, which are shown this once.

        Ends the viewer's other sessions. Raises `Refusal` where the code is not of that secret.
        """
        made = codes.recovery_codes(secrets.randbelow)
        with self._database.write() as tx:
            row = _row(tx.connection, viewer)
            if row.totp_offered_sealed is None:
                raise Refusal(NOT_OFFERED)
            secret = secret_of(self._vault, row.totp_offered_sealed)
            step = codes.step_of(secret, codes.typed(code), tx.now)
            if step is None:
                raise Refusal(CODE_IS_WRONG)
            staff.change(
                tx,
                viewer.id,
                totp_sealed=row.totp_offered_sealed,
                totp_offered_sealed=None,
                totp_step=step,
            )
            self._keep(tx, viewer, made)
            sessions.end_others(tx, viewer.id, viewer.session)
            self._audit.record(tx, viewer, Act.TOTP_SET, f"staff:{viewer.id}")
        return made

    def renew_recovery_codes(self, viewer: Viewer, code: str) -> Sequence[str]:
        """Return new recovery codes, shown this once; the old ones are void. Raises `Refusal`."""
        self._check_code(viewer, code)
        made = codes.recovery_codes(secrets.randbelow)
        with self._database.write() as tx:
            self._keep(tx, viewer, made)
            self._audit.record(tx, viewer, Act.RECOVERY_CODES_MADE, f"staff:{viewer.id}")
        return made

    def set_language(self, viewer: Viewer, language: str | None) -> None:
        """Choose the language of the pages; None for the browser's."""
        with self._database.write() as tx:
            staff.change(tx, viewer.id, language=language)

    def _check_code(self, viewer: Viewer, code: str) -> None:
        """Use up a code where the viewer has an app. Raises `Refusal`."""
        with self._database.read() as view:
            if _row(view, viewer).totp_sealed is None:
                return
        attempt = self._throttling.admit(viewer.username, None)
        with self._database.write() as tx:
            right = used_code(tx, self._vault, _row(tx.connection, viewer), code) is not None
            if right:
                self._throttling.succeeded(tx, attempt)
        if not right:
            raise Refusal(CODE_IS_WRONG)

    def _keep(self, tx: Transaction, viewer: Viewer, made: Sequence[str]) -> None:
        keys = [recovery_key(self._vault, viewer.id, codes.typed(one)) for one in made]
        staff.set_recovery_codes(tx, viewer.id, keys)

    def _offer(self, viewer: Viewer, secret: str) -> Offer:
        return Offer(secret, codes.address_of(secret, viewer.username, self._movement))


def _row(view: View, viewer: Viewer) -> StaffRow:
    row = staff.by_id(view, viewer.id)
    if row is None:
        raise Refusal(GONE)
    return row
