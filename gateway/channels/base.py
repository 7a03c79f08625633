"""What every aggregator's adapter speaks: events in, outgoing messages and outcomes out.

An adapter translates and decides nothing. It raises `Unreadable` for a callback it cannot read and
`ChannelPaused` when the aggregator refuses everything for now; all other refusals are outcomes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.core.delivery.status import Status
from gateway.core.fast_init import fast_init


class CallbackKind(StrEnum):
    """The last part of a callback's address. Order is the order in the documentation."""

    SMS = "sms"
    USSD = "ussd"
    USSD_ENDED = "ussd-ended"
    DELIVERY = "delivery"
    OPTOUT = "optout"
    SUBSCRIPTION = "subscription"
    VOICE = "voice"


@fast_init
@dataclass(frozen=True, slots=True)
class SmsReceived:
    """One incoming SMS. `sender` is E.164, or the sender's letters or digits as they came."""

    sender: str
    recipient: str
    text: str
    provider_id: str | None
    provider_time: datetime | None
    link_id: str | None
    network: str | None


@fast_init
@dataclass(frozen=True, slots=True)
class UssdTurn:
    """One USSD callback. `text` is everything typed in the session so far, joined by ``*``."""

    session: str
    phone: str
    service_code: str
    text: str
    network: str | None


@dataclass(frozen=True, slots=True)
class UssdEnded:
    """The aggregator's record of a session that is over. Nobody waits for an answer."""

    session: str
    phone: str
    status: str
    duration_ms: int | None
    hops: int | None
    cost: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message. `status` is None for a word that we do not know yet."""

    provider_ref: str
    status: Status | None
    raw_status: str
    reason: str | None
    phone: str | None
    opted_out: bool  # the reason says that the person blocked us at the operator


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The person left through the operator or the aggregator."""

    phone: str
    sender_id: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """The person joined or left a premium subscription at the aggregator."""

    phone: str
    short_code: str
    keyword: str
    added: bool


@dataclass(frozen=True, slots=True)
class CallReceived:
    """A call to one of our numbers, which nobody takes. `caller` is None where it is withheld.

    `inbound` is false for a call that we are said to have made.
    """

    session: str
    caller: str | None
    called: str | None
    inbound: bool


CallbackEvent = (
    SmsReceived
    | UssdTurn
    | UssdEnded
    | DeliveryReport
    | OptedOut
    | SubscriptionChanged
    | CallReceived
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text for many numbers (E.164). `link_id` answers an on-demand premium request."""

    text: str
    numbers: tuple[str, ...]
    sender: str | None
    link_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The aggregator took the message. `provider_ref` is what its reports will name."""

    number: str
    provider_ref: str | None
    cost: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The aggregator did not take the message for this number."""

    number: str
    error: str  # our name, such as ``invalid_number``
    advice: str  # one sentence that an operator can act on; never the number or the text
    retryable: bool
    opted_out: bool = False


Outcome = Accepted | Refused


class Unreadable(Exception):
    """The callback lacks or mangles a field. Says which; carries no personal data."""

    def __init__(self, field: str, why: str) -> None:
        """Name the field and what is wrong with it, such as ``is missing``."""
        super().__init__(f"field '{field}' {why}")
        self.field = field


class ChannelPaused(Exception):
    """The aggregator refuses everything until a person acts: no credit, or an account on hold."""

    def __init__(self, error: str, advice: str) -> None:
        """`error` is our name for the refusal, `advice` the sentence shown to the operator."""
        super().__init__(advice)
        self.error = error
        self.advice = advice


class SendFailed(Exception):
    """The request as a whole failed. `sent_maybe` is true where the aggregator may have acted."""

    def __init__(self, error: str, advice: str, *, retryable: bool, sent_maybe: bool) -> None:
        """`error` is our name, `advice` one sentence without personal data."""
        super().__init__(advice)
        self.error = error
        self.advice = advice
        self.retryable = retryable
        self.sent_maybe = sent_maybe


class Aggregator(Protocol):
    """One connection to one aggregator. Thread-safe; `close` frees its sockets.

    `rejection` is what to answer to a call so that it is not taken and costs nobody anything.
    """

    kind: str
    rejection: str

    def parse(self, kind: CallbackKind, body: bytes, headers: Mapping[str, str]) -> CallbackEvent:
        """Read a callback's body. Raises `Unreadable`."""
        ...

    def send(self, message: Outgoing) -> tuple[Outcome, ...]:
        """Send one text to many numbers; one outcome per number, in order.

        Raises `ChannelPaused` or `SendFailed`.
        """
        ...

    def fetch(self, after: str | None) -> Iterator[tuple[str, SmsReceived]]:
        """Yield (cursor, message) received after a cursor, oldest first. Raises `SendFailed`."""
        ...

    def body_of(self, event: SmsReceived) -> bytes:
        """Return the body of a callback that `parse` would read as this event."""
        ...

    def close(self) -> None:
        """Close the connection pool."""
        ...
