"""Who runs the movement: accounts and roles, and who may change them."""

import threading

import pytest

from gateway.core.staff.roles import Grant, Role
from gateway.service.refusal import NOT_RIGHT
from gateway.service.signin import Refusal
from gateway.service.staff import StaffError
from tests.service.staffroom import HERE, StaffRoom

ADMIN = Grant(Role.ADMIN)
ORGANISER = Grant(Role.ORGANISER, "ZM-09")


def test_the_directory_says_who_there_is_and_with_what_they_sign_in(room: StaffRoom):
    room.add("bwalya")
    room.staff.invite(None, "amina", " Amina   Daka ", [ORGANISER, Grant(Role.CASEWORKER)])
    room.set_totp(room.viewer("bwalya"))
    told = [
        (one.username, one.name, one.grants, one.has_password, one.has_totp)
        for one in room.staff.directory()
    ]
    assert told == [
        ("amina", "Amina Daka", (Grant(Role.CASEWORKER), ORGANISER), False, False),
        ("bwalya", "Bwalya", (ADMIN,), True, True),
    ]


@pytest.mark.parametrize(
    ("username", "name", "grant", "said"),
    [
        pytest.param("AMINA", "Amina", ADMIN, "There is a 'amina' already", id="taken"),
        pytest.param("a b", "Amina", ADMIN, "cannot be a user name", id="a space"),
        pytest.param("", "Amina", ADMIN, "cannot be a user name", id="nothing"),
        pytest.param("b" * 65, "Amina", ADMIN, "cannot be a user name", id="too long"),
        pytest.param("bwalya", "  ", ADMIN, "1 to 80 characters", id="no name"),
        pytest.param("bwalya", "B", Grant(Role.ADMIN, "ZZ"), "is not a place's code", id="nowhere"),
    ],
)
def test_an_account_that_cannot_be_is_not_made(room: StaffRoom, username, name, grant, said):
    room.add("amina")
    with pytest.raises(StaffError, match=said):
        room.staff.add(None, username, name, [grant])
    assert len(room.staff.directory()) == 1


def test_a_weak_password_is_refused_for_a_command_too(room: StaffRoom):
    with pytest.raises(StaffError, match="at least 12"):
        room.staff.add(None, "amina", "Amina", [ADMIN], password="short")


def test_roles_are_given_once_and_taken_once(room: StaffRoom):
    room.add("amina")
    number = room.add("bwalya", Grant(Role.APPROVER))
    assert room.staff.grant(None, number, ORGANISER) is True
    assert room.staff.grant(None, number, ORGANISER) is False
    assert room.staff.find("bwalya").grants == (Grant(Role.APPROVER), ORGANISER)
    assert room.staff.ungrant(None, number, Grant(Role.ORGANISER)) is False
    assert room.staff.ungrant(None, number, ORGANISER) is True
    assert room.staff.find("bwalya").grants == (Grant(Role.APPROVER),)
    entry = room.audit.page(None, 1)[0]
    assert (entry.act, entry.subject) == ("ungranted", f"staff:{number}")
    assert entry.detail == {"role": "organiser", "place": "ZM-09"}


def test_the_last_admin_of_the_whole_movement_stays(room: StaffRoom):
    first = room.add("amina")
    second = room.add("bwalya", Grant(Role.ADMIN, "ZM-09"))
    for act in (
        lambda: room.staff.disable(None, first),
        lambda: room.staff.ungrant(None, first, ADMIN),
    ):
        with pytest.raises(StaffError, match="last admin"):
            act()
    room.staff.grant(None, second, ADMIN)
    room.staff.disable(None, first)
    with pytest.raises(StaffError, match="last admin"):
        room.staff.disable(None, second)
    assert room.enter("bwalya")


