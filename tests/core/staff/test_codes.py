"""Codes of apps and from the printed list."""

import pytest

from gateway.core.staff import codes

# RFC 6238, appendix B, for SHA-1: of eight digits the last six are what an app of six shows.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_234_567_890, "005924"),
        (20_000_000_000, "353130"),
    ],
)
def test_a_code_of_the_standard_is_of_its_step(seconds: int, code: str):
    assert codes.step_of(RFC_SECRET, code, seconds * 1000) == seconds // 30


@pytest.mark.parametrize(
    ("after", "step"),
    [
        pytest.param(-60_000, None, id="two steps early"),
        pytest.param(-30_000, 37_037_036, id="one step early"),
        pytest.param(30_000, 37_037_036, id="one step late"),
        pytest.param(60_000, None, id="two steps late"),
    ],
)
def test_a_code_is_of_its_own_step_whenever_it_is_given(after: int, step: int | None):
    assert codes.step_of(RFC_SECRET, "081804", 1_111_111_109_000 + after) == step


@pytest.mark.parametrize("code", ["", "0", "81804", "0081804", "٠٨١٨٠٤", "aaaaaa"])
def test_what_is_not_the_code_is_of_no_step(code: str):
    assert codes.step_of(RFC_SECRET, code, 1_111_111_109_000) is None


@pytest.mark.parametrize(
    ("written", "compared", "of_app"),
    [
        (" 081 804 ", "081804", True),
        ("081-804", "081804", True),
        ("K7M2P-XW9AH", "k7m2pxw9ah", False),
        ("k7m2p – xw9ah", "k7m2pxw9ah", False),
        ("", "", False),
        ("٠٨١٨٠٤", "٠٨١٨٠٤", False),
    ],
)
def test_how_a_typed_code_is_compared(written: str, compared: str, of_app: bool):
    assert codes.typed(written) == compared
    assert codes.is_of_app(compared) is of_app


def test_recovery_codes_use_all_their_letters_and_none_that_looks_like_another():
    chosen = iter(range(1000))
    made = codes.recovery_codes(lambda below: next(chosen) % below)
    assert len(set(made)) == codes.RECOVERY_CODES
    assert made[0] == "abcde-fghjk"
    letters = set("".join(made)) - {"-"}
    assert letters.isdisjoint("ilo01")
    assert len(letters) == 31
    assert not any(codes.is_of_app(codes.typed(one)) for one in made)
