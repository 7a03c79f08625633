"""What staff do with their own account: password, app, recovery codes."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.core.movement.places import Places
from gateway.core.staff import codes
from gateway.core.staff import passwords as rules
from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service import account
from gateway.service.refusal import NOT_RIGHT, TOO_OFTEN
from gateway.service.signin import Refusal
from gateway.service.throttling import OF_AN_ACCOUNT
from gateway.store.database import Database
from tests.service.staffroom import HERE, PASSWORD, StaffRoom, staffroom

NEW = "other words of mine"


def invited(room: StaffRoom) -> Viewer:
    """Let somebody in by a first link."""
    _, secret = room.staff.invite(None, "amina", "Amina Daka", [Grant(Role.ORGANISER)])
    key = room.sign_in.sign_in_by_link(secret, **HERE)
    assert key is not None
    viewer = room.sign_in.viewer(key)
    assert viewer is not None
    return viewer


def test_who_comes_by_a_first_link_has_a_password_and_an_app_to_set(room: StaffRoom):
    viewer = invited(room)
    assert room.account.pending(viewer) == {"password", "totp"}
    room.account.set_password(viewer, "", NEW)
    assert room.account.pending(viewer) == {"totp"}
    room.set_totp(viewer)
    assert room.account.pending(viewer) == frozenset()


def test_where_apps_are_not_required_only_the_password_is_missing(room: StaffRoom):
    lenient = account.Account(
        room.database, room.vault, passwords=room.passwords, movement="M", totp_required=False
    )
    assert lenient.pending(invited(room)) == {"password"}


def test_a_new_password_serves_the_old_one_does_not_and_other_sessions_end(room: StaffRoom):
    room.add("amina")
    other = room.enter("amina")
    viewer = room.viewer("amina")
    room.account.set_password(viewer, PASSWORD, NEW)
    assert room.sign_in.viewer(other) is None
    assert [one.id for one in room.sign_in.sessions(viewer.id)] == [viewer.session]
    assert room.enter("amina", password=NEW)
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina")


def test_a_wrong_old_password_changes_nothing_and_is_slowed_down(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    for _ in range(OF_AN_ACCOUNT.free + 1):
        with pytest.raises(Refusal, match=account.OLD_IS_WRONG):
            room.account.set_password(viewer, "wrong", NEW)
    with pytest.raises(Refusal, match=TOO_OFTEN):
        room.account.set_password(viewer, PASSWORD, NEW)
    room.clock.advance(hours=1)
    assert room.enter("amina")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        pytest.param("short", rules.TOO_SHORT, id="too short"),
        pytest.param("qwerty123456", rules.TOO_COMMON, id="of the list"),
        pytest.param("Amina 20262026", rules.A_NAME, id="the user name"),
        pytest.param("--- the 99 ---", rules.A_NAME, id="the movement's name"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(room: StaffRoom, password, sentence):
    viewer = invited(room)
    with pytest.raises(Refusal) as raised:
        room.account.set_password(viewer, "", password)
    assert raised.value.sentence == sentence
    assert "password" in room.account.pending(viewer)


def test_a_password_is_the_same_whichever_way_its_letters_were_composed(room: StaffRoom):
    viewer = invited(room)
    room.account.set_password(viewer, "", "l\u00e9 mot de passe n")
    assert room.enter("amina", password="le\u0301 mot de passe n")


def test_an_app_gets_the_secret_with_the_name_of_account_and_movement(room: StaffRoom):
    room.add("amina")
    offer = room.account.begin_totp(room.viewer("amina"))
    parts = urlsplit(offer.address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query)["secret"] == [offer.secret]
    assert parse_qs(parts.query)["issuer"] == ["The 99"]
    assert "amina" in parts.path


def test_a_secret_counts_only_once_a_code_of_it_was_given(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    with pytest.raises(Refusal, match="Begin again"):
        room.account.confirm_totp(viewer, "000000")
    offer = room.account.begin_totp(viewer)
    with pytest.raises(Refusal, match=account.CODE_IS_WRONG[:20]):
        room.account.confirm_totp(viewer, "12345")
    assert not room.account.has_totp(viewer)
    assert room.account.offered_totp(viewer) == offer
    assert room.enter("amina")
    room.account.confirm_totp(viewer, room.code(offer.secret))
    assert room.account.has_totp(viewer)
    assert room.account.offered_totp(viewer) is None
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_s_clock_may_be_half_a_minute_wrong(room: StaffRoom, steps: int):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    room.clock.advance(ms=codes.STEP_MS)
    assert room.enter("amina", room.code(secret, steps))


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_from_further_away_is_refused(room: StaffRoom, steps: int):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    room.clock.advance(ms=5 * codes.STEP_MS)
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", room.code(secret, steps))


def test_spaces_in_a_code_are_nothing(room: StaffRoom):
    room.add("amina")
    secret, (recovery, *_) = room.set_totp(room.viewer("amina"))
    code = room.code(secret)
    assert room.enter("amina", f" {code[:3]} {code[3:]} ")
    assert room.enter("amina", f" {recovery.upper().replace('-', ' - ')}")


def test_a_code_serves_once_and_none_before_it(room: StaffRoom):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    code = room.code(secret)
    assert room.enter("amina", code)
    for used in (code, room.code(secret, -1)):
        with pytest.raises(Refusal, match=NOT_RIGHT):
            room.enter("amina", used)
    room.clock.advance(ms=codes.STEP_MS)
    assert room.enter("amina", room.code(secret))


def test_the_code_that_proved_the_app_does_not_sign_in(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    offer = room.account.begin_totp(viewer)
    code = room.code(offer.secret)
    room.account.confirm_totp(viewer, code)
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", code)


def test_of_two_who_give_the_same_code_to_two_processes_one_gets_in(
    room: StaffRoom, places: Places
):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    code, told, ready = room.code(secret), [], threading.Barrier(2)
    url = room.database.url.render_as_string(hide_password=False)

    def enter(at: StaffRoom) -> None:
        ready.wait()
        try:
            at.enter("amina", code)
        except Refusal as refusal:
            told.append(refusal.sentence)
        else:
            told.append("in")

    with Database(url, clock=room.clock) as one, Database(url, clock=room.clock) as another:
        one.claim_stream()
        another.claim_stream()
        rooms = [staffroom(each, room.vault, room.clock, places) for each in (one, another)]
        threads = [threading.Thread(target=enter, args=(each,)) for each in rooms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(told) == sorted(["in", NOT_RIGHT])
    assert room.audit.verify()[1] is None


def test_a_right_code_with_a_wrong_password_is_not_used_up(room: StaffRoom):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", room.code(secret), password="wrong")
    assert room.enter("amina", room.code(secret))


def test_wrong_codes_are_slowed_down_like_wrong_passwords(room: StaffRoom):
    room.add("amina")
    secret, _ = room.set_totp(room.viewer("amina"))
    for _ in range(OF_AN_ACCOUNT.free + 1):
        with pytest.raises(Refusal, match=NOT_RIGHT):
            room.enter("amina", "00000x")
    with pytest.raises(Refusal, match=TOO_OFTEN):
        room.enter("amina", room.code(secret))


def test_a_recovery_code_serves_once_in_place_of_the_app(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    _, made = room.set_totp(viewer)
    assert len(set(made)) == codes.RECOVERY_CODES
    assert room.enter("amina", made[0])
    assert room.account.recovery_codes_left(viewer) == codes.RECOVERY_CODES - 1
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", made[0])
    assert [one.detail for one in room.audit.page(None, 2, "signed_in")] == [
        {"by": "recovery"},
        {"by": "password"},
    ]


def test_nobody_gets_in_by_another_s_recovery_code(room: StaffRoom):
    room.add("amina")
    room.add("bwalya")
    _, made = room.set_totp(room.viewer("amina"))
    room.set_totp(room.viewer("bwalya"))
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("bwalya", made[0])
    assert room.enter("amina", made[0])


def test_new_recovery_codes_make_the_old_ones_void_and_take_a_code(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    secret, old = room.set_totp(viewer)
    with pytest.raises(Refusal, match=account.CODE_IS_WRONG[:20]):
        room.account.renew_recovery_codes(viewer, "")
    new = room.account.renew_recovery_codes(viewer, room.code(secret))
    with pytest.raises(Refusal, match=NOT_RIGHT):
        room.enter("amina", old[1])
    assert room.enter("amina", new[0])


def test_another_app_takes_a_code_of_the_one_that_there_is(room: StaffRoom):
    room.add("amina")
    viewer = room.viewer("amina")
    secret, _ = room.set_totp(viewer)
    with pytest.raises(Refusal, match=account.CODE_IS_WRONG[:20]):
        room.account.begin_totp(viewer)
    room.account.begin_totp(viewer, room.code(secret))
    room.clock.advance(ms=codes.STEP_MS)
    assert room.enter("amina", room.code(secret)), "the old one serves until the new one is proved"


def test_a_language_is_kept_with_the_account(room: StaffRoom):
    room.add("amina")
    room.account.set_language(room.viewer("amina"), "sw")
    assert room.viewer("amina").language == "sw"
    room.account.set_language(room.viewer("amina"), None)
    assert room.viewer("amina").language is None