def test_two_admins_who_put_each_other_out_at_the_same_time_are_not_both_out(room: StaffRoom):
    numbers = [room.add("amina"), room.add("bwalya")]
    said: list[str] = []

    def put_out(number: int) -> None:
        try:
            room.staff.disable(None, number)
        except StaffError as trouble:
            said.append(str(trouble))

    threads = [threading.Thread(target=put_out, args=(one,)) for one in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    assert sum(one.disabled_at is None for one in room.staff.directory()) == 1


def test_who_is_disabled_is_put_out_and_comes_back_as_before(room: StaffRoom):
    room.add("amina")
    number = room.add("bwalya", ORGANISER)
    key = room.enter("bwalya")
    room.staff.disable(None, number)
    assert room.sign_in.viewer(key) is None
    assert room.sign_in.sessions(number) == []
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("bwalya")
    for act in (room.staff.link, room.staff.reset):
        with pytest.raises(StaffError, match="Enable it first"):
            act(None, number)
    with pytest.raises(StaffError, match="Enable it first"):
        room.staff.viewer("bwalya")
    room.staff.enable(None, number)
    assert room.viewer("bwalya").grants == (ORGANISER,)
    assert room.sign_in.viewer(key) is None


def test_a_reset_takes_password_app_recovery_codes_and_sessions(room: StaffRoom):
    number = room.add("amina")
    viewer = room.viewer("amina")
    _, recovery = room.set_totp(viewer)
    key = room.enter("amina", recovery[0])
    secret = room.staff.reset(None, number)
    assert room.sign_in.viewer(key) is None
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", recovery[1])
    entered = room.sign_in.sign_in_by_link(secret, **HERE)
    assert entered is not None
    again = room.sign_in.viewer(entered)
    assert again is not None
    assert room.account.pending(again) == {"password", "totp"}
    assert room.account.recovery_codes_left(again) == 0


def test_a_name_changes_and_the_user_name_stays(room: StaffRoom):
    number = room.add("amina")
    room.staff.rename(None, number, "Amina Daka")
    member = room.staff.member(number)
    assert member is not None
    assert (member.username, member.name) == ("amina", "Amina Daka")
    assert room.viewer("amina").name == "Amina Daka"


@pytest.mark.parametrize(
    "grant",
    [
        pytest.param(Grant(Role.COORDINATOR), id="another role"),
        pytest.param(Grant(Role.ADMIN, "ZM-09"), id="an admin of one place"),
    ],
)
def test_who_is_no_admin_of_the_whole_movement_changes_no_account(room: StaffRoom, grant: Grant):
    number = room.add("amina")
    room.add("bwalya", grant)
    by = room.viewer("bwalya")
    staff = room.staff
    for act in (
        lambda: staff.add(by, "chanda", "Chanda", [ADMIN]),
        lambda: staff.invite(by, "chanda", "Chanda", [ADMIN]),
        lambda: staff.rename(by, number, "Another"),
        lambda: staff.grant(by, by.id, ADMIN),
        lambda: staff.ungrant(by, number, ADMIN),
        lambda: staff.link(by, number),
        lambda: staff.reset(by, number),
        lambda: staff.disable(by, number),
        lambda: staff.enable(by, number),
    ):
        with pytest.raises(StaffError, match="Only an admin of the whole movement"):
            act()
    assert {one.username for one in staff.directory()} == {"amina", "bwalya"}


def test_the_audit_says_which_admin_did_it(room: StaffRoom):
    room.add("amina")
    by = room.viewer("amina")
    number = room.staff.add(by, "bwalya", "Bwalya", [ORGANISER])
    room.staff.link(by, number)
    entries = room.audit.page(None, 3)
    assert [(one.name, one.act) for one in entries] == [
        ("Amina", "link_made"),
        ("Amina", "granted"),
        ("Amina", "staff_added"),
    ]


def test_what_is_asked_of_nobody_is_said_so(room: StaffRoom):
    assert room.staff.member(5) is None
    with pytest.raises(StaffError, match="There is no 'chanda'"):
        room.staff.find("chanda")
    with pytest.raises(StaffError, match="no such account"):
        room.staff.enable(None, 5)
