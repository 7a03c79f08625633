"""`gateway handovers`: what waits for staff is listed without words, and read on the record."""

from collections.abc import Callable

import orjson
import pytest

from gateway.core.movement.places import Places
from gateway.service import handovers
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.exchange import AMINA, Exchange

ADVICE = """
flow: advice
language: en
start: {keywords: [advice]}
steps:
  what: {ask: "What is it about?", expect: text, save: answer.what}
  over: {hand_over: {note: "Asks about @answer.what", topic: law}, say: We will write.}
"""


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEMO_SECRET", "a-secret-of-the-tests")
    monkeypatch.setenv("GATEWAY_DEMO_API_KEY", "a-key-of-the-tests")


@pytest.fixture
def number(database_url: str, vault: Vault, places: Places) -> int:
    """The number of the one handover that there is."""
    with Database(database_url) as database:
        exchange = Exchange(database, vault, places)
        exchange.add(ADVICE)
        for words in ("ADVICE", "my rent", "are you there"):
            exchange.sms(AMINA, words)
        (one,) = handovers.listed(database, vault)
    return one.id


def test_a_handover_is_listed_read_answered_and_closed(done: Callable[..., str], number: int):
    (listed,) = orjson.loads(done("handovers", "list", "--json"))
    assert (listed["id"], listed["kind"], listed["topic"]) == (number, "handed_over", "law")
    assert (listed["flow"], listed["step"]) == ("advice", "over")
    plain = done("handovers", "list")
    assert "advice, step over" in plain
    assert "rent" not in plain
    assert AMINA not in plain
    assert "+26097*****01" in plain
    assert done("handovers", "take", number, "--as", "Thandi") == f"{number} is with Thandi.\n"
    assert "leaves" in done("handovers", "reply", number, "Come on Monday.", "--as", "Thandi")
    shown = done("handovers", "show", number, "--as", "Thandi")
    assert "Asks about my rent" in shown
    assert "person: are you there" in shown
    assert "staff: Come on Monday." in shown
    read = orjson.loads(done("handovers", "show", number, "--json"))
    assert [one["text"] for one in read["messages"]] == ["are you there", "Come on Monday."]
    assert done("handovers", "close", number) == f"{number} is closed.\n"
    assert done("handovers", "list") == "Nobody waits for staff.\n"
    assert "closed" in done("handovers", "list", "--all", "--kind", "handed_over")
    assert done("handovers", "notices") == "No flow told staff anything.\n"


@pytest.mark.parametrize("command", ["show", "take", "close"])
def test_a_number_that_is_none_is_told_so(run: Run, number: int, command: str):
    result = run("handovers", command, number + 1)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"gateway: There is no handover {number + 1}.")


def test_an_answer_without_words_is_refused(run: Run, number: int):
    result = run("handovers", "reply", number, "  ")
    assert result.exit_code == 1
    assert "nothing to send" in result.stderr
