"""The calls to action of a made-up movement, in every state. None will leave by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.core.delivery.purpose import Purpose
from gateway.core.movement.audience import Audience
from gateway.core.movement.calls import APPROVED, DONE, DRAFT, PAUSED, SENDING, STOPPED, SUBMITTED
from gateway.core.movement.moments import DAY_MS, HOUR_MS
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Viewer
from gateway.flowfiles.call_files import CallPlan
from gateway.service.broadcast import Broadcasts
from gateway.service.pretence.chronicle import Chronicle
from gateway.service.pretence.clock import Hand
from gateway.service.pretence.crowd import Crowd
from gateway.service.pretence.words import REPLIES
from gateway.store import broadcasts, pretence
from gateway.store.database import Database

_DAYS: Final = 2  # for which a call is worth reading
_DRAFT_DAYS: Final = 30
_LOTS: Final = 256  # into which phones fall by the first byte of their ids
_MANY: Final = 20_000
_ANSWER: Final = 0.02  # of the members write back, in the first hour
_MOST_ANSWERS: Final = 300
_UNSENT: Final = (DRAFT, SUBMITTED, APPROVED)


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be: on which day, to whom, in which words, and how far it comes."""

    title: str
    day: int
    level: str | None  # of the place that it is for: the last of that level
    groups: tuple[str, ...]
    texts: Mapping[str, str]
    comes_to: str = DONE


CALLS: Final = (
    Call(
        "Assembly on water and clinics: vote now",
        120,
        None,
        (),
        {
            "en": "@movement.name: our assembly on water is open. Dial *384*20200# to vote.",
            "ny": "@movement.name: msonkhano wa madzi watsegulidwa. Imbani *384*20200#.",
            "bem": "@movement.name: ukulongana pa menshi nakwisuka. Teneni *384*20200#.",
        },
    ),
    Call(
        "Marshals: training on Saturday",
        214,
        None,
        ("marshals",),
        {"en": "@movement.name: training for marshals on Saturday at 9, at the usual place."},
    ),
    Call(
        "Mealie meal: meet at the depot",
        262,
        "province",
        (),
        {"en": "@movement.name: we meet at the FRA depot on Friday at 10. Bring your receipts."},
    ),
    Call(
        "Thank you, and what comes next",
        300,
        None,
        (),
        {"en": "@movement.name: thank you @participant.name. 40 reports were answered this month."},
    ),
    Call(
        "School term: parents' meetings",
        363,
        "province",
        (),
        {"en": "@movement.name: parents meet at every school on Monday at 14. Come and vote."},
        comes_to=DRAFT,
    ),
    Call(
        "Water day: bring your buckets",
        338,
        "province",
        (),
        {"en": "@movement.name: water day is on Friday. Bring a bucket and a neighbour."},
        comes_to=STOPPED,
    ),
    Call(
        "Farmers: prices at the depots",
        363,
        None,
        ("farmers",),
        {"en": "@movement.name: farmers, text us what your depot pays for a bag this week."},
        comes_to=APPROVED,
    ),
    Call(
        "Radio show on Thursday: call in",
        364,
        None,
        (),
        {
            "en": "@movement.name: on the radio on Thursday at 19: water and clinics. Call in.",
            "ny": "@movement.name: pa wailesi Lachinayi pa 19: madzi ndi zipatala. Imbani.",
            "bem": "@movement.name: pa cilimba pali Cine pa 19: amenshi na fipatala. Tumeni.",
        },
        comes_to=SUBMITTED,
    ),
    Call(
        "Marshals: vests and whistles",
        364,
        None,
        ("marshals",),
        {"en": "@movement.name: marshals, fetch vests and whistles at the office before Saturday."},
        comes_to=PAUSED,
    ),
)  # fmt: skip


class Calls:
    """The calls as they are made and sent."""

    def __init__(
        self,
        database: Database,
        desk: Broadcasts,
        hand: Hand,
        chronicle: Chronicle,
        crowd: Crowd,
        places: Places,
        chance: Random,
        *,
        channel: tuple[str, int],
        writer: Viewer,
        approver: Viewer,
    ) -> None:
        """`desk` makes and sends calls by the ordinary way, on the same clock."""
        self._database = database
        self._desk = desk
        self._hand = hand
        self._chronicle = chronicle
        self._crowd = crowd
        self._places = places
        self._chance = chance
        self._channel = channel
        self._writer = writer
        self._approver = approver

    def hour(self, begins: int, hour: int) -> None:
        """Make and send what is due at the beginning of an hour of the year."""
        for call in CALLS:
            if call.day * 24 + 10 == hour:
                self._chronicle.write()
                self._hand.move(begins)
                self._make(call, begins)

    def _make(self, call: Call, at: int) -> None:
        places = [one.code for one in self._places if one.level == call.level][-1:]
        name, number = self._channel
        plan = CallPlan(
            title=call.title,
            channel=name,
            texts=call.texts,
            audience=Audience(places=tuple(places), groups=call.groups),
            not_before=None,
            valid_until=at + (_DRAFT_DAYS if call.comes_to in _UNSENT else _DAYS) * DAY_MS,
        )
        desk, writer = self._desk, self._writer
        made = desk.create(plan, number, writer)
        if call.comes_to == DRAFT:
            return
        desk.submit(made, writer)
        if call.comes_to == SUBMITTED:
            return
        desk.approve(made, None, self._approver)
        if call.comes_to == APPROVED:
            return
        queued = desk.send(made, writer)
        self._arrive(made, queued, whole=call.comes_to == DONE)
        if call.comes_to == PAUSED:
            desk.pause(made, writer)
        elif call.comes_to == STOPPED:
            desk.stop(made, writer)
        else:
            with self._database.write() as tx:
                broadcasts.move(tx, made, (SENDING,), DONE)
            if not call.groups and call.level is None:
                self._answer(made, at)

    def _arrive(self, made: int, queued: int, *, whole: bool) -> None:
        """Let the messages of a call come to their ends: all of them, or the first half."""
        end = _LOTS if whole else _LOTS // 2
        width = _LOTS if queued < _MANY else 16
        for first in range(0, end, width):
            with self._database.write() as tx:
                pretence.deliver(tx, made, first, min(first + width, end))

    def _answer(self, made: int, at: int) -> None:
        """Let some write back."""
        for _ in range(min(_MOST_ANSWERS, int(len(self._crowd) * _ANSWER))):
            who = self._crowd.somebody()
            if who is not None:
                words = self._chance.choice(REPLIES)
                when = at + self._chance.randrange(HOUR_MS)
                phone = self._crowd.phone(who)
                self._chronicle.message(when, phone, Purpose.RECEIVED, words, reply_to=made)
