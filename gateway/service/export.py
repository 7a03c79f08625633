"""Exports rows: participants, reports, votes, messages. Keeps nothing, and sends nothing anywhere.

Phone numbers leave only when they are asked for, and the journal says who asked, and why, before
the first of them is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.flow.expressions.template import compile_template, names_in
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.moments import iso
from gateway.core.movement.places import Places
from gateway.core.movement.wording import Wording
from gateway.service.letters import Letters
from gateway.service.spreadsheets import Cell
from gateway.store import exports, journal
from gateway.store.claims import Recipient
from gateway.store.database import Database
from gateway.store.exports import View
from gateway.store.vault import Sealed, Vault

Row = Sequence[Cell]
Write = Callable[[Sequence[str], Iterable[Row]], int]

PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Source:
    """What exports are read from. `language` is that of labels; `movement` the movement's name."""

    database: Database
    vault: Vault
    places: Places
    language: str
    movement: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One export of rows. `who` and `reason` are journalled when `numbers` are asked for."""

    what: str
    numbers: bool = False
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One export under way: all its pages are read from one view of the database."""

    source: Source
    view: View
    numbers: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of export: its columns, and how its rows are made."""

    columns: tuple[str, ...]
    rows: Callable[[Reading], Iterator[Row]]


def export(source: Source, wanted: Wanted, write: Write) -> int:
    """Write one export through `write` (see `spreadsheets`) and return how many rows it has.

    Everything is from one moment; memory does not grow with the rows.
    """
    sheet = SHEETS[wanted.what]
    columns = [name for name in sheet.columns if wanted.numbers or name != PHONE]
    with source.database.read() as view:
        if wanted.numbers:
            _journal(source.database, wanted, exports.count(view, wanted.what))
        return write(columns, sheet.rows(Reading(source, view, wanted.numbers)))


def _journal(database: Database, wanted: Wanted, rows: int) -> None:
    body = {"what": wanted.what, "rows": rows, "who": wanted.who, "reason": wanted.reason}
    with database.write() as tx:
        journal.record(tx, [Fact(kinds.NUMBERS_EXPORTED, b"", body)])


def _participants(reading: Reading) -> Iterator[Row]:
    source = reading.source
    for page in exports.participants(reading.view):
        for row in page:
            yield (
                bytes(row.id).hex(),
                row.number,
                *_phone(reading, row),
                opened(source, row.salt, b"name", row.name_sealed),
                *_place(source, row.place),
                row.language,
                row.gender,
                row.channel,
                row.medium,
                row.status,
                row.consent,
                _moment(row.opted_out_at),
                _moment(row.joined_at),
                _moment(row.left_at),
            )


def _reports(reading: Reading) -> Iterator[Row]:
    source = reading.source
    for page in exports.reports(reading.view):
        for row in page:
            salt = row.phone_salt if row.participant is None else row.salt
            yield (
                row.id,
                row.code,
                *_phone(reading, row),
                _hex(row.participant),
                row.category,
                *_place(source, row.place),
                opened(source, salt, b"words", row.words_sealed),
                row.channel,
                row.status,
                _moment(row.filed_at),
            )


def _votes(reading: Reading) -> Iterator[Row]:
    source = reading.source
    motions = {row.number: row for row in exports.motions(reading.view)}
    for page in exports.votes(reading.view):
        for row in page:
            motion = motions[row.motion]
            yield (
                motion.assembly,
                row.motion,
                _in(source.language, motion.question),
                row.option,
                _labels(source.language, motion.options).get(row.option),
                bytes(row.participant).hex(),
                row.number,
                *_phone(reading, row),
                *_place(source, row.place),
                row.channel,
                row.changes,
                _moment(row.cast_at),
            )


def _messages(reading: Reading) -> Iterator[Row]:
    source = reading.source
    channels = exports.channel_names(reading.view)
    letters = Letters(source.vault, source.places, source.movement)
    calls = {
        row.number: _wording(row.texts, source.language)
        for row in exports.broadcast_texts(reading.view)
    }
    for page in exports.messages(reading.view):
        for row in page:
            sealed = row.text_sealed is not None or row.broadcast is None
            yield (
                row.id,
                "in" if row.direction == exports.DIRECTION_IN else "out",
                *_phone(reading, row),
                opened(source, row.phone_salt, b"text", row.text_sealed)
                if sealed
                else _called(letters, calls.get(row.broadcast), row),
                Status(row.status).word,
                Purpose(row.purpose).word,
                channels.get(row.channel),
                row.broadcast,
                row.language,
                row.error,
                row.attempts,
                _moment(row.created_at),
                _moment(row.changed_at),
            )


# Every export of rows. `phone` is left out unless numbers are asked for.
SHEETS: Mapping[str, Sheet] = {
    "participants": Sheet(
        (
            "id",
            "number",
            PHONE,
            "name",
            "place",
            "place_code",
            "language",
            "gender",
            "channel",
            "medium",
            "status",
            "consent",
            "stopped_at",
            "joined_at",
            "left_at",
        ),
        _participants,
    ),
    "reports": Sheet(
        (
            "id",
            "code",
            PHONE,
            "participant",
            "category",
            "place",
            "place_code",
            "words",
            "channel",
            "status",
            "filed_at",
        ),
        _reports,
    ),
    "votes": Sheet(
        (
            "assembly",
            "motion",
            "question",
            "option",
            "label",
            "participant",
            "number",
            PHONE,
            "place",
            "place_code",
            "channel",
            "changes",
            "cast_at",
        ),
        _votes,
    ),
    "messages": Sheet(
        (
            "id",
            "direction",
            PHONE,
            "text",
            "status",
            "purpose",
            "channel",
            "broadcast",
            "language",
            "error",
            "attempts",
            "created_at",
            "changed_at",
        ),
        _messages,
    ),
}


def _phone(reading: Reading, row: Any) -> tuple[str, ...]:
    if not reading.numbers:
        return ()
    return (opened(reading.source, row.phone_salt, b"number", row.number_sealed),)


def opened(source: Source, salt: bytes | None, use: bytes, sealed: bytes | None) -> str:
    """Return what was sealed; nothing where there is nothing, or the person was erased."""
    if sealed is None or salt is None:
        return ""
    try:
        return source.vault.person(bytes(salt)).open(use, bytes(sealed)).decode()
    except Sealed:
        return ""  # of somebody who was erased, and has come back since


def _called(letters: Letters, wording: Wording | None, row: Any) -> str:
    """Return the text of a call to action as this person gets it, see `letters`."""
    if wording is None:
        return ""
    someone = Recipient(row.number, row.name_sealed, row.salt, row.place)
    recipient = None if row.number is None else someone
    return wording.render(row.language, letters.roots(recipient) if wording.personal else {})


def _wording(texts: str, language: str) -> Wording:
    compiled = {
        name: compile_template(text, names_in(text)) for name, text in orjson.loads(texts).items()
    }
    return Wording(compiled, language if language in compiled else next(iter(compiled)))


def _place(source: Source, code: str | None) -> tuple[str | None, str | None]:
    place = None if code is None else source.places.get(code)
    return (None if place is None else place.name), code


def _moment(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)


def _hex(key: bytes | None) -> str | None:
    return None if key is None else bytes(key).hex()


@lru_cache(maxsize=256)
def _in(language: str, texts: str) -> str:
    by_language: dict[str, str] = orjson.loads(texts)
    return by_language.get(language) or next(iter(by_language.values()))


@lru_cache(maxsize=256)
def _labels(language: str, options: str) -> Mapping[int, str]:
    return {
        one["number"]: one["label"].get(language) or next(iter(one["label"].values()))
        for one in orjson.loads(options)
    }
