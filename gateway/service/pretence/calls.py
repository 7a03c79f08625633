"""The calls to action of a made-up movement. What left is over; none will leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.movement.audience import Audience
from gateway.core.movement.calls import DONE, SENDING
from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.places import Places
from gateway.flowfiles.call_files import CallPlan
from gateway.service.broadcast import Broadcasts
from gateway.service.pretence.chronicle import Chronicle
from gateway.service.pretence.clock import Hand
from gateway.store import broadcasts, pretence
from gateway.store.database import Database

_DRAFT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be: on which day, to whom, in which words. A draft stays one."""

    title: str
    day: int
    level: str | None  # of the place that it is for: the last of that level
    groups: tuple[str, ...]
    texts: Mapping[str, str]
    draft: bool = False


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
        draft=True,
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
        places: Places,
        channel: tuple[str, int],
    ) -> None:
        """`desk` makes and sends calls by the ordinary way, on the same clock."""
        self._database = database
        self._desk = desk
        self._hand = hand
        self._chronicle = chronicle
        self._places = places
        self._channel = channel

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
            valid_until=at + (_DRAFT_DAYS if call.draft else 2) * DAY_MS,
        )
        made = self._desk.create(plan, number)
        if call.draft:
            return
        self._desk.send(made)
        part, more = 0, True
        while more:
            with self._database.write() as tx:
                more = pretence.deliver(tx, made, part)
            part += 1
        with self._database.write() as tx:
            broadcasts.move(tx, made, (SENDING,), DONE)
