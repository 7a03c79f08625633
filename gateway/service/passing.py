"""Notes how far people come: what turns tell of it, and conversations that are dropped for others.

A conversation that nobody went on with in time fell silent. That is what is left when all else is
counted, and nothing is noted when it is replaced at last.
"""

from gateway.core.flow.events import Failed
from gateway.core.flow.passages import LEFT, STOPPED, Kind, left_behind
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Step
from gateway.service.world import Caller, World


def note(world: World, release: Release, step: Step, *, begun: bool) -> None:
    """Count what a turn tells. Of one that failed the conversation stays as it was before."""
    failed = step.events and step.events[-1].__class__ is Failed
    if step.passages and (begun or not failed):
        world.passages.add(release.hash, step.passages)


def alive(world: World, caller: Caller) -> State | None:
    """Return the conversation under way, None where nobody went on with it for too long."""
    thread = caller.thread
    return thread.state if thread.is_alive(world.now, world.ground.limits.resume_ms) else None


def leave(world: World, caller: Caller) -> None:
    """Count the questions of the conversation under way as left for something else."""
    _end(world, caller, LEFT)


def stop(world: World, caller: Caller) -> None:
    """Count the questions of the conversation under way as ended by STOP."""
    _end(world, caller, STOPPED)


def come_back(world: World, state: State) -> None:
    """Take back that the questions of a conversation were left behind."""
    world.passages.add(state.release, left_behind(state, LEFT), by=-1)


def _end(world: World, caller: Caller, kind: Kind) -> None:
    state = alive(world, caller)
    if state is not None:
        world.passages.add(state.release, left_behind(state, kind))
