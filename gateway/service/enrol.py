"""Writes people down who did not join by themselves: from a form, from paper, from a file.

Leaves the same facts as a join. Consent is taken only where somebody witnessed it on paper; without
it a person is a member whom no call to action reaches. Nobody who said STOP is brought back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.places import Places
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Permission, Viewer
from gateway.core.text.phone import normalise
from gateway.service import actions, apply
from gateway.service.audit import Audit
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.service.groups import BY_STAFF, GroupError, group_name
from gateway.service.world import Caller, Via, World
from gateway.store.database import Database, Transaction

VIA: Final = Via(BY_STAFF, None)
WITNESS: Final = b"witness"
LIST: Final = "list"  # how somebody said STOP who stands on a list of those
LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 1000
LONGEST_PAPER: Final = 80
GENDERS: Final = ("female", "male", "other")
_MOST_GROUPS: Final = 20
_LONGEST_NUMBER: Final = 40


class Problem(StrEnum):
    """Why somebody is not written down. The pages say each in a sentence."""

    NO_NUMBER = "no_number"
    BAD_NUMBER = "bad_number"
    LONG_NAME = "long_name"
    NO_PLACE = "no_place"
    UNKNOWN_PLACE = "unknown_place"
    DOUBTFUL_PLACE = "doubtful_place"
    OTHER_PLACE = "other_place"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_GENDER = "unknown_gender"
    BAD_GROUP = "bad_group"
    UNCLEAR_CONSENT = "unclear_consent"
    UNWITNESSED = "unwitnessed"
    MEMBER = "member"
    STOPPED = "stopped"
    LEFT = "left"
    TWICE = "twice"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Paper:
    """A consent that was given on paper: the exact words, who saw it, and where the paper is."""

    text: str
    witness: str
    reference: str

    @property
    def is_whole(self) -> bool:
        """Whether all that makes it a consent is there, within bounds."""
        lengths = (
            (self.text, LONGEST_TEXT),
            (self.witness, LONGEST_NAME),
            (self.reference, LONGEST_PAPER),
        )
        return all(0 < len(written) <= most for written, most in lengths)


@dataclass(frozen=True, slots=True)
class Written:
    """A person as somebody wrote him or her down, word for word.

    `answer` is ``yes`` or ``no`` where the person answered the consent question of `paper`.
    """

    number: str
    name: str = ""
    place: str = ""
    language: str = ""
    gender: str = ""
    groups: tuple[str, ...] = ()
    answer: str = ""
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """The same, understood: a number in E.164, codes, names of groups as they are stored."""

    number: str
    name: str
    place: str | None
    language: str | None
    gender: str | None
    groups: tuple[str, ...]
    answer: str
    paper: Paper | None


Problems = Mapping[str, Problem]  # by the field that has it


class EnrolError(Exception):
    """Somebody cannot be written down: `problems` by the field that has each."""

    def __init__(self, problems: Problems) -> None:
        """Take the problems, at least one."""
        super().__init__(", ".join(problems.values()))
        self.problems = problems


class Enrolment:
    """Writes people down, one or many in a transaction."""

    def __init__(self, database: Database, ground: Ground, audit: Audit) -> None:
        """Take where people are, what joins stand on, and where it is noted who wrote whom."""
        self._database = database
        self._ground = ground
        self._audit = audit

    def add(self, by: Viewer, written: Written) -> int:
        """Write one person down and return the member's number. Raises `EnrolError`."""
        scope = by.scope(Permission.ENROL, self._ground.places)
        entry, problems = understood(self._ground, written, scope)
        if entry is None:
            raise EnrolError(problems)
        with self._database.write() as tx:
            numbers, found = self.write(tx, [entry])
            if found[0] is not None:
                raise EnrolError({"number": found[0]})
            detail = {"consent": entry.answer} if entry.answer else {}
            subject = f"person:{numbers[0]}"
            self._audit.record(tx, by, Act.PERSON_ADDED, subject, detail=detail)
        return numbers[0]

    def silence(self, tx: Transaction, numbers: Sequence[str]) -> int:
        """Note in somebody's transaction that phones want no messages; return how many are new."""
        if not numbers:
            return 0
        vault = self._ground.vault
        wanted = [Wanted(None, vault.phone_id(number), number) for number in numbers]
        world = gather(tx, self._ground, wanted)
        noted = [actions.stop(world, caller, VIA, LIST) for caller in world.callers.values()]
        apply.write(tx, world)
        return sum(noted)

    def write(
        self, tx: Transaction, entries: Sequence[Entry]
    ) -> tuple[list[int], list[Problem | None]]:
        """Write people down in somebody's transaction.

        Return the new members' numbers, and for each entry why it was not written, or None.
        """
        if not entries:
            return [], []
        phones = [self._ground.vault.phone_id(entry.number) for entry in entries]
        wanted = [
            Wanted(None, phone, entry.number) for phone, entry in zip(phones, entries, strict=True)
        ]
        world = gather(tx, self._ground, wanted)
        numbers: list[int] = []
        found: list[Problem | None] = []
        for phone, entry in zip(phones, entries, strict=True):
            caller = world.callers[phone]
            problem = standing(
                member=caller.is_member,
                known=caller.member is not None,
                stopped=caller.opted_out,
                answer=entry.answer,
            )
            if problem is None:
                numbers.append(_enrolled(world, caller, entry))
            found.append(problem)
        apply.write(tx, world)
        return numbers, found


