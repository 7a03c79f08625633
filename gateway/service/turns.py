"""Runs the engine for one caller and remembers where the conversation stands."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gateway.core.flow import engine
from gateway.core.flow.events import Failed, Json, Prompted, Requested, Said, WentHome
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import (
    Aside,
    Context,
    Expired,
    Given,
    Reply,
    Responded,
    Resume,
    Start,
    Step,
    TimedOut,
)
from gateway.service import actions, consequences, contacts, parking, timers
from gateway.service.consequences import Turn
from gateway.service.ground import Line
from gateway.service.roots import roots
from gateway.service.speaking import Shown, said
from gateway.service.world import Caller, Via, World

SMS: Final = "sms"
USSD: Final = "ussd"

# How many servers one turn may want to ask.
_MOST_SERVERS: Final = 10


def begin(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    start: Start,
    *,
    via: Via | None = None,
) -> Shown:
    """Start a flow of the current release; whatever was under way is dropped.

    `via` is how the person reached us, where that is not the channel that shows the flow.
    """
    return _turn(world, caller, line, channel, world.current, None, start, via=via)


def go_on(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    given: Reply | Resume | Aside | TimedOut | Expired,
    *,
    via: Via | None = None,
) -> Shown:
    """Answer, see again, leave for a moment or give up the question that waits."""
    return _turn(world, caller, line, channel, release, caller.thread.state, given, via=via)


def home_flow(world: World, line: Line) -> str | None:
    """Return the flow of the first menu, or None where there is none."""
    return world.current.triggers.codes.get(line.code) or world.current.triggers.dial


def message_trigger(world: World, flow: str, keyword: str = "") -> Mapping[str, Json] | None:
    """Return what ``@trigger`` tells of a message that began a flow; only imported ones ask."""
    return {"type": "msg", "keyword": keyword} if world.current.flows[flow].runs else None


def _turn(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    state: State | None,
    given: Given,
    *,
    via: Via | None,
) -> Shown:
    via = via or Via(line.name, channel)
    language = actions.language_of(world, caller)
    context = Context(
        language=language,
        channel="ussd" if channel == USSD else "sms",
        now=world.ground.at(world.now),
        country=world.ground.country,
        places=world.ground.places,
        roots=roots(world, caller, line, direct=isinstance(given, Start) and bool(given.answers)),
        perform=lambda action, arguments, values: actions.ACTIONS[action](
            world, caller, via, arguments, values
        ),
        environment=world.environment(language),
        contact=contacts.contact(world, caller) if release.imports else None,
        trace=world.ground.trace,
    )
    step = _without_servers(release, engine.step(release, state, given, context), context)
    thread = caller.thread
    before, thread.state = thread.state, step.state
    thread.channel = channel
    thread.updated_at = world.now  # the next callback may be in this very batch
    caller.moved = True
    if step.language != language or caller.language is None:
        actions.speak(world, caller, step.language, via)
    flow = given.flow if isinstance(given, Start) else "" if state is None else state.flow
    shown = _bring_about(Turn(world, caller, line, via, flow), step, release)
    failed = bool(step.events) and isinstance(step.events[-1], Failed)
    if failed:
        thread.state = state  # kept as it was, for whoever looks into it
    timers.keep_time(world, caller, line, release, before, given)
    if failed:
        return shown
    if shown.waits:
        return shown
    home = any(event.__class__ is WentHome for event in step.events)
    return _go_further(world, caller, line, channel, shown, home=home)


def _without_servers(release: Release, step: Step, context: Context) -> Step:
    """Go on as if no server had answered: this version asks none, and nobody waits for ever."""
    asked = 0
    while step.state is not None and step.state.at is not None and asked < _MOST_SERVERS:
        asked += 1
        told = [event for event in step.events if not isinstance(event, Requested)]
        if context.channel == "ussd" and told and isinstance(told[-1], Said):
            told.pop()  # that it waits
        given = Responded(step.state.ticket, 0, "servers are not asked")
        more = engine.step(release, step.state, given, context)
        step = replace(more, events=(*told, *more.events))
    return step


def _bring_about(turn: Turn, step: Step, release: Release) -> Shown:
    """Do what the events of a turn say, and return what is shown of them."""
    texts: list[str] = []
    options: tuple[tuple[str, str], ...] = ()
    ways: tuple[str, ...] = ()
    for event in step.events:
        match event:
            case Said(text):
                texts.append(text)
            case Prompted(text, offered, back, home):
                texts.append(text)
                options = offered
                ways = (*["go_back"] * back, *["go_home"] * home)
            case Failed(reason):
                texts.append(release.text("sorry", step.language))
                parking.park(turn.world, turn.caller, turn.line, turn.flow, reason)
            case _:
                consequences.bring_about(turn, event)
    return Shown(tuple(texts), options, step.state is not None, ways)


def _go_further(
    world: World, caller: Caller, line: Line, channel: str, before: Shown, *, home: bool
) -> Shown:
    """Begin what follows a conversation that is over: what is for new members, the first menu."""
    flow = None
    if caller.thread.joined:
        caller.thread.joined = False
        flow = world.current.triggers.joined
    if flow is None and home:
        flow = home_flow(world, line)
    if flow is not None:
        trigger = message_trigger(world, flow)
        shown = begin(world, caller, line, channel, Start(flow, trigger=trigger))
    elif home:
        shown = said(world, caller, "sorry" if channel == USSD else "unknown_message")
    else:
        return before
    return replace(shown, texts=(*before.texts, *shown.texts))
