"""Runs the engine for one caller and remembers where the conversation stands."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gateway.core.flow import asking, engine
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
from gateway.service import actions, consequences, contacts, parking, passing, timers, webhooks
from gateway.service.consequences import Turn
from gateway.service.ground import Line
from gateway.service.roots import roots
from gateway.service.speaking import Shown, said
from gateway.service.world import Caller, Via, World

SMS: Final = "sms"
USSD: Final = "ussd"

# How many servers may be asked in a row, without a word of the person between.
_MOST_SERVERS: Final = 10


def begin(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    start: Start,
    *,
    via: Via | None = None,
    depth: int = 0,
) -> Shown:
    """Start a flow of the current release; whatever was under way is dropped.

    `via` is how the person reached us, where that is not the channel that shows the flow; `depth`
    is that of `Thread`.
    """
    caller.thread.depth = depth
    passing.leave(world, caller)
    return _turn(world, caller, line, channel, world.current, None, start, via=via)


def go_on(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    given: Reply | Resume | Aside | Responded | TimedOut | Expired,
    *,
    via: Via | None = None,
) -> Shown:
    """Answer, see again, leave for a moment or give up what waits; or go on after a server."""
    return _turn(world, caller, line, channel, release, caller.thread.state, given, via=via)


def takes(world: World, caller: Caller, line: Line, text: str, *, word: bool) -> bool:
    """Whether a text is an answer to the question that waits by SMS, as `asking.takes` says."""
    state = caller.thread.state
    release = None if state is None else world.known(state.release)
    if state is None or release is None:
        return False
    context = _context(world, caller, line, SMS, release, Via(line.name, SMS))
    return asking.takes(release, state, text, context, word=word)


def home_flow(world: World, line: Line) -> str | None:
    """Return the flow of the first menu, or None where there is none."""
    return world.current.triggers.codes.get(line.code) or world.current.triggers.dial


def message_trigger(world: World, flow: str, keyword: str = "") -> Mapping[str, Json] | None:
    """Return what ``@trigger`` tells of a message that began a flow; only imported ones ask."""
    return {"type": "msg", "keyword": keyword} if world.current.flows[flow].runs else None


def is_busy(world: World, caller: Caller) -> bool:
    """Whether the person is in the middle of a conversation, or staff look after one."""
    thread = caller.thread
    under_way = thread.state is not None or thread.held is not None
    return bool(thread.parked) or (
        under_way and thread.is_alive(world.now, world.ground.limits.resume_ms)
    )


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
    direct = isinstance(given, Start) and bool(given.answers)
    context = _context(world, caller, line, channel, release, via, direct=direct)
    language = context.language
    thread = caller.thread
    if not isinstance(given, Responded):
        thread.servers = 0
    if isinstance(given, Reply):
        thread.depth = 0
    step = engine.step(release, state, given, context)
    asked = _asked(step)
    if asked is not None:
        step, asked = _past_refused(world, caller, line, release, step, context)
    passing.note(world, release, step, begun=isinstance(given, Start))
    before, thread.state = thread.state, step.state
    if not _waits_on(before, step.state, given):
        world.let_go(caller)
    thread.channel = channel
    thread.updated_at = world.now  # the next callback may be in this very batch
    caller.moved = True
    if step.language != language or caller.language is None:
        actions.speak(world, caller, step.language, via)
    flow = given.flow if isinstance(given, Start) else "" if state is None else state.flow
    shown = _bring_about(Turn(world, caller, line, via, flow), step, release, channel)
    if asked is not None and asked.waits == SMS and _can_be_texted(caller, line):
        # The call is over; what the server says goes out by SMS.
        thread.channel = SMS
        shown = replace(shown, waits=False, asks=False)
    failed = bool(step.events) and isinstance(step.events[-1], Failed)
    if failed:
        thread.state = state  # kept as it was, for whoever looks into it
    timers.keep_time(world, caller, line, release, before, given)
    if failed or step.state is not None:
        return shown
    home = any(event.__class__ is WentHome for event in step.events)
    return _go_further(world, caller, line, channel, shown, home=home)


def _context(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    via: Via,
    *,
    direct: bool = False,
) -> Context:
    language = actions.language_of(world, caller)
    environment = world.environment(language)
    return Context(
        language=language,
        channel="ussd" if channel == USSD else "sms",
        now=environment.now(),
        country=world.ground.country,
        places=world.ground.places,
        roots=roots(world, caller, line, direct=direct),
        perform=lambda action, arguments, values: actions.ACTIONS[action](
            world, caller, via, arguments, values
        ),
        environment=environment,
        contact=contacts.contact(world, caller) if release.imports else None,
        trace=world.ground.trace,
    )


def _asked(step: Step) -> Requested | None:
    """Return the question to a server that a turn ended with."""
    if step.state is None or step.state.at is None:
        return None
    return next((event for event in step.events if isinstance(event, Requested)), None)


def _past_refused(
    world: World, caller: Caller, line: Line, release: Release, step: Step, context: Context
) -> tuple[Step, Requested | None]:
    """Go on at once where a server may not be asked, and stop what asks one after the other."""
    while (asked := _asked(step)) is not None and step.state is not None:
        told = [event for event in step.events if event is not asked]
        if context.channel == USSD and told and isinstance(told[-1], Said):
            told.pop()  # that it waits
        caller.thread.servers += 1
        if caller.thread.servers > _MOST_SERVERS:
            stopped = Failed(f"{_MOST_SERVERS} servers asked in a row")
            return replace(step, events=(*told, stopped)), None
        why = webhooks.refusal(world.ground, asked)
        if why is None:
            return step, asked
        webhooks.note_refused(world, caller, line, step.state.flow, asked, why)
        more = engine.step(release, step.state, Responded(asked.ticket, 0, why), context)
        passages = (*step.passages, *more.passages)
        step = replace(more, events=(*told, *more.events), passages=passages)
    return step, None


def _waits_on(before: State | None, after: State | None, given: Given) -> bool:
    """Whether a turn left the conversation waiting for the server that it waited for before."""
    return (
        before is not None
        and after is not None
        and after.at is not None
        and (before.at, before.ticket) == (after.at, after.ticket)
        and not isinstance(given, Start)
    )


def _can_be_texted(caller: Caller, line: Line) -> bool:
    return line.answers_by is not None and not caller.opted_out


def _bring_about(turn: Turn, step: Step, release: Release, channel: str) -> Shown:
    """Do what the events of a turn say, and return what is shown of them.

    Quick replies are options of a screen that waits for one, and words to answer with elsewhere.
    """
    texts: list[str] = []
    options: tuple[tuple[str, str], ...] = ()
    ways: tuple[str, ...] = ()
    on_screen = channel == USSD and step.state is not None and step.state.at is None
    for event in step.events:
        if isinstance(event, Said):
            texts.append(event.text if on_screen else event.worded)
            if on_screen and event.replies:
                options = tuple((str(key), one) for key, one in enumerate(event.replies, 1))
        elif isinstance(event, Prompted):
            texts.append(event.text)
            options = event.options
            ways = (*["go_back"] * event.back, *["go_home"] * event.home)
        elif isinstance(event, Failed):
            # What ran in circles said the same again and again.
            texts = [*dict.fromkeys(texts), release.text("sorry", step.language)]
            place = parking.Place(event.flow or turn.flow, event.node)
            parking.park(turn.world, turn.caller, turn.line, place, event.reason)
        else:
            consequences.bring_about(turn, event)
    waits = step.state is not None
    asks = step.state is not None and step.state.at is not None and bool(texts)
    return Shown(tuple(texts), options, waits, ways, asks=asks)


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
        start, depth = Start(flow, trigger=trigger), caller.thread.depth
        shown = begin(world, caller, line, channel, start, depth=depth)
    elif home:
        shown = said(world, caller, "sorry" if channel == USSD else "unknown_message")
    else:
        return before
    return replace(shown, texts=(*before.texts, *shown.texts))
