"""Reads what is exported, a page at a time and in order. Opens nothing that is sealed.

Pages are found by the last key of the page before, so the millionth costs what the first did, and
all pages of one export come from the view of one transaction.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
    tuple_,
)

from gateway.core.movement.moments import DAY_MS
from gateway.store import tables

PAGE = 2000
DIRECTION_IN = 0

View = Connection

_P, _F, _R, _B, _M = (
    tables.participants,
    tables.phones,
    tables.reports,
    tables.ballots,
    tables.messages,
)


def signups(
    connection: Connection,
    columns: Sequence[str],
    offsets: Sequence[tuple[int, int]],
    *,
    include_left: bool,
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Yield (values of `columns`, number of participants), counted in SQL.

    Columns are those of participants, or ``day``: the local days from 1970 until they joined.
    `offsets` tells the time zone: from which millisecond on which offset to UTC, in milliseconds,
    holds; the first pair holds for all that came before.
    """
    keys = [_local_day(offsets) if name == "day" else _P.c[name] for name in columns]
    query = select(*keys, func.count()).select_from(_P)
    if not include_left:
        query = query.where(_P.c.status == "member")
    if keys:
        query = query.group_by(*keys)
    for row in connection.execute(query, execution_options={"yield_per": PAGE}):
        *values, count = row
        yield tuple(values), count


def signup_span(connection: Connection) -> tuple[int, int] | None:
    """Return when the first and the last participant joined, in milliseconds; None if none did."""
    first, last = connection.execute(
        select(func.min(_P.c.joined_at), func.max(_P.c.joined_at))
    ).one()
    return None if first is None else (first, last)


def count(connection: Connection, what: str) -> int:
    """Return how many rows an export of participants, reports, votes or messages has."""
    query = select(func.count()).select_from(_TABLES[what])
    return int(connection.execute(query).scalar_one())


def participants(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of participants with what is sealed of their names and numbers."""
    query = select(
        _P.c.id,
        _P.c.number,
        _P.c.name_sealed,
        _P.c.salt,
        _P.c.place,
        _P.c.language,
        _P.c.gender,
        _P.c.channel,
        _P.c.status,
        _P.c.consent,
        _P.c.joined_at,
        _P.c.left_at,
        _F.c.number_sealed,
        _F.c.salt.label("phone_salt"),
        _F.c.opted_out_at,
    ).join_from(_P, _F, _F.c.id == _P.c.phone)
    return _pages(connection, query, (_P.c.id,))


def reports(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of reports with their sealed words and the salts that may open them."""
    query = (
        select(
            _R.c.id,
            _R.c.code,
            _R.c.participant,
            _R.c.category,
            _R.c.place,
            _R.c.words_sealed,
            _R.c.channel,
            _R.c.status,
            _R.c.filed_at,
            _F.c.number_sealed,
            _F.c.salt.label("phone_salt"),
            _P.c.salt,
        )
        .join_from(_R, _F, _F.c.id == _R.c.phone, isouter=True)
        .join(_P, _P.c.id == _R.c.participant, isouter=True)
    )
    return _pages(connection, query, (_R.c.id,))


def votes(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of votes, motion by motion."""
    query = (
        select(
            _B.c.motion,
            _B.c.participant,
            _B.c.option,
            _B.c.channel,
            _B.c.changes,
            _B.c.cast_at,
            _P.c.number,
            _P.c.place,
            _F.c.number_sealed,
            _F.c.salt.label("phone_salt"),
        )
        .join_from(_B, _P, _P.c.id == _B.c.participant, isouter=True)
        .join(_F, _F.c.id == _P.c.phone, isouter=True)
    )
    return _pages(connection, query, (_B.c.motion, _B.c.participant))


def motions(connection: Connection) -> Sequence[Any]:
    """Return every motion with its assembly and its texts as JSON."""
    m = tables.motions
    return connection.execute(select(m.c.number, m.c.assembly, m.c.question, m.c.options)).all()


def messages(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of messages, and for those of a broadcast whom the text is about."""
    query = (
        select(
            _M.c.id,
            _M.c.direction,
            _M.c.purpose,
            _M.c.channel,
            _M.c.status,
            _M.c.text_sealed,
            _M.c.broadcast,
            _M.c.language,
            _M.c.error,
            _M.c.attempts,
            _M.c.created_at,
            _M.c.changed_at,
            _F.c.number_sealed,
            _F.c.salt.label("phone_salt"),
            _P.c.name_sealed,
            _P.c.salt,
            _P.c.number,
            _P.c.place,
        )
        .join_from(_M, _F, _F.c.id == _M.c.phone, isouter=True)
        .join(
            _P,
            and_(_M.c.broadcast.is_not(None), _P.c.phone == _M.c.phone, _P.c.slot == 1),
            isouter=True,
        )
    )
    return _pages(connection, query, (_M.c.id,))


def broadcast_texts(connection: Connection) -> Sequence[Any]:
    """Return every broadcast's texts by language, as JSON."""
    b = tables.broadcasts
    return connection.execute(select(b.c.number, b.c.texts)).all()


def channel_names(connection: Connection) -> dict[int, str]:
    """Return the names of the channels by their ids."""
    rows = connection.execute(select(tables.channels.c.id, tables.channels.c.name))
    return {row.id: row.name for row in rows}


_TABLES = {"participants": _P, "reports": _R, "votes": _B, "messages": _M}


def _local_day(offsets: Sequence[tuple[int, int]]) -> ColumnElement[Any]:
    """Return the SQL for the local day number of `joined_at`."""
    before: ColumnElement[int] = literal_column(str(offsets[0][1]))
    later: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
        (_P.c.joined_at >= literal_column(str(start)), literal_column(str(offset)))
        for start, offset in reversed(offsets[1:])
    ]
    offset = case(*later, else_=before) if later else before
    return (_P.c.joined_at + offset).self_group().op("/")(literal_column(str(DAY_MS)))


def _pages(
    connection: Connection, query: Select[Any], key: tuple[ColumnElement[Any], ...]
) -> Iterator[Sequence[Row[Any]]]:
    ordered = query.order_by(*key).limit(PAGE)
    rows = connection.execute(ordered).all()
    while rows:
        yield rows
        last = rows[-1]
        if len(key) == 1:
            after = key[0] > getattr(last, str(key[0].key))
        else:
            after = tuple_(*key) > tuple_(*(getattr(last, str(part.key)) for part in key))
        rows = connection.execute(ordered.where(after)).all() if len(rows) == PAGE else []
