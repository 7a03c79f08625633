"""What flows can do: the actions of the movement, each a decision that leaves facts in the world.

No action writes to the database; a flow that is taken back before its batch commits did nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.turn import Outcome
from gateway.core.movement import ballots, codes
from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion
from gateway.core.movement.facts import Fact
from gateway.service.world import NAME, WORDS, Ballot, Caller, Member, Via, World

# How somebody reached us who called and said nothing; beside the media of `turns`.
CALL: Final = "call"

Arguments = Mapping[str, Json]
Values = Mapping[str, Json]
Action = Callable[[World, Caller, Via, Arguments, Values], Outcome]


def _join(world: World, caller: Caller, via: Via, args: Arguments, values: Values) -> Outcome:
    """Make the caller a member, with whatever the conversation learned; the number is enough."""
    if caller.is_member and caller.member is not None:
        _consent(world, caller.member, via, args)
        return Outcome("already", _member_values(caller.member))
    name = _text(values.get("participant.name")) or _text(caller.fields.get("name"))
    place = _code(values.get("participant.place"))
    language = _code(values.get("participant.language")) or caller.language
    gender = _code(values.get("participant.gender"))
    before = caller.member
    if before is None:
        member = Member(
            id=world.person_of(caller),
            slot=caller.slot,
            number=world.members.take(),
            called=name,
            place=place,
            language=language or world.ground.language,
            status="member",
            consent=None,
            salt=world.vault.new_salt(),
        )
        world.salts[member.id] = member.salt
        caller.member = member
    else:
        member = before
        member.status = "member"
        member.called = name or member.called
        member.place = place or member.place
        member.language = language or member.language
    if caller.opted_out:
        start(world, caller, via, "join")
    world.facts.append(joined(world, caller, member, via, gender))
    _consent(world, member, via, args)
    return Outcome("joined", _member_values(member))


def joined(
    world: World, caller: Caller, member: Member, via: Via, gender: str | None = None
) -> Fact:
    """Return the fact that a person became a member, or came back."""
    sealer = world.vault.person(member.salt)
    return Fact(
        kinds.PARTICIPANT_JOINED,
        member.id,
        {
            "phone": caller.phone.hex(),
            "slot": member.slot,
            "number": member.number,
            "place": member.place,
            "language": member.language,
            "gender": gender,
            **via.body,
        },
        sealer.seal(NAME, member.name.encode()) if member.name else None,
    )


def _consent(world: World, member: Member, via: Via, args: Arguments) -> None:
    answer = args.get("consent")
    if answer not in {"yes", "no"} or via.medium == CALL:
        return  # a call says neither
    member.consent = str(answer)
    world.facts.append(
        Fact(
            kinds.CONSENT_RECORDED,
            member.id,
            {
                "answer": answer,
                "text": _text(args.get("consent_text")),
                "language": member.language,
                **via.body,
            },
        )
    )


def stop(world: World, caller: Caller, via: Via, how: str) -> bool:
    """Record that the phone wants no more messages. Return False if it had said so before."""
    world.let_go(caller)
    if caller.opted_out:
        return False
    caller.opted_out = True
    world.timers.drop_phone(caller.phone)
    caller.thread.fence = 0
    world.facts.append(Fact(kinds.PHONE_STOPPED, caller.phone, {"how": how, **via.body}))
    if caller.is_member and caller.member is not None:
        caller.member.status = "left"
        world.facts.append(Fact(kinds.PARTICIPANT_LEFT, caller.member.id, {"how": how, **via.body}))
    return True


def start(world: World, caller: Caller, via: Via, how: str) -> None:
    """Record that a phone that had said STOP asked for messages again."""
    caller.opted_out = False
    world.facts.append(Fact(kinds.PHONE_STARTED, caller.phone, {"how": how, **via.body}))


def _report(world: World, caller: Caller, via: Via, args: Arguments, _: Values) -> Outcome:
    """File an issue and give it a case code."""
    code = codes.case_code(world.ground.chance)
    words = _text(args.get("words"))
    member = caller.member if caller.is_member else None
    sealer = caller.sealer if member is None else world.vault.person(member.salt)
    number = next(world.ids)
    if world.arrived and world.arrived[-1].phone == caller.phone:
        # The SMS says what the words say: whatever is hidden of a report hides it, too.
        world.arrived[-1] = replace(world.arrived[-1], report=number)
    world.facts.append(
        Fact(
            kinds.REPORT_FILED,
            b"" if member is None else member.id,
            {
                "id": number,
                "code": code,
                "phone": caller.phone.hex(),
                "category": _code(args.get("category")) or "other",
                "place": _code(args.get("place")),
                **via.body,
            },
            sealer.seal(WORDS, words.encode()) if words else None,
        )
    )
    return Outcome("filed", {"report.code": codes.written(code)})


def _cast_vote(world: World, caller: Caller, via: Via, args: Arguments, _: Values) -> Outcome:
    """Cast or change the caller's vote."""
    number = _text(args.get("motion"))
    motion = world.motions.get(int(number)) if number.isdecimal() else None
    return cast(world, caller, via, motion, _text(args.get("option")))


