"""Accounts of staff with their roles. Sees what is sealed only as bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.core.staff.roles import Grant, Role
from gateway.store import tables
from gateway.store.database import SQLITE, Transaction

_S, _G, _R = tables.staff, tables.grants, tables.recovery_codes

NO_STEP = -1


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account as it is stored. Sealed parts are for the uses that `service.viewers` names."""

    id: int
    username_sealed: bytes
    name_sealed: bytes
    password_sealed: bytes | None
    totp_sealed: bytes | None
    totp_offered_sealed: bytes | None
    language: str | None
    created_at: int
    disabled_at: int | None


_COLUMNS = (
    _S.c.id,
    _S.c.username_sealed,
    _S.c.name_sealed,
    _S.c.password_sealed,
    _S.c.totp_sealed,
    _S.c.totp_offered_sealed,
    _S.c.language,
    _S.c.created_at,
    _S.c.disabled_at,
)


def add(tx: Transaction, username: bytes, username_sealed: bytes, name_sealed: bytes) -> int | None:
    """Make an account and return its id; None if the user name is taken."""
    if tx.connection.execute(select(_S.c.id).where(_S.c.username == username)).first():
        return None
    number = tx.head.take_id()
    tx.connection.execute(
        insert(_S).values(
            id=number,
            username=username,
            username_sealed=username_sealed,
            name_sealed=name_sealed,
            totp_step=NO_STEP,
            created_at=tx.now,
        )
    )
    return number


def by_username(connection: Connection, username: bytes) -> StaffRow | None:
    """Return the account of a hashed user name."""
    return _one(connection, _S.c.username == username)


def by_id(connection: Connection, staff: int) -> StaffRow | None:
    """Return an account."""
    return _one(connection, _S.c.id == staff)


def everybody(connection: Connection) -> list[StaffRow]:
    """Return every account, the oldest first."""
    query = select(*_COLUMNS).order_by(_S.c.id)
    return [StaffRow(*row) for row in connection.execute(query)]


def change(tx: Transaction, staff: int, **values: Any) -> None:
    """Set columns of an account."""
    tx.connection.execute(update(_S).where(_S.c.id == staff).values(**values))


def use_step(tx: Transaction, staff: int, step: int) -> bool:
    """Use up the code of a time step; False if that one or a later one was used already."""
    statement = update(_S).where(_S.c.id == staff, _S.c.totp_step < step).values(totp_step=step)
    return tx.connection.execute(statement).rowcount == 1


def set_recovery_codes(tx: Transaction, staff: int, codes: Sequence[bytes]) -> None:
    """Replace the recovery codes of an account by others, as keyed hashes."""
    tx.connection.execute(delete(_R).where(_R.c.staff == staff))
    if codes:
        tx.connection.execute(insert(_R), [{"staff": staff, "code": one} for one in codes])


def use_recovery_code(tx: Transaction, staff: int, code: bytes) -> bool:
    """Use up a recovery code; False if there is no such one, or it was used."""
    statement = delete(_R).where(_R.c.staff == staff, _R.c.code == code)
    return tx.connection.execute(statement).rowcount == 1


def recovery_codes_left(connection: Connection, staff: int) -> int:
    """Return how many recovery codes an account has left."""
    query = select(func.count()).select_from(_R).where(_R.c.staff == staff)
    return int(connection.execute(query).scalar_one())


def grants(connection: Connection, staff: int) -> tuple[Grant, ...]:
    """Return the roles of one account."""
    query = select(_G.c.role, _G.c.place).where(_G.c.staff == staff).order_by(_G.c.role, _G.c.place)
    return tuple(Grant(Role(row.role), row.place or None) for row in connection.execute(query))


def all_grants(connection: Connection) -> Mapping[int, tuple[Grant, ...]]:
    """Return the roles of every account that has any."""
    query = select(_G.c.staff, _G.c.role, _G.c.place).order_by(_G.c.role, _G.c.place)
    found: dict[int, tuple[Grant, ...]] = {}
    for row in connection.execute(query):
        found[row.staff] = (*found.get(row.staff, ()), Grant(Role(row.role), row.place or None))
    return found


def give(tx: Transaction, staff: int, grant: Grant) -> bool:
    """Give a role; False if it was held already."""
    if grant in grants(tx.connection, staff):
        return False
    row = {"staff": staff, "role": str(grant.role), "place": grant.place or ""}
    tx.connection.execute(insert(_G).values(row))
    return True


def take(tx: Transaction, staff: int, grant: Grant) -> bool:
    """Take a role away; False if it was not held."""
    statement = delete(_G).where(
        _G.c.staff == staff, _G.c.role == str(grant.role), _G.c.place == (grant.place or "")
    )
    return tx.connection.execute(statement).rowcount == 1


def lock_admins(tx: Transaction) -> frozenset[int]:
    """Return who is admin everywhere and not disabled, and let nobody else change that meanwhile.

    Two who each take the role from the other at the same time wait here for one another.
    """
    query = (
        select(_S.c.id)
        .join_from(_S, _G, _G.c.staff == _S.c.id)
        .where(_G.c.role == str(Role.ADMIN), _G.c.place == "", _S.c.disabled_at.is_(None))
        .order_by(_S.c.id)
    )
    if tx.dialect != SQLITE:
        query = query.with_for_update()
    return frozenset(tx.connection.execute(query).scalars())


def _one(connection: Connection, where: Any) -> StaffRow | None:
    row = connection.execute(select(*_COLUMNS).where(where)).first()
    return None if row is None else StaffRow(*row)
