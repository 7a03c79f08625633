from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.population import Population

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "assembly.yaml"

Done = Callable[..., str]


@pytest.fixture
def people(database_url: str, vault: Vault):
    with Database(database_url) as database:
        yield Population(database, vault)


def test_the_example_is_opened_voted_on_counted_and_closed(done: Done, people: Population):
    printed = done("assembly", "open", EXAMPLE)
    assert "Assembly 1 is open, until " in printed
    assert "Vote with 2 and one of: 1 Medicine, 2 Nurses, 3 An ambulance" in printed
    people.vote(people.join("+260970000001"), 1, 1)
    people.vote(people.join("+260970000002"), 1, 2)

    counted = orjson.loads(done("assembly", "tally", 1, "--json"))
    assert counted["provisional"] is True
    assert counted["motions"][0] == {
        "number": 1,
        "question": "Should the district publish what it spends on water?",
        "options": [
            {"number": 1, "label": "Yes", "votes": 1},
            {"number": 2, "label": "No", "votes": 1},
            {"number": 3, "label": "Not sure", "votes": 0},
        ],
        "turnout": 2,
        "eligible": 2,
    }
    assert [one["number"] for one in counted["motions"]] == [1, 2]

    told = done("assembly", "tally", 1, "--language", "ny")
    assert "Provisional, open until " in told
    assert "2 of 2 members voted.\n  1 Inde: 1\n  2 Ayi: 1\n" in told

    assert "Assembly 1 closed " in done("assembly", "close", 1)
    assert "Provisional" not in done("assembly", "tally", 1)
    assert orjson.loads(done("assembly", "list", "--json"))[0]["state"] == "closed"
    assert "closed" in done("assembly", "list")
    assert "every chain holds" in done("journal", "verify")
    assert "the tables are what they say" in done("journal", "replay")


def test_the_numbers_are_given_to_programs_as_well(done: Done):
    assert orjson.loads(done("assembly", "open", EXAMPLE, "--json")) == {
        "number": 1,
        "motions": [1, 2],
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", 3), "gateway: There is no assembly 3. `gateway assembly list`"),
        (("tally", 3), "gateway: There is no assembly 3. `gateway assembly list`"),
        (("open", "nowhere.yaml"), "gateway: nowhere.yaml:1: No such file or directory."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    run: Run, arguments: tuple[object, ...], said: str
):
    result = run("assembly", *arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_a_mistake_in_a_file_is_shown_with_its_line_and_opens_nothing(run: Run, tmp_path: Path):
    path = tmp_path / "bad.yaml"
    path.write_text("title: Water\ncloses_at: yesterday\nmotions: []\n")
    result = run("assembly", "open", path)
    assert result.exit_code == 1
    assert f"{path}:2: closes_at is not a moment: yesterday." in result.stderr
    assert orjson.loads(run("assembly", "list", "--json").stdout) == []


def test_a_scrutineer_checks_what_was_put_and_every_vote_against_the_journal(
    done: Done, run: Run, people: Population
):
    done("assembly", "open", EXAMPLE)
    voter = people.join("+260970000001")
    people.vote(voter, 1, 1)
    people.vote(voter, 1, 2, changes=1)
    found = orjson.loads(done("assembly", "verify", 1, "--json"))
    assert (found["votes"], found["troubles"]) == (1, [])
    assert "are what the journal says" in done("assembly", "verify", 1, found["fingerprint"])
    wrong = run("assembly", "verify", 1, "0" * 64)
    assert wrong.exit_code == 1
    assert "the fingerprint that you noted is another" in wrong.stderr
    with people.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE ballots SET option = 3")
        tx.connection.exec_driver_sql("UPDATE assemblies SET definition_hash = 'x'")
    tampered = run("assembly", "verify", 1)
    assert tampered.exit_code == 1
    assert "motion 1, option 2: the journal has 1 votes and the tables 0" in tampered.stderr
    assert "another fingerprint" in tampered.stderr
    assert run("assembly", "verify", 9).exit_code == 1


def test_two_witnesses_count_a_hall_and_minutes_are_kept(done: Done, run: Run, tmp_path: Path):
    done("assembly", "open", EXAMPLE)
    for name in ("amina", "bwalya"):
        done("staff", "add", name, "--name", name.title(), "--role", "scrutineer", "--link")
    done("staff", "add", "chanda", "--name", "Chanda", "--role", "organiser", "--link")
    first = ("1=41,17,3", "2=20,21,20")
    assert "waits" in done("assembly", "hall", 1, "School", *first, "--witness", "amina")
    other = ("1=41,17,4", "2=20,21,20")
    assert "differ" in done("assembly", "confirm", 1, 1, *other, "--witness", "bwalya")
    assert "agree" in done("assembly", "confirm", 1, 1, *first, "--witness", "bwalya")
    assert "School" in done("assembly", "halls", 1)
    [hall] = orjson.loads(done("assembly", "halls", 1, "--json"))
    assert hall["hands"]["1"] == {"1": 41, "2": 17, "3": 3}
    wrong = run("assembly", "hall", 1, "Market", *first, "--witness", "chanda")
    assert "may not witness" in wrong.stderr
    assert run("assembly", "hall", 1, "Market", "1=x", "--witness", "amina").exit_code == 2
    text = tmp_path / "minutes.txt"
    text.write_text("We march on Friday.")
    assert "no minutes yet" in done("assembly", "minutes", 1)
    assert "version 1" in done("assembly", "minutes", 1, text)
    assert "We march on Friday." in done("assembly", "minutes", 1)
    assert "the tables are what they say" in done("journal", "replay")
