"""Imported definitions on a phone: compiled, played, and what came of it."""

from typing import Any

from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.events import Event, Requested
from gateway.core.flow.turn import Responded
from gateway.flowfiles.rapidpro.compile import compile_flow
from gateway.flowfiles.rapidpro.neighbours import Neighbours
from tests.flowfiles.rapidpro.definitions import Json, migrated
from tests.graphs import person, release_of
from tests.stage import Phone

ASSETS = Assets(
    fields={
        "age": Field("age", "Age", "number"),
        "born": Field("born", "Born", "datetime"),
        "nick": Field("nick", "Nick", "text"),
    },
    groups=(Group("g-1", "Marshals"), Group("g-2", "Drivers")),
    global_texts={"place": "Chipata"},
    channels=(("c-1", "Line", "20200", ("tel",)),),
)


def on_phone(*definitions: Json, around: Neighbours | None = None, **contact: Any) -> Phone:
    """Return a phone on a release of definitions, which are named by their uuids."""
    around = around or Neighbours()
    flows = [compile_flow(migrated(one).flow, around) for one in definitions]
    return Phone(release_of(*flows, assets=ASSETS), contact=person(**contact))


def played(
    *definitions: Json, replies: tuple[str, ...] = (), **contact: Any
) -> tuple[str, list[Event]]:
    """Return what the phone showed, a turn in each line, and all events, of the first flow."""
    phone = on_phone(*definitions, **contact)
    shown = [phone.start("flow-1")]
    events = list(phone.events)
    for one in replies:
        shown.append(phone.reply(one))
        events += phone.events
    return "\n".join(shown), events


def answered(phone: Phone, status: int = 200, body: str = "") -> str:
    """Answer the server that was asked last, and return what the phone shows."""
    (asked,) = phone.events_of(Requested)
    assert isinstance(asked, Requested)
    return phone.give(Responded(asked.ticket, status, body))
