"""One phone in the laboratory: dials, types, drops calls, sends SMS and reads them."""

from dataclasses import dataclass

from gateway.channels.base import CallbackKind, CallReceived, SmsReceived, UssdEnded, UssdTurn
from gateway.service.flowlab.laboratory import Laboratory
from gateway.service.ussd import CONTINUE, END, SEPARATOR


@dataclass(slots=True)
class Call:
    """A USSD session under way: its name, the code dialled, and all that was typed in it."""

    name: str
    code: str
    typed: str


class Handset:
    """A phone. `screen` is what it shows, None where no call is; `open` that it waits."""

    def __init__(self, lab: Laboratory, number: str, network: str = "64501") -> None:
        """Take a number (E.164) and the code of the network that it is on."""
        self.lab = lab
        self.number = number
        self.network = network
        self.screen: str | None = None
        self._call: Call | None = None
        self._read = 0

    @property
    def open(self) -> bool:
        """Whether a call is under way, whose screen waits for something to be typed."""
        return self._call is not None

    def dial(self, code: str) -> None:
        """Dial a code. What goes beyond the gateway's own, ``*384*20200*2#``, is typed at once."""
        base = self.lab.setting.dialled.removesuffix("#")
        deeper = code.removesuffix("#")
        own, typed = code, ""
        if deeper.startswith(base + SEPARATOR):
            own, typed = self.lab.setting.dialled, deeper[len(base) + 1 :]
        self._call = Call(f"call-{next(self.lab.names)}", own, typed)
        self._turn()

    def type(self, text: str) -> None:
        """Type an answer. Needs an open call."""
        call = self._call
        if call is None:
            raise ValueError("no call is under way")
        call.typed = f"{call.typed}{SEPARATOR}{text}" if call.typed else text
        self._turn()

    def drop(self) -> None:
        """Lose the network, or hang up."""
        call, self._call, self.screen = self._call, None, None
        if call is not None:
            self.lab.receive(
                CallbackKind.USSD_ENDED,
                UssdEnded(call.name, self.number, "Failed", None, None, None, None),
            )

    def send(self, text: str, to: str | None = None) -> None:
        """Send an SMS."""
        recipient = to or self.lab.setting.short_code
        name = f"sms-{next(self.lab.names)}"
        self.lab.receive(
            CallbackKind.SMS,
            SmsReceived(self.number, recipient, text, name, None, None, self.network),
        )

    def ring(self) -> None:
        """Ring the number of the movement, as people do who have no credit."""
        number = self.lab.setting.short_code
        name = f"ring-{next(self.lab.names)}"
        self.lab.receive(CallbackKind.VOICE, CallReceived(name, self.number, number, inbound=True))

    def unread(self) -> list[str]:
        """Return the SMS that came and were not read yet, and read them."""
        texts = self.lab.bag.sent.get(self.number, [])[self._read :]
        self._read += len(texts)
        return texts

    def _turn(self) -> None:
        call = self._call
        if call is None:
            return
        shown = self.lab.receive(
            CallbackKind.USSD,
            UssdTurn(call.name, self.number, call.code, call.typed, self.network),
        )
        if shown.startswith(CONTINUE):
            self.screen = shown.removeprefix(CONTINUE)
        else:
            self.screen = shown.removeprefix(END)
            self._call = None
