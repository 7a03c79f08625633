"""Calls that are paused, go on, come too late or too often."""

import pytest

from gateway.core.delivery.purpose import BULK, HELD
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.calls import QUEUEING
from gateway.service.broadcast import Broadcasts
from gateway.store import broadcasts, claims
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.population import Population
from tests.service.callroom import (
    ADMIN,
    APPROVER,
    CHANNEL,
    OTHER,
    PRICES,
    WRITER,
    Room,
    room_of,
)
from tests.town import PLACES


@pytest.fixture
def room(database: Database, population: Population, vault: Vault, clock: Clock) -> Room:
    return room_of(database, population, vault, clock)


def test_a_paused_call_waits_and_goes_on_where_it_was(room: Room):
    room.join(*range(4))
    number = room.sent()
    room.calls.pause(number, OTHER)
    assert room.priorities() == [HELD] * 4
    assert room.deliver() == 0
    room.upkeep.turn()
    assert room.status(number) == "paused"
    assert room.messages(number) == {Status.QUEUED: 4}
    room.calls.resume(number, OTHER)
    assert room.priorities() == [BULK] * 4
    assert room.deliver() == 4
    room.upkeep.turn()
    assert room.status(number) == "done"
    assert room.facts()[-2:] == [kinds.BROADCAST_PAUSED, kinds.BROADCAST_RESUMED]


def test_what_a_pause_did_not_come_to_is_put_aside_by_the_deliverer(room: Room):
    room.join(*range(3))
    number = room.sent()
    with room.database.write() as tx:
        broadcasts.move(tx, number, ("sending",), "paused", keep_cursor=True)
    assert room.deliver() == 0
    assert room.priorities() == [HELD] * 3
    assert room.messages(number) == {Status.QUEUED: 3}


def test_what_a_power_cut_left_aside_leaves_when_the_call_goes_on(room: Room):
    room.join(*range(3))
    number = room.sent()
    room.calls.pause(number, WRITER)
    with room.database.write() as tx:
        broadcasts.move(tx, number, ("paused",), "sending", keep_cursor=True)
    room.upkeep.turn()
    assert room.status(number) == "sending"
    assert room.deliver() == 3


def test_a_call_that_is_paused_while_it_is_queued_is_queued_to_its_end_later(room: Room):
    room.join(*range(3))
    number = room.approved()
    with room.database.write() as tx:
        broadcasts.move(tx, number, ("approved",), QUEUEING)
    room.calls.pause(number, WRITER)
    room.upkeep.turn()
    assert room.messages(number) == {}
    room.calls.resume(number, WRITER)
    assert room.messages(number) == {Status.QUEUED: 3}


def test_a_paused_call_holds_up_no_other(room: Room):
    room.join(*range(3))
    first = room.sent()
    with room.database.write() as tx:
        broadcasts.move(tx, first, ("sending",), "paused", keep_cursor=True)
    second = room.sent()
    with room.database.write() as tx:
        found = claims.claim(tx, CHANNEL, rate=1000, limit=3, lease_ms=60_000)
    assert found.dropped == 3
    assert room.deliver() == 3
    assert room.messages(second) == {Status.ACCEPTED: 3}


def test_a_paused_call_is_stopped_for_good(room: Room):
    room.join(1, 2)
    number = room.sent()
    room.calls.pause(number, WRITER)
    assert room.calls.stop(number, ADMIN) == 2
    assert room.messages(number) == {Status.CANCELLED: 2}


@pytest.mark.parametrize("status", ["submitted", "approved", "paused"])
def test_a_call_whose_time_is_over_expires_wherever_it_was(room: Room, status: str):
    room.join(1)
    number = room.make()
    room.calls.submit(number, WRITER)
    if status != "submitted":
        room.calls.approve(number, 1, APPROVER)
    if status == "paused":
        room.calls.send(number, WRITER)
        room.calls.pause(number, WRITER)
    assert room.status(number) == status
    room.clock.advance(hours=48)
    room.upkeep.turn()
    room.upkeep.turn()
    assert room.status(number) == "expired"
    assert room.deliver() == 0
    assert set(room.messages(number)) <= {Status.EXPIRED}


def test_nobody_gets_more_calls_in_a_week_than_is_allowed(room: Room):
    room.join(1, 2)
    capped = Broadcasts(room.database, room.vault, PLACES, movement="M", language="en", per_week=2)
    assert capped.send(room.make()) == 2
    room.clock.advance(days=2)
    assert capped.send(room.make()) == 2
    room.join(3)
    third = room.make()
    seen = capped.preview(third, PRICES, 1)
    assert (seen.recipients, seen.skipped) == (1, {"too_often": 2})
    assert capped.send(third) == 1
    room.clock.advance(days=5.5)
    assert capped.preview(room.make(), PRICES, 1).recipients == 3


def test_what_never_left_does_not_count_into_the_week(room: Room):
    room.join(1)
    capped = Broadcasts(room.database, room.vault, PLACES, movement="M", language="en", per_week=1)
    first = room.make()
    capped.send(first)
    capped.stop(first)
    assert capped.send(room.make()) == 1


def test_who_speaks_a_language_without_a_text_is_counted(room: Room):
    one = room.population.join("+260970000009", language="bem")
    room.population.consent(one)
    seen = room.calls.preview(room.make(), PRICES, 1)
    assert seen.untranslated == {"bem": 1}
    assert seen.languages[0].recipients == 1


def test_a_step_that_has_much_to_do_goes_on_behind_its_caller(room: Room):
    room.join(1)
    calls = Broadcasts(
        room.database, room.vault, PLACES, movement="M", language="en", patience_s=30.0
    )
    number = room.make()
    assert calls.send(number) == 1
    calls.pause(number)
    assert room.priorities() == [HELD]
    calls.resume(number)
    assert calls.stop(number) == 1
