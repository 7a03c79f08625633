"""`gateway reports`: reports are listed without words, read on the record, moved, given, noted."""

from collections.abc import Callable

import orjson
import pytest

from gateway.core.movement import codes
from gateway.core.movement.places import Places
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.exchange import AMINA, Exchange


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEMO_SECRET", "a-secret-of-the-tests")
    monkeypatch.setenv("GATEWAY_DEMO_API_KEY", "a-key-of-the-tests")


@pytest.fixture
def code(database_url: str, vault: Vault, places: Places) -> str:
    """The code of the one report that there is."""
    with Database(database_url) as database:
        exchange = Exchange(database, vault, places)
        exchange.sms(AMINA, "REPORT 1, Chipata, The pump is broken")
        (row,) = exchange.rows("reports")
    return codes.written(row["code"])


def test_a_report_is_listed_read_moved_noted_and_given(done: Callable[..., str], code: str):
    (listed,) = orjson.loads(done("reports", "list", "--json"))
    assert (listed["code"], listed["state"], listed["category"]) == (code, "new", "water")
    plain = done("reports", "list")
    assert code in plain
    assert "pump" not in plain
    assert "26097" not in plain
    assert "1 told" in done("reports", "move", code, "planned")
    assert "0 told" in done("reports", "move", code, "in_progress", "--quiet")
    done("reports", "note", code, "Rang the council")
    shown = done("reports", "show", code)
    assert "The pump is broken" in shown
    assert "note by a command: Rang the council" in shown
    assert "26097" not in shown
    assert "with nobody" in done("reports", "assign", code)
    done("reports", "move", code, "closed", "--quiet")
    assert done("reports", "list") == "No report of that kind.\n"
    assert code in done("reports", "list", "--state", "closed")
    assert code in done("reports", "list", "--which", "over")
    assert "report_seen" in done("audit", "list", "--json")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "x"), "no code of a report"),
        (("show", "222-2222"), "no such report"),
        (("move", "CODE", "new"), "cannot come to"),
        (("note", "CODE", " "), "nothing to note"),
        (("assign", "CODE", "nobody.here"), "may not work on reports"),
    ],
    ids=["no code", "no report", "no such way", "no note", "nobody"],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run: Run, code: str, words, said):
    result = run("reports", *(code if one == "CODE" else one for one in words))
    assert result.exit_code == 1
    assert said in result.stderr
