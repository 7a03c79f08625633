import orjson
from sqlalchemy import update

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.population import Population


def test_a_journal_that_holds_is_exit_code_0(run: Run, database_url: str, vault: Vault):
    with Database(database_url) as database:
        Population(database, vault).join("+260970000001", name="Amina")
    result = run("journal", "verify", "--json")
    assert (result.exit_code, orjson.loads(result.stdout)) == (0, {"facts": 1, "broken": []})
    result = run("journal", "replay", "--json")
    assert (result.exit_code, orjson.loads(result.stdout)) == (0, {"facts": 1, "differences": []})


def test_a_fact_changed_by_hand_is_exit_code_1_and_says_where(
    run: Run, database_url: str, vault: Vault
):
    with Database(database_url) as database:
        Population(database, vault).join("+260970000001")
        with database.write() as tx:
            tx.connection.execute(update(tables.journal).values(kind="participant_left"))
    result = run("journal", "verify")
    assert result.exit_code == 1
    assert "(stream 1, fact 1: the fact was changed after it was recorded)" in result.stderr


def test_a_table_changed_by_hand_is_exit_code_1_and_names_the_table(
    run: Run, database_url: str, vault: Vault
):
    with Database(database_url) as database:
        Population(database, vault).join("+260970000001")
        with database.write() as tx:
            tx.connection.execute(update(tables.participants).values(place="ZM-09"))
    result = run("journal", "replay")
    assert result.exit_code == 1
    assert "(participants: 0 missing, 0 extra, 1 changed)" in result.stderr
    assert "970000001" not in result.stderr
