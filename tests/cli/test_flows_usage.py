"""`gateway flows usage`: how far people come, from what conversations left behind."""

from collections.abc import Callable

import orjson
import pytest

from gateway.core.movement.places import Places
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.exchange import AMINA, BWALYA, Exchange


@pytest.fixture(autouse=True)
def published(done: Callable[..., str], database_url: str, vault: Vault, places: Places) -> None:
    """One person joined by SMS, and one was asked for a name on a screen."""
    done("flows", "publish")
    with Database(database_url) as database:
        exchange = Exchange(database, vault, places)
        exchange.join(AMINA)
        exchange.dial(BWALYA).send("1")


def test_the_steps_of_a_flow_are_counted(done: Callable[..., str]):
    shown = done("flows", "usage", "join")
    first, heading, *rows = shown.splitlines()
    assert first == "join, 30 days: 2 begun, 1 finished, 0 dropped out, 1 in it now."
    assert heading.split()[:3] == ["step", "reached", "answered"]
    assert [row.split()[:6] for row in rows] == [
        ["name", "2", "1", "0", "1", "0"],
        ["district", "1", "1", "0", "0", "0"],
        ["consent", "1", "1", "0", "0", "0"],
    ]


def test_programs_get_one_object(done: Callable[..., str]):
    found = orjson.loads(done("flows", "usage", "join", "--by", "ussd", "--days", "7", "--json"))
    assert (found["flow"], found["days"], found["medium"]) == ("join", 7, "ussd")
    assert (found["begun"], found["finished"], found["now"]) == (1, 0, 1)
    (step,) = found["steps"]
    assert (step["step"], step["reached"], step["waiting"], step["dropped"]) == ("name", 1, 1, 0)


def test_what_was_counted_of_another_version_is_left_out_where_that_is_asked(run: Run):
    result = run("flows", "usage", "join", "--this-version")
    assert "join, 30 days: 2 begun" in result.stdout


def test_a_flow_that_there_is_not_is_named_with_those_that_there_are(run: Run):
    result = run("flows", "usage", "jion")
    assert result.exit_code == 1
    assert "There is no flow jion. There are" in result.stderr
    assert "join" in result.stderr
