"""The phones of the demo's page, each with what is on it now. Real ones are never among them.

A handset is state in memory, as a phone in a hand is: whoever looks at it sees the same.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from gateway.core.text.gsm7 import GSM7_SINGLE, UCS2_SINGLE, segments
from gateway.simulator.client import Screen, SimulatorClient, SimulatorRefused

NUMBERS: Final = tuple(f"+26097000000{digit}" for digit in range(1, 6))
DIGITS: Final = frozenset("0123456789*#")
LONGEST_TYPED: Final = 182  # what a network carries in one USSD answer
LONGEST_TEXT: Final = 459  # three parts of an SMS

_REMEMBERED: Final = 50
_REPLY_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Bubble:
    """One SMS as it stands in the list: written on this phone, or received."""

    text: str
    own: bool
    parts: int


@dataclass(frozen=True, slots=True)
class View:
    """What one phone shows. `units` of `holds` is how full the screen is."""

    slot: int
    number: str
    screen: str
    typed: str
    in_call: bool
    units: int
    holds: int
    note: str
    bubbles: tuple[Bubble, ...]


@dataclass(slots=True)
class _Handset:
    number: str
    typed: str = ""
    screen: str = ""
    session: str = ""
    note: str = ""
    seen: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    lock: Lock = field(default_factory=Lock)


class Handsets:
    """The phones on one simulator. Thread-safe. Raises `httpx.HTTPError` where it is gone."""

    def __init__(self, client: SimulatorClient, service_code: str) -> None:
        """Pressing call on an idle phone dials `service_code`."""
        self._client = client
        self._code = service_code
        self._phones: Mapping[int, _Handset] = {
            slot: _Handset(number) for slot, number in enumerate(NUMBERS, start=1)
        }

    def press(self, slot: int, key: str, typed: str) -> None:
        """Press a key: a digit, ``clear``, ``call`` or ``hangup``. `typed` is what stands there."""
        phone = self._phones[slot]
        with phone.lock:
            phone.typed, phone.note = typed[:LONGEST_TYPED], ""
            if key in DIGITS:
                phone.typed = (phone.typed + key)[:LONGEST_TYPED]
            elif key == "clear":
                phone.typed = phone.typed[:-1]
            elif key == "call":
                self._call(phone)
            elif key == "hangup":
                self._hang_up(phone)

    def text(self, slot: int, text: str) -> None:
        """Send an SMS and wait a moment for the answer, so that the next look shows it."""
        phone = self._phones[slot]
        written = text.replace("\r\n", "\n").strip()[:LONGEST_TEXT]
        if not written:
            return
        with phone.lock:
            newest = self._newest(phone)
            phone.sent.append((newest, written))
            phone.note = ""
        if not self._client.send_sms(phone.number, written).acknowledged:
            phone.note = "The gateway has not taken your SMS yet. The network keeps trying."
            return
        self._client.inbox(phone.number, after=newest, wait=_REPLY_SECONDS)

    def look(self, slot: int) -> View:
        """Return what a phone shows, and take its messages as read."""
        phone = self._phones[slot]
        received = [(one.number, one.text) for one in self._client.inbox(phone.number)]
        with phone.lock:
            phone.seen = received[-1][0] if received else 0
            cost = segments(phone.screen)
            return View(
                slot=slot,
                number=phone.number,
                screen=phone.screen,
                typed=phone.typed,
                in_call=bool(phone.session),
                units=cost.units,
                holds=GSM7_SINGLE if cost.encoding == "gsm7" else UCS2_SINGLE,
                note=phone.note,
                bubbles=_in_order(received, phone.sent),
            )

    def unread(self) -> Mapping[int, int]:
        """Return how many messages each phone has received since somebody looked at it."""
        return {
            slot: len(self._client.inbox(phone.number, after=phone.seen))
            for slot, phone in self._phones.items()
        }

    def close(self) -> None:
        """Close the connections to the simulator."""
        self._client.close()

    def _call(self, phone: _Handset) -> None:
        """Dial what is typed, ring it if it is a number, or answer the open screen with it."""
        try:
            if not phone.session and _is_number(phone.typed):
                self._ring(phone)
                return
            if phone.session:
                shown = self._client.answer(phone.session, phone.typed)
            else:
                shown = self._client.dial(phone.number, phone.typed or self._code)
        except SimulatorRefused as refused:
            phone.note = str(refused)
            return
        phone.typed = ""
        _show(phone, shown)

    def _ring(self, phone: _Handset) -> None:
        """Ring the movement, whatever its number: nobody takes the call."""
        free = self._client.call(phone.number)
        phone.typed = phone.screen = ""
        phone.note = "It rang; nobody took the call." if free else "The call was not rejected."

    def _hang_up(self, phone: _Handset) -> None:
        phone.typed = phone.screen = ""
        if phone.session:
            self._client.hangup(phone.session)
            phone.session, phone.note = "", "You hung up. Dial again to go on."

    def _newest(self, phone: _Handset) -> int:
        received = self._client.inbox(phone.number)
        return received[-1].number if received else 0


def _show(phone: _Handset, shown: Screen) -> None:
    phone.screen = shown.text
    phone.session = shown.session if shown.open else ""
    phone.note = "" if shown.open else "The call is over."


def _is_number(typed: str) -> bool:
    """Whether this is a number to ring, and no code to dial."""
    return typed.isascii() and typed.removeprefix("+").isdigit()


def _in_order(
    received: Sequence[tuple[int, str]], sent: Sequence[tuple[int, str]]
) -> tuple[Bubble, ...]:
    """Return what came and went, oldest first: a text stands behind what was there before it."""
    both = [(number, 0, text) for number, text in received] + [(at, 1, text) for at, text in sent]
    both.sort(key=lambda one: one[:2])
    return tuple(Bubble(text, bool(own), segments(text).count) for _, own, text in both)
