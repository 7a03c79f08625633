"""What is sealed opens for its person, its use and its key alone; ids are keyed."""

import hmac

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.vault import ID_BYTES, Sealed, Vault

NUMBER = "+260970000001"
FIRST = Keyring(b"i" * KEY_BYTES, {1: b"r" * KEY_BYTES}, 1)
ROTATED = Keyring(b"i" * KEY_BYTES, {1: b"r" * KEY_BYTES, 2: b"q" * KEY_BYTES}, 2)
OTHER = Keyring(b"j" * KEY_BYTES, {1: b"s" * KEY_BYTES}, 1)


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=20))
def test_what_is_sealed_opens_again_and_never_holds_the_value(value, use):
    person = Vault(FIRST).person(bytes(16))
    sealed = person.seal(use, value)
    assert person.open(use, sealed) == value
    assert len(value) < 4 or value not in sealed


def test_the_same_value_is_never_sealed_the_same_way():
    person = Vault(FIRST).person(bytes(16))
    assert len({person.seal(b"name", b"Amina") for _ in range(50)}) == 50


def test_a_sealed_value_opens_for_no_other_use_person_or_key():
    vault = Vault(FIRST)
    sealed = vault.person(b"a" * 16).seal(b"name", b"Amina")
    for opener, use in (
        (vault.person(b"a" * 16), b"words"),
        (vault.person(b"b" * 16), b"name"),
        (Vault(OTHER).person(b"a" * 16), b"name"),
        (vault.node, b"name"),
    ):
        with pytest.raises(Sealed):
            opener.open(use, sealed)


@pytest.mark.parametrize("place", [0, 1, 5, 13, 14, 20, -1])
def test_a_sealed_value_of_which_one_bit_changed_does_not_open(place):
    person = Vault(FIRST).person(bytes(16))
    damaged = bytearray(person.seal(b"name", b"Amina Banda"))
    damaged[place] ^= 1
    with pytest.raises(Sealed):
        person.open(b"name", bytes(damaged))


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"\x00\x01", bytes(14), bytes(29)])
def test_what_is_too_short_to_be_sealed_does_not_open(sealed):
    with pytest.raises(Sealed):
        Vault(FIRST).person(bytes(16)).open(b"name", sealed)


def test_a_newer_root_key_seals_and_the_older_one_still_opens():
    old = Vault(FIRST).person(b"a" * 16).seal(b"name", b"Amina")
    rotated = Vault(ROTATED).person(b"a" * 16)
    new = rotated.seal(b"name", b"Amina")
    assert rotated.open(b"name", old) == rotated.open(b"name", new) == b"Amina"
    assert (old[:2], new[:2]) == (b"\x00\x01", b"\x00\x02")
    with pytest.raises(Sealed, match="key 2 is not in the key file"):
        Vault(FIRST).person(b"a" * 16).open(b"name", new)


def test_ids_stay_the_same_when_root_keys_rotate_and_differ_between_movements():
    first, rotated, other = Vault(FIRST), Vault(ROTATED), Vault(OTHER)
    phone = first.phone_id(NUMBER)
    assert phone == rotated.phone_id(NUMBER)
    assert phone != other.phone_id(NUMBER)
    assert first.participant_id(phone, 1) == rotated.participant_id(phone, 1)


def test_ids_are_those_that_any_hmac_gives_whatever_was_hashed_before():
    key = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"mashinani/index").derive(FIRST.identity)
    vault = Vault(FIRST)
    for message in (NUMBER, "+260970000002", NUMBER):
        known = hmac.digest(key, b"phone:" + message.encode(), "sha256")[:ID_BYTES]
        assert vault.phone_id(message) == known


def test_ids_are_sixteen_bytes_and_no_two_of_them_meet():
    vault = Vault(FIRST)
    phone = vault.phone_id(NUMBER)
    ids = {
        phone,
        vault.phone_id("+260970000002"),
        vault.participant_id(phone, 1),
        vault.participant_id(phone, 2),
        vault.request_key("a", "bc"),
        vault.request_key("ab", "c"),
        vault.request_key("abc"),
    }
    assert len(ids) == 7
    assert {len(one) for one in ids} == {ID_BYTES}


def test_the_checks_of_keys_tell_the_keys_apart_and_do_not_hold_them():
    identity, roots = Vault(ROTATED).checks()
    assert identity == Vault(FIRST).checks()[0] != Vault(OTHER).checks()[0]
    assert roots[1] == Vault(FIRST).checks()[1][1] != Vault(OTHER).checks()[1][1]
    assert b"i" * 8 not in identity
    assert b"r" * 8 not in roots[1]
