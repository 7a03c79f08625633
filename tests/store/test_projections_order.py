"""Facts of one batch are written so that what refers to a row finds it, whatever came first."""

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.service.replay import replay
from gateway.store import journal
from gateway.store.database import Database


def _opened(number: int) -> Fact:
    body = {
        "number": number,
        "title": "Assembly",
        "place": None,
        "opens_at": 0,
        "closes_at": 10,
        "motions": [],
        "definition_hash": "",
    }
    return Fact(kinds.ASSEMBLY_OPENED, b"", body)


def _counted(assembly: int, hall: int) -> Fact:
    figures = {"1": {"1": 3}}
    body = {
        "assembly": assembly,
        "hall": hall,
        "position": 1,
        "name": f"Hall {hall}",
        "staff": 1,
        "figures": figures,
    }
    return Fact(kinds.HALL_COUNTED, b"", body)


def test_an_assembly_is_there_before_its_halls_though_a_call_of_its_number_and_a_hall_came_first(
    database: Database,
):
    with database.write() as tx:
        journal.record(tx, [_opened(1)])
    with database.write() as tx:
        call = Fact(kinds.BROADCAST_PAUSED, b"", {"number": 2})
        journal.record(tx, [_counted(1, 1), call, _opened(2), _counted(2, 1)])
    assert replay(database).differences == ()
