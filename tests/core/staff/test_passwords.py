"""What may be a password."""

import pytest

from gateway.core.staff import passwords
from gateway.core.staff.passwords import LONGEST, SHORTEST, weakness

COMMON = frozenset({"sunshine", "qwerty123456", "correcthorse"})
NAMES = ("amina.daka", "Amina Daka", "We The 99")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("four words in a row", None, id="words"),
        pytest.param("ng'ombe zitatu zofiira", None, id="words of any language"),
        pytest.param("一二三四五六七八九十百千", None, id="any script"),
        pytest.param("a" * 5 + "bcdefgh", None, id="no rule about kinds of signs"),
        pytest.param("elevensigns", passwords.TOO_SHORT, id="eleven"),
        pytest.param("", passwords.TOO_SHORT, id="nothing"),
        pytest.param("abcdefgh" * 16, None, id="the longest"),
        pytest.param("abcdefgh" * 16 + "x", passwords.TOO_LONG, id="one more"),
        pytest.param("abababababab", passwords.TOO_EVEN, id="two letters over and over"),
        pytest.param("QWERTY123456", passwords.TOO_COMMON, id="of the list, in capitals"),
        pytest.param("Sunshine2026!", passwords.TOO_COMMON, id="of the list with signs around"),
        pytest.param("sunshinesunshine", passwords.TOO_COMMON, id="of the list, twice"),
        pytest.param("sunshine over lusaka", None, id="a common word among others"),
        pytest.param("amina.daka2026", passwords.A_NAME, id="the user name"),
        pytest.param("!!Amina Daka!!", passwords.A_NAME, id="the person's name"),
        pytest.param("we the 99 2026", passwords.A_NAME, id="the movement's name"),
    ],
)
def test_what_is_wrong_with(password: str, expected: str | None):
    assert weakness(password, NAMES, COMMON) == expected


def test_the_sentences_name_the_limits():
    assert str(SHORTEST) in passwords.TOO_SHORT
    assert str(LONGEST) in passwords.TOO_LONG


def test_a_name_of_digits_only_is_no_name_around_which_signs_are():
    assert weakness("1234 5678 !?", ("12",), COMMON) is None
