"""Counts in halls, for people without a phone: two witnesses each, neither of whom is enough.

The second counts without seeing what the first wrote. Where both wrote the same the count stands;
where not, both see it and count again. What was counted by hand is never added to the votes by
phone: somebody may have given both. Minutes are kept here too: what was said in the hall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.movement import facts as kinds
from gateway.core.movement.ballots import Motion
from gateway.core.movement.facts import Fact
from gateway.core.staff.acts import Act
from gateway.core.staff.roles import Viewer
from gateway.service.audit import Audit
from gateway.store import assemblies, halls, journal
from gateway.store.database import Database, Transaction
from gateway.store.halls import HallRow, MinutesRow

MOST_HANDS: Final = 100_000
LONGEST_NAME: Final = 80
LONGEST_MINUTES: Final = 20_000
_VERSIONS: Final = 20

Figures = Mapping[int, Mapping[int, int]]  # by motion and option


class HallError(Exception):
    """A count or minutes are not taken. One sentence that says why."""


@dataclass(frozen=True, slots=True)
class Hall:
    """One hall with what its witnesses wrote. `second` is None until there is one."""

    number: int
    name: str
    first: HallRow
    second: HallRow | None

    @property
    def agreed(self) -> bool:
        """Whether both witnesses wrote the same, so that the count stands."""
        return self.second is not None and self.first.figures == self.second.figures

    def own(self, staff: int) -> HallRow | None:
        """Return what somebody wrote as a witness of this hall."""
        rows = (self.first, *([self.second] if self.second is not None else []))
        return next((one for one in rows if one.staff == staff), None)


class Halls:
    """The hall counts and the minutes of assemblies."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Take where they are kept, and where it is written down who wrote them."""
        self._database = database
        self._audit = audit

    def of(self, assembly: int) -> Sequence[Hall]:
        """Return the halls of an assembly, in the order in which they were counted first."""
        with self._database.read() as view:
            return _halls(halls.counts(view, assembly))

    def of_several(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Hall]]:
        """Return the halls of some assemblies, by assembly."""
        with self._database.read() as view:
            found = halls.counts_of(view, numbers)
        return {number: _halls(rows) for number, rows in found.items()}

    def count(self, by: Viewer, assembly: int, name: str, figures: Figures) -> int:
        """Write down the first count of a hall, and return the hall's number."""
        with self._database.write() as tx:
            known = self._begin(tx, assembly, figures)
            if any(one.name.casefold() == name.casefold() for one in known):
                raise HallError("A hall of this name was counted. Be its second witness.")
            hall = len(known) + 1
            self._write(tx, by, HallRow(hall, 1, name, by.id, figures, tx.now), assembly)
        return hall

    def confirm(self, by: Viewer, assembly: int, hall: int, figures: Figures) -> Hall:
        """Write down what the second witness counted, or what either counted anew."""
        with self._database.write() as tx:
            known = self._begin(tx, assembly, figures)
            found = next((one for one in known if one.number == hall), None)
            if found is None:
                raise HallError("There is no such hall.")
            if found.agreed:
                raise HallError("Both witnesses wrote the same; the count of this hall stands.")
            own = found.own(by.id)
            if own is None and found.second is not None:
                raise HallError("This hall has two witnesses already.")
            position = 2 if own is None else own.position
            self._write(tx, by, HallRow(hall, position, found.name, by.id, figures, 0), assembly)
            return next(
                one for one in _halls(halls.counts(tx.connection, assembly)) if one.number == hall
            )

    def minutes(self, assembly: int) -> Sequence[MinutesRow]:
        """Return the minutes of an assembly, the last version first."""
        with self._database.read() as view:
            return halls.minutes(view, assembly, _VERSIONS)

    def write_minutes(self, by: Viewer | None, assembly: int, text: str) -> int:
        """Keep minutes as a new version, and return its number. They are public."""
        if not text.strip():
            raise HallError("The minutes are empty.")
        if len(text) > LONGEST_MINUTES:
            raise HallError("The minutes are too long. Say what was decided.")
        with self._database.write() as tx:
            if assemblies.lock(tx, assembly) is None:
                raise HallError("There is no such assembly.")
            last = halls.minutes(tx.connection, assembly, 1)
            version = last[0].version + 1 if last else 1
            body = {
                "assembly": assembly,
                "version": version,
                "text": text.strip(),
                "staff": None if by is None else by.id,
            }
            journal.record(tx, [Fact(kinds.MINUTES_WRITTEN, b"", body)])
            self._audit.record(tx, by, Act.MINUTES_WRITTEN, f"assembly:{assembly}")
        return version

    def _begin(self, tx: Transaction, assembly: int, figures: Figures) -> Sequence[Hall]:
        """Lock an assembly that may be counted, and return the halls that were."""
        row = assemblies.lock(tx, assembly)
        if row is None:
            raise HallError("There is no such assembly.")
        if tx.now < row.opens_at:
            raise HallError("Nothing is voted on before the assembly opens.")
        if not _is_whole(assemblies.motions_of(tx.connection, assembly), figures):
            raise HallError("Write a number for each answer to each question, 0 for none.")
        return _halls(halls.counts(tx.connection, assembly))

    def _write(self, tx: Transaction, by: Viewer, row: HallRow, assembly: int) -> None:
        figures = {
            str(motion): {str(option): hands for option, hands in counted.items()}
            for motion, counted in row.figures.items()
        }
        body = {
            "assembly": assembly,
            "hall": row.hall,
            "position": row.position,
            "name": row.name,
            "staff": by.id,
            "figures": figures,
        }
        journal.record(tx, [Fact(kinds.HALL_COUNTED, b"", body)])
        detail = {"hall": row.hall}
        self._audit.record(tx, by, Act.HALL_COUNTED, f"assembly:{assembly}", detail=detail)


def agreed_totals(found: Sequence[Hall]) -> Figures:
    """Return the hands of all halls whose witnesses agree, by motion and option."""
    totals: dict[int, dict[int, int]] = {}
    for hall in found:
        if hall.agreed:
            for motion, counted in hall.first.figures.items():
                own = totals.setdefault(motion, {})
                for option, hands in counted.items():
                    own[option] = own.get(option, 0) + hands
    return totals


def _halls(rows: Sequence[HallRow]) -> Sequence[Hall]:
    seconds = {one.hall: one for one in rows if one.position != 1}
    return [
        Hall(one.hall, one.name, one, seconds.get(one.hall)) for one in rows if one.position == 1
    ]


def _is_whole(motions: Sequence[Motion], figures: Figures) -> bool:
    """Whether there is a number that may be true for each option of each motion, and no other."""
    wanted = {one.number: {option.number for option in one.options} for one in motions}
    return {motion: set(counted) for motion, counted in figures.items()} == wanted and all(
        0 <= hands <= MOST_HANDS for counted in figures.values() for hands in counted.values()
    )
