"""Runs the engine for one caller and remembers where the conversation stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.core.delivery.purpose import Purpose
from gateway.core.flow import engine
from gateway.core.flow.events import Failed, Json, Prompted, Said, Saved, Texted
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Given, Reply, Resume, Start
from gateway.core.movement import ballots
from gateway.core.movement.wording import read_wording
from gateway.service import actions
from gateway.service.ground import Line
from gateway.service.world import Caller, Via, World
from gateway.store.outbox import TEXT, Queued

SMS = "sms"
USSD = "ussd"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn shows: a text, numbered options, and whether an answer is waited for."""

    text: str
    options: tuple[tuple[str, str], ...]
    waits: bool


def begin(world: World, caller: Caller, line: Line, channel: str, start: Start) -> Shown:
    """Start a flow of the current release; whatever was under way is dropped."""
    return _turn(world, caller, line, channel, world.ground.releases.current, None, start)


def go_on(
    world: World, caller: Caller, line: Line, channel: str, release: Release, given: Reply | Resume
) -> Shown:
    """Answer, or see again, the question that waits."""
    return _turn(world, caller, line, channel, release, caller.thread.state, given)


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


def say(world: World, caller: Caller, name: str, **roots: Json) -> str:
    """Return one of the system's texts in the caller's language."""
    language = actions.language_of(world, caller)
    movement: Json = {"name": world.ground.movement}
    release = world.ground.releases.current
    return release.text(name, language, **roots, movement=movement)


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
    context = Context(
        language=actions.language_of(world, caller),
        channel="ussd" if channel == USSD else "sms",
        now=world.ground.at(world.now),
        country=world.ground.country,
        places=world.ground.places,
        roots=_roots(world, caller, line, direct=isinstance(given, Start) and bool(given.answers)),
        perform=lambda action, arguments, values: actions.ACTIONS[action](
            world, caller, via, arguments, values
        ),
    )
    step = engine.step(release, state, given, context)
    caller.thread.state = step.state
    caller.thread.channel = channel
    caller.thread.updated_at = world.now  # the next callback may be in this very batch
    caller.moved = True
    if step.language != context.language or caller.language is None:
        actions.speak(world, caller, step.language, via)
    said: list[str] = []
    options: tuple[tuple[str, str], ...] = ()
    for event in step.events:
        match event:
            case Said(text):
                said.append(text)
            case Prompted(text, offered):
                said.append(text)
                options = offered
            case Saved(path, value):
                _saved(world, caller, via, path, value)
            case Texted(text):
                post(world, caller, line, text, Purpose.RECEIPT)
            case Failed():
                said.append(release.text("sorry", step.language))
            case _:
                pass
    return Shown(_joined(said), options, step.state is not None)


def _joined(said: Iterable[str]) -> str:
    return "\n".join(text for text in said if text)


def _saved(world: World, caller: Caller, via: Via, path: str, value: Json) -> None:
    root, _, what = path.partition(".")
    if root == "participant" and what:
        actions.change(world, caller, what, value, via)


def _roots(world: World, caller: Caller, line: Line, *, direct: bool) -> Mapping[str, Json]:
    """Return what texts and conditions can name, see `gateway.core.flow.names`."""
    member = caller.member if caller.is_member else None
    place = (
        None if member is None or member.place is None else world.ground.places.get(member.place)
    )
    participant: dict[str, Json] = {"member": member is not None}
    if member is not None:
        participant |= {"name": member.name, "number": member.number}
    if place is not None:
        participant["place"] = {"code": place.code, "name": place.name, "__default__": place.name}
    vote, motions = _motions(world, caller) if world.motions and member else (None, None)
    known: dict[str, Json] = {
        "movement": {
            "name": world.ground.movement,
            "languages": dict.fromkeys(world.ground.languages, True),
        },
        "participant": participant,
    }
    return {
        **known,
        "session": {"direct": direct, "code": line.code},
        "phone": {"stopped": caller.opted_out},
        "pending": {"vote": vote, "call": _call(world, caller, known)},
        "motions": motions,
    }


def _motions(world: World, caller: Caller) -> tuple[Json, list[Json]]:
    """Return the vote that waits for the caller, or None, and all the open ones, that one first."""
    member = caller.member
    place, who = (None, b"") if member is None else (member.place, member.id)
    motions = ballots.open_for(tuple(world.motions.values()), place, world.ground.places, world.now)
    motions = tuple(sorted(motions, key=lambda one: (one.number, who) in world.ballots))
    languages = actions.languages_of(world, caller)
    listed: list[Json] = [
        {"number": one.number, "label": ballots.in_language(one.question, *languages)}
        for one in motions
    ]
    if not motions or (motions[0].number, who) in world.ballots:
        return None, listed
    question = ballots.in_language(motions[0].question, *languages)
    return {"number": motions[0].number, "question": question}, listed


def _call(world: World, caller: Caller, known: Mapping[str, Json]) -> Json:
    """Return the call to action that the caller has not read yet, or None."""
    waiting = world.calls.get(caller.phone)
    if not waiting:
        return None
    texts = waiting[0].texts
    # The movement may speak another language first by now; the call was made before that.
    default = world.ground.language if world.ground.language in texts else next(iter(texts))
    wording = read_wording(texts, default, texts)
    text = wording.render(actions.language_of(world, caller), known)
    return {"number": waiting[0].broadcast, "text": text}
