"""Decides what an incoming SMS means: a command, a vote, a keyword or an answer, in that order."""

from gateway.channels.base import SmsReceived
from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.events import Json
from gateway.core.flow.release import Release
from gateway.core.flow.triggers import Trigger
from gateway.core.flow.turn import Reply, Start
from gateway.core.movement import ballots
from gateway.core.text import keywords
from gateway.service import actions, turns
from gateway.service.ground import Line
from gateway.service.turns import Shown
from gateway.service.world import Caller, Via, World
from gateway.store.outbox import TEXT, Incoming


def receive(world: World, caller: Caller, line: Line, event: SmsReceived) -> None:
    """Keep one SMS and answer it. The answer is in the world's outbox; nothing is returned."""
    sealed = caller.sealer.seal(TEXT, event.text.encode())
    world.arrived.append(Incoming(caller.phone, line.id, sealed, event.link_id))
    caller.moved = True
    answer = _answer(world, caller, line, event.text)
    if answer is not None:
        turns.post(world, caller, line, _as_text(answer), Purpose.ANSWER, event.link_id)


def _answer(world: World, caller: Caller, line: Line, text: str) -> Shown | None:
    """Return what to answer, or None where silence is right."""
    release = world.ground.releases.current
    command = keywords.match_command(text, release.words)
    if command == "stop":
        if actions.stop(world, caller, Via(line.name, turns.SMS), "stop"):
            caller.thread.state = None
            turns.post(
                world,
                caller,
                line,
                turns.say(world, caller, "stop_confirmed"),
                Purpose.CONFIRMATION,
            )
        return None
    if command == "start":
        return _start(world, caller, line)
    word, rest = keywords.first_word(text)
    trigger = release.triggers.of_message(text, word)
    if trigger is None and command is not None:
        trigger, rest = release.triggers.words.get(command), ""
    if caller.opted_out:
        if trigger is None or trigger.flow != "join":
            return None
        actions.start(world, caller, Via(line.name, turns.SMS), "join")
    voted = _vote(world, caller, line, text)
    if voted is not None:
        return voted
    waiting = _waiting(world, caller)
    if trigger is not None and (not waiting or not rest.strip()):
        answers = tuple(part.strip() for part in rest.split(",")) if rest.strip() else ()
        start = Start(trigger.flow, answers, _spoken(world, release, trigger, caller))
        return _begin(world, caller, line, start)
    if waiting and caller.thread.state is not None:
        older = world.ground.releases.known(caller.thread.state.release)
        if older is not None:
            return turns.go_on(world, caller, line, turns.SMS, older, Reply(text))
    return Shown(turns.say(world, caller, "unknown_message"), (), waits=False)


def _begin(world: World, caller: Caller, line: Line, start: Start) -> Shown:
    """Start a flow. One that says its words and ends does not end a USSD session under way."""
    state, channel = caller.thread.state, caller.thread.channel
    shown = turns.begin(world, caller, line, turns.SMS, start)
    if not shown.waits and channel == turns.USSD:
        caller.thread.state, caller.thread.channel = state, channel
    return shown


def _spoken(world: World, release: Release, trigger: Trigger, caller: Caller) -> str | None:
    """Return the language that a keyword asks for, or None to go on as before.

    Texts in every language name the keywords that the flows were written with, so those say nothing
    about the language of a person whose language is known; nor do words of a language that the
    movement does not offer.
    """
    if trigger.language not in world.ground.languages:
        return None
    written = trigger.language == release.flows[trigger.flow].language
    return None if written and caller.language is not None else trigger.language


def _start(world: World, caller: Caller, line: Line) -> Shown:
    if not caller.opted_out:
        return Shown(turns.say(world, caller, "started_again"), (), waits=False)
    via = Via(line.name, turns.SMS)
    actions.start(world, caller, via, "start")
    if caller.member is not None:
        caller.member.status = "member"
        world.facts.append(actions.joined(world, caller, caller.member, via))
    return Shown(turns.say(world, caller, "started_again"), (), waits=False)


def _vote(world: World, caller: Caller, line: Line, text: str) -> Shown | None:
    """Cast a vote that names its motion ("12 1"), unless the numbers mean something else."""
    found = keywords.ballot_answer(text)
    if found is None:
        return None
    number, option = found
    motion = world.motions.get(number)
    if motion is None and _waiting(world, caller):
        return None
    outcome = actions.cast(world, caller, Via(line.name, turns.SMS), motion, option)
    name = _VOTE_TEXTS[outcome.category]
    answer: Json = {"name": outcome.values.get("answer.name")}
    said = turns.say(world, caller, name, motion={"number": number}, answer=answer)
    return Shown(said, (), waits=False)


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


def _waiting(world: World, caller: Caller) -> bool:
    """Whether a conversation by SMS waits for this person, and not since long ago."""
    thread = caller.thread
    return (
        thread.state is not None
        and thread.channel == turns.SMS
        and world.now - thread.updated_at <= world.ground.limits.resume_ms
    )


def _as_text(shown: Shown) -> str:
    listed = [f"{number} {label}" for number, label in shown.options]
    return "\n".join([shown.text, *listed] if shown.text else listed)
