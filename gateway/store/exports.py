"""Reads what is exported, a page at a time and in order. Opens nothing that is sealed.

Pages are found by the last key of the page before, so the millionth costs what the first did, and
all pages of one export come from the view of one transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from gateway.core.movement.moments import DAY_MS
from gateway.store import tables
from gateway.store.database import SQLITE

PAGE = 2000
_SLICE = 16  # of the 256 first bytes of an id
DIRECTION_IN = 0

View = Connection

_P, _F, _R, _B, _M, _S = (
    tables.participants,
    tables.phones,
    tables.reports,
    tables.ballots,
    tables.messages,
    tables.results,
)


def signups(
    connection: Connection,
    columns: Sequence[str],
    offsets: Sequence[tuple[int, int]],
    *,
    include_left: bool,
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Yield (values of `columns`, number of participants), counted in SQL.

    Columns are those of participants, or when they joined by local time: ``day`` and ``week`` as
    their number from 1970 on (weeks begin on Monday), ``month`` as text such as ``2026-05``.
    `offsets` tells the time zone: from which millisecond on which offset to UTC, in milliseconds,
    holds; the first pair holds for all that came before. People are counted a slice at a time, so
    the same values come several times: add up their numbers.
    """
    times = _times(connection, _P.c.joined_at, offsets)
    keys = [times[name] if name in times else _P.c[name] for name in columns]
    query = select(*keys, func.count()).select_from(_P)
    if not include_left:
        query = query.where(_P.c.status == "member")
    if keys:
        query = query.group_by(*keys)
    # SQLite sorts what it groups, in memory; ids are hashes, so each slice is as large as another.
    for start in range(0, 256, _SLICE):
        part = query.where(_P.c.id >= bytes([start]))
        if start + _SLICE < 256:
            part = part.where(_P.c.id < bytes([start + _SLICE]))
        for row in connection.execute(part, execution_options={"yield_per": PAGE}):
            *values, people = row
            yield tuple(values), people


def signup_span(connection: Connection) -> tuple[int, int] | None:
    """Return when the first and the last participant joined, in milliseconds; None if none did."""
    first, last = connection.execute(
        select(func.min(_P.c.joined_at), func.max(_P.c.joined_at))
    ).one()
    return None if first is None else (first, last)


