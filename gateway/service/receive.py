"""One batch of callbacks, one transaction: gather, decide, apply, commit, then the answers.

Nothing is answered before its batch is committed. A batch that breaks is rolled back and its
callbacks are taken one at a time; one that still breaks is kept, with the error, and apologised
for. A database that does not answer is no fault of the callback: the aggregator is asked to retry.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from gateway.channels.base import (
    CallbackEvent,
    CallbackKind,
    CallReceived,
    DeliveryReport,
    OptedOut,
    SmsReceived,
    SubscriptionChanged,
    UssdEnded,
    UssdTurn,
)
from gateway.service import actions, apply, campaigns, ringing, sms, ussd
from gateway.service.faults import described
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground
from gateway.service.requests import (
    OK,
    UNREADABLE,
    Answer,
    Callback,
    Request,
    content_key,
    understood,
)
from gateway.service.world import Via, World
from gateway.store import inbox
from gateway.store.database import UNAVAILABLE, Database
from gateway.store.inbox import Entry, Taken
from gateway.store.outbox import Reported
from gateway.store.vault import Vault

log = structlog.get_logger()

_DONE: Final = int(Taken.DONE)


class Receiver:
    """Takes batches of callbacks. One thread calls it; several processes may have one each."""

    def __init__(self, database: Database, ground: Ground) -> None:
        """Take the open database and what all turns stand on."""
        self._database = database
        self._ground = ground

    def receive(self, batch: Sequence[Callback]) -> list[Answer]:
        """Handle callbacks and return their answers, in order, when all is committed.

        Raises whatever the database raises when not even the failure could be kept.
        """
        requests = [understood(self._ground, callback) for callback in batch]
        try:
            return self._together(requests)
        except Exception as trouble:  # noqa: BLE001 - the batch is taken apart to find the culprit
            log.warning("batch_taken_apart", size=len(batch), error=type(trouble).__name__)
        return [self._alone(request) for request in requests]

    def take_again(self, callback: Callback, kept: int) -> bool:
        """Handle a callback that was kept because it failed; return whether it went through.

        Its row is replaced in the same transaction, so a failure leaves it where it was.
        """
        request = understood(self._ground, callback)
        try:
            with self._database.write() as tx:
                inbox.forget(tx, kept)
                world = gather(tx, self._ground, [_wanted(request)])
                _decide(world, request)
                apply.write(tx, world)
        except UNAVAILABLE:
            raise
        except Exception as trouble:  # noqa: BLE001 - it stays kept, with the new error
            with self._database.write() as tx:
                inbox.note_error(tx, kept, described(trouble))
            return False
        return True

    def _together(self, requests: Sequence[Request]) -> list[Answer]:
        with self._database.write() as tx:
            world = gather(tx, self._ground, [_wanted(request) for request in requests])
            answers = [_decide(world, request) for request in requests]
            apply.write(tx, world)
        return answers

    def _alone(self, request: Request) -> Answer:
        try:
            return self._together([request])[0]
        except UNAVAILABLE:
            raise
        except Exception as trouble:  # noqa: BLE001 - kept with its error below, never dropped
            error = described(trouble)
            log.error("callback_failed", kind=request.callback.kind, error=error)
        return self._keep_failed(request, error)

    def _keep_failed(self, request: Request, error: str) -> Answer:
        screen = _apology(self._ground) if request.callback.kind is CallbackKind.USSD else ""
        with self._database.write() as tx:
            before = inbox.earlier(tx, [request.key]).get(request.key)
            if before is None:
                number = tx.head.take_id()
                entry = _entry(self._ground.vault, request, number, Taken.FAILED, error)
                inbox.keep(tx, [entry])
        return Answer(OK, screen)


def _wanted(request: Request) -> Wanted:
    return Wanted(request.key, request.phone, request.number or "", request.screen, request.case)


def _decide(world: World, request: Request) -> Answer:
    """Decide one callback within the batch's world."""
    repeat = world.entries.get(request.key)
    if repeat is not None:
        return _answer_again(world, repeat.phone, repeat.reply_sealed, request)
    before = world.earlier.get(request.key)
    if before is not None:
        return _answer_again(world, before.phone, before.reply_sealed, request)
    event = request.callback.event
    number = next(world.ids)
    if event is None:
        problem = request.callback.problem or "unreadable"
        world.entries[request.key] = _entry(world.vault, request, number, Taken.UNREADABLE, problem)
        return Answer(UNREADABLE, problem)
    screen = _DECISIONS[type(event)](world, request, event)
    world.entries[request.key] = _taken(world, request, number, screen)
    return Answer(OK, screen or "")


