"""The assemblies of a made-up movement: opened in time, voted on by the hour."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import MotionOption
from gateway.core.movement.moments import HOUR_MS
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Viewer
from gateway.flowfiles.assembly_files import AssemblyPlan, MotionPlan
from gateway.service import assembly
from gateway.service.halls import Halls
from gateway.service.pretence.chronicle import Chronicle
from gateway.service.pretence.clock import Hand
from gateway.service.pretence.crowd import Crowd
from gateway.service.pretence.words import MINUTES
from gateway.store.database import Database

_COUNTED_AFTER: Final = 40  # hours from the opening on, when people gather in halls
_YES: Final[Mapping[str, str]] = {"en": "Yes", "ny": "Inde", "bem": "Ee"}
_NO: Final[Mapping[str, str]] = {"en": "No", "ny": "Ayi", "bem": "Awe"}
_UNSURE: Final[Mapping[str, str]] = {"en": "Not sure", "ny": "Sindidziwa", "bem": "Nshishibe"}


@dataclass(frozen=True, slots=True)
class Meeting:
    """An assembly to be: on which day, for how long, how many of the members vote, and how."""

    title: str
    level: str | None  # of the place that it is for: the first of that level
    day: int
    hours: int
    turnout: float
    questions: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...]
    halls: tuple["Gathering", ...] = ()
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class Gathering:
    """A hall where hands are counted: by how many witnesses, and whether they count alike."""

    name: str
    hands: int
    witnesses: int = 2
    alike: bool = True


MEETINGS: Final = (
    Meeting(
        "People's assembly on water and clinics",
        None,
        120,
        72,
        0.11,
        (
            ("Should the district publish what it spends on water?", (), (71, 19, 10)),
            (
                "What should we ask for first at the clinic?",
                ("Medicine", "Nurses", "An ambulance"),
                (52, 27, 21),
            ),
        ),
        (Gathering("Market hall", 132), Gathering("Basic school", 78)),
        MINUTES,
    ),
    Meeting(
        "Provincial assembly on the price of mealie meal",
        "province",
        255,
        48,
        0.19,
        (("Shall we send a delegation to the millers?", (), (63, 28, 9)),),
        (Gathering("Church hall", 64), Gathering("Depot yard", 51, alike=False)),
    ),
    Meeting(
        "People's assembly on the new school term",
        None,
        362,
        24 * 10,
        0.05,
        (
            ("Should school committees be elected by the parents?", (), (77, 12, 11)),
            ("When should the march to the ministry be?", ("Saturday", "Monday"), (58, 42)),
        ),
        (Gathering("Community hall", 41, witnesses=1),),
    ),
)


@dataclass(slots=True)
class _Open:
    number: int
    meeting: Meeting
    place: str | None
    motions: tuple[int, ...]
    began: int
    members: int
    stride: int
    first: int
    cast: int = 0


class Assemblies:
    """The assemblies as they come and go."""

    def __init__(
        self,
        database: Database,
        hand: Hand,
        chronicle: Chronicle,
        crowd: Crowd,
        places: Places,
        chance: Random,
        *,
        channel: str,
        halls: Halls,
        witnesses: tuple[Viewer, Viewer],
    ) -> None:
        """Take the clock's hand: an assembly is opened by the ordinary way, at its time."""
        self._database = database
        self._hand = hand
        self._chronicle = chronicle
        self._crowd = crowd
        self._places = places
        self._chance = chance
        self._channel = channel
        self._halls = halls
        self._witnesses = witnesses
        self._open: list[_Open] = []

    def hour(self, begins: int, hour: int) -> None:
        """Open what is due at the beginning of an hour of the year, and let people vote in it."""
        for meeting in MEETINGS:
            if meeting.day * 24 + 8 == hour:
                self._call(meeting, begins)
        for one in self._open:
            if begins == one.began + _COUNTED_AFTER * HOUR_MS:
                self._gather(one, begins)
        self._open = [one for one in self._open if begins < one.began + one.meeting.hours * HOUR_MS]
        for one in self._open:
            self._vote(one, begins)

    def _call(self, meeting: Meeting, at: int) -> None:
        self._chronicle.write()
        self._hand.move(at)
        first = next((one.code for one in self._places if one.level == meeting.level), None)
        plan = AssemblyPlan(
            title=meeting.title,
            place=first,
            opens_at=at,
            closes_at=at + meeting.hours * HOUR_MS,
            motions=tuple(_motion(text, options) for text, options, _ in meeting.questions),
        )
        opened = assembly.open_assembly(self._database, plan)
        members = len(self._crowd)
        self._open.append(
            _Open(
                number=opened.number,
                meeting=meeting,
                place=first,
                motions=opened.motions,
                began=at,
                members=members,
                stride=_coprime(members, self._chance),
                first=self._chance.randrange(members) if members else 0,
            )
        )

    def _vote(self, one: _Open, begins: int) -> None:
        """Let those vote whose turn comes in this hour: everybody at most once, in any order."""
        share = min(1.0, (begins + HOUR_MS - one.began) / (one.meeting.hours * HOUR_MS))
        # Most vote on the first day.
        due = int(one.members * one.meeting.turnout * share**0.5) - one.cast
        at = begins
        for _ in range(due):
            who = (one.first + one.cast * one.stride) % one.members
            one.cast += 1
            place = self._crowd.place(who)
            here = place is not None and (not one.place or self._places.within(place, one.place))
            if self._crowd.gone[who] or (one.place and not here):
                continue
            at = min(at + self._chance.randrange(1 + HOUR_MS // due), begins + HOUR_MS - 1)
            self._cast(one, who, at)
            self._chronicle.rest()

    def _gather(self, one: _Open, at: int) -> None:
        """Let hands be counted in the halls of an assembly, and what was said be written down."""
        self._chronicle.write()
        self._hand.move(at)
        first, second = self._witnesses
        for gathering in one.meeting.halls:
            figures = {
                motion: _hands(gathering.hands, weights)
                for motion, (_, _, weights) in zip(one.motions, one.meeting.questions, strict=True)
            }
            hall = self._halls.count(first, one.number, gathering.name, figures)
            if gathering.witnesses > 1:
                more = 0 if gathering.alike else 3
                again = {
                    motion: {**counted, 1: counted[1] + more} for motion, counted in figures.items()
                }
                self._halls.confirm(second, one.number, hall, again)
        if one.meeting.minutes:
            self._halls.write_minutes(first, one.number, one.meeting.minutes)

    def _cast(self, one: _Open, who: int, at: int) -> None:
        member = self._crowd.member(who)
        medium = "ussd" if self._chance.random() < 0.6 else "sms"
        for motion, (_, _, weights) in zip(one.motions, one.meeting.questions, strict=True):
            [option] = self._chance.choices(range(1, len(weights) + 1), weights)
            body = {
                "motion": motion,
                "option": option,
                "changes": 0,
                "channel": self._channel,
                "medium": medium,
            }
            self._chronicle.tell(at, kinds.BALLOT_CAST, member, body, None)


def _hands(people: int, weights: tuple[int, ...]) -> dict[int, int]:
    return {option: people * weight // 100 for option, weight in enumerate(weights, start=1)}


def _motion(text: str, options: tuple[str, ...]) -> MotionPlan:
    labels: list[Mapping[str, str]] = [{"en": one} for one in options]
    labels = labels or [_YES, _NO, _UNSURE]
    return MotionPlan(
        question={"en": text},
        options=tuple(MotionOption(number, label) for number, label in enumerate(labels, start=1)),
    )


def _coprime(members: int, chance: Random) -> int:
    """Return a stride by which a walk in a circle of members meets each of them once."""
    stride = chance.randrange(1, max(2, members))
    while members and math.gcd(stride, members) != 1:
        stride += 1
    return stride
