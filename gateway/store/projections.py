"""Turns facts into the tables that are read. The same code serves the first writing and a replay.

Facts about the same row keep their order; facts about different rows are written together, so a
batch costs a statement per kind of fact and not per fact.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.store import bulk, tables
from gateway.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the journal. `at` is its clock's milliseconds."""

    fact: Fact
    at: int


Salts = Mapping[bytes, bytes]
Projection = Callable[[Transaction, Sequence[Recorded], Salts], None]


def apply(tx: Transaction, recorded: Sequence[Recorded], salts: Salts) -> None:
    """Write facts into the tables. `salts` holds the salt of each participant who may be new."""
    for together in _rounds(recorded):
        # An assembly comes before what is counted in it, whatever was told first of others.
        for kind in sorted(together, key=_PLACES.__getitem__):
            PROJECTIONS[kind](tx, together[kind], salts)


def _rounds(recorded: Sequence[Recorded]) -> list[dict[str, list[Recorded]]]:
    """Divide facts into rounds so that no round holds two facts about the same row."""
    if len(recorded) == 1:
        return [{recorded[0].fact.kind: list(recorded)}]
    seen: defaultdict[object, int] = defaultdict(int)
    rounds: list[dict[str, list[Recorded]]] = []
    for one in recorded:
        row = _row_of(one.fact)
        number = seen[row]
        seen[row] += 1
        if number == len(rounds):
            rounds.append({})
        rounds[number].setdefault(one.fact.kind, []).append(one)
    return rounds


# The numbers of calls to action are others than those of assemblies.
_OF_ASSEMBLIES = frozenset((kinds.ASSEMBLY_OPENED, kinds.ASSEMBLY_CLOSED))

# What names the row of facts that are about nobody, and not about all of an assembly either.
_KEYS: Mapping[str, tuple[str, ...]] = {
    kinds.REPORT_NOTED: ("id",),
    kinds.HALL_COUNTED: ("assembly", "hall", "position"),
    kinds.MINUTES_WRITTEN: ("assembly", "version"),
}


def _row_of(fact: Fact) -> object:
    if fact.kind == kinds.BALLOT_CAST:
        return fact.subject, fact.body["motion"]
    if fact.kind in {kinds.GROUP_JOINED, kinds.GROUP_LEFT}:
        return fact.subject, fact.body["group"]
    if fact.kind == kinds.FIELD_CHANGED:
        return fact.subject, "field", fact.body["key"]
    if fact.kind == kinds.RESULT_SAVED:
        return fact.subject, "result", fact.body["flow"], fact.body["name"]
    if fact.kind in {kinds.REPORT_FILED, kinds.REPORT_CHANGED}:
        return fact.body["code"]
    if fact.kind in _KEYS:
        return fact.kind, *(fact.body[name] for name in _KEYS[fact.kind])
    return fact.subject or (fact.kind in _OF_ASSEMBLIES, fact.body.get("number"))


def _joined(tx: Transaction, recorded: Sequence[Recorded], salts: Salts) -> None:
    rows = []
    for one in recorded:
        body: Mapping[str, Any] = one.fact.body
        rows.append(
            (
                one.fact.subject,
                bytes.fromhex(body["phone"]),
                body["slot"],
                body["number"],
                one.fact.sealed,
                salts.get(one.fact.subject),
                body["place"],
                body["language"],
                body["gender"],
                body["channel"],
                body.get("medium"),
                "member",
                one.at,
                None,
            )
        )
    bulk.insert(
        tx,
        tables.participants,
        (
            "id",
            "phone",
            "slot",
            "number",
            "name_sealed",
            "salt",
            "place",
            "language",
            "gender",
            "channel",
            "medium",
            "status",
            "joined_at",
            "left_at",
        ),
        rows,
        conflict=("id",),
        update=("name_sealed", "place", "language", "gender", "status", "left_at"),
    )


_CHANGEABLE = ("place", "language", "gender")


def _changed(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    for column in _CHANGEABLE:
        rows = [
            (one.fact.subject, one.fact.body[column]) for one in recorded if column in one.fact.body
        ]
        bulk.update(tx, tables.participants, ("id",), (column,), rows)
    names = [(one.fact.subject, one.fact.sealed) for one in recorded if one.fact.sealed]
    bulk.update(tx, tables.participants, ("id",), ("name_sealed",), names)


def _left(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.subject, "left", one.at) for one in recorded]
    bulk.update(tx, tables.participants, ("id",), ("status", "left_at"), rows)


