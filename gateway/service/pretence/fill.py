"""Makes a movement up, from its first member to today, in an empty database. Nobody in it is real.

The same seed gives the same people, doings and times before the same moment; keys, salts and what
is sealed are fresh each time, as they must be. Memory holds some bytes a person and one batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.core.movement.moments import HOUR_MS
from gateway.core.movement.places import Places
from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service.audit import Audit
from gateway.service.broadcast import Broadcasts
from gateway.service.export import Source
from gateway.service.halls import Halls
from gateway.service.pretence import waiting
from gateway.service.pretence.assemblies import Assemblies
from gateway.service.pretence.bills import Bills
from gateway.service.pretence.calls import Calls
from gateway.service.pretence.casework import Casework
from gateway.service.pretence.chronicle import Chronicle
from gateway.service.pretence.clock import Hand
from gateway.service.pretence.crowd import Crowd
from gateway.service.pretence.people import Doings
from gateway.service.pretence.talks import Stage, Talks
from gateway.service.pretence.year import HOURS, shares
from gateway.service.spending import Till
from gateway.service.staff import Staff
from gateway.store import channels, pretence
from gateway.store.database import Database
from gateway.store.vault import Vault

MOST_PEOPLE: Final = 50_000_000  # numbers have eight digits of their own, and strangers take some
_NOT_EMPTY: Final = (
    "This database has people, staff or facts of its own. Made-up ones are never mixed with them: "
    "give an empty database."
)
_HALF: Final = (
    "The movement in this database was made up only in part. Delete it and begin anew with an "
    "empty one."
)


class NotEmpty(Exception):
    """The database cannot be filled. One sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Country:
    """Where the movement is: its name, places, languages (its own first), and UTC's distance."""

    movement: str
    places: Places
    languages: Sequence[str]
    offset_ms: int


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the made-up staff."""

    username: str
    name: str
    grants: tuple[Grant, ...]


def check(database: Database) -> int | None:
    """Return how many people were made up here already; None for an empty database.

    Raises `NotEmpty` for one that has a life of its own, or was filled only in part.
    """
    with database.read() as view:
        made = pretence.made(view)
        if made is None:
            if pretence.is_empty(view):
                return None
            raise NotEmpty(_NOT_EMPTY)
    if not made.finished:
        raise NotEmpty(_HALF)
    return made.people


def staff_of(places: Places) -> tuple[StaffMember, ...]:
    """Return one member of staff for each role, a second scrutineer, and somebody of one place."""
    provinces = [one for one in places if one.level == "province"]
    own = provinces[0].code if provinces else None
    return (
        StaffMember("admin", "Mutale Admin", (Grant(Role.ADMIN),)),
        StaffMember("organiser", "Thandiwe Organiser", (Grant(Role.ORGANISER),)),
        StaffMember("approver", "Joseph Approver", (Grant(Role.APPROVER),)),
        StaffMember("caseworker", "Idah Caseworker", (Grant(Role.CASEWORKER),)),
        StaffMember("coordinator", "Moses Coordinator", (Grant(Role.COORDINATOR),)),
        StaffMember("scrutineer", "Ruth Scrutineer", (Grant(Role.SCRUTINEER),)),
        StaffMember("witness", "Obed Witness", (Grant(Role.SCRUTINEER),)),
        StaffMember(
            "local",
            "Sepo Local",
            (Grant(Role.ORGANISER, own), Grant(Role.CASEWORKER, own)),
        ),
    )


class Pretender:
    """Makes one movement up."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        hand: Hand,
        country: Country,
        staff: Staff,
        stage: Stage,
        till: Till,
    ) -> None:
        """Take a database whose clock is `hand`, which stands at the beginning of the year.

        `stage` holds the flows that people go through, `till` reckons what messages cost.
        """
        self._database = database
        self._vault = vault
        self._hand = hand
        self._country = country
        self._staff = staff
        self._stage = stage
        self._till = till

    def fill(
        self,
        people: int,
        seed: int,
        channel: str,
        *,
        password: str | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Let a year pass in which so many people join. `progress` hears what share is over.

        With a password all of the staff sign in with it; without one, each needs a link.
        """
        began = self._hand()
        chance = Random(seed)
        with self._database.write() as tx:
            pretence.begin(tx, people)
            number = channels.number(tx, [channel])[channel]
        staff = self._hire(password)
        country = self._country
        crowd = Crowd(self._vault, country.places, country.languages, chance)
        ends_at = began + HOURS * HOUR_MS
        talks = Talks(
            self._stage,
            crowd,
            self._vault,
            Random(seed),
            people=people,
            channel=number,
            ends_at=ends_at,
            offset_ms=country.offset_ms,
        )
        chronicle = Chronicle(self._database, self._vault, self._hand, number, talks.told)
        # Of chance of its own, so that the people are the same whatever becomes of their reports.
        casework = Casework(
            chronicle,
            crowd,
            country.places,
            Random(seed),
            workers=[
                (one.id, grant.place)
                for one in staff.values()
                for grant in one.grants
                if grant.role is Role.CASEWORKER
            ],
            offset_ms=country.offset_ms,
        )
        doings = Doings(
            chronicle,
            casework,
            self._vault,
            crowd,
            country.places,
            chance,
            people=people,
            channel=channel,
            ends_at=ends_at,
        )
        meetings = Assemblies(
            self._database,
            self._hand,
            chronicle,
            crowd,
            country.places,
            chance,
            channel=channel,
            halls=Halls(self._database, Audit(self._database, self._vault)),
            witnesses=(staff["scrutineer"], staff["witness"]),
        )
        desk = Broadcasts(
            self._database,
            self._vault,
            country.places,
            movement=country.movement,
            language=country.languages[0],
        )
        calls = Calls(
            self._database,
            desk,
            self._hand,
            chronicle,
            crowd,
            country.places,
            Random(seed),
            channel=(channel, number),
            writer=staff["organiser"],
            approver=staff["approver"],
        )
        for hour, over in enumerate(shares(began, country.offset_ms)):
            begins = began + hour * HOUR_MS
            meetings.hour(begins, hour)
            calls.hour(begins, hour)
            casework.hour(begins)
            doings.hour(begins, over)
            progress(over)
        waiting.leave(chronicle, crowd, ends_at)
        chronicle.write()
        talks.write(self._database)
        language = country.languages[0]
        bills = Bills(self._database, self._vault, country.places, country.movement, language)
        bills.reckon(self._till, number, ends_at)
        source = Source(self._database, self._vault, country.places, language, country.movement)
        waiting.ask(source, staff["coordinator"])
        with self._database.write() as tx:
            pretence.finish(tx, people)

    def _hire(self, password: str | None) -> Mapping[str, Viewer]:
        """Return the staff by their user names."""
        hired = {}
        for one in staff_of(self._country.places):
            number = self._staff.add(None, one.username, one.name, one.grants, password=password)
            hired[one.username] = Viewer(number, one.username, one.name, one.grants)
        return hired
