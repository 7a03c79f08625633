"""What flows cannot work out while they run is counted by step, and nobody's words with it."""

import pytest

from gateway.flowfiles.releases import compile_release
from gateway.service.faults_of_flows import bare
from gateway.service.publishing import Publisher
from gateway.store import faults
from gateway.store.database import Database
from gateway.store.faults import Place
from tests.exchange import AMINA, BWALYA, FLOWS, Exchange

SHAKY = """
flow: shaky
language: en
start: {keywords: [shaky]}
steps:
  what: {ask: How many?, expect: text, save: answer.what}
  says: {say: "Twice that is @(answer.what * 2)."}
"""


def test_an_error_in_a_text_is_counted_by_flow_and_step_and_the_conversation_goes_on(
    exchange: Exchange,
):
    exchange.add(SHAKY)
    for phone, words in ((AMINA, "zebediah"), (BWALYA, "0970000123 or so")):
        exchange.sms(phone, "shaky")
        assert exchange.sms(phone, words) == ["Twice that is ."]
    (row,) = exchange.rows("faults")
    assert (row["flow"], row["node"], row["times"]) == ("shaky", "says", 2)
    assert row["reason"].startswith("error evaluating @(answer.what * 2): unable to convert …")
    assert "zebediah" not in str(exchange.rows("faults"))
    assert "0970000123" not in str(exchange.rows("faults"))


def test_what_goes_right_counts_nothing(exchange: Exchange):
    exchange.add(SHAKY)
    exchange.sms(AMINA, "shaky")
    assert exchange.sms(AMINA, "4") == ["Twice that is 8."]
    assert exchange.rows("faults") == []


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        pytest.param(
            'error evaluating @(a + b): unable to convert "Amina" to a number',
            "error evaluating @(a + b): unable to convert … to a number",
            id="a text",
        ),
        pytest.param(
            'error evaluating @(a): unable to convert "say "no": 7" to a date',
            "error evaluating @(a): unable to convert … to a date",
            id="a text with quotes in it",
        ),
        pytest.param(
            "error evaluating @(a[7]): index 260970000001 out of range for 3 items",
            "error evaluating @(a[7]): index … out of range for … items",
            id="numbers",
        ),
        pytest.param(
            "error evaluating @(1 / 0): division by zero",
            "error evaluating @(1 / 0): division by zero",
            id="no value at all",
        ),
    ],
)
def test_a_reason_is_kept_without_the_values_in_it(reason: str, shown: str):
    assert bare(reason) == shown


def test_the_most_frequent_faults_come_first_and_old_ones_are_forgotten(database: Database):
    one, other = Place("a", "s", "x"), Place("b", "s", "y")
    with database.write() as tx:
        faults.count(tx, {other: 1, one: 2})
        faults.count(tx, {other: 5})
    with database.read() as view:
        assert [(row.place, row.times) for row in faults.most(view, 9)] == [(other, 6), (one, 2)]
        assert len(faults.most(view, 1)) == 1
    with database.write() as tx:
        assert faults.forget(tx, tx.now) == 0
        assert faults.forget(tx, tx.now + 1) == 2


def test_the_status_of_flows_tells_what_goes_wrong_in_them(exchange: Exchange):
    exchange.add(SHAKY)
    exchange.sms(AMINA, "shaky")
    exchange.sms(AMINA, "many")
    publisher = Publisher(exchange.database, FLOWS, "here", compile_release)
    assert [row.place.node for row in publisher.standing().faults] == ["says"]
