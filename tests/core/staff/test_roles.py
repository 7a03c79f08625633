import pytest

from gateway.core.movement.places import Place, Places
from gateway.core.staff.roles import PERMISSIONS, Grant, Permission, Role, Viewer

PLACES = Places(
    [
        Place("zm", "Zambia", "country", None),
        Place("east", "Eastern", "province", "zm"),
        Place("chipata", "Chipata", "district", "east"),
        Place("katete", "Katete", "district", "east"),
        Place("south", "Southern", "province", "zm"),
        Place("choma", "Choma", "district", "south"),
    ]
)


def viewer(*grants: Grant) -> Viewer:
    return Viewer(1, "amina", "Amina", grants)


@pytest.mark.parametrize(
    ("grants", "permission", "place", "expected"),
    [
        pytest.param((), Permission.COUNTS, "chipata", False, id="no role may do nothing"),
        pytest.param(
            (Grant(Role.ORGANISER),), Permission.PEOPLE, "choma", True, id="everywhere is any place"
        ),
        pytest.param(
            (Grant(Role.ORGANISER),), Permission.PEOPLE, None, True, id="and no place at all"
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"),), Permission.PEOPLE, "katete", True, id="a place inside"
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"),), Permission.PEOPLE, "east", True, id="the place itself"
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"),), Permission.PEOPLE, "choma", False, id="a place beside"
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "chipata"),), Permission.PEOPLE, "east", False, id="one around"
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"),),
            Permission.PEOPLE,
            None,
            False,
            id="a person of no known place is not in a province",
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"), Grant(Role.CASEWORKER, "south")),
            Permission.CASES,
            "chipata",
            False,
            id="a role holds only where it was given",
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "east"), Grant(Role.ORGANISER, "south")),
            Permission.PEOPLE,
            "choma",
            True,
            id="two places are both",
        ),
        pytest.param(
            (Grant(Role.ORGANISER, "nowhere"),),
            Permission.PEOPLE,
            "chipata",
            False,
            id="a place that is not on the list any more",
        ),
    ],
)
def test_what_a_viewer_may_do(grants, permission, place, expected):
    assert viewer(*grants).may(permission, place, PLACES) is expected


def test_a_scope_is_every_place_inside():
    east = viewer(Grant(Role.ORGANISER, "east"))
    assert east.scope(Permission.PEOPLE, PLACES) == frozenset(("east", "chipata", "katete"))
    assert east.scope(Permission.CASES, PLACES) == frozenset()
    assert viewer(Grant(Role.ORGANISER)).scope(Permission.PEOPLE, PLACES) is None


def test_every_role_has_permissions_and_every_permission_has_a_role():
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("personal", [Permission.PEOPLE, Permission.UNMASK, Permission.CASES])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SCRUTINEER, Role.APPROVER])
def test_who_keeps_or_watches_the_system_sees_no_person(role, personal):
    assert personal not in PERMISSIONS[role]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(Permission.DRAFT, Permission.APPROVE, id="to write a call and to approve it"),
        pytest.param(
            Permission.EXPORT_NUMBERS, Permission.RELEASE_NUMBERS, id="to ask for and let out"
        ),
    ],
)
def test_no_role_alone_can_do_what_needs_two_people(first, second):
    for granted in PERMISSIONS.values():
        assert not {first, second} <= granted


def test_who_may_only_some_of_it_may_no_more_whatever_the_roles():
    narrow = Viewer(
        1,
        "amina",
        "Amina",
        (Grant(Role.ADMIN), Grant(Role.COORDINATOR, "east")),
        only=frozenset((Permission.COUNTS, Permission.UNMASK, Permission.CASES)),
    )
    assert narrow.permissions == {Permission.COUNTS, Permission.UNMASK}
    assert narrow.within(Permission.COUNTS) is None
    assert narrow.within(Permission.UNMASK) == ("east",)
    assert narrow.within(Permission.STAFF) == ()
    assert narrow.scope(Permission.AUDIT, PLACES) == frozenset()
    assert narrow.may(Permission.UNMASK, "chipata", PLACES)
    assert not narrow.may(Permission.STAFF, None, PLACES)
    assert not narrow.may(Permission.CASES, "chipata", PLACES)