def _sms(world: World, request: Request, event: SmsReceived) -> None:
    if request.phone is not None:
        caller = campaigns.heard(world, world.callers[request.phone], request.line)
        sms.receive(world, caller, request.line, event)


def _ussd(world: World, request: Request, event: UssdTurn) -> str:
    if request.phone is None:
        return _apology(world.ground)
    caller = campaigns.heard(world, world.callers[request.phone], request.line)
    return ussd.receive(world, caller, request.line, event)


def _call(world: World, request: Request, _: CallReceived) -> None:
    if request.phone is not None:
        caller = campaigns.heard(world, world.callers[request.phone], request.line)
        ringing.receive(world, caller, request.line)


def _delivery(world: World, request: Request, event: DeliveryReport) -> None:
    error = event.reason if event.status is not None else f"unknown status {event.raw_status}"
    reports = world.reports.setdefault(request.line.id, [])
    reports.append(Reported(event.provider_ref, event.status, error))
    if event.opted_out:
        _left_elsewhere(world, request, event)


def _left_elsewhere(world: World, request: Request, _: CallbackEvent) -> None:
    """The operator or the aggregator was told STOP: it counts as if we had been told."""
    if request.phone is not None:
        caller = world.callers[request.phone]
        caller.moved = True
        actions.stop(world, caller, Via(request.line.name, request.callback.kind), "elsewhere")


def _nothing(_world: World, _request: Request, _event: CallbackEvent) -> None:
    """The callback is kept in the inbox, and there is nothing to do about it."""


_DECISIONS: Mapping[type, Callable[..., str | None]] = {
    SmsReceived: _sms,
    UssdTurn: _ussd,
    UssdEnded: _nothing,
    DeliveryReport: _delivery,
    OptedOut: _left_elsewhere,
    SubscriptionChanged: _left_elsewhere,
    CallReceived: _call,
}


def _answer_again(
    world: World, phone: bytes | None, reply: bytes | None, request: Request
) -> Answer:
    """Answer a repeat with what the callback got the first time."""
    if request.callback.event is None:
        return Answer(UNREADABLE, request.callback.problem or "unreadable")
    if phone is None or reply is None:
        # It failed, or has no number; a screen must show something all the same.
        apology = request.callback.kind is CallbackKind.USSD
        return Answer(OK, _apology(world.ground) if apology else "")
    return Answer(OK, world.callers[phone].sealer.open(inbox.REPLY, reply).decode())


def _apology(ground: Ground) -> str:
    return ussd.END + ground.releases.current.text("sorry", ground.language)


def _taken(world: World, request: Request, number: int, screen: str | None) -> Entry:
    event, phone = request.callback.event, request.phone
    reply = None
    if screen and phone is not None:
        reply = world.callers[phone].sealer.seal(inbox.REPLY, screen.encode())
    content = payload = None
    if isinstance(event, SmsReceived):
        content = content_key(world.vault, request.line.name, event)
    if phone is None or isinstance(event, UssdEnded | SubscriptionChanged):
        payload = world.vault.node.seal(inbox.PAYLOAD, request.callback.body)
    return Entry(
        number,
        request.key,
        request.line.id,
        str(request.callback.kind),
        _DONE,
        request.callback.received_at,
        phone,
        content,
        payload,
        reply,
    )


def _entry(vault: Vault, request: Request, number: int, status: Taken, error: str) -> Entry:
    """Return the row of a callback that could not be handled; what came is sealed into it."""
    return Entry(
        number,
        request.key,
        request.line.id,
        str(request.callback.kind),
        int(status),
        request.callback.received_at,
        payload_sealed=vault.node.seal(inbox.PAYLOAD, request.callback.body),
        error=error,
    )
