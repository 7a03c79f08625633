"""`gateway flows publish` and `status`: which release is in force, and what keeps one from it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.command import fail, opened_store
from gateway.cli.tables import print_json
from gateway.service.publishing import Publisher, Refused, Standing
from gateway.store.faults import FaultRow
from gateway.store.releases import FolderRow, Publication

SHORT = 12  # digits of a release's hash that people read


def publish(
    renumbered: Annotated[
        bool, typer.Option("--renumbered", help="Even if numbers in menus mean something else now.")
    ] = False,
) -> None:
    """Check the folder of flow files and put it in force now, for every process."""
    with opened_store() as store:
        publisher = bootstrap.publisher(store)
        before = None if renumbered else publisher.current()
        outcome = publisher.publish(publisher.read(), before)
        seconds = store.settings.flows.poll_seconds
    if isinstance(outcome, Refused):
        fail(f"{outcome.why}\nWhat was in force stays in force.")
    release = outcome.release.hash[:SHORT]
    if outcome.news:
        typer.echo(f"{release} is in force. Gateways that run take it within {seconds:g} seconds.")
    else:
        typer.echo(f"{release} is in force already.")


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell which release is in force, since when, what was refused, and what goes wrong in it."""
    with opened_store() as store:
        publisher = bootstrap.publisher(store)
        standing = publisher.standing()
    current = standing.in_force
    folders = [_folder(one, current) for one in standing.folders]
    here = {"name": publisher.name, **_here(publisher, standing)}
    if as_json:
        print_json(
            {
                "in_force": _publication(current),
                "folders": folders,
                "here": here,
                "faults": [_fault(one) for one in standing.faults],
            }
        )
        return
    if current is None:
        typer.echo("Nothing is in force: no gateway has run on this database yet.")
    else:
        since = _time(current.published_at)
        typer.echo(f"{current.release[:SHORT]} is in force since {since}, from {current.folder}.")
    for one in folders:
        if one["refused_why"]:
            still = "is refused" if one["refused_now"] else "was refused before"
            typer.echo(f"{one['name']} {still} ({one['refused_at']}): {one['refused_why']}")
    typer.echo(f"{here['name']} holds {here['holds']}.")
    for row in standing.faults:
        place = f"flow {row.place.flow}, step {row.place.node}"
        typer.echo(f"{row.times:,} times in {place}, last {_time(row.last_at)}: {row.place.reason}")


def _folder(row: FolderRow, current: Publication | None) -> dict[str, object]:
    return {
        "name": row.name,
        "release": row.seen,
        "in_force": current is not None and row.seen == current.release,
        "refused_why": row.refused_why,
        "refused_at": None if row.refused_at is None else _time(row.refused_at),
        "refused_now": (row.refused_at or 0) > (row.seen_at or 0),
    }


def _fault(row: FaultRow) -> dict[str, object]:
    return {
        "flow": row.place.flow,
        "step": row.place.node,
        "reason": row.place.reason,
        "times": row.times,
        "first_at": _time(row.first_at),
        "last_at": _time(row.last_at),
    }


def _publication(current: Publication | None) -> Mapping[str, object] | None:
    if current is None:
        return None
    return {
        "number": current.number,
        "release": current.release,
        "folder": current.folder,
        "published_at": _time(current.published_at),
    }


def _here(publisher: Publisher, standing: Standing) -> Mapping[str, object]:
    """Return what the folder of the settings holds at this moment."""
    found = publisher.read()
    if isinstance(found, Refused):
        return {"release": None, "holds": f"nothing that can be read: {found.why.rstrip('.')}"}
    current = standing.in_force
    holds = f"another release, {found.hash[:SHORT]}"
    if current is not None and current.release == found.hash:
        holds = "what is in force"
    elif any(one.name == publisher.name and one.refused == found.hash for one in standing.folders):
        holds = "what was refused"
    return {"release": found.hash, "holds": holds}


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
