"""The shipped flows as the people of a made-up movement go through them, and what is counted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta, timezone

from sqlalchemy import select

from gateway.core.movement.moments import DAY_MS
from gateway.core.movement.places import Places
from gateway.flowfiles.releases import Source, compile_release, read_source
from gateway.service.pretence.talks import Stage
from gateway.service.usage import Asked, FlowUse, Usage
from gateway.service.walkers.setting import Setting
from gateway.store import tables
from gateway.store.database import Database
from tests.exchange import FLOWS

ZONE = timezone(timedelta(hours=2))


def stage(places: Places, files: Mapping[str, bytes] | None = None) -> Stage:
    """Return the flows of a folder, else the shipped ones, for people to go through."""
    source = read_source(FLOWS) if files is None else Source(files)
    sms = Setting(compile_release(source), places)
    return Stage(source, sms.release, {"sms": sms, "ussd": replace(sms, channel="ussd")})


def used(database: Database, places: Places) -> Callable[[str], FlowUse]:
    """Return what looks up how people used a shipped flow within 30 days."""
    usage, release = Usage(database, ZONE, DAY_MS), stage(places).release
    return lambda flow: usage.of(release, flow, Asked())


def counted(database: Database) -> list[tuple[object, ...]]:
    """Return all that was counted of conversations, whichever process did."""
    columns = [column for column in tables.passages.c if column.name != "stream"]
    with database.read() as view:
        return [tuple(row) for row in view.execute(select(*columns).order_by(*columns[:5]))]
