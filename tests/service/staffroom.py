"""A staff room for tests: every service of accounts over one database, with cheap passwords."""

from dataclasses import dataclass

import pyotp

from gateway.core.movement.places import Places
from gateway.core.staff import codes
from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service.account import Account
from gateway.service.audit import Audit
from gateway.service.passwords import Cost, Passwords
from gateway.service.signin import SignIn
from gateway.service.staff import Staff
from gateway.service.tokens import Tokens
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock

CHEAP = Cost(memory_kib=8, rounds=1)
PASSWORD = "four words in a row"
HERE = {"address": "192.0.2.7", "agent": "Mozilla/5.0 (Android 12) Firefox/140.0"}


@dataclass(slots=True)
class StaffRoom:
    """The services, and what tests do with them over and over."""

    database: Database
    vault: Vault
    clock: Clock
    passwords: Passwords
    sign_in: SignIn
    account: Account
    staff: Staff
    tokens: Tokens
    audit: Audit

    def add(self, username: str, *grants: Grant, password: str | None = PASSWORD) -> int:
        """Make an account; an admin of everything unless roles are given."""
        held = grants or (Grant(Role.ADMIN),)
        return self.staff.add(None, username, username.title(), held, password=password)

    def enter(self, username: str, code: str = "", password: str = PASSWORD) -> str:
        """Sign in and return the key."""
        return self.sign_in.sign_in(username, password, code, **HERE)

    def viewer(self, username: str) -> Viewer:
        """Sign in and return the viewer."""
        found = self.sign_in.viewer(self.enter(username))
        assert found is not None
        return found

    def set_totp(self, viewer: Viewer) -> tuple[str, list[str]]:
        """Set up an app; return its secret and the recovery codes. A step later codes serve."""
        offer = self.account.begin_totp(viewer)
        made = self.account.confirm_totp(viewer, self.code(offer.secret))
        self.clock.advance(ms=codes.STEP_MS)
        return offer.secret, list(made)

    def code(self, secret: str, steps: int = 0) -> str:
        """Return the code that an app shows now, or some steps from now."""
        return pyotp.TOTP(secret).generate_otp(self.clock.now // codes.STEP_MS + steps)

    def acts(self) -> list[str]:
        """Return the acts in the audit, the first one first."""
        return [entry.act for entry in reversed(self.audit.page(None, 1000))]


def staffroom(database: Database, vault: Vault, clock: Clock, places: Places) -> StaffRoom:
    """Open one."""
    passwords = Passwords(vault, cost=CHEAP)
    return StaffRoom(
        database,
        vault,
        clock,
        passwords,
        SignIn(database, vault, session_hours=12, idle_minutes=30, passwords=passwords),
        Account(database, vault, passwords=passwords, movement="The 99"),
        Staff(
            database,
            vault,
            places=places,
            passwords=passwords,
            movement="The 99",
            link_minutes=60,
        ),
        Tokens(database, vault, places=places),
        Audit(database, vault),
    )
