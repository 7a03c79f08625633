"""Decides what one USSD turn shows. The input is what was added to the session's text, no more."""

from dataclasses import replace
from functools import partial

from gateway.channels.base import UssdTurn
from gateway.core.flow.turn import Reply, Resume, Start
from gateway.core.text import gsm7, keywords, plain, screens
from gateway.service import actions, parking, passing, speaking, turns, webhooks
from gateway.service.asides import step_aside, trigger_of
from gateway.service.ground import Line
from gateway.service.speaking import Shown
from gateway.service.world import Caller, Via, World

CONTINUE = "CON "
END = "END "
SEPARATOR = "*"
MORE = "98"
BACK = "99"
_CARRY_ON = "1"
_ANEW = "2"


def receive(world: World, caller: Caller, line: Line, event: UssdTurn) -> str:
    """Return the screen that answers one turn, with its ``CON `` or ``END ``."""
    named = (line.name, event.session, event.service_code)
    session = SEPARATOR.join(named)
    thread = caller.thread
    if thread.session != session:
        # A session that began under an older version, which kept a keyed hash, goes on.
        hashed = thread.session is not None and SEPARATOR not in thread.session
        if not hashed or thread.session != world.vault.request_key(*named).hex():
            return _open(world, caller, line, event, session)
        thread.session = session
    before = thread.typed + SEPARATOR if thread.typed else ""
    if not event.text.startswith(before) or event.text == thread.typed:
        return _again(world, caller, line, event)
    typed = event.text[len(before) :]
    thread.typed = event.text
    caller.moved = True
    if thread.pages and typed.strip() in {MORE, BACK}:
        return _turn_page(caller, 1 if typed.strip() == MORE else -1)
    command = keywords.match_command(typed, world.current.words)
    if command == keywords.STOP:
        return _stop(world, caller, line)
    if thread.offered:
        return _offered(world, caller, line, event, typed)
    return _reply(world, caller, line, event, typed, command)


def _open(world: World, caller: Caller, line: Line, event: UssdTurn, session: str) -> str:
    """Answer the first turn of a session: carry on, or show what is pending and the menu."""
    caller.thread.open_session(session, event.text)
    caller.moved = True
    flow, answers = _dialled(world, event.service_code, event.text)
    # The code alone leads back, and so does that of the flow under way.
    leads_back = not event.text or (not answers and _is_under_way(caller, flow))
    held = _held(world, caller) if leads_back else None
    if held is not None:
        return _screen(world, caller, event, held, first=True)
    if leads_back and _resumable(world, caller):
        caller.thread.offered = True
        return _screen(world, caller, event, _offer(world, caller), first=True)
    if keywords.match_command(event.text, world.current.words) == keywords.STOP:
        return _stop(world, caller, line)
    if flow is None:
        return END + speaking.say(world, caller, "sorry")
    return _begin(world, caller, line, event, Start(flow, answers), first=True)


def _begin(
    world: World, caller: Caller, line: Line, event: UssdTurn, start: Start, *, first: bool = False
) -> str:
    """Begin a flow; what was dialled behind its code is walked at once."""
    parking.unpark(caller)
    shown = turns.begin(world, caller, line, turns.USSD, start)
    return _screen(world, caller, event, shown, first=first)


