"""Signing in, staying in and being put out."""

import threading

import pytest

from gateway.core.staff.roles import Grant, Role
from gateway.service.refusal import NOT_RIGHT, TOO_MANY_AT_ONCE, TOO_OFTEN
from gateway.service.signin import Refusal, SignIn
from gateway.service.throttling import OF_AN_ACCOUNT, OF_AN_ADDRESS, Pace, site
from gateway.store import staff
from tests.service.staffroom import CHEAP, HERE, PASSWORD, StaffRoom


def refused(room: StaffRoom, username: str, password: str = PASSWORD, code: str = "") -> Refusal:
    with pytest.raises(Refusal) as raised:
        room.enter(username, code, password)
    return raised.value


def test_whoever_signs_in_is_known_by_the_key_with_name_and_roles(room: StaffRoom):
    number = room.add("amina", Grant(Role.ORGANISER, "ZM-09"))
    viewer = room.sign_in.viewer(room.enter("amina"))
    assert viewer is not None
    assert (viewer.id, viewer.username, viewer.name) == (number, "amina", "Amina")
    assert viewer.grants == (Grant(Role.ORGANISER, "ZM-09"),)
    assert viewer.session != 0


@pytest.mark.parametrize("typed", ["amina", " Amina ", "AMINA"])
def test_a_user_name_is_the_same_however_it_is_typed(room: StaffRoom, typed: str):
    room.add("Amina")
    assert room.sign_in.viewer(room.enter(typed)) is not None


def test_each_sign_in_makes_a_new_key_whatever_key_there_was(room: StaffRoom):
    room.add("amina")
    assert len({room.enter("amina") for _ in range(3)}) == 3


def test_a_key_of_nobody_is_nobody(room: StaffRoom):
    assert room.sign_in.viewer("") is None
    assert room.sign_in.viewer("A" * 43) is None


def test_a_wrong_password_a_wrong_name_and_a_disabled_account_are_told_the_same(room: StaffRoom):
    room.add("amina")
    gone = room.add("bwalya", Grant(Role.APPROVER))
    room.staff.disable(None, gone)
    told = {
        (one.sentence, one.retry_ms)
        for one in (
            refused(room, "amina", "another four words"),
            refused(room, "nobody"),
            refused(room, "bwalya"),
        )
    }
    assert told == {(NOT_RIGHT, None)}


def test_an_account_without_a_password_is_not_entered_by_an_empty_one(room: StaffRoom):
    room.add("amina", password=None)
    assert refused(room, "amina", "").sentence == NOT_RIGHT


def test_where_there_is_no_account_a_password_is_worked_on_all_the_same(room: StaffRoom):
    """The work is what takes the time, and it waits its turn: with no turns left, both are told."""
    passwords = type(room.passwords)(room.vault, cost=CHEAP, at_once=1, wait_s=0)
    sealed = passwords.seal(PASSWORD)
    assert passwords.fits(None, "") is False
    assert passwords.fits(None, PASSWORD) is False
    with passwords._turn():
        for kept in (None, sealed):
            with pytest.raises(Refusal, match=TOO_MANY_AT_ONCE):
                passwords.fits(kept, PASSWORD)
    assert passwords.fits(sealed, PASSWORD) is True


def test_a_session_ends_when_it_is_not_used_and_is_kept_by_use(room: StaffRoom):
    room.add("amina")
    used, idle = room.enter("amina"), room.enter("amina")
    for _ in range(3):
        room.clock.advance(seconds=29 * 60)
        assert room.sign_in.viewer(used) is not None
    assert room.sign_in.viewer(idle) is None


def test_a_session_ends_after_its_hours_however_much_it_is_used(room: StaffRoom):
    room.add("amina")
    key = room.enter("amina")
    for _ in range(12 * 4 - 1):
        room.clock.advance(seconds=15 * 60)
        assert room.sign_in.viewer(key) is not None
    room.clock.advance(seconds=15 * 60)
    assert room.sign_in.viewer(key) is None


def test_looking_writes_at_most_once_a_minute(room: StaffRoom):
    number = room.add("amina")
    key = room.enter("amina")
    began = room.clock.now
    room.clock.advance(seconds=59)
    room.sign_in.viewer(key)
    assert [one.seen_at for one in room.sign_in.sessions(number)] == [began]
    room.clock.advance(seconds=1)
    room.sign_in.viewer(key)
    assert [one.seen_at for one in room.sign_in.sessions(number)] == [began + 60_000]


