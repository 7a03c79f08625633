"""Lets staff in, knows them by their session's key, and lets them out. Decides no permission.

A sign-in always makes a new key. What is told to somebody refused is the same whatever was wrong,
and takes as long: whether there is such an account shows in neither.
"""

import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from gateway.core.staff.acts import Act
from gateway.core.staff.agents import short_agent
from gateway.core.staff.roles import Viewer
from gateway.service.account import Account, Offer
from gateway.service.audit import Audit
from gateway.service.passwords import Passwords
from gateway.service.refusal import NOT_RIGHT, Refusal
from gateway.service.second_factor import used_code
from gateway.service.throttling import Throttling, site
from gateway.service.viewers import secret_key, username_key, viewer_of
from gateway.store import sessions, staff
from gateway.store.database import Database, Transaction
from gateway.store.sessions import SessionRow
from gateway.store.staff import StaffRow
from gateway.store.vault import ID_BYTES, Vault

__all__ = ["Account", "Offer", "Refusal", "SessionRow", "SignIn"]

KEY_BYTES: Final = 32
_TOUCH_MS: Final = 60_000
_HOUR_MS: Final = 60 * 60 * 1000
_MINUTE_MS: Final = 60 * 1000


class SignIn:
    """Sessions of staff. One for a process; safe to share between threads."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        session_hours: int,
        idle_minutes: int,
        passwords: Passwords,
    ) -> None:
        """Take how long a session lasts at most, and how long one that is not used."""
        self._database = database
        self._vault = vault
        self._lasts_ms = session_hours * _HOUR_MS
        self._idle_ms = idle_minutes * _MINUTE_MS
        self._passwords = passwords
        self._throttling = Throttling(database, vault)
        self._audit = Audit(database, vault)

    def sign_in(self, username: str, password: str, code: str, *, address: str, agent: str) -> str:
        """Return the key of a new session. Raises `Refusal`, with a wait after too many attempts.

        `code` is needed once the account has an app that makes codes; a recovery code serves too.
        """
        attempt = self._throttling.admit(username, address)
        with self._database.read() as view:
            row = staff.by_username(view, username_key(self._vault, username))
        try:
            fits, again = self._checked(row, password)
        except Refusal:  # nobody looked at it: too many are under way
            self._throttling.withdrawn(attempt)
            raise
        with self._database.write() as tx:
            why, number = self._weighed(tx, row, code, fits=fits)
            if number is None:
                subject = "" if row is None else f"staff:{row.id}"
                self._audit.record(tx, None, Act.SIGN_IN_REFUSED, subject, detail={"why": why})
                key = None
            else:
                self._throttling.succeeded(tx, attempt)
                if again is not None:
                    staff.change(tx, number, password_sealed=again)
                key = self._begin(tx, number, address, agent)
                self._audit.record(tx, number, Act.SIGNED_IN, detail={"by": why})
        if key is None:
            raise Refusal(NOT_RIGHT)
        return key

    def sign_in_by_link(self, secret: str, *, address: str, agent: str) -> str | None:
        """Return the key of a new session for a one-time link; None if it does not serve any more.

        A link asks for no password and no code: whoever has it is let in, once.
        """
        with self._database.write() as tx:
            number = sessions.use_link(tx, secret_key(secret))
            row = None if number is None else staff.by_id(tx.connection, number)
            if row is None or row.disabled_at is not None:
                return None
            key = self._begin(tx, row.id, address, agent)
            self._audit.record(tx, row.id, Act.SIGNED_IN_BY_LINK)
        return key

    def viewer(self, key: str) -> Viewer | None:
        """Return whose key this is; None if the session is over, was ended, or the account is."""
        now = self._database.clock()
        with self._database.read() as view:
            held = sessions.held(view, secret_key(key))
            if held is None or now >= min(held.expires_at, held.seen_at + self._idle_ms):
                return None
            viewer = viewer_of(view, self._vault, held.staff, held.id)
        if viewer is not None and now - held.seen_at >= _TOUCH_MS:
            with self._database.write() as tx:
                sessions.touch(tx, held.id)
        return viewer

    def sign_out(self, key: str) -> None:
        """End a session. A key that is of none changes nothing."""
        with self._database.write() as tx:
            held = sessions.held(tx.connection, secret_key(key))
            if held is not None:
                sessions.end(tx, held.staff, held.id)
                self._audit.record(tx, held.staff, Act.SIGNED_OUT)

    def sessions(self, staff: int) -> Sequence[SessionRow]:
        """Return the sessions of an account that are not over, the one used last first."""
        with self._database.read() as view:
            return sessions.of(view, staff, now=self._database.clock(), idle_ms=self._idle_ms)

    def revoke(self, staff: int, session: int) -> bool:
        """End one session of an account, at its owner's wish; False if it has no such one."""
        with self._database.write() as tx:
            ended = sessions.end(tx, staff, session)
            if ended:
                self._audit.record(tx, staff, Act.SESSION_REVOKED, f"session:{session}")
        return ended

    def revoke_others(self, viewer: Viewer) -> int:
        """End every session of the viewer but this one; return how many there were."""
        with self._database.write() as tx:
            ended = sessions.end_others(tx, viewer.id, viewer.session)
            if ended:
                detail = {"others": ended}
                self._audit.record(tx, viewer, Act.SESSION_REVOKED, detail=detail)
        return ended

    def renewed(self, viewer: Viewer) -> str:
        """Return a new key for the viewer's session, for when a password or an app was set.

        Whoever had read the old key is out with it.
        """
        key = secrets.token_urlsafe(KEY_BYTES)
        with self._database.write() as tx:
            sessions.rekey(tx, viewer.session, secret_key(key))
        return key

    def csrf_token(self, key: str) -> str:
        """Return what each form of a session carries, so that nobody else's page can send one."""
        return self._vault.keyed(b"csrf", key.encode()).hex()

    def csrf_fits(self, key: str, token: str) -> bool:
        """Whether a form carried what this session's do."""
        return hmac.compare_digest(self.csrf_token(key).encode(), token.encode())

    def _checked(self, row: StaffRow | None, password: str) -> tuple[bool, bytes | None]:
        """Return whether this is the password, and it sealed anew if that is due.

        Takes as long where there is no account. Raises `Refusal` when too many are under way.
        """
        kept = None if row is None else row.password_sealed
        fits = self._passwords.fits(kept, password)
        due = fits and kept is not None and self._passwords.outdated(kept)
        return fits, self._passwords.seal(password) if due else None

    def _weighed(
        self, tx: Transaction, row: StaffRow | None, code: str, *, fits: bool
    ) -> tuple[str, int | None]:
        """Return what somebody is let in by, with the account; or what was wrong, with none.

        Looks at the account again: it may have changed while the password was worked on.
        """
        now = None if row is None else staff.by_id(tx.connection, row.id)
        if row is None or now is None:
            return "unknown", None
        if not fits or now.password_sealed != row.password_sealed:
            return "password", None
        if now.disabled_at is not None:
            return "disabled", None
        if now.totp_sealed is None:
            return "password", now.id
        by = used_code(tx, self._vault, now, code)
        return ("code", None) if by is None else (by, now.id)

    def _begin(self, tx: Transaction, number: int, address: str, agent: str) -> str:
        key = secrets.token_urlsafe(KEY_BYTES)
        sessions.add(
            tx,
            secret_key(key),
            number,
            expires_at=tx.now + self._lasts_ms,
            agent=short_agent(agent),
            address=self._vault.keyed(b"address", site(address).encode())[:ID_BYTES],
        )
        return key