def _dialled(world: World, code: str, text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the flow of what was dialled, the longest code first, and what stands behind it."""
    triggers = world.current.triggers
    typed = text.split(SEPARATOR) if text else []
    for length in range(len(typed), -1, -1) if triggers.codes else ():
        deep = "".join([SEPARATOR + part for part in typed[:length]])
        flow = triggers.codes.get(f"{code.removesuffix('#')}{deep}#")
        if flow is not None:
            return flow, tuple(typed[length:])
    return triggers.dial, tuple(typed)


def _reply(
    world: World, caller: Caller, line: Line, event: UssdTurn, typed: str, command: str | None
) -> str:
    """Answer the question that waits, or help in the middle of it."""
    held = webhooks.take_held(world, caller)
    if held is not None:
        return _screen(world, caller, event, held)
    state = caller.thread.state
    release = None if state is None else world.known(state.release)
    if release is None:
        return END + speaking.say(world, caller, "session_over")
    shown = None
    trigger = None if command is None else trigger_of(world, command, typed)
    if trigger is not None:
        shown = step_aside(world, caller, line, turns.USSD, trigger)
    if shown is None:
        shown = turns.go_on(world, caller, line, turns.USSD, release, Reply(typed))
    return _screen(world, caller, event, shown)


def _offered(world: World, caller: Caller, line: Line, event: UssdTurn, typed: str) -> str:
    """Take the answer to "carry on or start again"; anything else is asked again."""
    chosen = keywords.fold(typed)
    words = world.current.words
    if chosen == _ANEW or words.mean("again", typed):
        return _anew(world, caller, line, event, typed)
    if chosen != _CARRY_ON and not words.mean("continue", typed):
        return _screen(world, caller, event, _offer(world, caller))
    caller.thread.offered = False
    return _resume(world, caller, line, event)


def _anew(world: World, caller: Caller, line: Line, event: UssdTurn, typed: str) -> str:
    """Begin again what was dialled: the flow under way by its own code, or that of the code."""
    dialled = event.text[: len(event.text) - len(typed)].removesuffix(SEPARATOR)
    flow, _ = _dialled(world, event.service_code, dialled)
    if not _is_under_way(caller, flow):
        flow, _ = _dialled(world, event.service_code, "")
    passing.leave(world, caller)
    caller.thread.state = None
    caller.thread.offered = False
    if flow is None:
        return END + speaking.say(world, caller, "sorry")
    return _begin(world, caller, line, event, Start(flow))


def _resume(world: World, caller: Caller, line: Line, event: UssdTurn) -> str:
    held = webhooks.take_held(world, caller)
    if held is not None:
        return _screen(world, caller, event, held)
    state = caller.thread.state
    release = None if state is None else world.known(state.release)
    if release is None:
        return END + speaking.say(world, caller, "session_over")
    shown = turns.go_on(world, caller, line, turns.USSD, release, Resume())
    return _screen(world, caller, event, shown)


def _again(world: World, caller: Caller, line: Line, event: UssdTurn) -> str:
    """Answer a turn that is a repeat or out of order: show the screen again, move nothing."""
    if caller.thread.pages:
        return _turn_page(caller, 0)
    if caller.thread.offered:
        return _screen(world, caller, event, _offer(world, caller))
    return _resume(world, caller, line, event)


def _stop(world: World, caller: Caller, line: Line) -> str:
    """Record that the person typed STOP, end the conversation and return the last screen."""
    fresh = actions.stop(world, caller, Via(line.name, turns.USSD), "stop")
    passing.stop(world, caller)
    caller.thread.state = None
    caller.thread.pages = ()
    caller.thread.offered = False
    return END + speaking.say(world, caller, "stop_confirmed" if fresh else "already_stopped")


def _held(world: World, caller: Caller) -> Shown | None:
    """Return what a server brought while nobody looked, unless that is long ago."""
    if world.now - caller.thread.updated_at > world.ground.limits.resume_ms:
        return None
    return webhooks.take_held(world, caller)


def _resumable(world: World, caller: Caller) -> bool:
    thread = caller.thread
    if thread.state is None or world.now - thread.updated_at > world.ground.limits.resume_ms:
        return False
    release = world.known(thread.state.release)
    return release is not None and all(
        release.flows[frame.flow].resume for frame in thread.state.frames[-1:]
    )


def _is_under_way(caller: Caller, flow: str | None) -> bool:
    state = caller.thread.state
    return state is not None and any(frame.flow == flow for frame in state.frames)


def _offer(world: World, caller: Caller) -> Shown:
    options = (
        (_CARRY_ON, speaking.say(world, caller, "resume_continue")),
        (_ANEW, speaking.say(world, caller, "resume_again")),
    )
    return Shown((speaking.say(world, caller, "resume_prompt"),), options, waits=True)


def _screen(
    world: World, caller: Caller, event: UssdTurn, shown: Shown, *, first: bool = False
) -> str:
    """Return the first page of what is shown, and remember the others."""
    if shown.asks:
        go_on = (_CARRY_ON, speaking.say(world, caller, "resume_continue"))
        shown = replace(shown, options=(go_on,))
    limits = world.ground.limits
    limit = limits.networks.get(event.network or "", limits.screen)
    pages = _pages(world, caller, shown, limit, min(limit, limits.first_screen) if first else limit)
    thread = caller.thread
    thread.pages = pages if len(pages) > 1 else ()
    thread.page = 0
    if shown.waits or len(pages) > 1:
        return CONTINUE + pages[0]
    # Some networks take a screen without a word for a failure, and so does whoever reads it.
    return END + (pages[0] if pages[0].strip() else speaking.say(world, caller, "session_over"))


def _pages(
    world: World, caller: Caller, shown: Shown, limit: int, first_limit: int
) -> tuple[str, ...]:
    """Cut what is shown into pages, with the ways back below where they cost no page more."""
    ways = tuple([speaking.say(world, caller, name) for name in shown.ways])
    page = screens.screen(shown.text, shown.options, limit=first_limit, footer=ways)
    if page is not None and gsm7.is_gsm7(page):
        return (page,)  # as most are: one look at all of it
    text = plain.normal(shown.text)
    options = [(key, plain.normal(label)) for key, label in shown.options]
    page = screens.screen(text, options, limit=first_limit, footer=ways)
    if page is not None:
        return (page,)
    cut = partial(
        screens.pages,
        text,
        options,
        limit=limit,
        first_limit=first_limit,
        more=speaking.say(world, caller, "more"),
        back=speaking.say(world, caller, "back"),
    )
    pages = cut()
    for footer in dict.fromkeys((ways, ways[:1])) if ways else ():
        longer = cut(footer=footer)
        if len(longer) == len(pages) and longer != pages:
            return longer
    return pages


def _turn_page(caller: Caller, by: int) -> str:
    """Return another page of the screen. The last page of a conversation that is over ends it."""
    thread = caller.thread
    last = len(thread.pages) - 1
    thread.page = min(max(thread.page + by, 0), last)
    more = thread.page < last or thread.held is not None
    waits = more or thread.state is not None or thread.offered
    return (CONTINUE if waits else END) + thread.pages[thread.page]
