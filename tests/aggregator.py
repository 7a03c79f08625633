"""An aggregator for tests: a real adapter that keeps what it is given and answers as it is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from gateway.channels.base import (
    Accepted,
    CallbackEvent,
    CallbackKind,
    Outcome,
    Outgoing,
    SmsReceived,
    Unreadable,
)

Answer = Callable[[Outgoing], tuple[Outcome, ...]]


@dataclass
class KeptAggregator:
    """Accepts everything, until `answer` says otherwise. `during` runs while it is being called."""

    kind: str = "kept"
    rejection: str = "not taken"
    sent: list[Outgoing] = field(default_factory=list)
    answer: Answer | None = None
    during: Callable[[], None] | None = None
    _references: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def send(self, message: Outgoing) -> tuple[Outcome, ...]:
        with self._lock:
            self.sent.append(message)
        if self.during is not None:
            self.during()
        if self.answer is not None:
            return self.answer(message)
        return self.accept(message)

    def accept(self, message: Outgoing) -> tuple[Outcome, ...]:
        return tuple(
            Accepted(one, f"ref-{next(self._references)}", None) for one in message.numbers
        )

    def parse(self, kind: CallbackKind, body: bytes, headers: Mapping[str, str]) -> CallbackEvent:
        raise Unreadable("body", "is never read here")

    def fetch(self, after: str | None) -> Iterator[tuple[str, SmsReceived]]:
        return iter(())

    def body_of(self, event: SmsReceived) -> bytes:
        return event.text.encode()

    def close(self) -> None:
        self.answer = None

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Every text with its number, in the order of the requests."""
        return [(number, message.text) for message in self.sent for number in message.numbers]
