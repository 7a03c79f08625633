"""Runs the engine for one caller and remembers where the conversation stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow import engine
from gateway.core.flow.events import (
    Failed,
    Json,
    Performed,
    Prompted,
    Said,
    Saved,
    Texted,
    WentHome,
)
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Aside, Context, Given, Reply, Resume, Start
from gateway.service import actions
from gateway.service.ground import Line
from gateway.service.roots import roots
from gateway.service.world import Caller, Via, World
from gateway.store.outbox import TEXT, Queued

SMS = "sms"
USSD = "ussd"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn shows: a text, numbered options, and whether an answer is waited for.

    `ways` are the names of the lines that lead back and to the first menu.
    """

    text: str
    options: tuple[tuple[str, str], ...] = ()
    waits: bool = False
    ways: tuple[str, ...] = ()


def begin(world: World, caller: Caller, line: Line, channel: str, start: Start) -> Shown:
    """Start a flow of the current release; whatever was under way is dropped."""
    return _turn(world, caller, line, channel, world.current, None, start)


def go_on(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    given: Reply | Resume | Aside,
) -> Shown:
    """Answer, see again, or leave for a moment, the question that waits."""
    return _turn(world, caller, line, channel, release, caller.thread.state, given)


def home_flow(world: World, line: Line) -> str | None:
    """Return the flow of the first menu, or None where there is none."""
    return world.current.triggers.codes.get(line.code) or world.current.triggers.dial


def message_trigger(world: World, flow: str, keyword: str = "") -> Mapping[str, Json] | None:
    """Return what ``@trigger`` tells of a message that began a flow; only imported ones ask."""
    return {"type": "msg", "keyword": keyword} if world.current.flows[flow].runs else None


def post(
    world: World, caller: Caller, line: Line, text: str, purpose: Purpose, link: str | None = None
) -> None:
    """Put an SMS to the caller into the outbox, if any channel can send one."""
    if line.answers_by is not None and text:
        sealed = caller.sealer.seal(TEXT, text.encode())
        world.leaving.append(
            Queued(
                caller.phone,
                line.answers_by,
                purpose,
                sealed,
                valid_until=world.now + world.ground.limits.answer_valid_ms,
                link_id=link,
            )
        )


def say(world: World, caller: Caller, name: str, **more: Json) -> str:
    """Return one of the system's texts in the caller's language."""
    language = actions.language_of(world, caller)
    movement: Json = {"name": world.ground.movement}
    return world.current.text(name, language, **more, movement=movement)


def _turn(
    world: World,
    caller: Caller,
    line: Line,
    channel: str,
    release: Release,
    state: State | None,
    given: Given,
) -> Shown:
    via = Via(line.name, channel)
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
    )
    step = engine.step(release, state, given, context)
    caller.thread.state = step.state
    caller.thread.channel = channel
    caller.thread.updated_at = world.now  # the next callback may be in this very batch
    caller.moved = True
    if step.language != language or caller.language is None:
        actions.speak(world, caller, step.language, via)
    said: list[str] = []
    options: tuple[tuple[str, str], ...] = ()
    ways: tuple[str, ...] = ()
    home = False
    for event in step.events:
        match event:
            case Said(text):
                said.append(text)
            case Prompted(text, offered):
                said.append(text)
                options = offered
                ways = (*["go_back"] * event.back, *["go_home"] * event.home)
            case Saved(path, value):
                _saved(world, caller, via, path, value)
            case Texted(text):
                post(world, caller, line, text, Purpose.RECEIPT)
            case Performed("join", "joined"):
                caller.thread.joined = True
            case WentHome():
                home = True
            case Failed():
                said.append(release.text("sorry", step.language))
            case _:
                pass
    shown = Shown(_joined(said), options, step.state is not None, ways)
    return shown if shown.waits else _go_further(world, caller, line, channel, shown, home=home)


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
        shown = Shown(say(world, caller, "sorry" if channel == USSD else "unknown_message"))
    else:
        return before
    return replace(shown, text=_joined((before.text, shown.text)))


def _joined(said: Iterable[str]) -> str:
    return "\n".join(text for text in said if text)


def _saved(world: World, caller: Caller, via: Via, path: str, value: Json) -> None:
    root, _, what = path.partition(".")
    if root == "participant" and what:
        actions.change(world, caller, what, value, via)