def standing(*, member: bool, known: bool, stopped: bool, answer: str) -> Problem | None:
    """Return what stands against writing somebody down, who is `known` if a member once."""
    if member:
        return Problem.MEMBER
    if stopped:
        return Problem.STOPPED
    return Problem.LEFT if known and not answer else None


def understood(
    ground: Ground, written: Written, scope: Collection[str] | None
) -> tuple[Entry | None, Problems]:
    """Return what was written as an entry, or the problems that it has.

    `scope` are the places where whoever wrote it may write people down; None is everywhere.
    """
    problems: dict[str, Problem] = {}
    number = number_of(ground, written.number, problems)
    if len(written.name) > LONGEST_NAME:
        problems["name"] = Problem.LONG_NAME
    place = _place(ground.places, written.place, scope, problems)
    language = written.language.strip().lower() or None
    if language is not None and language not in ground.languages:
        problems["language"] = Problem.UNKNOWN_LANGUAGE
    gender = written.gender.strip().lower() or None
    if gender is not None and gender not in GENDERS:
        problems["gender"] = Problem.UNKNOWN_GENDER
    groups = _groups(written.groups, problems)
    if written.answer not in {"", "yes", "no"}:
        problems["consent"] = Problem.UNCLEAR_CONSENT
    elif written.answer and (written.paper is None or not written.paper.is_whole):
        problems["consent"] = Problem.UNWITNESSED
    if problems:
        return None, problems
    entry = Entry(
        number=number,
        name=" ".join(written.name.split()),
        place=place,
        language=language,
        gender=gender,
        groups=groups,
        answer=written.answer,
        paper=written.paper if written.answer else None,
    )
    return entry, {}


def number_of(ground: Ground, written: str, problems: dict[str, Problem]) -> str:
    """Return a number in E.164, or nothing and its problem among `problems`."""
    number = normalise(written, ground.country) if len(written) <= _LONGEST_NUMBER else None
    if number is None:
        problems["number"] = Problem.BAD_NUMBER if written.strip() else Problem.NO_NUMBER
        return ""
    return number


def _place(
    places: Places, written: str, scope: Collection[str] | None, problems: dict[str, Problem]
) -> str | None:
    text = written.strip()
    if not text:
        if scope is not None:
            problems["place"] = Problem.NO_PLACE
        return None
    place = places.get(text.upper())
    if place is None:
        found = places.find(text[:LONGEST_NAME])
        place = found.place
        if place is None:
            near = found.candidates
            problems["place"] = Problem.DOUBTFUL_PLACE if near else Problem.UNKNOWN_PLACE
            return None
    if scope is not None and place.code not in scope:
        problems["place"] = Problem.OTHER_PLACE
    return place.code


def _groups(written: Collection[str], problems: dict[str, Problem]) -> tuple[str, ...]:
    try:
        found = tuple(dict.fromkeys(group_name(one) for one in written if one.strip()))
    except GroupError:
        found = ()
        problems["groups"] = Problem.BAD_GROUP
    if len(found) > _MOST_GROUPS:
        problems["groups"] = Problem.BAD_GROUP
    return found


def _enrolled(world: World, caller: Caller, entry: Entry) -> int:
    """Make somebody a member as a join does, with what the paper says."""
    if caller.new:
        caller.language = entry.language
    values = {
        "participant.name": entry.name,
        "participant.place": entry.place,
        "participant.language": entry.language,
        "participant.gender": entry.gender,
    }
    actions.ACTIONS["join"](world, caller, VIA, {}, values)
    member = caller.member
    assert member is not None  # noqa: S101 - a join makes one
    if entry.answer and entry.paper is not None:
        sealer = world.vault.person(member.salt)
        body = {
            "answer": entry.answer,
            "text": entry.paper.text,
            "language": member.language,
            "paper": entry.paper.reference,
            **VIA.body,
        }
        witness = sealer.seal(WITNESS, entry.paper.witness.encode())
        member.consent = entry.answer
        world.facts.append(Fact(kinds.CONSENT_RECORDED, member.id, body, witness))
    for group in entry.groups:
        if group not in caller.groups:
            actions.regroup(world, caller, member.id, group, kinds.GROUP_JOINED, VIA)
    return member.number
