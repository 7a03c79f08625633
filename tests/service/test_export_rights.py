"""What was asked for ends with the right to it: at each run, while it waits, and on the disk."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service.asked import Asked, read
from gateway.service.exporting import Exports, NotYours
from gateway.store import export_jobs
from gateway.store.database import Database
from tests.conftest import Clock
from tests.population import Population
from tests.service.exportdesk import Desk

COUNTS = Asked("signups", ("place",), "province")
PEOPLE = Asked("people")
NUMBERS = Asked("numbers")
WESTERN = Grant(Role.COORDINATOR, "ZM-01")
Losing = Callable[[Desk, Viewer], None]


def closed(desk: Desk, who: Viewer) -> None:
    desk.room.staff.disable(None, who.id)


def ungranted(desk: Desk, who: Viewer) -> None:
    desk.room.staff.ungrant(None, who.id, WESTERN)


def moved(desk: Desk, who: Viewer) -> None:
    ungranted(desk, who)
    desk.room.staff.grant(None, who.id, Grant(Role.COORDINATOR, "ZM-01-07"))


EACH = pytest.mark.parametrize(
    ("lose", "why"),
    [
        pytest.param(closed, "account", id="the account is closed"),
        pytest.param(ungranted, "role", id="the role is taken away"),
        pytest.param(moved, "place", id="the role is for a smaller place"),
    ],
)


@pytest.fixture
def losing(desk: Desk) -> Viewer:
    return desk.viewer("losing", WESTERN)


def ended(desk: Desk) -> list[str]:
    return [str(one.detail["why"]) for one in desk.audit.page(None, 100) if "ended" in one.act]


@EACH
def test_counts_are_written_no_more_for_somebody_who_lost_the_right(
    desk: Desk, losing: Viewer, clock: Clock, lose: Losing, why: str
):
    desk.exports.schedule(losing, COUNTS, "day")
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 1
    lose(desk, losing)
    for _ in range(2):
        clock.advance(days=1)
        desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 1
    [one] = desk.exports.schedules(losing)
    assert (one.schedule.ended_why, one.schedule.ended_at is None) == (why, False)
    assert ended(desk) == [why]
    [told] = desk.exports.schedules(desk.coordinator)
    assert (told.own, told.who) == (False, "Losing")
    elsewhere = desk.viewer("elsewhere", Grant(Role.COORDINATOR, "ZM-09"))
    assert desk.exports.schedules(elsewhere) == []
    with pytest.raises(NotYours):
        desk.exports.unschedule(desk.coordinator, one.schedule.id)


def test_what_ended_is_forgotten_after_a_month(desk: Desk, losing: Viewer, clock: Clock):
    desk.exports.schedule(losing, COUNTS, "week")
    closed(desk, losing)
    desk.worker.turn()
    clock.advance(days=29)
    desk.worker.turn()
    assert len(desk.exports.schedules(losing)) == 1
    clock.advance(days=2)
    desk.worker.turn()
    assert desk.exports.schedules(losing) == []


def test_counts_go_on_for_whoever_lost_another_role(desk: Desk, losing: Viewer, clock: Clock):
    other = Grant(Role.CASEWORKER)
    desk.room.staff.grant(None, losing.id, other)
    desk.exports.schedule(losing, COUNTS, "day")
    desk.room.staff.ungrant(None, losing.id, other)
    clock.advance(days=1)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 1
    assert ended(desk) == []


@EACH
def test_what_waits_is_not_prepared_for_somebody_who_lost_the_right(
    desk: Desk, losing: Viewer, lose: Losing, why: str
):
    desk.worker.turn()  # has cleaned: the next minute it does not
    number = desk.exports.ask(losing, PEOPLE, "")
    lose(desk, losing)
    desk.worker.turn()
    assert desk.job(number) == ("failed", why)
    assert (desk.files(), ended(desk)) == ([], [why])


@EACH
def test_numbers_that_were_let_out_do_not_leave(
    desk: Desk, losing: Viewer, lose: Losing, why: str, population: Population
):
    population.join("+260970000001", place="ZM-01-07")
    desk.worker.turn()
    number = desk.exports.ask(losing, NUMBERS, "to call")
    desk.exports.decide(desk.approver, number, release=True)
    lose(desk, losing)
    desk.worker.turn()
    assert (desk.job(number), desk.files()) == (("failed", why), [])


@EACH
def test_nobody_can_let_numbers_out_for_somebody_who_lost_the_right(
    desk: Desk, losing: Viewer, clock: Clock, lose: Losing, why: str
):
    number = desk.exports.ask(losing, NUMBERS, "to call")
    assert [one.job.id for one in desk.exports.held(desk.approver)] == [number]
    lose(desk, losing)
    assert desk.exports.held(desk.approver) == []
    with pytest.raises(NotYours):
        desk.exports.decide(desk.approver, number, release=True)
    clock.advance(seconds=120)
    desk.worker.turn()
    assert (desk.job(number), ended(desk)) == (("failed", why), [why])


@EACH
def test_a_prepared_file_is_gone_with_the_right_to_it(
    desk: Desk, losing: Viewer, clock: Clock, lose: Losing, why: str
):
    number = desk.exports.ask(losing, PEOPLE, "")
    desk.worker.turn()
    assert len(desk.files()) == 1
    lose(desk, losing)
    with pytest.raises(NotYours):  # with the viewer of before, as a request under way has it
        desk.exports.fetch(losing, number)
    assert desk.room.acts().count("exported") == 0
    clock.advance(seconds=120)
    desk.worker.turn()
    assert (desk.job(number), desk.files()) == (("gone", why), [])


def test_a_right_that_is_lost_while_a_file_is_made_is_looked_at_again(
    desk: Desk, losing: Viewer, database: Database
):
    number = desk.exports.ask(losing, PEOPLE, "")
    desk.worker.turn()
    with database.write() as tx:  # as it was when it had been claimed
        export_jobs.change(tx, number, status="working", claimed_until=tx.now + 1)
        job = export_jobs.by_id(tx.connection, number)
    closed(desk, losing)
    assert job is not None
    assert not desk.worker._done(job)
    assert desk.job(number) == ("failed", "account")


def test_a_file_that_broke_is_told_at_once_and_others_go_on(
    desk: Desk, population: Population, database: Database
):
    person = population.join("+260970000001")
    with database.write() as tx:
        saved = (
            "INSERT INTO results (phone, flow, name, result_sealed, saved_at)"
            " VALUES (:phone, 'water', 'Amina', :sealed, 0)"
        )
        values = {"phone": person.phone, "sealed": b"not what was sealed"}
        tx.connection.execute(text(saved), values)
    broken = desk.exports.ask(desk.coordinator, Asked("answers", flow="water"), "")
    good = desk.exports.ask(desk.coordinator, PEOPLE, "")
    with capture_logs() as told:
        assert not desk.worker.loop.once()
        assert desk.worker.loop.once()
    assert desk.worker.loop.faults == 1
    assert "Amina" not in str(told)
    assert desk.job(broken) == ("failed", export_jobs.BROKE)
    assert desk.job(good) == ("done", None)
    assert len(desk.files()) == 1


def test_what_a_fault_rolls_back_with_its_claim_is_told_too(desk: Desk, database: Database):
    broken = desk.exports.ask(desk.coordinator, PEOPLE, "")
    desk.worker.loop.once()
    with database.write() as tx:
        export_jobs.change(tx, broken, status="waiting", asked="{}")
    with capture_logs():
        desk.worker.loop.once()
    with database.read() as view:
        job = export_jobs.by_id(view, broken)
    assert job is not None
    assert (job.status, job.error) == ("failed", export_jobs.BROKE)


def test_what_another_version_wrote_down_is_read():
    assert read('{"kind": "people", "by": [], "of_tomorrow": 1}') == PEOPLE


def test_a_folder_that_is_away_is_told_and_tried_again(desk: Desk, clock: Clock):
    desk.written.write_text("in the way")
    desk.exports.schedule(desk.coordinator, COUNTS, "week")
    desk.worker.turn()
    assert error(desk.exports, desk.coordinator) == export_jobs.NOT_WRITTEN
    desk.written.unlink()
    clock.advance(seconds=540)
    desk.worker.turn()
    assert not desk.written.exists()
    clock.advance(seconds=60)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 1
    assert error(desk.exports, desk.coordinator) is None
    clock.advance(days=6, hours=23, seconds=49 * 60)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 1
    clock.advance(seconds=60)
    desk.worker.turn()
    assert len(list(desk.written.iterdir())) == 2


def test_what_a_process_died_of_is_written_by_the_next_one(
    desk: Desk, clock: Clock, database: Database
):
    desk.exports.schedule(desk.coordinator, COUNTS, "week")
    with database.write() as tx:  # it took the schedule, began a file and died
        [one] = export_jobs.due_schedules(tx.connection, tx.now)
        assert export_jobs.take_schedule(tx, one, one.due_at + 1, tx.now + 600_000)
        assert not export_jobs.take_schedule(tx, one, one.due_at + 1, tx.now + 600_000)
    desk.written.mkdir()
    left = desk.written / f".signups-{one.id}-2026-05-28.csv.0a0b0c0d.part"
    left.write_text("half")
    desk.worker.turn()
    assert [path.suffix for path in desk.written.iterdir()] == [".part"]
    clock.now = int(left.stat().st_mtime * 1000) + 86_400_000
    desk.worker.turn()
    [path] = desk.written.iterdir()
    assert path.suffix == ".csv"


def test_what_is_written_regularly_is_read_by_its_owner_only(desk: Desk):
    desk.exports.schedule(desk.coordinator, COUNTS, "day")
    desk.worker.turn()
    [path] = desk.written.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert desk.written.stat().st_mode & 0o777 == 0o700


def error(exports: Exports, viewer: Viewer) -> str | None:
    [one] = exports.schedules(viewer)
    return one.schedule.error
