"""Questions to servers as conversations have them: asked for, let go, held for a screen. Asks none.

A thread knows the number of its question. What comes under another number finds nobody waiting, so
an answer never reaches a conversation that has moved on, ended or begun anew.
"""

from dataclasses import replace
from typing import Final

import orjson

from gateway.core.flow.events import Requested
from gateway.servers.allowed import Server
from gateway.servers.answers import Request, Trouble
from gateway.service.ground import Ground, Line
from gateway.service.speaking import Shown
from gateway.service.thread import Held
from gateway.service.world import Caller, World
from gateway.store import webhooks
from gateway.store.vault import Person
from gateway.store.webhooks import NewWebhook

REQUEST: Final = b"webhook"  # the use under which what is asked is sealed


def refusal(ground: Ground, asked: Requested) -> Trouble | None:
    """Return why a server is not to be asked, if it is not."""
    found = ground.servers.find(asked.url)
    return found if isinstance(found, Trouble) else None


def ask(world: World, caller: Caller, line: Line, flow: str, asked: Requested) -> None:
    """Have a server asked once this turn is committed; the thread waits for that answer."""
    server = world.ground.servers.find(asked.url)
    host = server.name if isinstance(server, Server) else ""
    caller.thread.asked = next(world.ids)
    request = Request(
        asked.method, asked.url, asked.headers, asked.body, asked.seconds, asked.secrets
    )
    _add(world, caller, line, flow, asked, host, sealed(caller.sealer, request))


def note_refused(
    world: World, caller: Caller, line: Line, flow: str, asked: Requested, why: Trouble
) -> None:
    """Keep for operators that a server was not asked, and why. The address may hold anything."""
    number = next(world.ids)
    world.webhooks.new.append(
        NewWebhook(
            number, caller.phone, line.id, flow, asked.ticket, "", asked.method, asked.seconds,
            None, why.name.lower(),
        )
    )  # fmt: skip


def spare(world: World, caller: Caller, asked: int, held: Held | None) -> None:
    """Wait on for what was waited for before a turn that came between."""
    if asked:
        world.webhooks.spare(asked)
    caller.thread.asked, caller.thread.held = asked, held


def hold(caller: Caller, shown: Shown) -> None:
    """Keep what a screen is to show until the person looks at it."""
    before = caller.thread.held
    texts = shown.texts[:-1] if shown.asks else shown.texts  # not that it waits
    caller.thread.held = Held(
        (*(before.texts if before else ()), *texts), shown.options, shown.ways, shown.waits
    )


def take_held(world: World, caller: Caller) -> Shown | None:
    """Return what was kept for the screen, which is seen now; None where nothing was."""
    thread = caller.thread
    held = thread.held
    if held is None:
        return None
    caller.moved = True
    thread.held = None
    shown = Shown(held.texts, held.options, held.waits, held.ways)
    if thread.state is not None and thread.state.at is not None:
        wait = world.current.text("please_wait", caller.language or world.ground.language)
        return replace(shown, texts=(*held.texts, wait), waits=True, asks=True)
    if thread.asked:
        world.webhooks.end(thread.asked, webhooks.DONE)
        thread.asked = 0
    return shown


def sealed(sealer: Person, request: Request) -> bytes:
    """Seal what is asked under a person's key."""
    parts = (request.method, request.url, request.headers, request.body, request.seconds,
             request.secrets)  # fmt: skip
    return sealer.seal(REQUEST, orjson.dumps(parts))


def opened(sealer: Person, stored: bytes) -> Request:
    """Return what `sealed` sealed."""
    method, url, headers, body, seconds, secrets = orjson.loads(sealer.open(REQUEST, stored))
    return Request(
        method, url, tuple(map(tuple, headers)), body, seconds, tuple(map(tuple, secrets))
    )


def _add(
    world: World, caller: Caller, line: Line, flow: str, asked: Requested, host: str, kept: bytes
) -> None:
    world.webhooks.new.append(
        NewWebhook(
            caller.thread.asked, caller.phone, line.id, flow, asked.ticket, host, asked.method,
            asked.seconds, kept,
        )
    )  # fmt: skip