def _consented(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.subject, one.fact.body["answer"]) for one in recorded]
    bulk.update(tx, tables.participants, ("id",), ("consent",), rows)


def _stopped(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.subject, one.at) for one in recorded]
    bulk.update(tx, tables.phones, ("id",), ("opted_out_at",), rows)


def _started(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.subject, None) for one in recorded]
    bulk.update(tx, tables.phones, ("id",), ("opted_out_at",), rows)


def _grouped(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.body["group"], one.fact.subject, one.at) for one in recorded]
    columns = ("group", "participant")
    bulk.insert(tx, tables.memberships, (*columns, "since"), rows, conflict=columns)


def _ungrouped(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.body["group"], one.fact.subject) for one in recorded]
    bulk.delete(tx, tables.memberships, ("group", "participant"), rows)


def _field_changed(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    key, kept = ("phone", "key"), ("value_sealed", "changed_at")
    rows = [
        (one.fact.subject, one.fact.body["key"], one.fact.sealed, one.at)
        for one in recorded
        if one.fact.sealed is not None
    ]
    bulk.insert(tx, tables.fields, key + kept, rows, conflict=key, update=kept)
    gone = [(one.fact.subject, one.fact.body["key"]) for one in recorded if one.fact.sealed is None]
    bulk.delete(tx, tables.fields, key, gone)


def _result_saved(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    key, kept = ("phone", "flow", "name"), ("result_sealed", "saved_at")
    rows = [
        (one.fact.subject, one.fact.body["flow"], one.fact.body["name"], one.fact.sealed, one.at)
        for one in recorded
    ]
    bulk.insert(tx, tables.results, key + kept, rows, conflict=key, update=kept)


def _reported(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = []
    for one in recorded:
        body: Mapping[str, Any] = one.fact.body
        rows.append(
            (
                body["id"],
                body["code"],
                bytes.fromhex(body["phone"]),
                one.fact.subject or None,
                body["category"],
                body["place"],
                one.fact.sealed,
                body["channel"],
                "new",
                one.at,
            )
        )
    bulk.insert(
        tx,
        tables.reports,
        (
            "id",
            "code",
            "phone",
            "participant",
            "category",
            "place",
            "words_sealed",
            "channel",
            "status",
            "filed_at",
        ),
        rows,
    )


def _report_changed(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    alike: defaultdict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for one in recorded:
        body: Mapping[str, Any] = one.fact.body
        columns = tuple(sorted(body["set"]))
        alike[columns].append((body["code"], *(body["set"][column] for column in columns)))
    for columns, rows in alike.items():
        bulk.update(tx, tables.reports, ("code",), columns, rows)


def _report_noted(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = []
    for one in recorded:
        body: Mapping[str, Any] = one.fact.body
        rows.append((body["id"], body["report"], body["by"], one.fact.sealed, one.at))
    columns = ("id", "report", "staff", "note_sealed", "written_at")
    bulk.insert(tx, tables.report_notes, columns, rows)


def _opened(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    assemblies = []
    motions = []
    for one in recorded:
        body: Mapping[str, Any] = one.fact.body
        assemblies.append(
            (
                body["number"],
                body["title"],
                body["place"],
                orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode(),
                body["definition_hash"],
                body["opens_at"],
                body["closes_at"],
                body.get("form"),
            )
        )
        motions += [
            (
                motion["number"],
                body["number"],
                position,
                orjson.dumps(motion["question"], option=orjson.OPT_SORT_KEYS).decode(),
                orjson.dumps(motion["options"], option=orjson.OPT_SORT_KEYS).decode(),
            )
            for position, motion in enumerate(body["motions"], start=1)
        ]
    bulk.insert(
        tx,
        tables.assemblies,
        (
            "number",
            "title",
            "place",
            "definition",
            "definition_hash",
            "opens_at",
            "closes_at",
            "form",
        ),
        assemblies,
    )
    bulk.insert(
        tx,
        tables.motions,
        ("number", "assembly", "position", "question", "options"),
        motions,
    )


def _closed(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = [(one.fact.body["number"], one.at) for one in recorded]
    bulk.update(tx, tables.assemblies, ("number",), ("closed_at",), rows)


def _hall_counted(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    key, kept = ("assembly", "hall", "position"), ("name", "staff", "figures", "counted_at")
    rows = []
    for one in recorded:
        body = one.fact.body
        figures = orjson.dumps(body["figures"], option=orjson.OPT_SORT_KEYS).decode()
        kept_values = (body["name"], body["staff"], figures, one.at)
        rows.append((*(body[name] for name in key), *kept_values))
    bulk.insert(tx, tables.hall_counts, key + kept, rows, conflict=key, update=kept)


def _minutes_written(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    names = ("assembly", "version", "text", "staff")
    rows = [(*(one.fact.body[name] for name in names), one.at) for one in recorded]
    bulk.insert(tx, tables.minutes, (*names, "written_at"), rows)


def _voted(tx: Transaction, recorded: Sequence[Recorded], _: Salts) -> None:
    rows = []
    for one in recorded:
        body = one.fact.body
        rows.append(
            (
                body["motion"],
                one.fact.subject,
                body["option"],
                body["channel"],
                body["changes"],
                one.at,
            )
        )
    bulk.insert(
        tx,
        tables.ballots,
        ("motion", "participant", "option", "channel", "changes", "cast_at"),
        rows,
        conflict=("motion", "participant"),
        update=("option", "channel", "changes", "cast_at"),
    )


def _journal_only(_tx: Transaction, _recorded: Sequence[Recorded], _: Salts) -> None:
    """The journal itself is where these facts are read."""


PROJECTIONS: Mapping[str, Projection] = {
    kinds.PARTICIPANT_JOINED: _joined,
    kinds.PARTICIPANT_CHANGED: _changed,
    kinds.PARTICIPANT_LEFT: _left,
    kinds.CONSENT_RECORDED: _consented,
    kinds.PHONE_STOPPED: _stopped,
    kinds.PHONE_STARTED: _started,
    kinds.GROUP_JOINED: _grouped,
    kinds.GROUP_LEFT: _ungrouped,
    kinds.FIELD_CHANGED: _field_changed,
    kinds.RESULT_SAVED: _result_saved,
    kinds.REPORT_FILED: _reported,
    kinds.REPORT_CHANGED: _report_changed,
    kinds.REPORT_NOTED: _report_noted,
    kinds.ASSEMBLY_OPENED: _opened,
    kinds.ASSEMBLY_CLOSED: _closed,
    kinds.HALL_COUNTED: _hall_counted,
    kinds.MINUTES_WRITTEN: _minutes_written,
    kinds.BALLOT_CAST: _voted,
    kinds.BALLOT_REFUSED: _journal_only,
    kinds.BROADCAST_SENT: _journal_only,
    kinds.BROADCAST_APPROVED: _journal_only,
    kinds.BROADCAST_PAUSED: _journal_only,
    kinds.BROADCAST_RESUMED: _journal_only,
    kinds.BROADCAST_STOPPED: _journal_only,
    kinds.NUMBERS_EXPORTED: _journal_only,
    kinds.CONVERSATION_READ: _journal_only,
}

_PLACES = {kind: place for place, kind in enumerate(PROJECTIONS)}

# The tables that facts alone can rebuild, with the columns that they decide.
PROJECTED = (
    (tables.participants, tuple(c.name for c in tables.participants.c)),
    (tables.memberships, tuple(c.name for c in tables.memberships.c)),
    (tables.fields, tuple(c.name for c in tables.fields.c)),
    (tables.results, tuple(c.name for c in tables.results.c)),
    (tables.reports, tuple(c.name for c in tables.reports.c)),
    (tables.report_notes, tuple(c.name for c in tables.report_notes.c)),
    (tables.assemblies, tuple(c.name for c in tables.assemblies.c)),
    (tables.motions, tuple(c.name for c in tables.motions.c)),
    (tables.ballots, tuple(c.name for c in tables.ballots.c)),
    (tables.hall_counts, tuple(c.name for c in tables.hall_counts.c)),
    (tables.minutes, tuple(c.name for c in tables.minutes.c)),
    (tables.phones, ("id", "opted_out_at")),
)
