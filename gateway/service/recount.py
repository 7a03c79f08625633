"""Checks an assembly for scrutineers: what was put, and every vote, counted again from the journal.

Believes the journal, whose chains are checked first, and nothing else. Changes nothing.
"""

from collections import Counter
from dataclasses import dataclass

from gateway.core.movement import facts as kinds
from gateway.service import replay
from gateway.service.assembly import fingerprint, look
from gateway.store import assemblies, journal
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Recount:
    """What was found: the fingerprint worked out anew, and a sentence for all that is not right."""

    fingerprint: str
    facts: int
    votes: int
    troubles: tuple[str, ...]


def recount(database: Database, number: int, noted: str = "") -> Recount:
    """Check one assembly; `noted` is the fingerprint that somebody wrote down when it opened.

    Raises `AssemblyError` where there is none of this number.
    """
    row, motions, _ = look(database, number)
    verified = replay.verify(database)
    troubles = [f"stream {one.stream}, fact {one.seq}: {one.why}" for one in verified.broken]
    wanted = {one.number for one in motions}
    last: dict[tuple[int, bytes], int] = {}
    found = ""
    with database.read() as view:
        for page in journal.replay(view):
            for one in page:
                body = one.fact.body
                if one.fact.kind == kinds.ASSEMBLY_OPENED and body["number"] == number:
                    found = fingerprint(body)
                    if body["definition_hash"] != found:
                        troubles.append("what was put is not what its own fingerprint says")
                elif one.fact.kind == kinds.BALLOT_CAST and body["motion"] in wanted:
                    last[int(str(body["motion"])), one.fact.subject] = int(str(body["option"]))
        stored = assemblies.votes(view, number)
    if not found:
        troubles.append("the journal knows of no such assembly")
    if row.definition_hash != found:
        troubles.append("the tables hold another fingerprint than the journal")
    if noted and noted.strip().lower() != found:
        troubles.append("the fingerprint that you noted is another")
    counted = Counter((motion, option) for (motion, _), option in last.items())
    shown = {(motion, option): n for motion, by in stored.items() for option, n in by.items()}
    troubles += [
        f"motion {motion}, option {option}: the journal has {counted[motion, option]} votes"
        f" and the tables {shown.get((motion, option), 0)}"
        for motion, option in sorted(counted.keys() | shown.keys())
        if counted[motion, option] != shown.get((motion, option), 0)
    ]
    return Recount(found, verified.facts, len(last), tuple(troubles))