def cast(world: World, caller: Caller, via: Via, motion: Motion | None, option: str) -> Outcome:
    """Judge one vote and record what became of it. The outcome's category says which."""
    member = caller.member if caller.is_member else None
    before = (
        world.ballots.get((motion.number, member.id))
        if motion is not None and member is not None
        else None
    )
    outcome, number = ballots.judge(
        motion,
        option,
        member=member is not None,
        place=None if member is None else member.place,
        places=world.ground.places,
        now=world.now,
        voted=before is not None,
    )
    if motion is None:
        return Outcome(outcome)
    values = motion_values(world, caller, motion)
    if number is None or member is None:
        subject = b"" if member is None else member.id
        body = {"motion": motion.number, "why": outcome, **via.body}
        world.facts.append(Fact(kinds.BALLOT_REFUSED, subject, body))
        return Outcome(outcome, values)
    changes = 0 if before is None else before.changes + 1
    world.ballots[motion.number, member.id] = Ballot(number, changes)
    world.facts.append(
        Fact(
            kinds.BALLOT_CAST,
            member.id,
            {"motion": motion.number, "option": number, "changes": changes, **via.body},
        )
    )
    chosen = motion.option(number)
    label = (
        "" if chosen is None else ballots.in_language(chosen.label, *languages_of(world, caller))
    )
    return Outcome(outcome, values | {"answer.name": label})


def _choose_motion(world: World, caller: Caller, _via: Via, args: Arguments, _: Values) -> Outcome:
    """Put one motion's question and options where the flow's texts can name them."""
    number = _text(args.get("number"))
    motion = world.motions.get(int(number)) if number.isdecimal() else None
    if motion is None:
        return Outcome("unknown")
    values = motion_values(world, caller, motion)
    return Outcome("chosen" if motion.open_at(world.now) else ballots.LATE, values)


def motion_values(world: World, caller: Caller, motion: Motion) -> dict[str, Json]:
    """Return a motion as the values that flows name."""
    languages = languages_of(world, caller)
    closes = world.ground.local_time(motion.ends_at)
    options: list[Json] = [
        {"number": one.number, "label": ballots.in_language(one.label, *languages)}
        for one in motion.options
    ]
    return {
        "motion.number": motion.number,
        "motion.question": ballots.in_language(motion.question, *languages),
        "motion.options": options,
        "motion.closes": closes,
    }


def _call_seen(world: World, caller: Caller, _via: Via, args: Arguments, _: Values) -> Outcome:
    """Note that the caller read a call to action on the screen."""
    number = _text(args.get("number"))
    waiting = world.calls.get(caller.phone, [])
    for call in waiting:
        if str(call.broadcast) == number:
            waiting.remove(call)
            world.seen.append((call.broadcast, caller.phone))
    return Outcome("seen")


def _set_language(world: World, caller: Caller, via: Via, args: Arguments, _: Values) -> Outcome:
    """Speak another language with the caller from now on."""
    language = _code(args.get("language"))
    if language not in world.ground.languages:
        return Outcome("unknown")
    speak(world, caller, language, via)
    return Outcome("set", {"participant.language": language})


def speak(world: World, caller: Caller, language: str, via: Via) -> None:
    """Remember the caller's language, on the phone and with the member."""
    if caller.language != language:
        caller.language = language
        if not caller.new:
            world.languages[caller.phone] = language
    if caller.is_member:
        change(world, caller, "language", language, via)


def change(world: World, caller: Caller, what: str, value: Json, via: Via) -> None:
    """Record a change of a member's name, place, language or gender. Others have none to change."""
    member = caller.member
    if member is None or not caller.is_member:
        return
    if what == "name":
        name = _text(value)
        if name and name != member.name:
            member.called = name
            sealed = world.vault.person(member.salt).seal(NAME, name.encode())
            fact = Fact(kinds.PARTICIPANT_CHANGED, member.id, {**via.body}, sealed)
            world.facts.append(fact)
        return
    code = _code(value)
    if what not in {"place", "language", "gender"} or code is None:
        return
    if what == "place":
        if member.place == code:
            return
        member.place = code
    elif what == "language":
        if member.language == code:
            return
        member.language = code
    world.facts.append(Fact(kinds.PARTICIPANT_CHANGED, member.id, {what: code, **via.body}))


def _group(kind: str, category: str) -> Action:
    def act(world: World, caller: Caller, via: Via, args: Arguments, _: Values) -> Outcome:
        group = group_name(_text(args.get("group")))
        if not caller.is_member or caller.member is None:
            return Outcome(ballots.NOT_MEMBER)
        if not group:
            return Outcome("unknown")
        regroup(world, caller, caller.member.id, group, kind, via)
        return Outcome(category)

    return act


def group_name(written: str) -> str:
    """Return a group's name as it is stored: lower case, single spaces."""
    return " ".join(written.lower().split())


def regroup(world: World, caller: Caller, person: bytes, group: str, kind: str, via: Via) -> None:
    """Record that a person came into a group, or left it."""
    if kind == kinds.GROUP_JOINED and group not in caller.groups:
        caller.groups.append(group)
    elif kind == kinds.GROUP_LEFT and group in caller.groups:
        caller.groups.remove(group)
    world.facts.append(Fact(kind, person, {"group": group, **via.body}))


# Every action a flow can name in `do:`.
ACTIONS: Mapping[str, Action] = {
    "join": _join,
    "report": _report,
    "cast_vote": _cast_vote,
    "choose_motion": _choose_motion,
    "call_seen": _call_seen,
    "set_language": _set_language,
    "add_to_group": _group(kinds.GROUP_JOINED, "added"),
    "leave_group": _group(kinds.GROUP_LEFT, "removed"),
}


def language_of(world: World, caller: Caller) -> str:
    """Return the language to speak with a caller."""
    known = caller.language
    if known is None and caller.member is not None:
        known = caller.member.language
    return known or world.ground.language


def languages_of(world: World, caller: Caller) -> tuple[str, str]:
    """Return the caller's language and, for what is not written in it, the movement's."""
    return language_of(world, caller), world.ground.language


def _member_values(member: Member) -> dict[str, Json]:
    return {"participant.number": member.number, "participant.member": True}


def _text(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("__default__")
    return "" if value is None else str(value)


def _code(value: Json) -> str | None:
    if isinstance(value, dict):
        value = value.get("code")
    return None if value is None or value == "" else str(value)
