"""A callback as the service meets it: what it is a repeat of, and whose phone it speaks for."""

from dataclasses import dataclass

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
from gateway.core.fast_init import fast_init
from gateway.core.movement import codes
from gateway.core.text import phone as phones
from gateway.service.ground import Ground, Line
from gateway.store.vault import Vault

OK, UNREADABLE, BUSY = 200, 400, 503


@fast_init
@dataclass(frozen=True, slots=True)
class Callback:
    """One callback as the edge hands it over. `event` is None where it could not be read.

    `body` is what came, kept if the callback cannot be handled. `received_at` is milliseconds.
    """

    channel: str
    kind: CallbackKind
    event: CallbackEvent | None
    body: bytes
    received_at: int
    problem: str | None = None


@fast_init
@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: an HTTP status and the text of a USSD screen, or nothing."""

    status: int
    screen: str = ""


@fast_init
@dataclass(frozen=True, slots=True)
class Request:
    """A callback with what gather needs to know of it."""

    callback: Callback
    line: Line
    key: bytes
    number: str | None
    phone: bytes | None

    @property
    def screen(self) -> bool:
        """Whether it may show what is pending."""
        return self.callback.kind in {CallbackKind.USSD, CallbackKind.SMS}

    @property
    def case(self) -> str | None:
        """The code of a report that it begins with, if it does."""
        event = self.callback.event
        named = codes.addressed(event.text) if isinstance(event, SmsReceived) else None
        return None if named is None else named[0]


def understood(ground: Ground, callback: Callback) -> Request:
    """Return a callback with its idempotency key and its phone."""
    number = _number(callback.event, ground.country)
    return Request(
        callback,
        ground.lines[callback.channel],
        _key(ground.vault, callback),
        number,
        None if number is None else ground.vault.phone_id(number),
    )


def _key(vault: Vault, callback: Callback) -> bytes:
    """Return the idempotency key: what a repeat of this callback has in common with it."""
    event = callback.event
    parts: tuple[str, ...]
    match event:
        case UssdTurn():
            parts = (event.session, event.phone, event.service_code, event.text)
        case SmsReceived(provider_id=str(name)) if name:
            parts = (name,)
        case SmsReceived():
            parts = (event.sender, event.recipient, event.text, str(event.provider_time))
        case UssdEnded():
            parts = (event.session, event.phone)
        case CallReceived():
            # A call that rings and the account of the same call afterwards are one.
            parts = (event.session,)
        case DeliveryReport():
            parts = (event.provider_ref, event.raw_status, event.reason or "")
        case None:
            parts = ("unreadable", callback.body.decode("latin-1"))
        case _:
            # Nothing in it tells a repeat from a second leaving; doing it twice does no harm.
            return vault.new_salt()
    return vault.request_key(callback.channel, callback.kind, *parts)


def content_key(vault: Vault, channel: str, event: SmsReceived) -> bytes:
    """Return what an SMS has in common with itself as the aggregator's archive tells it."""
    at = "" if event.provider_time is None else event.provider_time.strftime("%Y%m%d%H%M%S")
    return vault.request_key(channel, "content", event.sender, event.recipient, event.text, at)


def _number(event: CallbackEvent | None, country: str) -> str | None:
    """Return the E.164 number that a callback speaks for, or None where it speaks for nobody."""
    match event:
        case SmsReceived(sender=raw):
            return phones.normalise(raw, country)
        case UssdTurn(phone=raw) | OptedOut(phone=raw):
            return phones.normalise(raw, country)
        case SubscriptionChanged(phone=raw, added=False):
            return phones.normalise(raw, country)
        case DeliveryReport(phone=str(raw), opted_out=True):
            return phones.normalise(raw, country)
        case CallReceived(caller=str(raw), inbound=True):
            return phones.normalise(raw, country)
        case _:
            return None
