"""USSD sessions as the operator sees them: who dialled, and everything typed. No clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.core.text.gsm7 import septets

_MOST_SEPTETS = 182  # 160 octets, the longest USSD string that a GSM network carries
_MOST_UNITS = 80


@dataclass(slots=True)
class Session:
    """One open session. Times are seconds on any clock that does not jump."""

    id: str
    phone: str
    service_code: str
    began: float
    inputs: list[str] = field(default_factory=list)
    hops: int = 0
    last_answer: str = ""

    @property
    def text(self) -> str:
        """Everything typed so far as the aggregator posts it: joined, never escaped."""
        return "*".join(self.inputs)


class Sessions:
    """The sessions that are open. Past `most` of them the oldest is forgotten."""

    def __init__(self, *, seconds: int, most: int = 10_000) -> None:
        """Keep a session open for at most `seconds`."""
        self._seconds = seconds
        self._most = most
        self._open: dict[str, Session] = {}

    def dial(
        self, session: str, phone: str, dialled: str, service_code: str, now: float
    ) -> Session | None:
        """Open a session, or return None for a code that leads nowhere.

        What was dialled beyond the service code, as in ``*384*99*2*1#``, counts as typed.
        """
        stem = service_code.removesuffix("#")
        if dialled.removesuffix("#") != stem and not dialled.startswith(f"{stem}*"):
            return None
        deeper = dialled.removesuffix("#")[len(stem) + 1 :]
        while len(self._open) >= self._most:
            del self._open[next(iter(self._open))]
        opened = Session(session, phone, service_code, now, [deeper] if deeper else [])
        self._open[session] = opened
        return opened

    def find(self, session: str) -> Session | None:
        """Return a session that is open."""
        return self._open.get(session)

    def close(self, session: str) -> Session | None:
        """Close a session and return it, or None if it is not open."""
        return self._open.pop(session, None)

    def expire(self, now: float) -> Iterator[Session]:
        """Close the sessions that lasted too long, and yield them."""
        for session in list(self._open.values()):
            if now - session.began < self._seconds:
                return  # sessions stand in the order they began
            del self._open[session.id]
            yield session

    def clear(self) -> None:
        """Forget every session."""
        self._open.clear()

    def __len__(self) -> int:
        return len(self._open)


def fits_a_screen(text: str) -> bool:
    """Whether a network could carry the text; a longer one is cut off on real handsets."""
    units = septets(text)
    if units is None:
        return len(text.encode("utf-16-be")) // 2 <= _MOST_UNITS
    return units <= _MOST_SEPTETS
