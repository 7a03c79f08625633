"""What the texts and conditions of a conversation can name of the movement and of the person."""

from collections.abc import Mapping
from typing import Any

from gateway.core.flow.events import Json
from gateway.core.movement.wording import read_wording
from gateway.service import actions, contacts
from gateway.service.ground import Line
from gateway.service.world import Caller, World


def roots(world: World, caller: Caller, line: Line, *, direct: bool) -> Mapping[str, Json]:
    """Return the values behind the names of `gateway.core.flow.names.ROOTS`.

    `direct` says that more was dialled than the code.
    """
    member = caller.member if caller.is_member else None
    place = (
        None if member is None or member.place is None else world.ground.places.get(member.place)
    )
    participant: dict[str, Any] = {"member": member is not None}
    if caller.fields:
        participant |= contacts.fields(caller)
    if caller.groups:
        participant["groups"] = contacts.groups(caller)
    if member is not None:
        participant |= {"name": member.called, "number": member.number}
    if place is not None:
        participant["place"] = {"code": place.code, "name": place.name, "__default__": place.name}
    vote, motions = _motions(world, caller) if world.motions and member else (None, None)
    known: dict[str, Json] = {"movement": world.movement, "participant": participant}
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
    motions = world.open_for(place)
    given = [(one.number, who) in world.ballots for one in motions]
    asked = world.questions(motions, *actions.languages_of(world, caller))
    # What somebody has voted on comes last.
    order = sorted(range(len(motions)), key=given.__getitem__)
    listed: list[Json] = [{"number": motions[at].number, "label": asked[at]} for at in order]
    if not order or given[order[0]]:
        return None, listed
    return {"number": motions[order[0]].number, "question": asked[order[0]]}, listed


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
