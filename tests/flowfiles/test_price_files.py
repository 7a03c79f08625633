from pathlib import Path

import pytest

from gateway.flowfiles.price_files import PriceFileError, read_prices


def test_the_shipped_file_prices_each_operator_of_zambia():
    prices = read_prices(Path("config/prices.toml"))
    assert prices.currency == "ZMW"
    assert prices.default > 0
    for number in ("+260950000001", "+260960000001", "+260970000001"):
        assert prices.cost(number, 2) == 2 * prices.prefixes[number[:6]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("default = 1", "'currency' must be three capital letters", id="no currency"),
        pytest.param("currency = 'ZMW'", "'default' must be a whole number", id="no default"),
        pytest.param(
            "currency = 'ZMW'\ndefault = 0.45", "'default' must be a whole number", id="a fraction"
        ),
        pytest.param(
            "currency = 'ZMW'\ndefault = -1", "'default' must be a whole number", id="below nothing"
        ),
        pytest.param(
            "currency = 'ZMW'\ndefault = true", "'default' must be a whole number", id="a yes"
        ),
        pytest.param(
            "currency = 'ZMW'\ndefault = 1\nprefixes = 3", "must be a table", id="no table"
        ),
        pytest.param(
            "currency = 'ZMW'\ndefault = 1\n[prefixes]\n26097 = 1",
            "prefix '26097' must be [+] and digits",
            id="a prefix without its plus",
        ),
        pytest.param(
            "currency = 'ZMW'\ndefault = 1\n[prefixes]\n'+26097' = '1'",
            "'prefixes.[+]26097' must be a whole number",
            id="a price in words",
        ),
        pytest.param("curency = 'ZMW'", "'curency' is not known here", id="a misspelt key"),
        pytest.param("currency", "cannot be read as a price file", id="not TOML"),
    ],
)
def test_a_bad_price_file_is_refused_with_its_path_and_key(
    tmp_path: Path, content: str, sentence: str
):
    path = tmp_path / "prices.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PriceFileError, match=sentence) as trouble:
        read_prices(path)
    assert str(trouble.value).startswith(f"{path}: ")


def test_a_price_file_that_is_not_there_is_refused_with_its_path(tmp_path: Path):
    with pytest.raises(PriceFileError, match=r"absent\.toml: cannot be read"):
        read_prices(tmp_path / "absent.toml")
