"""Who runs the movement: accounts, their roles, and the links by which people first sign in.

Sets nobody's password but for a command: people choose theirs. Never leaves the movement without
somebody who may give roles.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Grant, Permission, Role, Viewer
from gateway.service.audit import Audit
from gateway.service.passwords import Passwords
from gateway.service.viewers import (
    NAME,
    USERNAME,
    folded,
    name_of,
    secret_key,
    username_key,
    username_of,
    viewer_of,
)
from gateway.store import sessions, staff
from gateway.store.database import Database, Transaction
from gateway.store.staff import NO_STEP, StaffRow
from gateway.store.vault import Vault

_LINK_BYTES: Final = 32
_MINUTE_MS: Final = 60 * 1000
_USERNAME: Final = re.compile(r"[^\W_][\w.@+-]{1,63}")
_LONGEST_NAME: Final = 80
_EVERYWHERE: Final = Grant(Role.ADMIN)


class StaffError(Exception):
    """Something cannot be done with an account. One sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff, for lists. Times are milliseconds since 1970."""

    id: int
    username: str
    name: str
    grants: tuple[Grant, ...]
    has_password: bool
    has_totp: bool
    created_at: int
    disabled_at: int | None


class Staff:
    """The staff of one movement. Every act names who did it; None is a command."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        places: Places,
        passwords: Passwords,
        movement: str,
        link_minutes: int,
    ) -> None:
        """Take the places that roles may be for, and how long a link serves."""
        self._database = database
        self._vault = vault
        self._places = places
        self._passwords = passwords
        self._movement = movement
        self._link_ms = link_minutes * _MINUTE_MS
        self._audit = Audit(database, vault)

    def directory(self) -> Sequence[Member]:
        """Return everybody, by user name."""
        with self._database.read() as view:
            rows, grants = staff.everybody(view), staff.all_grants(view)
        members = [self._member(row, grants.get(row.id, ())) for row in rows]
        return sorted(members, key=lambda one: one.username)

    def member(self, number: int) -> Member | None:
        """Return one of the staff by id."""
        with self._database.read() as view:
            row, grants = staff.by_id(view, number), staff.grants(view, number)
        return None if row is None else self._member(row, grants)

    def find(self, username: str) -> Member:
        """Return one of the staff by user name. Raises `StaffError`."""
        with self._database.read() as view:
            row = staff.by_username(view, username_key(self._vault, username))
            grants = () if row is None else staff.grants(view, row.id)
        if row is None:
            raise StaffError(f"There is no '{username}'. `gateway staff list` names everybody.")
        return self._member(row, grants)

    def viewer(self, username: str) -> Viewer:
        """Return who somebody is when signed in, without a session. Raises `StaffError`."""
        number = self.find(username).id
        with self._database.read() as view:
            found = viewer_of(view, self._vault, number)
        if found is None:
            raise StaffError(f"The account '{username}' is disabled. Enable it first.")
        return found

    def add(
        self,
        by: Viewer | None,
        username: str,
        name: str,
        grants: Collection[Grant],
        *,
        password: str | None = None,
    ) -> int:
        """Make an account and return its id. Without a password it takes a link to sign in.

        Raises `StaffError`.
        """
        self._may(by)
        for grant in grants:
            self._check_place(grant)
        sealed = None if password is None else self._sealed(password, username, name)
        with self._database.write() as tx:
            return self._add(tx, by, username, name, grants, sealed)

    def invite(
        self, by: Viewer | None, username: str, name: str, grants: Collection[Grant]
    ) -> tuple[int, str]:
        """Make an account; return its id and the secret of the link by which to sign in first."""
        self._may(by)
        for grant in grants:
            self._check_place(grant)
        with self._database.write() as tx:
            number = self._add(tx, by, username, name, grants, None)
            return number, self._link(tx, by, number)

    def link(self, by: Viewer | None, number: int) -> str:
        """Return the secret of a new one-time link for an account; older ones are void.

        It signs in without password and code, so hand it over yourself. Raises `StaffError`.
        """
        self._may(by)
        with self._database.write() as tx:
            if self._row(tx, number).disabled_at is not None:
                raise StaffError("This account is disabled. Enable it first.")
            return self._link(tx, by, number)

    def rename(self, by: Viewer | None, number: int, name: str) -> None:
        """Give an account's person another name. Raises `StaffError`."""
        self._may(by)
        with self._database.write() as tx:
            self._row(tx, number)
            staff.change(tx, number, name_sealed=self._vault.node.seal(NAME, _name(name)))
            self._audit.record(tx, by, Act.STAFF_RENAMED, f"staff:{number}")

    def grant(self, by: Viewer | None, number: int, grant: Grant) -> bool:
        """Give a role; False if it was held already. Raises `StaffError`."""
        self._may(by)
        self._check_place(grant)
        with self._database.write() as tx:
            self._row(tx, number)
            given = staff.give(tx, number, grant)
            if given:
                self._audit.record(tx, by, Act.GRANTED, f"staff:{number}", detail=_words(grant))
        return given

    def ungrant(self, by: Viewer | None, number: int, grant: Grant) -> bool:
        """Take a role away; False if it was not held. Raises `StaffError` for the last admin's."""
        self._may(by)
        with self._database.write() as tx:
            self._row(tx, number)
            if grant == _EVERYWHERE:
                self._keep_an_admin(tx, number)
            taken = staff.take(tx, number, grant)
            if taken:
                self._audit.record(tx, by, Act.UNGRANTED, f"staff:{number}", detail=_words(grant))
        return taken

    def disable(self, by: Viewer | None, number: int) -> None:
        """Let somebody sign in no more, and end every session. Raises `StaffError`."""
        self._may(by)
        with self._database.write() as tx:
            self._row(tx, number)
            self._keep_an_admin(tx, number)
            staff.change(tx, number, disabled_at=tx.now)
            sessions.end_others(tx, number)
            self._audit.record(tx, by, Act.STAFF_DISABLED, f"staff:{number}")

    def enable(self, by: Viewer | None, number: int) -> None:
        """Let somebody sign in again, with the password and roles there were."""
        self._may(by)
        with self._database.write() as tx:
            self._row(tx, number)
            staff.change(tx, number, disabled_at=None)
            self._audit.record(tx, by, Act.STAFF_ENABLED, f"staff:{number}")

    def reset(self, by: Viewer | None, number: int) -> str:
        """Take password, app and recovery codes away and end every session; return a link's secret.

        For somebody who lost them, or whose phone was taken. Raises `StaffError`.
        """
        self._may(by)
        with self._database.write() as tx:
            if self._row(tx, number).disabled_at is not None:
                raise StaffError("This account is disabled. Enable it first.")
            staff.change(
                tx,
                number,
                password_sealed=None,
                totp_sealed=None,
                totp_offered_sealed=None,
                totp_step=NO_STEP,
            )
            staff.set_recovery_codes(tx, number, ())
            sessions.end_others(tx, number)
            secret = self._new_link(tx, number)
            self._audit.record(tx, by, Act.STAFF_RESET, f"staff:{number}")
        return secret

    def _may(self, by: Viewer | None) -> None:
        """Refuse whoever may not do this everywhere: roles are given for the whole movement."""
        if by is not None and by.within(Permission.STAFF) is not None:
            raise StaffError("Only an admin of the whole movement may change accounts.")

    def _check_place(self, grant: Grant) -> None:
        if grant.place is not None and self._places.get(grant.place) is None:
            raise StaffError(f"'{grant.place}' is not a place's code. Give one such as ZM-09.")

    def _sealed(self, password: str, username: str, name: str) -> bytes:
        names = (username, name, *name.split(), self._movement)
        weak = self._passwords.weakness(password, names)
        if weak:
            raise StaffError(weak)
        return self._passwords.seal(password)

    def _add(
        self,
        tx: Transaction,
        by: Viewer | None,
        username: str,
        name: str,
        grants: Collection[Grant],
        password_sealed: bytes | None,
    ) -> int:
        own = folded(username)
        if not _USERNAME.fullmatch(own):
            raise StaffError(
                f"'{username}' cannot be a user name. Use 2 to 64 letters, digits and . @ + - _,"
                " beginning with a letter or digit."
            )
        named = self._vault.node.seal(USERNAME, own.encode())
        called = self._vault.node.seal(NAME, _name(name))
        number = staff.add(tx, username_key(self._vault, own), named, called)
        if number is None:
            raise StaffError(f"There is a '{own}' already. Take another user name.")
        if password_sealed is not None:
            staff.change(tx, number, password_sealed=password_sealed)
        for grant in set(grants):
            staff.give(tx, number, grant)
        self._audit.record(tx, by, Act.STAFF_ADDED, f"staff:{number}")
        for grant in sorted(set(grants), key=lambda one: (one.role, one.place or "")):
            self._audit.record(tx, by, Act.GRANTED, f"staff:{number}", detail=_words(grant))
        return number

    def _link(self, tx: Transaction, by: Viewer | None, number: int) -> str:
        secret = self._new_link(tx, number)
        self._audit.record(tx, by, Act.LINK_MADE, f"staff:{number}")
        return secret

    def _new_link(self, tx: Transaction, number: int) -> str:
        secret = secrets.token_urlsafe(_LINK_BYTES)
        sessions.add_link(tx, secret_key(secret), number, expires_at=tx.now + self._link_ms)
        return secret

    def _keep_an_admin(self, tx: Transaction, number: int) -> None:
        if staff.lock_admins(tx) == {number}:
            raise StaffError(
                "This is the last admin of the whole movement. Give somebody else that role first."
            )

    def _row(self, tx: Transaction, number: int) -> StaffRow:
        row = staff.by_id(tx.connection, number)
        if row is None:
            raise StaffError("There is no such account.")
        return row

    def _member(self, row: StaffRow, grants: tuple[Grant, ...]) -> Member:
        return Member(
            id=row.id,
            username=username_of(self._vault, row),
            name=name_of(self._vault, row),
            grants=grants,
            has_password=row.password_sealed is not None,
            has_totp=row.totp_sealed is not None,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )


def _words(grant: Grant) -> dict[str, str | int]:
    return {"role": str(grant.role), "place": grant.place or ""}


def _name(name: str) -> bytes:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= _LONGEST_NAME:
        raise StaffError(f"A name has 1 to {_LONGEST_NAME} characters.")
    return plain.encode()
