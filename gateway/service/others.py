"""What imported flows begin for others, or write to others: put down, and what each of them gets.

Whom it is for is found by `outreach`. What may not be is refused, and staff are told why.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.core.flow.acts import PARENT_RUN, STARTED, TEXTS, WRITTEN
from gateway.core.flow.events import Json, Told
from gateway.core.flow.turn import Start
from gateway.service import actions
from gateway.service.ground import Line
from gateway.service.timers import TIMER
from gateway.service.world import VALUES, Caller, World
from gateway.store import timers
from gateway.store.starts import Start as NewStart
from gateway.store.timers import Timer

KINDS: Final = frozenset({STARTED, WRITTEN})

# How many flows of others may have begun one another, since anybody said anything.
MOST_ANCESTORS: Final = 5

# Whether whoever is in the middle of a conversation is left out; how deep a start is.
IDLE: Final = "idle"
DEPTH: Final = "depth"

_TRIGGER: Final[Mapping[str, Json]] = {"type": "flow_action"}
_ACTIVE: Final = "active"


def ask(world: World, caller: Caller, line: Line, flow: str, event: Told) -> str:
    """Put down what a flow has for others. Return why not, where it is refused."""
    if not world.ground.limits.others:
        return "conversations.most_others is 0"
    if event.kind == STARTED and caller.thread.depth > MOST_ANCESTORS:
        return f"{MOST_ANCESTORS} flows began one another, and nobody said anything since"
    values = {**event.values, **event.more, DEPTH: caller.thread.depth}
    sealed = caller.sealer.seal(VALUES, orjson.dumps(values))
    world.timers.for_others.append(
        NewStart(
            next(world.ids), caller.phone, line.id, event.kind, flow, sealed, world.now, world.now
        )
    )
    return ""


def may_be_told(caller: Caller) -> bool:
    """Whether somebody may be written to by the flow of another person."""
    member = caller.member
    if caller.new or caller.opted_out or caller.fields.get("status", _ACTIVE) != _ACTIVE:
        return False
    return member is None or (caller.is_member and member.consent != "no")


def plan(world: World, caller: Caller, start: NewStart, values: Mapping[str, Any]) -> None:
    """Let somebody have it as soon as may be: what it says is sealed for them alone."""
    if start.kind == STARTED:
        taken = {key: values.get(key) for key in (PARENT_RUN, DEPTH, IDLE)}
        kind, flow, said = timers.FLOW, str(values["flow"]), orjson.dumps(taken)
    else:
        texts = values[TEXTS]
        text = texts.get(actions.language_of(world, caller)) or texts[""]
        if not text:
            return
        kind, flow, said = timers.TEXT, None, text.encode()
    world.timers.new.append(
        Timer(
            next(world.ids),
            caller.phone,
            caller.thread.line or start.channel,
            kind,
            start.created_at,
            start.created_at,
            flow=flow,
            occasion=f"{_OCCASION[start.kind]}{start.id}",
            text_sealed=caller.sealer.seal(TIMER, said),
        )
    )


def is_of_others(timer: Timer) -> bool:
    """Whether a timer is one that `plan` made."""
    return timer.occasion is not None and timer.occasion.startswith(tuple(_OCCASION.values()))


def begun(caller: Caller, timer: Timer) -> tuple[Start, int, bool]:
    """Return the start of a flow, how deep it is, and whether only idle people begin it."""
    taken = orjson.loads(caller.sealer.open(TIMER, timer.text_sealed or b""))
    start = Start(timer.flow or "", trigger=_TRIGGER, parent=taken[PARENT_RUN])
    return start, int(taken[DEPTH]) + 1, bool(taken[IDLE])


# What the occasions of their timers begin with; no timetable's does, whose are `flow time`.
_OCCASION: Final[Mapping[str, str]] = {STARTED: "@start ", WRITTEN: "@broadcast "}