def test_who_signs_out_is_out(room: StaffRoom):
    room.add("amina")
    key, other = room.enter("amina"), room.enter("amina")
    room.sign_in.sign_out(key)
    room.sign_in.sign_out("nobody's")
    assert room.sign_in.viewer(key) is None
    assert room.sign_in.viewer(other) is not None


def test_sessions_are_listed_and_ended_by_their_owner_only(room: StaffRoom):
    number, stranger = room.add("amina"), room.add("bwalya")
    here, there = room.viewer("amina"), room.enter("amina")
    listed = room.sign_in.sessions(number)
    assert {one.agent for one in listed} == {"Firefox, Android"}
    assert len(listed) == 2
    (other,) = (one.id for one in listed if one.id != here.session)
    assert room.sign_in.revoke(stranger, other) is False
    assert room.sign_in.revoke(number, other) is True
    assert room.sign_in.revoke(number, other) is False
    assert room.sign_in.viewer(there) is None


def test_all_other_sessions_end_at_once_and_this_one_stays(room: StaffRoom):
    number = room.add("amina")
    key = room.enter("amina")
    others = [room.enter("amina") for _ in range(3)]
    viewer = room.sign_in.viewer(key)
    assert viewer is not None
    assert room.sign_in.revoke_others(viewer) == 3
    assert [room.sign_in.viewer(one) for one in others] == [None] * 3
    assert [one.id for one in room.sign_in.sessions(number)] == [viewer.session]


def test_a_role_taken_away_is_gone_at_the_next_look(room: StaffRoom):
    number = room.add("amina", Grant(Role.ORGANISER), Grant(Role.APPROVER))
    key = room.enter("amina")
    room.staff.ungrant(None, number, Grant(Role.ORGANISER))
    viewer = room.sign_in.viewer(key)
    assert viewer is not None
    assert viewer.grants == (Grant(Role.APPROVER),)


def test_a_link_lets_in_once(room: StaffRoom):
    _, secret = room.staff.invite(None, "amina", "Amina", [Grant(Role.ORGANISER)])
    key = room.sign_in.sign_in_by_link(secret, **HERE)
    assert key is not None
    assert room.sign_in.viewer(key) is not None
    assert room.sign_in.sign_in_by_link(secret, **HERE) is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda room, number: room.clock.advance(hours=1), id="after its time"),
        pytest.param(lambda room, number: room.staff.link(None, number), id="after a newer one"),
        pytest.param(lambda room, number: room.staff.disable(None, number), id="once disabled"),
    ],
)
def test_a_link_does_not_let_in(room: StaffRoom, spoil):
    number, secret = room.staff.invite(None, "amina", "Amina", [Grant(Role.ORGANISER)])
    spoil(room, number)
    assert room.sign_in.sign_in_by_link(secret, **HERE) is None


def test_a_form_s_token_fits_its_own_session_only(room: StaffRoom):
    token = room.sign_in.csrf_token("one key")
    assert room.sign_in.csrf_fits("one key", token)
    assert not room.sign_in.csrf_fits("another key", token)
    assert not room.sign_in.csrf_fits("one key", "")
    assert not room.sign_in.csrf_fits("one key", "é")


def test_after_some_free_attempts_each_failure_waits_twice_as_long(room: StaffRoom):
    room.add("amina")
    for _ in range(OF_AN_ACCOUNT.free):
        assert refused(room, "amina", "wrong").retry_ms is None
    assert refused(room, "amina", "wrong").sentence == NOT_RIGHT
    waits = []
    for _ in range(8):
        told = refused(room, "amina", PASSWORD)
        assert told.sentence == TOO_OFTEN
        assert told.retry_ms is not None
        waits.append(told.retry_ms)
        room.clock.advance(ms=told.retry_ms)
        assert refused(room, "amina", "wrong").sentence == NOT_RIGHT
    assert waits == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]
    room.clock.advance(ms=60_000)
    assert room.enter("amina")
    assert refused(room, "amina", "wrong").retry_ms is None


