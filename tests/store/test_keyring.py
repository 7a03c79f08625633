"""The key file: made once for its owner's eyes, refused with a sentence when it does not fit."""

import base64
import stat
from pathlib import Path

import pytest

from gateway.store.keyring import KEY_BYTES, KeyFileError, Keyring, read_keyring, write_new_keyring

SECRET = base64.b64encode(b"s" * KEY_BYTES).decode()


def _write(path: Path, *, identity: str = SECRET, current: str = "1", roots: str = "") -> Path:
    table = roots or f'1 = "{SECRET}"'
    path.write_text(f'identity = "{identity}"\ncurrent = {current}\n[roots]\n{table}\n')
    return path


def test_a_new_key_file_is_readable_by_its_owner_only_and_holds_keys_of_full_length(tmp_path):
    path = tmp_path / "deep" / "gateway.key"
    write_new_keyring(path)
    keyring = read_keyring(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(keyring.identity) == KEY_BYTES
    assert [len(root) for root in keyring.roots.values()] == [KEY_BYTES]
    assert keyring.current == 1


def test_two_new_key_files_have_nothing_in_common(tmp_path):
    write_new_keyring(tmp_path / "one.key")
    write_new_keyring(tmp_path / "two.key")
    one, two = read_keyring(tmp_path / "one.key"), read_keyring(tmp_path / "two.key")
    secrets = {one.identity, two.identity, one.roots[1], two.roots[1]}
    assert len(secrets) == 4


def test_an_existing_key_file_is_never_overwritten(tmp_path):
    path = _write(tmp_path / "gateway.key")
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_new_keyring(path)
    assert path.read_bytes() == before


def test_older_root_keys_stay_at_hand_when_a_newer_one_is_current(tmp_path):
    other = base64.b64encode(b"t" * KEY_BYTES).decode()
    path = _write(tmp_path / "k", current="2", roots=f'1 = "{SECRET}"\n2 = "{other}"')
    keyring = read_keyring(path)
    assert keyring.current == 2
    assert keyring.roots == {1: b"s" * KEY_BYTES, 2: b"t" * KEY_BYTES}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param({"identity": "short"}, "'identity' must be 32 bytes", id="a short identity"),
        pytest.param({"current": "3"}, "'current' must be one of", id="an unknown current key"),
        pytest.param({"roots": f'x = "{SECRET}"'}, "whole numbers", id="a key that is no number"),
        pytest.param({"roots": '1 = "c2hvcnQ="'}, "'roots.1' must be", id="a short root key"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_refused_by_name(tmp_path, written, said):
    path = _write(tmp_path / "gateway.key", **written)
    with pytest.raises(KeyFileError) as raised:
        read_keyring(path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"{path}: ")
    assert SECRET not in str(raised.value)


def test_a_missing_or_mangled_key_file_says_what_to_do(tmp_path):
    with pytest.raises(KeyFileError, match="gateway keys new"):
        read_keyring(tmp_path / "none.key")
    (tmp_path / "odd.key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyFileError, match="cannot be read as a key file"):
        read_keyring(tmp_path / "odd.key")
    (tmp_path / "empty.key").write_text(f'identity = "{SECRET}"\n')
    with pytest.raises(KeyFileError, match=r"\[roots\] is missing"):
        read_keyring(tmp_path / "empty.key")


def test_a_keyring_shows_the_numbers_of_its_keys_and_no_more():
    shown = repr(Keyring(b"i" * KEY_BYTES, {1: b"r" * KEY_BYTES, 2: b"q" * KEY_BYTES}, 2))
    assert shown == "Keyring(current=2, roots=[1, 2])"
