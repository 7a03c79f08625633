"""Decides what a missed call begins. It is a sign of support, and consent to nothing.

The call was not taken and cost its caller nothing; what it begins is answered by SMS.
"""

from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.turn import Aside, Resume, Start
from gateway.service import actions, asides, parking, speaking, turns
from gateway.service.ground import Line
from gateway.service.hearing import is_waiting
from gateway.service.speaking import Shown
from gateway.service.world import Caller, Via, World

_SECOND_MS: Final = 1000
# What ``@trigger`` tells of a call.
_TRIGGER: Final[dict[str, Json]] = {"type": "channel", "event": {"type": "missed_call"}}


def receive(world: World, caller: Caller, line: Line) -> None:
    """Begin what a missed call begins, once for all the calls of a short while.

    Nothing is said to somebody who said STOP, nor to somebody whom staff look after.
    """
    flow = world.current.triggers.missed_call
    if flow is None or caller.opted_out or _rang_lately(world, caller):
        return
    caller.thread.rang = world.now // _SECOND_MS
    caller.moved = True
    if parking.heard(world, caller) is None:
        speaking.answer(world, caller, line, _shown(world, caller, line, flow))


def _shown(world: World, caller: Caller, line: Line, flow: str) -> Shown:
    """Run the flow, in the middle of the question that waits by SMS if there is one."""
    via = Via(line.name, actions.CALL)
    state = caller.thread.state if is_waiting(world, caller) else None
    release = None if state is None else world.known(state.release)
    if release is not None:
        given = Aside(flow) if flow in release.flows else Resume()
        return turns.go_on(world, caller, line, turns.SMS, release, given, via=via)
    trigger = _TRIGGER if world.current.flows[flow].runs else None
    return asides.begin(world, caller, line, Start(flow, trigger=trigger), via=via)


def _rang_lately(world: World, caller: Caller) -> bool:
    """Whether a call began something a short while ago: people ring again when nobody answers."""
    since = world.now // _SECOND_MS - caller.thread.rang
    return caller.thread.rang > 0 and since < world.ground.limits.ring_ms // _SECOND_MS