def test_a_name_that_nobody_has_is_slowed_down_like_any_other(room: StaffRoom):
    for _ in range(OF_AN_ACCOUNT.free + 1):
        refused(room, "nobody")
    assert refused(room, "nobody").sentence == TOO_OFTEN


def test_an_address_that_guesses_waits_and_keeps_nobody_else_waiting(room: StaffRoom):
    room.add("amina")
    for number in range(OF_AN_ADDRESS.free + 1):
        refused(room, f"nobody{number}")
    for _ in range(OF_AN_ACCOUNT.free + 3):
        assert refused(room, "amina", "wrong").sentence == TOO_OFTEN
    elsewhere = {**HERE, "address": "198.51.100.9"}
    assert room.sign_in.sign_in("amina", PASSWORD, "", **elsewhere)


def test_people_who_sign_in_rightly_from_one_address_do_not_slow_it_down(room: StaffRoom):
    room.add("amina")
    for _ in range(OF_AN_ADDRESS.free + 5):
        room.enter("amina")


def test_a_day_without_failures_is_a_fresh_start(room: StaffRoom):
    for _ in range(OF_AN_ACCOUNT.free + 1):
        refused(room, "amina")
    room.clock.advance(days=1, seconds=1)
    assert refused(room, "amina").retry_ms is None


def test_attempts_at_the_same_time_are_all_counted(room: StaffRoom):
    room.add("amina")
    told: list[str] = []

    def guess() -> None:
        told.append(refused(room, "amina", "wrong").sentence)

    threads = [threading.Thread(target=guess) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(NOT_RIGHT) == OF_AN_ACCOUNT.free + 1
    assert told.count(TOO_OFTEN) == 10 - OF_AN_ACCOUNT.free - 1


def test_whoever_finds_all_turns_taken_is_asked_to_come_again_and_it_counts_as_no_attempt(
    room: StaffRoom,
):
    room.add("amina")
    busy = type(room.passwords)(room.vault, cost=CHEAP, at_once=1, wait_s=0)
    signing = SignIn(room.database, room.vault, session_hours=1, idle_minutes=5, passwords=busy)
    with busy._turn():
        for _ in range(OF_AN_ACCOUNT.free + 2):
            with pytest.raises(Refusal) as raised:
                signing.sign_in("amina", PASSWORD, "", **HERE)
            assert (raised.value.sentence, raised.value.retry_ms) == (TOO_MANY_AT_ONCE, 60_000)
    assert signing.sign_in("amina", PASSWORD, "", **HERE)


def test_no_wait_is_longer_than_the_longest():
    assert Pace(1, 1000, 5000).wait_ms(1_000_000) == 5000


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        pytest.param("192.0.2.7", "192.0.2.7", id="IPv4 as it is"),
        pytest.param("2001:db8:1:2:3::4", "2001:db8:1:2::/64", id="IPv6 by what a house has"),
        pytest.param("::ffff:192.0.2.7", "192.0.2.7", id="IPv4 within IPv6"),
        pytest.param("testclient", "testclient", id="what is no address"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str):
    assert site(address) == counted


def test_the_audit_tells_of_sign_ins_and_refusals(room: StaffRoom):
    room.add("amina")
    refused(room, "amina", "wrong")
    refused(room, "nobody")
    room.sign_in.sign_out(room.enter("amina"))
    assert room.acts() == [
        "staff_added",
        "granted",
        "sign_in_refused",
        "sign_in_refused",
        "signed_in",
        "signed_out",
    ]
    assert [entry.detail for entry in room.audit.page(None, 10, "sign_in_refused")] == [
        {"why": "unknown"},
        {"why": "password"},
    ]


def test_a_password_kept_at_another_cost_is_kept_at_today_s_after_a_sign_in(room: StaffRoom):
    older = type(room.passwords)(room.vault, cost=type(CHEAP)(memory_kib=16, rounds=1))
    number = room.add("amina")
    with room.database.write() as tx:
        staff.change(tx, number, password_sealed=older.seal(PASSWORD))
    room.enter("amina")
    with room.database.read() as view:
        row = staff.by_id(view, number)
    assert row is not None
    assert row.password_sealed is not None
    assert not room.passwords.outdated(row.password_sealed)
    assert room.enter("amina")
