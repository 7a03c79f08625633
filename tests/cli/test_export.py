import csv
import io
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import orjson
import pytest
from sqlalchemy import select

from gateway.core.movement.facts import NUMBERS_EXPORTED, RESULT_SAVED, Fact
from gateway.store import journal, tables
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.cli.conftest import Run
from tests.population import Population
from tests.store.test_assemblies import open_assembly

Done = Callable[..., str]


@pytest.fixture
def opened(database_url: str, vault: Vault):
    with Database(database_url) as database:
        yield database


@pytest.fixture(autouse=True)
def movement(opened: Database, vault: Vault) -> Population:
    """Two members, one of them called as a formula, with a report, a vote and a message."""
    population = Population(opened, vault)
    population.channel(9, "demo")
    open_assembly(population, 1, (1,))
    one = population.join("+260970000001", name="=cmd()", place="ZM-01-07", channel="demo")
    population.join("+260970000002", name="Bupe", place="ZM-01-01", channel="other")
    population.report(one, "K7Q2M", "The borehole is dry")
    population.vote(one, 1, 1)
    population.message(one, "JOIN", incoming=True)
    return population


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_signups_are_counted_by_what_is_asked_for(done: Done):
    by = ("export", "signups", "--by")
    assert read_csv(done(*by, "channel,place", "--format", "csv")) == [
        ["channel", "place", "place_code", "participants"],
        ["demo", "Mongu", "ZM-01-07", "1"],
        ["other", "Kalabo", "ZM-01-01", "1"],
    ]
    lines = done(*by, "place", "--place-level", "province", "--format", "jsonl").splitlines()
    assert [orjson.loads(line) for line in lines] == [
        {"place": "Western", "place_code": "ZM-01", "participants": 2}
    ]


def test_counts_of_fewer_than_ten_people_are_held_back(done: Done):
    assert read_csv(done("export", "signups", "--suppression", "--by", "channel")) == [
        ["channel", "participants", "suppressed"],
        ["demo", "", "yes"],
        ["other", "", "yes"],
    ]


@pytest.mark.parametrize("what", ["participants", "reports", "votes", "messages"])
def test_numbers_leave_only_when_asked_for_and_the_journal_knows(
    done: Done, opened: Database, what: str
):
    assert "97000000" not in done("export", what, "--format", "jsonl")
    assert numbers_exported(opened) == []
    lines = done("export", what, "--format", "jsonl", "--with-numbers", "--who", "Chanda",
                 "--reason", "to call back").splitlines()  # fmt: skip
    assert "+260970000001" in {orjson.loads(line)["phone"] for line in lines}
    [body] = numbers_exported(opened)
    assert orjson.loads(body) == {
        "what": what,
        "rows": len(lines),
        "who": "Chanda",
        "reason": "to call back",
    }


def test_the_columns_that_others_rely_on_are_there(done: Done):
    def columns(what: str) -> set[str]:
        first = done("export", what, "--format", "jsonl", "--with-numbers").splitlines()[0]
        return set(orjson.loads(first))

    assert columns("participants") >= {
        *("id", "phone", "name", "place", "language", "status", "joined_at"),
    }
    assert columns("messages") >= {
        *("id", "direction", "phone", "text", "status", "channel", "created_at"),
    }


def test_a_name_that_is_a_formula_is_defused_in_csv_and_xlsx(done: Done, tmp_path: Path):
    rows = read_csv(done("export", "participants", "--with-numbers"))
    cells = {cell for row in rows for cell in row}
    assert {"'=cmd()", "'+260970000001"} <= cells
    path = tmp_path / "people.xlsx"
    done("export", "participants", "--format", "xlsx", "--output", path)
    book = openpyxl.load_workbook(path)
    found = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in found} == {"s", "n"}
    assert "'=cmd()" in {cell.value for cell in found}


def test_a_file_is_for_its_owner_and_is_not_written_over_by_mistake(
    run: Run, done: Done, tmp_path: Path
):
    path = tmp_path / "people.csv"
    assert done("export", "participants", "--output", path) == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    refused = run("export", "reports", "--output", path)
    assert refused.exit_code == 1
    assert refused.stderr == (
        f"gateway: {path}: is there already. Choose another name, or give --force.\n"
    )
    assert path.read_bytes() == before
    done("export", "reports", "--output", path, "--force")
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("signups", "--by", "colour"), "--by colour is not known"),
        (("signups", "--place-level", "village"), "--place-level village is not one of"),
        (("signups", "--format", "pdf"), "--format pdf is not one of: csv, xlsx, jsonl"),
        (("votes", "--format", "xlsx"), "give --output FILE.xlsx"),
    ],
)
def test_wrong_usage_is_said_in_one_sentence_and_is_exit_code_2(
    run: Run, arguments: tuple[str, ...], said: str
):
    result = run("export", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_refused_file_name_exports_no_number(run: Run, opened: Database, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("old")
    assert run("export", "participants", "--with-numbers", "--output", path).exit_code == 1
    assert numbers_exported(opened) == []


def numbers_exported(database: Database) -> list[str]:
    query = select(tables.journal.c.body).where(tables.journal.c.kind == NUMBERS_EXPORTED)
    with database.read() as view:
        return list(view.execute(query).scalars())


def test_results_of_a_flow_are_exported_by_its_name(
    done: Done, run: Run, opened: Database, vault: Vault
):
    owner = vault.phone_id("+260970000001")
    with opened.write() as tx:
        query = select(tables.phones.c.salt).where(tables.phones.c.id == owner)
        salt = bytes(tx.connection.execute(query).scalar_one())
        sealed = vault.person(salt).seal(b"result", b'{"value":"40","category":"Many"}')
        body = {"flow": "water", "name": "Families"}
        journal.record(tx, [Fact(RESULT_SAVED, owner, body, sealed)])
    header, row = read_csv(done("export", "results", "water"))
    assert header == ["participant", "saved_at", "Families", "Families category"]
    assert row[2:] == ["40", "Many"]
    (line,) = done("export", "results", "water", "--format", "jsonl").splitlines()
    assert orjson.loads(line)["Families"] == "40"
    refused = run("export", "results", "wind")
    assert (refused.exit_code, "These have: water." in refused.stderr) == (1, True)
