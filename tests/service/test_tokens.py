"""Tokens of programs: what they may, where, and until when."""

import pytest

from gateway.core.movement.places import Places
from gateway.core.staff.roles import Grant, Permission, Role, Viewer
from gateway.service.tokens import PREFIX, TokenError
from tests.service.staffroom import StaffRoom

COORDINATOR = Grant(Role.COORDINATOR)


def coordinator(room: StaffRoom, *grants: Grant) -> Viewer:
    room.add("amina")
    room.add("bwalya", *(grants or (COORDINATOR,)))
    return room.viewer("bwalya")


def made(room: StaffRoom, owner: Viewer, *scopes: Permission, place: str | None = None) -> str:
    wanted = scopes or (Permission.COUNTS,)
    return room.tokens.make(owner, "Dashboard", wanted, days=30, place=place)


def test_a_token_may_what_it_was_made_for_and_nothing_else(room: StaffRoom, places: Places):
    owner = coordinator(room)
    secret = made(room, owner, Permission.COUNTS, Permission.ASSEMBLIES)
    assert secret.startswith(PREFIX)
    viewer = room.tokens.token_viewer(secret)
    assert viewer is not None
    assert viewer.id == owner.id
    assert viewer.permissions == {Permission.COUNTS, Permission.ASSEMBLIES}
    assert viewer.may(Permission.COUNTS, None, places)
    for one in set(Permission) - viewer.permissions:
        assert not viewer.may(one, None, places)
        assert viewer.within(one) == ()


def test_a_token_for_a_place_reaches_no_further(room: StaffRoom, places: Places):
    secret = made(room, coordinator(room), place="ZM-01")
    viewer = room.tokens.token_viewer(secret)
    assert viewer is not None
    assert viewer.may(Permission.COUNTS, "ZM-01-07", places)
    assert not viewer.may(Permission.COUNTS, "ZM-09", places)
    assert not viewer.may(Permission.COUNTS, None, places)


def test_a_token_for_a_place_keeps_to_those_of_its_owner_within_it(room: StaffRoom, places: Places):
    inside, beside = Grant(Role.COORDINATOR, "ZM-01-07"), Grant(Role.COORDINATOR, "ZM-09")
    number = room.add("chanda")
    owner = coordinator(room, COORDINATOR)
    secret = made(room, owner, place="ZM-01")
    room.staff.grant(None, owner.id, inside)
    room.staff.grant(None, owner.id, beside)
    room.staff.ungrant(None, owner.id, COORDINATOR)
    viewer = room.tokens.token_viewer(secret)
    assert viewer is not None
    assert viewer.grants == (inside,)
    assert number != owner.id


def test_a_token_loses_what_its_owner_loses(room: StaffRoom):
    owner = coordinator(room)
    secret = made(room, owner)
    room.staff.ungrant(None, owner.id, COORDINATOR)
    viewer = room.tokens.token_viewer(secret)
    assert viewer is not None
    assert viewer.permissions == frozenset()
    room.staff.disable(None, owner.id)
    assert room.tokens.token_viewer(secret) is None


def test_a_token_is_over_when_its_days_are_or_when_it_is_revoked(room: StaffRoom):
    owner = coordinator(room)
    revoked, kept = made(room, owner), made(room, owner)
    number = room.tokens.list()[1].id
    assert room.tokens.revoke(owner, number) is True
    assert room.tokens.revoke(owner, number) is False
    assert room.tokens.token_viewer(revoked) is None
    room.clock.advance(days=30, ms=-1)
    assert room.tokens.token_viewer(kept) is not None
    room.clock.advance(ms=1)
    assert room.tokens.token_viewer(kept) is None


def test_what_is_no_token_is_nobody_and_a_session_s_key_is_none(room: StaffRoom):
    room.add("amina")
    for one in ("", "mg_", room.enter("amina")):
        assert room.tokens.token_viewer(one) is None


def test_a_token_says_when_it_was_used_last(room: StaffRoom):
    secret = made(room, coordinator(room))
    assert room.tokens.list()[0].used_at is None
    room.tokens.token_viewer(secret)
    assert room.tokens.list()[0].used_at == room.clock.now


@pytest.mark.parametrize(
    ("name", "scopes", "days", "place", "said"),
    [
        pytest.param(" ", {Permission.COUNTS}, 30, None, "Name what", id="no name"),
        pytest.param("D", set(), 30, None, "may be for", id="for nothing"),
        pytest.param("D", {Permission.PEOPLE}, 30, None, "may be for", id="for people"),
        pytest.param("D", {Permission.COUNTS}, 0, None, "1 to 366 days", id="no day"),
        pytest.param("D", {Permission.COUNTS}, 367, None, "1 to 366 days", id="too many days"),
        pytest.param("D", {Permission.COUNTS}, 30, "ZZ", "not a place's code", id="nowhere"),
        pytest.param("D", {Permission.CASES}, 30, None, "may not do 'cases'", id="not the owner's"),
    ],
)
def test_a_token_that_may_not_be_is_not_made(room: StaffRoom, name, scopes, days, place, said):
    owner = coordinator(room)
    with pytest.raises(TokenError, match=said):
        room.tokens.make(owner, name, scopes, days=days, place=place)
    assert room.tokens.list() == []


@pytest.mark.parametrize(
    ("grant", "place"),
    [
        pytest.param(Grant(Role.ORGANISER), None, id="who may make none"),
        pytest.param(Grant(Role.COORDINATOR, "ZM-09"), None, id="who may for one place only"),
        pytest.param(Grant(Role.COORDINATOR, "ZM-09"), "ZM-01", id="who may for another place"),
    ],
)
def test_nobody_makes_a_token_that_reaches_further_than_they_do(room: StaffRoom, grant, place):
    owner = coordinator(room, grant)
    with pytest.raises(TokenError, match="so no token of yours may"):
        made(room, owner, place=place)
