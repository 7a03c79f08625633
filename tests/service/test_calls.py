"""The steps of a call: who may take which, from where, and that two at once take one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.audience import Audience
from gateway.core.movement.calls import FROM, STATUSES, UNSENT, Step
from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service.audit import Audit
from gateway.service.broadcast import BroadcastError, Broadcasts
from gateway.store import broadcasts
from gateway.store.database import Database
from gateway.store.vault import Vault
from tests.conftest import Clock
from tests.population import Population
from tests.service.callroom import (
    ADMIN,
    APPROVER,
    CHANNEL,
    EASTERN,
    EASTERNER,
    OTHER,
    SECOND,
    WRITER,
    Room,
    at_once,
    room_of,
    somebody,
)
from tests.town import PLACES


@pytest.fixture
def room(database: Database, population: Population, vault: Vault, clock: Clock) -> Room:
    return room_of(database, population, vault, clock)


def test_a_call_goes_from_its_writer_through_an_approver_to_people(room: Room):
    room.join(1, 2)
    number = room.make()
    room.calls.submit(number, WRITER)
    assert room.status(number) == "submitted"
    room.calls.approve(number, 1, APPROVER)
    assert room.status(number) == "approved"
    assert room.messages(number) == {}
    assert room.calls.send(number, WRITER) == 2
    taken = room.calls.steps(number)
    assert [(one.step, one.staff) for one in taken] == [
        (Step.DRAFTED, 11),
        (Step.SUBMITTED, 11),
        (Step.APPROVED, 13),
        (Step.SENT, 11),
    ]
    assert room.facts() == [kinds.BROADCAST_APPROVED, kinds.BROADCAST_SENT]
    acts = [one.act for one in Audit(room.database, room.vault).page(None, 9)]
    assert acts == ["call_sent", "call_approved", "call_submitted", "call_drafted"]


def test_nothing_leaves_without_an_approval(room: Room):
    number = room.make()
    for step in (lambda: None, lambda: room.calls.submit(number, WRITER)):
        step()
        with pytest.raises(BroadcastError, match="after another person approved it"):
            room.calls.send(number, WRITER)
    assert room.facts() == []


def test_whoever_had_a_part_in_a_call_does_not_approve_it(room: Room):
    number = room.make(WRITER)
    room.calls.change(number, room.plan("Come all"), CHANNEL, OTHER)
    room.calls.submit(number, WRITER)
    for who in (WRITER, OTHER):
        with pytest.raises(BroadcastError, match="had a part in writing"):
            room.calls.approve(number, None, who)
    assert room.status(number) == "submitted"
    room.calls.approve(number, 2, APPROVER)


def test_a_call_that_was_taken_back_needs_its_approval_anew(room: Room):
    number = room.approved()
    room.calls.take_back(number, OTHER)
    room.calls.change(number, room.plan("Something else"), CHANNEL, OTHER)
    with pytest.raises(BroadcastError, match="is draft; it leaves after another person"):
        room.calls.send(number, WRITER)


def test_what_is_approved_is_what_was_read(room: Room):
    number = room.make()
    room.calls.submit(number, WRITER)
    room.calls.take_back(number, WRITER)
    room.calls.change(number, room.plan("Come to another place"), CHANNEL, WRITER)
    room.calls.submit(number, WRITER)
    with pytest.raises(BroadcastError, match="was changed since you read it"):
        room.calls.approve(number, 1, APPROVER)
    room.calls.approve(number, 2, APPROVER)


def test_an_approver_sends_a_call_back_and_says_why(room: Room):
    number = room.make()
    room.calls.submit(number, WRITER)
    room.calls.give_back(number, "Say which Saturday.", APPROVER)
    assert room.status(number) == "draft"
    assert room.calls.steps(number)[-1].note == "Say which Saturday."
    with room.database.read() as view:
        stored = view.exec_driver_sql("SELECT note_sealed FROM broadcast_steps").scalars().all()
    assert not any(b"Saturday" in bytes(one) for one in stored if one)


@pytest.mark.parametrize("step", [one for one in Step if one in FROM and one is not Step.TESTED])
def test_a_step_is_taken_from_where_it_may_be_and_from_nowhere_else(room: Room, step: Step):
    acts: dict[Step, Callable[[int], object]] = {
        Step.CHANGED: lambda number: room.calls.change(number, room.plan(), CHANNEL, WRITER),
        Step.SUBMITTED: lambda number: room.calls.submit(number, WRITER),
        Step.TAKEN_BACK: lambda number: room.calls.take_back(number, WRITER),
        Step.RETURNED: lambda number: room.calls.give_back(number, "", APPROVER),
        Step.APPROVED: lambda number: room.calls.approve(number, None, APPROVER),
        Step.SENT: lambda number: room.calls.send(number, WRITER),
        Step.PAUSED: lambda number: room.calls.pause(number, WRITER),
        Step.RESUMED: lambda number: room.calls.resume(number, WRITER),
        Step.STOPPED: lambda number: room.calls.stop(number, ADMIN),
    }
    for status in STATUSES:
        number = room.make()
        with room.database.write() as tx:
            broadcasts.move(tx, number, ("draft",), status)
        if status in FROM[step]:
            acts[step](number)
        else:
            with pytest.raises(BroadcastError):
                acts[step](number)
            assert room.status(number) == status


@pytest.mark.parametrize(
    ("who", "step"),
    [
        (APPROVER, Step.SUBMITTED),
        (APPROVER, Step.SENT),
        (ADMIN, Step.APPROVED),
        (somebody(20, Grant(Role.COORDINATOR)), Step.STOPPED),
        (EASTERNER, Step.APPROVED),
        (EASTERNER, Step.STOPPED),
        (EASTERNER, Step.TAKEN_BACK),
    ],
    ids=lambda value: value.username if isinstance(value, Viewer) else str(value),
)
def test_a_role_does_what_it_may_and_where_it_may(room: Room, who: Viewer, step: Step):
    number = room.make()
    if step is not Step.SUBMITTED:
        room.calls.submit(number, WRITER)
    if step is Step.SENT:
        room.calls.approve(number, 1, SECOND)
    before = room.status(number)
    acts: dict[Step, Callable[[], object]] = {
        Step.SUBMITTED: lambda: room.calls.submit(number, who),
        Step.APPROVED: lambda: room.calls.approve(number, None, who),
        Step.SENT: lambda: room.calls.send(number, who),
        Step.STOPPED: lambda: room.calls.stop(number, who),
        Step.TAKEN_BACK: lambda: room.calls.take_back(number, who),
    }
    with pytest.raises(BroadcastError, match="You may not do that"):
        acts[step]()
    assert room.status(number) == before


def test_who_has_a_place_writes_to_that_place_only(room: Room):
    inside = Audience(places=(EASTERN,))
    assert room.make(EASTERNER, audience=inside) == 1
    for outside in (Audience(), Audience(places=("ZM-09",)), Audience(places=(EASTERN, "ZM-09"))):
        with pytest.raises(BroadcastError, match="You may not do that"):
            room.make(EASTERNER, audience=outside)
        with pytest.raises(BroadcastError, match="You may not do that"):
            room.calls.change(1, room.plan(audience=outside), CHANNEL, EASTERNER)
    assert room.calls.find(1).audience == inside
    assert len(room.calls.newest(9)) == 1


def test_two_approvals_at_once_are_one(room: Room):
    number = room.make()
    room.calls.submit(number, WRITER)
    raised = at_once(
        lambda: room.calls.approve(number, 1, APPROVER),
        lambda: room.calls.approve(number, 1, SECOND),
    )
    assert len([one for one in raised if one is None]) == 1
    assert room.facts().count(kinds.BROADCAST_APPROVED) == 1
    assert [one.step for one in room.calls.steps(number)].count(Step.APPROVED) == 1


def test_a_call_that_is_sent_twice_at_once_leaves_once(room: Room):
    room.join(*range(5))
    number = room.approved()
    raised = at_once(
        lambda: room.calls.send(number, WRITER), lambda: room.calls.send(number, OTHER)
    )
    assert len([one for one in raised if one is None]) == 1
    assert room.facts().count(kinds.BROADCAST_SENT) == 1
    assert room.messages(number) == {Status.QUEUED: 5}


def test_a_call_that_is_approved_and_taken_back_at_once_is_one_of_both(room: Room):
    number = room.make()
    room.calls.submit(number, WRITER)
    at_once(
        lambda: room.calls.approve(number, 1, APPROVER),
        lambda: room.calls.take_back(number, WRITER),
    )
    steps = [one.step for one in room.calls.steps(number)]
    assert room.status(number) == "draft"
    assert steps[-1] is Step.TAKEN_BACK


def test_a_call_that_is_stopped_while_it_is_sent_never_goes_on(room: Room):
    room.join(*range(5))
    number = room.approved()
    at_once(lambda: room.calls.send(number, WRITER), lambda: room.calls.stop(number, ADMIN))
    room.upkeep.turn()
    assert room.status(number) == "stopped"
    assert room.messages(number).get(Status.QUEUED, 0) == 0
    assert room.deliver() == 0


def test_one_person_alone_sends_a_draft_where_that_is_allowed(room: Room):
    room.join(1)
    calls = Broadcasts(room.database, room.vault, PLACES, movement="M", language="en")
    assert calls.send(room.make(), WRITER) == 1
    assert set(UNSENT) > set(FROM[Step.SENT])


def test_a_viewer_made_narrow_by_a_token_takes_no_step(room: Room):
    with pytest.raises(BroadcastError, match="You may not do that"):
        room.make(replace(WRITER, only=frozenset()))
