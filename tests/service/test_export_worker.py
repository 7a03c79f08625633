"""How exports are prepared: once and whole, whatever dies, and for as long as they are kept."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.staff.roles import Grant, Role
from gateway.service.asked import Asked
from gateway.service.export_regular import next_due
from gateway.service.exporting import NotTaken, NotYours
from gateway.store import export_jobs, sealed_files
from gateway.store.database import Database
from gateway.store.vault import Sealed
from tests.conftest import Clock
from tests.population import Population
from tests.service.exportdesk import Desk

DAY_MS = 86_400_000
PEOPLE = Asked("people", format="jsonl")


def test_an_export_is_prepared_and_fetched(desk: Desk, population: Population):
    population.join("+260970000001", name="Amina", place="ZM-01-07")
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    assert desk.worker.turn()
    assert not desk.worker.turn()
    one, content = desk.exports.fetch(desk.coordinator, number)
    text = b"".join(content)
    assert len(text) == one.job.size
    assert text.count(b"\n") == one.job.rows == 1
    assert b"Amina" not in text


def test_what_a_process_left_when_it_died_is_begun_anew(
    desk: Desk, population: Population, database: Database, clock: Clock
):
    population.join("+260970000001")
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    with database.write() as tx:
        dead = export_jobs.claim(tx, 60_000)
    assert dead is not None
    assert not desk.worker.turn()
    clock.advance(ms=60_000)
    assert desk.worker.turn()
    assert desk.state(number) == "done"
    with database.write() as tx:
        assert not export_jobs.settle(tx, dead, status="failed")
    assert desk.state(number) == "done"


def test_what_kills_three_processes_has_failed(desk: Desk, database: Database, clock: Clock):
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    for _ in range(export_jobs.ATTEMPTS):
        with database.write() as tx:
            assert export_jobs.claim(tx, 1000)
        clock.advance(seconds=1)
    assert not desk.worker.turn()
    one = desk.exports.one(desk.coordinator, number).job
    assert (one.status, one.error) == ("failed", export_jobs.GAVE_UP)


def test_a_file_that_nobody_knows_is_deleted(desk: Desk, clock: Clock):
    desk.folder.mkdir()
    (desk.folder / "1-dead.sealed").write_bytes(b"half")
    clock.now = int((desk.folder / "1-dead.sealed").stat().st_mtime * 1000) + DAY_MS
    desk.worker.turn()
    assert desk.files() == []


def test_a_file_is_deleted_when_its_time_is_over(desk: Desk, clock: Clock):
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    desk.worker.turn()
    assert len(desk.files()) == 1
    clock.advance(days=7)
    with pytest.raises(NotYours):
        desk.exports.fetch(desk.coordinator, number)
    desk.worker.turn()
    assert desk.files() == []
    assert desk.state(number) == "gone"


def test_numbers_that_nobody_decides_on_are_not_asked_for_for_ever(desk: Desk, clock: Clock):
    number = desk.exports.ask(desk.coordinator, Asked("numbers"), "to call")
    clock.advance(days=7)
    desk.worker.turn()
    assert desk.state(number) == "gone"


def test_one_person_asks_for_ten_at_a_time_at_most(desk: Desk):
    for _ in range(10):
        desk.exports.ask(desk.coordinator, PEOPLE, "")
    with pytest.raises(NotTaken, match="not ready yet"):
        desk.exports.ask(desk.coordinator, PEOPLE, "")


def test_a_folder_that_cannot_be_written_fails_the_export(desk: Desk):
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    desk.folder.write_text("in the way")
    desk.worker.turn()
    one = desk.exports.one(desk.coordinator, number).job
    assert (one.status, one.error) == ("failed", export_jobs.NOT_WRITTEN)


def test_a_process_that_stops_gives_back_what_it_worked_on(desk: Desk, population: Population):
    population.join("+260970000001")
    number = desk.exports.ask(desk.coordinator, PEOPLE, "")
    desk.worker.loop.close()
    desk.worker.turn()
    assert (desk.state(number), desk.files()) == ("waiting", [])
    assert desk.new_worker().turn()
    assert desk.state(number) == "done"


def test_counts_are_written_by_the_day(desk: Desk, population: Population, clock: Clock):
    for number in range(11):
        population.join(f"+26097000{number:04}", place="ZM-01-07")
    asked = Asked("signups", ("place",), "province")
    desk.exports.schedule(desk.coordinator, asked, "day")
    desk.worker.turn()
    [first] = desk.written.iterdir()
    assert "Western,ZM-01,11," in first.read_text()
    desk.worker.turn()
    clock.advance(days=3)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 2
    [one] = desk.exports.schedules(desk.coordinator)
    desk.exports.unschedule(desk.coordinator, one.schedule.id)
    clock.advance(days=1)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 2


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(PEOPLE, id="rows"),
        pytest.param(Asked("signups", exact=True), id="small counts"),
        pytest.param(Asked("numbers"), id="numbers"),
    ],
)
def test_nothing_but_counts_is_written_regularly(desk: Desk, asked: Asked):
    with pytest.raises(NotYours):
        desk.exports.schedule(desk.coordinator, asked, "day")


def test_somebody_else_s_schedule_stays(desk: Desk):
    desk.exports.schedule(desk.coordinator, Asked("signups"), "week")
    [one] = desk.exports.schedules(desk.coordinator)
    other = desk.viewer("chanda", Grant(Role.COORDINATOR))
    assert desk.exports.schedules(other) == []
    with pytest.raises(NotYours):
        desk.exports.unschedule(other, one.schedule.id)


def test_a_token_s_viewer_exports_nothing(desk: Desk):
    reading = replace(desk.coordinator, only=frozenset())
    with pytest.raises(NotYours):
        desk.exports.ask(reading, PEOPLE, "")


@pytest.mark.parametrize(
    ("due_at", "now", "following"),
    [(0, 0, DAY_MS), (0, DAY_MS - 1, DAY_MS), (0, 3 * DAY_MS, 4 * DAY_MS)],
)
def test_what_was_missed_is_written_once(due_at: int, now: int, following: int):
    assert next_due(due_at, "day", now) == following


class TestSealedFiles:
    """What stands between a stolen disk and what was exported."""

    @pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
    def test_what_is_written_is_read(self, tmp_path: Path, size: int):
        key, content = sealed_files.new_key(), bytes(range(256)) * (size // 256 + 1)
        with sealed_files.SealedFile(tmp_path / "one", key) as file:
            file.write(content[:size])
            file.finish()
        assert b"".join(sealed_files.read_sealed(tmp_path / "one", key)) == content[:size]

    @pytest.mark.parametrize("change", ["cut", "turned", "unfinished", "other key"])
    def test_what_was_meddled_with_does_not_open(self, tmp_path: Path, change: str):
        key, path = sealed_files.new_key(), tmp_path / "one"
        with sealed_files.SealedFile(path, key) as file:
            file.write(b"a" * 150_000)
            if change != "unfinished":
                file.finish()
        part = 65_536 + 16
        whole = path.read_bytes()
        if change == "cut":
            path.write_bytes(whole[: 2 * part])
        if change == "turned":
            path.write_bytes(whole[part : 2 * part] + whole[:part] + whole[2 * part :])
        with pytest.raises(Sealed):
            list(
                sealed_files.read_sealed(
                    path, sealed_files.new_key() if change == "other key" else key
                )
            )

    def test_memory_does_not_grow_with_the_file(self, tmp_path: Path):
        key = sealed_files.new_key()
        tracemalloc.start()
        with sealed_files.SealedFile(tmp_path / "one", key) as file:
            for _ in range(4_000):
                file.write(b"x" * 10_000)
            file.finish()
        size = sum(len(part) for part in sealed_files.read_sealed(tmp_path / "one", key))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size == 40_000_000
        assert most < 4_000_000
