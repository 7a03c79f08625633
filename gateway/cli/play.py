"""`gateway play`: a feature phone in the terminal, on a simulator. Reaches no real phone.

In a pipe it reads one line at a time and shows the same, so that it can be scripted and tested.
"""

from collections.abc import Callable, Iterable
from typing import Annotated

import httpx
import typer

from gateway.cli.command import WRONG_USAGE, fail, settings_only
from gateway.cli.simulator import PORT
from gateway.cli.typed import typed_lines
from gateway.core.text.gsm7 import segments
from gateway.core.text.phone import normalise
from gateway.simulator.client import Screen, SimulatorClient, SimulatorRefused

FIRST_PHONE = "+260970000001"

HELP = """\
  *384*20200#      dial a code; deeper works too, such as *384*20200*2#
  anything else    with a screen that waits: the answer; else: an SMS to the short code
  /ring            ring the movement's number; nobody takes the call, and it costs nothing
  /hangup          hang up, as when the network drops the call
  /inbox           show every SMS on this phone
  /wait SECONDS    wait for an SMS
  /phone NUMBER    take another phone, such as /phone +260970000002
  /sms TEXT        send an SMS even while a screen waits
  /quit            leave"""

_REPLY_SECONDS = 3.0
_LONGEST_WAIT = 60.0


def play(
    phone: Annotated[str, typer.Option(help="The number of the phone.")] = FIRST_PHONE,
    simulator: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The simulator; else the one of the demo in the settings."
        ),
    ] = None,
) -> None:
    """Hold a feature phone: dial, answer, hang up, send SMS and read them."""
    with settings_only() as settings:
        url = simulator or settings.demo.simulator_url or f"http://127.0.0.1:{PORT}"
        country = settings.movement.country
    number = normalise(phone, country)
    if number is None:
        fail(
            f"--phone {phone} is not a phone number. Write one such as {FIRST_PHONE}.", WRONG_USAGE
        )
    with SimulatorClient(url) as client:
        handset = _Handset(client, number, country, typer.echo)
        try:
            client.state()
            handset.hold(typed_lines())
        except httpx.HTTPError:
            fail(
                f"No simulator answers at {url}. Start one with `make run` or `gateway simulator`."
            )


class _Handset:
    """One phone in somebody's hand: its number, the call on its screen, the SMS it has shown."""

    def __init__(
        self, client: SimulatorClient, number: str, country: str, show: Callable[[str], None]
    ) -> None:
        self._client = client
        self._number = number
        self._country = country
        self._show = show
        self._session: str | None = None
        self._seen = 0
        self._commands: dict[str, Callable[[str], None]] = {
            "/hangup": self._hang_up,
            "/help": lambda _: self._show(HELP),
            "/inbox": self._inbox,
            "/phone": self._take,
            "/ring": self._ring,
            "/sms": self._text,
            "/wait": self._wait,
        }

    def hold(self, lines: Iterable[str]) -> None:
        """Do what the lines say until they end or one says /quit."""
        self._show(f"Phone {self._number}. Dial a code such as *384*20200#, or write an SMS. /help")
        self._arrived()
        for line in lines:
            typed = line.strip()
            if typed == "/quit":
                break
            try:
                self._do(typed)
            except SimulatorRefused as refused:
                self._show(f"! {refused}")
        if self._session is not None:
            self._client.hangup(self._session)

    def _do(self, typed: str) -> None:
        word, _, rest = typed.partition(" ")
        if word in self._commands:
            self._commands[word](rest.strip())
        elif word.startswith("/"):
            self._show(f"! There is no {word}. /help shows what there is.")
        elif self._session is not None and typed:
            self._screen(self._client.answer(self._session, typed))
        elif typed.startswith("*") and typed.endswith("#"):
            self._screen(self._client.dial(self._number, typed))
        elif typed:
            self._text(typed)
        self._arrived()

    def _screen(self, screen: Screen) -> None:
        """Show a screen with how full it is: 160 of GSM-7, 70 where a letter is not in it."""
        self._session = screen.session if screen.open else None
        cost = segments(screen.text)
        holds = 160 if cost.encoding == "gsm7" else 70
        lines = [f"  | {line}" for line in screen.text.split("\n")]
        state = "answer, or /hangup" if screen.open else "the call is over"
        self._show("\n".join([*lines, f"  '-- {cost.units}/{holds}, {state}"]))

    def _hang_up(self, _: str) -> None:
        if self._session is None:
            self._show("! There is no call.")
            return
        self._client.hangup(self._session)
        self._session = None
        self._show("  (hung up)")

    def _ring(self, _: str) -> None:
        if self._client.call(self._number):
            self._show("  (it rang; nobody took the call)")
            self._arrived(_REPLY_SECONDS)
        else:
            self._show(
                "! The gateway did not reject the call. A real one would cost somebody money."
            )

    def _text(self, text: str) -> None:
        sent = self._client.send_sms(self._number, text)
        if not sent.acknowledged:
            self._show("! The gateway has not taken it yet. The network keeps trying.")
            return
        self._arrived(_REPLY_SECONDS)

    def _wait(self, seconds: str) -> None:
        try:
            wait = min(float(seconds or _REPLY_SECONDS), _LONGEST_WAIT)
        except ValueError:
            self._show("! Write how many seconds, such as /wait 5.")
            return
        if not self._arrived(max(wait, 0.0)):
            self._show("  (no SMS)")

    def _inbox(self, _: str) -> None:
        self._seen = 0
        if not self._arrived():
            self._show("  (no SMS)")

    def _take(self, written: str) -> None:
        number = normalise(written, self._country)
        if number is None:
            self._show(f"! '{written}' is not a phone number. Write one such as {FIRST_PHONE}.")
            return
        if self._session is not None:
            self._client.hangup(self._session)
        self._session, self._seen, self._number = None, 0, number
        self._show(f"Phone {number}.")

    def _arrived(self, wait: float = 0.0) -> bool:
        """Show the SMS that came since; return whether there were any."""
        messages = self._client.inbox(self._number, after=self._seen, wait=wait)
        for message in messages:
            self._seen = message.number
            first, *more = message.text.split("\n")
            self._show("\n".join([f"  SMS {message.sender}: {first}", *(f"    {x}" for x in more)]))
        return bool(messages)
