from collections.abc import Callable

import orjson
import pytest

from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.population import Population


@pytest.fixture(autouse=True)
def movement(database_url: str, vault: Vault) -> None:
    with Database(database_url) as database:
        population = Population(database, vault)
        population.join("+260970000001", place="ZM-01-07")
        population.join("+260970000002", place="ZM-09", language="ny")


def test_members_are_put_into_a_group_and_taken_out(done: Callable[..., str]):
    assert done("groups", "add", "Water", "--member", 1, "--member", 2) == "2 added to water.\n"
    assert done("groups", "remove", "water", "--place", "Western") == "1 removed from water.\n"
    assert orjson.loads(done("groups", "list", "--json")) == [{"group": "water", "members": 1}]
    assert "water" in done("groups", "list")
    assert done("groups", "remove", "water", "--all") == "1 removed from water.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "water"), 2, "Say whom"),
        (("add", "water", "--all", "--member", 1), 2, "Say whom"),
        (("add", "water", "--member", 9), 1, "No member has the number 9"),
        (
            ("add", "water", "--place", "Mongo"),
            1,
            "Did you mean ZM-01-07 (Mongu) or ZM-07-10 (Monze)?",
        ),
        (("add", "a;b", "--all"), 1, "cannot be the name of a group"),
    ],
)
def test_what_is_unclear_moves_nobody(
    run: Run, arguments: tuple[object, ...], code: int, said: str
):
    result = run("groups", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert run("groups", "list", "--json").stdout == "[]\n"
