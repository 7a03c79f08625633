"""Tokens by which programs read: scoped, for a place, over in time. None may change a thing.

A token may what it was made for and no more than its maker may at that moment: whoever loses a role
takes it from the tokens too.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Grant, Permission, Viewer
from gateway.service.audit import Audit
from gateway.service.viewers import secret_key, viewer_of
from gateway.store import tokens
from gateway.store.database import Database
from gateway.store.tokens import TokenRow
from gateway.store.vault import Vault

PREFIX: Final = "mg_"
LONGEST_DAYS: Final = 366
# What programs may read: no name, no number, and nothing that changes anything.
SCOPES: Final = frozenset(
    (Permission.COUNTS, Permission.CALLS, Permission.ASSEMBLIES, Permission.CASES)
)
_BYTES: Final = 32
LONGEST_NAME: Final = 60
_DAY_MS: Final = 24 * 60 * 60 * 1000
_TOUCH_MS: Final = 60_000


class TokenError(Exception):
    """A token cannot be made so. One sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token, as whoever minds them may see it. Times are milliseconds since 1970."""

    id: int
    name: str
    staff: int
    scopes: frozenset[Permission]
    place: str | None
    created_at: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None


class Tokens:
    """The tokens of one movement."""

    def __init__(self, database: Database, vault: Vault, *, places: Places) -> None:
        """Take the places that a token may be for."""
        self._database = database
        self._vault = vault
        self._places = places
        self._audit = Audit(database, vault)

    def make(
        self,
        owner: Viewer,
        name: str,
        scopes: Collection[Permission],
        *,
        days: int,
        place: str | None = None,
        by_command: bool = False,
    ) -> str:
        """Return a new token of somebody's, which is shown this once. Raises `TokenError`.

        `by_command`: the audit is not to say that the owner did it.
        """
        called = " ".join(name.split())
        if not 1 <= len(called) <= LONGEST_NAME:
            raise TokenError(f"Name what the token is for, in 1 to {LONGEST_NAME} characters.")
        if not 1 <= days <= LONGEST_DAYS:
            raise TokenError(f"A token serves for 1 to {LONGEST_DAYS} days.")
        if not scopes or not SCOPES.issuperset(scopes):
            raise TokenError(f"A token may be for: {', '.join(sorted(SCOPES))}.")
        if place is not None and self._places.get(place) is None:
            raise TokenError(f"'{place}' is not a place's code. Give one such as ZM-09.")
        for scope in (Permission.TOKENS, *scopes):
            if not owner.may(scope, place, self._places):
                where = "there" if place else "for the whole movement"
                raise TokenError(f"You may not do '{scope}' {where}, so no token of yours may.")
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        with self._database.write() as tx:
            number = tokens.add(
                tx,
                secret_key(secret),
                name=called,
                staff=owner.id,
                scopes=" ".join(sorted(scopes)),
                place=place,
                expires_at=tx.now + days * _DAY_MS,
            )
            detail: dict[str, str | int] = {
                "scopes": " ".join(sorted(scopes)),
                "place": place or "",
                "days": days,
            }
            who = None if by_command else owner
            self._audit.record(tx, who, Act.TOKEN_MADE, f"token:{number}", detail=detail)
        return secret

    def list(self) -> Sequence[Token]:
        """Return every token, the newest first, also those that are over."""
        with self._database.read() as view:
            rows = tokens.everyone(view)
        return [_token(row) for row in rows]

    def page(self, owner: int | None, before: int | None, limit: int) -> Sequence[Token]:
        """Return tokens before one, the newest first: somebody's, or with None those of all."""
        with self._database.read() as view:
            return [_token(row) for row in tokens.page(view, owner, before, limit)]

    def find(self, number: int) -> Token | None:
        """Return one token, whether or not it is good; None if there is none."""
        with self._database.read() as view:
            row = tokens.find(view, number)
        return None if row is None else _token(row)

    def revoke(self, by: Viewer | None, number: int) -> bool:
        """Revoke a token; False if there is none, or it was revoked. None is a command."""
        with self._database.write() as tx:
            revoked = tokens.revoke(tx, number)
            if revoked:
                self._audit.record(tx, by, Act.TOKEN_REVOKED, f"token:{number}")
        return revoked

    def token_viewer(self, secret: str) -> Viewer | None:
        """Return who a token reads for, restricted to it; None if it does not serve any more."""
        now = self._database.clock()
        with self._database.read() as view:
            row = tokens.by_key(view, secret_key(secret))
            if row is None or row.revoked_at is not None or now >= row.expires_at:
                return None
            maker = viewer_of(view, self._vault, row.staff)
        if maker is None:
            return None
        if row.used_at is None or now - row.used_at >= _TOUCH_MS:
            with self._database.write() as tx:
                tokens.touch(tx, row.id)
        return Viewer(
            id=maker.id,
            username=maker.username,
            name=row.name,
            grants=self._inside(maker.grants, row.place),
            only=_token(row).scopes,
        )

    def _inside(self, grants: tuple[Grant, ...], place: str | None) -> tuple[Grant, ...]:
        """Return roles as far as they reach into a place; all of them for the whole movement."""
        if place is None:
            return grants
        kept = []
        for grant in grants:
            if grant.place is None or self._places.within(place, grant.place):
                kept.append(Grant(grant.role, place))
            elif self._places.within(grant.place, place):
                kept.append(grant)
        return tuple(kept)


def _token(row: TokenRow) -> Token:
    return Token(
        row.id,
        row.name,
        row.staff,
        frozenset(map(Permission, row.scopes.split())),
        row.place,
        row.created_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
