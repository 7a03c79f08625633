"""What the events of a turn bring about in the movement, besides what is said. Says nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.core.delivery.purpose import Purpose
from gateway.core.fast_init import fast_init
from gateway.core.flow.events import (
    ContactChanged,
    Event,
    Faulty,
    GroupsChanged,
    HandedOver,
    Json,
    Performed,
    Requested,
    ResultSaved,
    Saved,
    Scheduled,
    Texted,
    Told,
    Unscheduled,
)
from gateway.service import (
    actions,
    contacts,
    faults_of_flows,
    others,
    parking,
    speaking,
    timers,
    webhooks,
)
from gateway.service.ground import Line
from gateway.service.parking import Place
from gateway.service.world import VALUES, Caller, Via, World
from gateway.store.handovers import STUB
from gateway.store.notices import NewNotice

_TYPE: Final = "type"  # what a stub stands for


@fast_init
@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it was, and how they reached us. `flow` is the flow that they were in."""

    world: World
    caller: Caller
    line: Line
    via: Via
    flow: str


def bring_about(turn: Turn, event: Event) -> None:
    """Do what an event says. What has no consequence of its own has none here."""
    act = _CONSEQUENCES.get(event.__class__)
    if act is not None:
        act(turn, event)


def _saved(turn: Turn, event: Saved) -> None:
    root, _, what = event.path.partition(".")
    if root != "participant" or not what:
        return
    if what in contacts.OWN:
        actions.change(turn.world, turn.caller, what, event.value, turn.via)
    else:
        contacts.keep(turn.world, turn.caller, turn.via, what, event.value)


def _performed(turn: Turn, event: Performed) -> None:
    if (event.action, event.category) == ("join", "joined"):
        turn.caller.thread.joined = True


def _texted(turn: Turn, event: Texted) -> None:
    speaking.tell(turn.world, turn.caller, turn.line, event.text, Purpose.RECEIPT)


def _contact_changed(turn: Turn, event: ContactChanged) -> None:
    world, caller = turn.world, turn.caller
    if not contacts.change(world, caller, turn.via, event.what, event.value, event.key):
        _notify(turn, f"contact_{event.what}", {"value": event.value})


def _groups_changed(turn: Turn, event: GroupsChanged) -> None:
    contacts.regroup(turn.world, turn.caller, turn.via, event.added, event.removed)


def _result_saved(turn: Turn, event: ResultSaved) -> None:
    result = {
        "value": event.value,
        "category": event.category,
        "input": event.given,
        "node": event.node,
        "extra": event.extra,
    }
    contacts.keep_result(turn.world, turn.caller, turn.via, event.flow, event.name, result)


def _handed_over(turn: Turn, event: HandedOver) -> None:
    place = Place(event.flow or turn.flow, event.node)
    parking.hand_over(turn.world, turn.caller, turn.line, place, event.note, event.topic)


def _told(turn: Turn, event: Told) -> None:
    """Tell staff: what could not be imported needs somebody, the rest is kept to be looked up."""
    world, caller = turn.world, turn.caller
    if event.kind == STUB and caller.thread.handover:
        return  # somebody looks after the person already
    if event.kind == STUB:
        note = orjson.dumps(event.values, option=orjson.OPT_INDENT_2).decode()
        topic = str(event.values.get(_TYPE) or "")
        place = Place(event.flow or turn.flow, event.node)
        parking.hand_over(world, caller, turn.line, place, note, topic, STUB)
        return
    if event.kind in others.KINDS:
        why = others.ask(world, caller, turn.line, event.flow or turn.flow, event)
        if why:
            _notify(turn, event.kind, {**event.values, "why": why})
        return
    _notify(turn, event.kind, event.values)


def _notify(turn: Turn, kind: str, values: Mapping[str, Json]) -> None:
    """Keep something for staff to look up."""
    world, caller = turn.world, turn.caller
    sealed = caller.sealer.seal(VALUES, orjson.dumps(values))
    world.notices.append(NewNotice(next(world.ids), caller.phone, kind, turn.flow, sealed))


def _requested(turn: Turn, event: Requested) -> None:
    state = turn.caller.thread.state
    flow = turn.flow if state is None else state.flow
    webhooks.ask(turn.world, turn.caller, turn.line, flow, event)


def _scheduled(turn: Turn, event: Scheduled) -> None:
    timers.schedule(turn.world, turn.caller, turn.line, event)


def _unscheduled(turn: Turn, event: Unscheduled) -> None:
    timers.unschedule(turn.world, turn.caller, event)


def _faulty(turn: Turn, event: Faulty) -> None:
    faults_of_flows.note(turn.world, event)


_CONSEQUENCES: Final[Mapping[type, Callable[[Turn, Any], None]]] = {
    Saved: _saved,
    Performed: _performed,
    Texted: _texted,
    ContactChanged: _contact_changed,
    GroupsChanged: _groups_changed,
    ResultSaved: _result_saved,
    HandedOver: _handed_over,
    Told: _told,
    Requested: _requested,
    Scheduled: _scheduled,
    Unscheduled: _unscheduled,
    Faulty: _faulty,
}
