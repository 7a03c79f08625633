"""`gateway text measure`, without a database or keys."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that measures with prices of its own and screens for one network."""
    (tmp_path / "prices.toml").write_text(
        'currency = "ZMW"\ndefault = 500\n[prefixes]\n"+26097" = 450\n'
    )
    (tmp_path / "gateway.toml").write_text('[ussd]\nnetworks = { "64501" = 90 }\n')
    monkeypatch.setenv("GATEWAY_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("GATEWAY_FLOWS_DIRECTORY", str(ROOT / "flows"))

    def run(*arguments: str, piped: str = "") -> Result:
        return CliRunner().invoke(app, ["text", "measure", *arguments], input=piped)

    return run


@pytest.fixture
def measured(run: Run):
    """Return a function that measures one text and returns its JSON."""

    def measured(*arguments: str, piped: str = ""):
        done = run("--json", *arguments, piped=piped)
        assert done.exit_code == 0, done.stderr
        [one] = json.loads(done.stdout)
        return one

    return measured


def test_a_plain_text_is_told_by_its_alphabet_units_segments_and_price(measured):
    assert measured("a" * 161) == {
        "text": "a" * 161,
        "sent": "a" * 161,
        "segments": 2,
        "alphabet": "gsm7",
        "units": 161,
        "left": 145,
        "price": {"currency": "ZMW", "least": 900, "most": 1000},
        "changes": [],
        "culprits": [],
        "messages": ["a" * 161],
        "pages": [],
    }


def test_the_price_for_one_network_is_one_price(measured):
    price = measured("Come", "--to", "+26097")["price"]
    assert price == {"currency": "ZMW", "least": 450, "most": 450}


def test_without_prices_there_is_no_price(measured, run, monkeypatch):
    monkeypatch.setenv("GATEWAY_PRICES_FILE", "none.toml")
    assert measured("Come")["price"] is None
    assert run("Come").stdout == "Come\n  As SMS: GSM-7, 4 of 160, 1 segment\n"


def test_prices_that_cannot_be_read_are_named(run, tmp_path):
    (tmp_path / "prices.toml").write_text('currency = "kwacha"\n')
    refused = run("Come")
    assert refused.exit_code == 1
    assert "'currency' must be three capital letters" in refused.stderr


def test_what_is_replaced_is_shown_and_counted_as_sent(measured):
    one = measured("It’s 9")
    assert (one["sent"], one["alphabet"], one["culprits"]) == ("It's 9", "gsm7", [])
    assert one["changes"] == [{"position": 2, "before": "’", "after": "'", "why": "quotation mark"}]


def test_letters_are_named_and_replaced_only_where_that_is_asked_for(measured):
    one = measured("Ŵanthu")
    assert one["sent"] == "Ŵanthu"
    assert one["culprits"] == [
        {
            "position": 0,
            "character": "Ŵ",
            "name": "LATIN CAPITAL LETTER W WITH CIRCUMFLEX",
            "suggestion": "W",
        }
    ]
    assert measured("Ŵanthu", "--letters")["sent"] == "Wanthu"


def test_many_culprits_are_counted_and_not_all_named(run):
    shown = run("abcdefghijklmn opqrst uvwxyz ẁẃẅẇẉạảấầẩẫậắ").stdout
    assert shown.count("LATIN SMALL LETTER") == 12
    assert "    and 1 more\n" in shown


def test_a_text_longer_than_a_message_says_how_many_it_takes(run, measured):
    assert "  Longer than 6 segments: it goes as 2 messages\n" in run("word " * 200).stdout
    assert [len(message) for message in measured("word " * 200)["messages"]] == [914, 84]


def test_a_text_comes_through_a_pipe_with_its_lines(measured):
    assert measured("-", piped="Which?\n1 Yes\n")["text"] == "Which?\n1 Yes"


def test_pages_have_the_limit_of_the_network_that_is_named(measured):
    text = "word " * 20
    [page] = measured(text, "--ussd")["pages"]
    assert (page["units"], page["holds"]) == (100, 160)
    pages = measured(text, "--network", "64501")["pages"]
    assert [page["holds"] for page in pages] == [90, 90]
    assert all(page["units"] <= 90 for page in pages)
    assert pages[0]["text"].endswith("word\n98 More")
    assert [page["holds"] for page in measured("word " * 50, "--first")["pages"]] == [140, 160]


def test_numbered_lines_at_the_end_are_options_that_stay_whole(measured):
    listed = [f"{number} Option with the number {number}" for number in range(1, 9)]
    pages = measured("\n".join(["Which?", *listed]), "--ussd")["pages"]
    assert len(pages) == 2
    shown = [line for page in pages for line in page["text"].split("\n")]
    assert [line for line in shown if line in listed] == listed


def test_pages_close_with_the_lines_of_a_language_and_of_going_back(measured):
    [page] = measured("Yes?", "--keys", "--language", "en")["pages"]
    assert page["text"] == "Yes?\n0 Back\n00 Menu"


def test_a_language_that_the_flows_do_not_have_is_wrong_usage(run):
    refused = run("Yes?", "--ussd", "--language", "xx")
    assert refused.exit_code == 2
    assert "--language xx is none of" in refused.stderr