def filed(
    connection: Connection, columns: Sequence[str], offsets: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Yield (values of `columns`, number of reports) as `signups` does of people.

    Reports that are held because they put somebody in danger are in no count.
    """
    times = _times(connection, _R.c.filed_at, offsets)
    keys = [times[name] if name in times else _R.c[name] for name in columns]
    query = select(*keys, func.count()).select_from(_R).where(_HELD_BACK["reports"])
    if keys:
        query = query.group_by(*keys)
    for row in connection.execute(query, execution_options={"yield_per": PAGE}):
        *values, reports = row
        yield tuple(values), reports


def filed_span(connection: Connection) -> tuple[int, int] | None:
    """Return when the first and the last report was filed, in milliseconds; None if none was."""
    first, last = connection.execute(select(func.min(_R.c.filed_at), func.max(_R.c.filed_at))).one()
    return None if first is None else (first, last)


def count(connection: Connection, what: str) -> int:
    """Return how many rows an export of participants, reports, votes or messages has."""
    query = select(func.count()).select_from(_TABLES[what])
    if what in _HELD_BACK:
        query = query.where(_HELD_BACK[what])
    return int(connection.execute(query).scalar_one())


def participants(connection: Connection, page: int = PAGE) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of participants with what is sealed of their names and numbers."""

    def joined(p: Subquery) -> Select[Any]:
        return select(
            p.c.id,
            p.c.number,
            p.c.name_sealed,
            p.c.salt,
            p.c.place,
            p.c.language,
            p.c.gender,
            p.c.channel,
            p.c.medium,
            p.c.status,
            p.c.consent,
            p.c.joined_at,
            p.c.left_at,
            _F.c.number_sealed,
            _F.c.salt.label("phone_salt"),
            _F.c.opted_out_at,
        ).join_from(p, _F, _F.c.id == p.c.phone, isouter=True)

    return _pages(connection, _P, joined, page)


def reachable(row: Any) -> bool:
    """Whether a participant may be called: a member who said neither STOP nor no."""
    return bool(row.status == "member" and row.opted_out_at is None and row.consent != "no")


def count_reachable(connection: Connection, scope: frozenset[str] | None) -> int:
    """Return how many participants may be called, in some places or, with None, everywhere."""
    query = (
        select(_P.c.place, func.count())
        .join_from(_P, _F, _F.c.id == _P.c.phone)
        .where(
            _P.c.status == "member",
            _F.c.opted_out_at.is_(None),
            or_(_P.c.consent.is_(None), _P.c.consent != "no"),
        )
        .group_by(_P.c.place)
    )
    rows = connection.execute(query)
    return sum(people for place, people in rows if scope is None or place in scope)


def reports(connection: Connection, page: int = PAGE) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of reports with their sealed words and the salts that may open them.

    Those that are held for danger are left out.
    """

    def joined(r: Subquery) -> Select[Any]:
        return (
            select(
                r.c.id,
                r.c.code,
                r.c.participant,
                r.c.category,
                r.c.place,
                r.c.words_sealed,
                r.c.channel,
                r.c.status,
                r.c.filed_at,
                _F.c.number_sealed,
                _F.c.salt.label("phone_salt"),
                _P.c.salt,
            )
            .join_from(r, _F, _F.c.id == r.c.phone, isouter=True)
            .join(_P, _P.c.id == r.c.participant, isouter=True)
        )

    return _pages(connection, _R, joined, page, _HELD_BACK["reports"])


def votes(connection: Connection, page: int = PAGE) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of votes, motion by motion."""

    def joined(b: Subquery) -> Select[Any]:
        return (
            select(
                b.c.motion,
                b.c.participant,
                b.c.option,
                b.c.channel,
                b.c.changes,
                b.c.cast_at,
                _P.c.number,
                _P.c.place,
                _F.c.number_sealed,
                _F.c.salt.label("phone_salt"),
            )
            .join_from(b, _P, _P.c.id == b.c.participant, isouter=True)
            .join(_F, _F.c.id == _P.c.phone, isouter=True)
        )

    return _pages(connection, _B, joined, page)


def motions(connection: Connection) -> Sequence[Any]:
    """Return every motion with its assembly and its texts as JSON."""
    m = tables.motions
    return connection.execute(select(m.c.number, m.c.assembly, m.c.question, m.c.options)).all()


def messages(connection: Connection, page: int = PAGE) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of messages, and for those of a broadcast whom the text is about.

    What was written about a report that is held for danger is left out.
    """

    def joined(m: Subquery) -> Select[Any]:
        return (
            select(
                m.c.id,
                m.c.direction,
                m.c.purpose,
                m.c.channel,
                m.c.status,
                m.c.text_sealed,
                m.c.broadcast,
                m.c.language,
                m.c.error,
                m.c.attempts,
                m.c.created_at,
                m.c.changed_at,
                _F.c.number_sealed,
                _F.c.salt.label("phone_salt"),
                _P.c.name_sealed,
                _P.c.salt,
                _P.c.number,
                _P.c.place,
            )
            .join_from(m, _F, _F.c.id == m.c.phone, isouter=True)
            .join(
                _P,
                and_(m.c.broadcast.is_not(None), _P.c.phone == m.c.phone, _P.c.slot == 1),
                isouter=True,
            )
        )

    return _pages(connection, _M, joined, page, _HELD_BACK["messages"])


def flows_with_results(connection: Connection) -> Sequence[str]:
    """Return the flows that have saved any result.

    From one to the next by the index: it takes a step for each flow, whatever the results.
    """
    return list(_steps(connection, select(_S.c.flow), _S.c.flow))


def result_names(connection: Connection, flow: str) -> Sequence[str]:
    """Return the names of the results that a flow has saved."""
    return list(_steps(connection, select(_S.c.name).where(_S.c.flow == flow), _S.c.name))


def results(connection: Connection, flow: str, page: int = PAGE) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of what a flow saved, phone by phone, with whose it is where that is a member."""
    query: Select[Any] = (
        select(
            _S.c.phone,
            _S.c.name,
            _S.c.result_sealed,
            _S.c.saved_at,
            _F.c.salt,
            _P.c.id,
            _P.c.place,
            _P.c.gender,
            _P.c.language,
        )
        .join_from(_S, _F, _F.c.id == _S.c.phone, isouter=True)
        .join(_P, and_(_P.c.phone == _S.c.phone, _P.c.slot == 1), isouter=True)
        .where(_S.c.flow == flow)
        .order_by(_S.c.phone, _S.c.name)
        .limit(page)
    )
    after = query
    while rows := connection.execute(after).all():
        yield rows
        last = rows[-1]
        after = query.where(tuple_(_S.c.phone, _S.c.name) > tuple_(last.phone, last.name))


def broadcast_texts(connection: Connection) -> Sequence[Any]:
    """Return every broadcast's texts by language, as JSON."""
    b = tables.broadcasts
    return connection.execute(select(b.c.number, b.c.texts)).all()


def channel_names(connection: Connection) -> dict[int, str]:
    """Return the names of the channels by their ids."""
    rows = connection.execute(select(tables.channels.c.id, tables.channels.c.name))
    return {row.id: row.name for row in rows}


_IN_DANGER = select(_R.c.id).where(_R.c.id == _M.c.report, _R.c.danger_at.is_not(None))
_HELD_BACK: Mapping[str, ColumnElement[bool]] = {
    "reports": _R.c.danger_at.is_(None),
    "messages": or_(_M.c.report.is_(None), ~_IN_DANGER.exists()),
}
_TABLES = {"participants": _P, "reports": _R, "votes": _B, "messages": _M}


def _times(
    connection: Connection, moment: ColumnElement[int], offsets: Sequence[tuple[int, int]]
) -> dict[str, ColumnElement[Any]]:
    """Return the SQL for the local day, week and month of a moment."""
    before: ColumnElement[int] = literal_column(str(offsets[0][1]))
    later: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
        (moment >= literal_column(str(start)), literal_column(str(offset)))
        for start, offset in reversed(offsets[1:])
    ]
    offset = case(*later, else_=before) if later else before
    local = (moment + offset).self_group()
    day = local.op("/")(literal_column(str(DAY_MS))).self_group()
    # 1 January 1970 was a Thursday.
    week = (day + literal_column("3")).self_group().op("/")(literal_column("7"))
    seconds = local.op("/")(literal_column("1000"))
    if connection.dialect.name == SQLITE:
        month: ColumnElement[Any] = func.strftime(
            literal_column("'%Y-%m'"), seconds, literal_column("'unixepoch'")
        )
    else:
        utc = func.timezone(literal_column("'UTC'"), func.to_timestamp(seconds))
        month = func.to_char(utc, literal_column("'YYYY-MM'"))
    return {"day": day, "week": week, "month": month}


def _steps(connection: Connection, query: Select[Any], column: ColumnElement[str]) -> Iterator[str]:
    """Yield the values of a column that begins an index, each once, in order."""
    first = query.order_by(column).limit(1)
    found = connection.execute(first).scalar()
    while found is not None:
        yield found
        found = connection.execute(first.where(column > found)).scalar()


def _pages(
    connection: Connection,
    table: Table,
    joined: Callable[[Subquery], Select[Any]],
    size: int,
    only: ColumnElement[bool] | None = None,
) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages in the order of the primary key; `joined` adds to a page what belongs to it.

    The page is taken before anything is joined to it, so no database is tempted to join the whole
    tables first.
    """
    key = tuple(table.primary_key.columns)
    page = select(table).order_by(*key).limit(size)
    if only is not None:
        page = page.where(only)
    last: Row[Any] | None = None
    while True:
        if last is None:
            part = page.subquery()
        else:
            values = [getattr(last, column.name) for column in key]
            part = page.where(tuple_(*key) > tuple_(*values)).subquery()
        query = joined(part).order_by(*(part.c[column.name] for column in key))
        rows = connection.execute(query).all()
        if rows:
            yield rows
        if len(rows) < size:
            return
        last = rows[-1]
