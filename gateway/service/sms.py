"""Decides what an incoming SMS means: a command, a vote, a keyword or an answer, in that order.

What none of them takes may begin a flow of its own: a newcomer's, that of a reply to a call to
action, of the short code, or the one for everything else.
"""

from typing import Final

from gateway.channels.base import SmsReceived
from gateway.core.delivery.purpose import Purpose
from gateway.core.flow.triggers import Trigger
from gateway.core.flow.turn import Reply, Start
from gateway.core.text import keywords
from gateway.service import actions, case_talk, parking, passing, speaking, turns
from gateway.service.asides import begin, spoken, step_aside
from gateway.service.ground import Line
from gateway.service.hearing import Heard, hear
from gateway.service.speaking import Shown, said
from gateway.service.votes import vote
from gateway.service.world import Caller, Via, World
from gateway.store.outbox import TEXT, Incoming

JOIN: Final = "join"


def receive(world: World, caller: Caller, line: Line, event: SmsReceived) -> None:
    """Keep one SMS and answer it. The answer is in the world's outbox; nothing is returned."""
    sealed = caller.sealer.seal(TEXT, event.text.encode())
    handover = parking.heard(world, caller)
    world.arrived.append(Incoming(caller.phone, line.id, sealed, event.link_id, handover))
    first = caller.new and not caller.moved
    caller.moved = True
    shown = _answer(world, caller, line, event, first=first)
    if shown is not None:
        speaking.answer(world, caller, line, shown, event.link_id)


def _answer(
    world: World, caller: Caller, line: Line, event: SmsReceived, *, first: bool
) -> Shown | None:
    """Return what to answer, or None where silence is right."""
    command = keywords.match_command(event.text, world.current.words)
    if command == keywords.STOP:
        _stop(world, caller, line)
        return None
    if command == "start":
        return _start(world, caller, line)
    heard = hear(world, caller, line, event, command, first=first)
    if (about := case_talk.hear(world, caller, heard)) is not None:
        return about
    if caller.opted_out:
        if heard.trigger is None or heard.trigger.flow != JOIN:
            return None
        actions.start(world, caller, Via(line.name, turns.SMS), JOIN)
    return (
        vote(world, caller, line, heard)
        or _step_aside(world, caller, line, heard)
        or _keyword(world, caller, line, heard)
        or _pattern(world, caller, line, heard)
        or _reply(world, caller, line, heard)
        or _otherwise(world, caller, line, heard)
    )


def _stop(world: World, caller: Caller, line: Line) -> None:
    """Record that the person wants no more messages, and confirm it once."""
    if actions.stop(world, caller, Via(line.name, turns.SMS), "stop"):
        passing.stop(world, caller)
        caller.thread.state = None
        confirmed = speaking.say(world, caller, "stop_confirmed")
        speaking.post(world, caller, line, confirmed, Purpose.CONFIRMATION)


def _start(world: World, caller: Caller, line: Line) -> Shown:
    if not caller.opted_out:
        return said(world, caller, "started_again")
    via = Via(line.name, turns.SMS)
    actions.start(world, caller, via, "start")
    if caller.member is not None:
        caller.member.status = "member"
        world.facts.append(actions.joined(world, caller, caller.member, via))
    return said(world, caller, "started_again")


def _step_aside(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Help, or offer languages, in the middle of a question."""
    if not heard.waiting or heard.command is None or heard.trigger is None:
        return None
    parking.unpark(caller)
    return step_aside(world, caller, line, turns.SMS, heard.trigger)


def _keyword(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Begin what a word begins, unless all of it answers the question that waits."""
    trigger, rest = heard.trigger, heard.answers.strip()
    if trigger is None or heard.answering:
        return None
    parking.unpark(caller)
    if world.current.flows[trigger.flow].runs:
        return begin(world, caller, line, _start_of(world, caller, trigger, heard.text))
    answers = tuple(part.strip() for part in rest.split(",")) if rest else ()
    start = Start(trigger.flow, answers, spoken(world, trigger, caller))
    return begin(world, caller, line, start)


def _pattern(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Begin what a pattern begins that the message holds; not in the middle of a question."""
    if heard.waiting or caller.thread.parked:
        return None
    trigger = world.current.triggers.of_pattern(heard.text)
    if trigger is None:
        return None
    return begin(world, caller, line, _start_of(world, caller, trigger, heard.text))


def _reply(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Answer the question that waits."""
    state = caller.thread.state
    release = world.known(state.release) if heard.waiting and state is not None else None
    if release is None or caller.thread.parked:
        return None
    return turns.go_on(world, caller, line, turns.SMS, release, Reply(heard.text))


def _otherwise(world: World, caller: Caller, line: Line, heard: Heard) -> Shown | None:
    """Begin what is there for a message that nothing else took, or say what became of it.

    After a call to action it is kept as a reply. Staff answer those whom they look after.
    """
    kept = world.note_reply(caller.phone)
    if caller.thread.handover or caller.thread.parked:
        return None
    flow = _catch_all(world, caller, heard)
    if flow is None:
        return said(world, caller, "reply_kept" if kept else "unknown_message")
    start = Start(flow, message=heard.text, trigger=turns.message_trigger(world, flow))
    return begin(world, caller, line, start)


def _catch_all(world: World, caller: Caller, heard: Heard) -> str | None:
    triggers = world.current.triggers
    if heard.first and triggers.newcomer is not None:
        return triggers.newcomer
    if triggers.broadcast_reply is not None and world.reached(caller.phone):
        return triggers.broadcast_reply
    return triggers.short_codes.get(heard.recipient.removeprefix("+")) or triggers.other


def _start_of(world: World, caller: Caller, trigger: Trigger, text: str) -> Start:
    """Return the start of a flow by a message of which the whole is the person's first word."""
    return Start(
        trigger.flow,
        language=spoken(world, trigger, caller),
        message=text,
        trigger=turns.message_trigger(world, trigger.flow, keywords.first_word(text)[0]),
    )
