import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import phone


@pytest.mark.parametrize(
    ("label", "raw", "country", "wanted"),
    [
        ("E.164 is returned as it is", "+260970000001", "ZM", "+260970000001"),
        ("of any country", "+254700000001", "ZM", "+254700000001"),
        ("even of a range that the plan does not know", "+260510000001", "ZM", "+260510000001"),
        ("national with trunk zero", "0970000001", "ZM", "+260970000001"),
        ("national without it", "970000001", "ZM", "+260970000001"),
        ("national of another country", "0712000001", "KE", "+254712000001"),
        ("national of a range the plan does not know", "0510000001", "ZM", "+260510000001"),
        ("the country's code without plus", "260970000001", "ZM", "+260970000001"),
        ("a plus that form-decoding made a space", " 260970000001", "ZM", "+260970000001"),
        ("the same from abroad", " 254712000001", "ZM", "+254712000001"),
        ("double zero for plus", "00260970000001", "ZM", "+260970000001"),
        ("double zero where the country dials 000", "00254712000001", "KE", "+254712000001"),
        ("spaces and a plus", "+260 97 000 0001", "ZM", "+260970000001"),
        ("hyphens, dots and brackets", "(097) 000-00.01", "ZM", "+260970000001"),
        ("a trunk zero left in brackets", "+260 (0)97 000 0001", "ZM", "+260970000001"),
        ("pasted with invisible marks", "\u202a+260970000001\u202c", "ZM", "+260970000001"),
        ("digits of another script", "٠٩٧٠٠٠٠٠٠١", "ZM", "+260970000001"),
        ("a short code is no number", "22141", "KE", None),
        ("nor one of three digits", "111", "ZM", None),
        ("nor where subscribers have as few digits", "22158", "SH", None),
        ("nor one with a plus", "+22141", "ZM", None),
        ("a sender's name is no number", "MTN", "ZM", None),
        ("nor a name with digits", "Airtel97000000", "ZM", None),
        ("a letter typed for a digit is not guessed", "O970000001", "ZM", None),
        ("two pluses are not a number", "++260970000001", "ZM", None),
        ("a USSD code is no number", "*384*99#", "ZM", None),
        ("too long is no number", "+2609700000011234", "ZM", None),
        ("too many digits without plus neither", "2609700000011234567", "ZM", None),
        ("an empty string is no number", "", "ZM", None),
    ],
)
def test_numbers_take_one_form(label, raw, country, wanted):
    assert phone.normalise(raw, country) == wanted, label


@given(st.text(max_size=24) | st.text(alphabet="+0123456789 -()", max_size=24))
def test_whatever_comes_is_e164_or_nothing_and_stays_so(raw):
    found = phone.normalise(raw, "ZM")
    assert found is None or phone.normalise(found, "ZM") == found


@given(st.integers(0, 999).map(lambda number: f"+26097{number:07}"))
def test_every_way_to_write_a_number_gives_the_same(number):
    digits = number.removeprefix("+")
    local = "0" + digits.removeprefix("260")
    ways = (
        number,
        digits,
        f"00{digits}",
        f" {digits}",
        local,
        f"{local[:3]} {local[3:6]}-{local[6:]}",
    )
    assert {phone.normalise(way, "ZM") for way in ways} == {number}


@pytest.mark.parametrize(
    ("label", "number", "wanted"),
    [
        ("twelve digits show six characters and the last two", "+260970000001", "+26097*****01"),
        ("a shorter number shows less", "+29055501", "+2*****01"),
        ("a number too short to hide five shows nothing", "+290501", "*****"),
        ("a sender's name shows nothing", "Mashinani", "*****"),
        ("a short code shows nothing", "22141", "*****"),
    ],
)
def test_a_masked_number_hides_at_least_five_characters(label, number, wanted):
    assert phone.mask(number) == wanted, label


@given(st.integers(10**7, 10**15 - 1).map(lambda digits: f"+{digits}"))
def test_masking_shows_at_most_eight_characters_of_any_number(number):
    masked = phone.mask(number)
    shown = masked.replace("*", "")
    assert len(shown) <= min(8, len(number) - 5)
    assert "*****" in masked
