"""Conversations that a person of the staff has to look at: handed over, or parked.

A conversation is parked where a flow runs in circles or where somebody, perhaps a machine, is
answered too often. Its state is kept, and nothing answers that phone by itself but to a keyword,
until staff have closed it. Nothing is sent from here.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.service.ground import Line
from gateway.service.world import NOTE, Caller, World
from gateway.store.handovers import HANDED_OVER, PARKED, NewHandover

_SECOND_MS: Final = 1000
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a flow; nothing where a conversation is in none."""

    flow: str = ""
    node: str = ""


def hand_over(
    world: World, caller: Caller, line: Line, place: Place, note: str, topic: str = "",
    kind: str = HANDED_OVER,
) -> None:  # fmt: skip
    """Ask a person of the staff to go on; what the caller writes from now on is shown to them."""
    caller.thread.handover = _open(world, caller, line, kind, place, note, topic)


def park(world: World, caller: Caller, line: Line, place: Place, why: str) -> None:
    """Let nothing more answer the caller by itself, once."""
    if not caller.thread.parked:
        caller.thread.parked = _open(world, caller, line, PARKED, place, why, "")


def unpark(caller: Caller) -> None:
    """Talk to the caller again. Staff still see what happened."""
    caller.unparked = caller.thread.parked or caller.unparked
    caller.thread.parked = 0


def where(caller: Caller) -> Place:
    """Return where a conversation waits."""
    state = caller.thread.state
    return Place() if state is None else Place(state.flow, state.frames[-1].node)


def heard(world: World, caller: Caller) -> int | None:
    """Note that the caller wrote. Return the open handover that the message belongs to, if any."""
    number = caller.thread.parked or caller.thread.handover
    if not number:
        return None
    world.attended[number] = caller.phone
    return number


def may_answer(
    world: World, caller: Caller, line: Line, parts: Sequence[str], *, again: bool
) -> bool:
    """Whether the caller may be answered once more; if not, the conversation is parked.

    `again` lets the same text be said as often as it happens, but not for ever.
    """
    guards, thread = world.ground.guards, caller.thread
    now = world.now // _SECOND_MS
    began, count = thread.hour or (now, 0)
    if now - began >= _HOUR_S:
        began, count = now, 0
    text = zlib.crc32("\n".join(parts).encode())
    recent = [(at, one) for at, one in thread.said if now - at < guards.same_text_s]
    same = sum(one == text for _, one in recent)
    if count >= guards.answers_per_hour:
        _stop(world, caller, line, f"{count} automatic answers within an hour")
        return False
    if same >= guards.same_text and not again:
        _stop(world, caller, line, f"the same answer {same} times in a short while")
        return False
    thread.hour = (began, count + 1)
    thread.said = (*recent[1 - guards.remembered :], (now, text))
    return True


def _stop(world: World, caller: Caller, line: Line, why: str) -> None:
    """Park what is answered too often; staff are told once of a machine that sends keywords."""
    if caller.unparked:
        caller.thread.parked = caller.unparked
    else:
        park(world, caller, line, where(caller), why)


def _open(
    world: World, caller: Caller, line: Line, kind: str, place: Place, note: str, topic: str
) -> int:
    number = next(world.ids)
    sealed = caller.sealer.seal(NOTE, note.encode()) if note else None
    member = caller.member.id if caller.is_member and caller.member is not None else None
    world.handovers.append(
        NewHandover(
            number, caller.phone, member, line.id, kind, place.flow, topic, sealed, place.node
        )
    )
    return number
