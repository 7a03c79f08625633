"""A vote by one SMS that names its motion, and what is said about it."""

from dataclasses import replace

from gateway.core.flow.events import Json
from gateway.core.movement import ballots
from gateway.core.text import keywords
from gateway.service import actions, turns
from gateway.service.ground import Line
from gateway.service.hearing import Heard
from gateway.service.speaking import Shown, said
from gateway.service.world import Caller, Via, World


def vote(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Cast a vote that names its motion ("12 1"), unless the numbers mean something else."""
    found = keywords.ballot_answer(heard.text)
    if found is None:
        return None
    number, option = found
    motion = world.motions.get(number)
    if motion is None and heard.waiting:
        return None
    outcome = actions.cast(world, caller, Via(line.name, turns.SMS), motion, option)
    name = _VOTE_TEXTS[outcome.category]
    answer: Json = {"name": outcome.values.get("answer.name")}
    shown = said(world, caller, name, motion={"number": number}, answer=answer)
    return replace(shown, counted=outcome.category in {ballots.RECORDED, ballots.CHANGED})


# What is said about a vote that came by SMS with its motion's number.
_VOTE_TEXTS = {
    ballots.RECORDED: "vote_recorded",
    ballots.CHANGED: "vote_changed",
    ballots.LATE: "late_vote",
    ballots.INVALID: "invalid_vote",
    ballots.NOT_MEMBER: "not_member",
    ballots.NO_PLACE: "no_place",
    ballots.NOT_HERE: "no_such_motion",
    ballots.NO_MOTION: "no_such_motion",
}
