"""Where the demo's story is played: a gateway, a simulator, phones, and an organiser's commands.

Everything that is said is also checked: what is not so raises `NotAsTold`.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from gateway.cli.demo.folder import SERVICE_CODE, Folder
from gateway.cli.demo.processes import Child, wait_until
from gateway.simulator.client import Screen, SimulatorClient

_PATIENCE = 15.0  # seconds for an SMS that must come
_SILENCE = 1.0  # seconds after which none is coming
_COMMAND_SECONDS = 60.0
_LAST_LINES = 12
_TAKEN = "flows_in_force"  # what the gateway logs when changed flow files count


class NotAsTold(Exception):
    """Something in the story is not so. One sentence that says what."""


@dataclass(slots=True)
class Person:
    """Somebody with a phone, what it received, and the screen that it shows."""

    name: str
    number: str
    read: int = 0
    session: str = ""
    texts: list[str] = field(default_factory=list)


class Stage:
    """The processes and phones of one story."""

    def __init__(self, folder: Folder, say: Callable[[str], None]) -> None:
        """Prepare; nothing runs before `open`. `say` prints one line of the story."""
        self.folder = folder
        self.say = say
        self.people = {
            name: Person(name, f"+26097000000{number}")
            for number, name in enumerate(("Amina", "Bwalya", "Chanda"), start=1)
        }
        self.notes: dict[str, Any] = {}
        self._log = folder.path / "story.log"
        self._running = ExitStack()
        self._client = self._running.enter_context(SimulatorClient(folder.simulator_url))
        self._gateway: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._gateway is not None:
            self._gateway.stop()
        self._running.close()

    def open(self) -> None:
        """Start the simulator and the gateway."""
        port = self.folder.simulator_url.rpartition(":")[2]
        arguments = ["simulator", "--port", port, "--with-parent"]
        simulator = self._running.enter_context(
            Child(arguments, self.folder.environment, self._log)
        )
        self.start_gateway()
        simulator.wait_until_ready(f"{self.folder.simulator_url}/simulator/state")

    def start_gateway(self) -> None:
        """Start a gateway and wait until it is healthy."""
        self._gateway = Child(["serve"], self.folder.environment, self._log)
        self._gateway.wait_until_ready(f"{self.folder.gateway_url}/health")

    def kill_gateway(self) -> None:
        """End the gateway as a power cut does: nothing is flushed, nothing is closed."""
        if self._gateway is not None:
            self._gateway.kill()
            self._gateway = None

    def texts(self, name: str, text: str, *, reply: str = "") -> str:
        """Let somebody text, wait for the answer and return it. `reply` must occur in it."""
        person = self.people[name]
        self.say(f"  {name:<7}> {text}")
        if not self._client.send_sms(person.number, text).acknowledged:
            raise NotAsTold(f"the gateway did not take {name}'s SMS.")
        return self.receives(name, reply)

    def receives(self, name: str, reply: str = "") -> str:
        """Wait for the next SMS on somebody's phone and return it. `reply` must occur in it.

        An answer that was leaving when the power went comes once more after it, and is let pass.
        """
        person = self.people[name]
        while True:
            messages = self._client.inbox(person.number, after=person.read, wait=_PATIENCE)
            if not messages:
                raise NotAsTold(f"{name} was sent no SMS within {_PATIENCE:.0f} seconds.")
            text = messages[0].text
            again = text in person.texts and reply.casefold() not in text.casefold()
            person.read = messages[0].number
            person.texts.append(text)
            self._show(name, text)
            if not again:
                return self._with(name, text, reply)

    def stays_silent(self, name: str, text: str | None = None) -> None:
        """Make sure that nothing comes to somebody's phone, whatever he or she texts."""
        person = self.people[name]
        if text is not None:
            self.say(f"  {name:<7}> {text}")
            self._client.send_sms(person.number, text)
        if self._client.inbox(person.number, after=person.read, wait=_SILENCE):
            raise NotAsTold(f"{name}'s phone should have stayed silent.")
        self.say(f"  {name:<7}  (nothing)")

    def dials(self, name: str, *answers: str, shows: str = "") -> str:
        """Let somebody dial and answer screen after screen; return the last one."""
        person = self.people[name]
        self.say(f"  {name:<7}> dials {SERVICE_CODE}")
        text = self._screen(person, self._client.dial(person.number, SERVICE_CODE))
        for answer in answers:
            self.say(f"  {name:<7}> {answer}")
            text = self._screen(person, self._client.answer(person.session, answer))
        return self._with(name, text, shows)

    def command(self, *arguments: str, spoken: bool = True) -> str:
        """Run a `gateway` command as an organiser does and return what it prints."""
        if spoken:
            self.say(f"  $ gateway {' '.join(arguments)}")
        done = self._run(arguments)
        if done.returncode != 0:
            raise NotAsTold(f"`gateway {' '.join(arguments)}` failed: {done.stderr.strip()}")
        if spoken:
            for line in done.stdout.rstrip().split("\n"):
                self.say(f"    {line}".rstrip())
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """Run a command that has to say no, and return what it prints."""
        self.say(f"  $ gateway {' '.join(arguments)}")
        done = self._run(arguments)
        for line in done.stdout.rstrip().split("\n"):
            if ": warning:" not in line:
                self.say(f"    {line}".rstrip())
        if done.returncode == 0:
            raise NotAsTold(f"`gateway {' '.join(arguments)}` should have said no.")
        return done.stdout

    def writes_flow(self, name: str, text: str) -> None:
        """Write a flow file, as an organiser with a text editor does."""
        self.say(f"  (writes {name})")
        (self.folder.settings.flows_path / name).write_text(text, encoding="utf-8")

    def waits_for_flows(self) -> None:
        """Wait until the gateway has taken the flow files that were written."""
        log = self._log
        wait_until(lambda: _TAKEN not in log.read_text(errors="replace"), _PATIENCE)
        self.check(_TAKEN in log.read_text(errors="replace"), "The gateway took it by itself.")

    def asked(self, *arguments: str) -> Any:
        """Run a command that prints JSON and return it."""
        return json.loads(self.command(*arguments, spoken=False))

    def rows(self, what: str) -> list[Mapping[str, Any]]:
        """Export rows, as a coordinator does, and return them."""
        exported = self.command("export", what, "--format", "jsonl", spoken=False)
        return [json.loads(line) for line in exported.splitlines()]

    def check(self, so: bool, sentence: str) -> None:
        """Raise `NotAsTold` with the sentence unless it is so; else say it."""
        if not so:
            raise NotAsTold(f"this is not so: {sentence}")
        self.say(f"  = {sentence}")

    def _run(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "gateway", *arguments],
            env=dict(self.folder.environment),
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )

    def last_words(self) -> str:
        """Return the end of what the processes printed, for a story that went wrong."""
        if not self._log.exists():
            return ""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "".join(f"\n    {line}" for line in lines[-_LAST_LINES:])

    def _screen(self, person: Person, screen: Screen) -> str:
        person.session = screen.session
        self._show(person.name, screen.text)
        if screen.error is not None:
            raise NotAsTold(f"{person.name}'s call broke off ({screen.error}).")
        return screen.text

    def _show(self, name: str, text: str) -> None:
        first, *more = text.split("\n")
        self.say(f"  {name:<7}< {first}")
        for line in more:
            self.say(f"           {line}".rstrip())

    def _with(self, name: str, text: str, part: str) -> str:
        if part.casefold() not in text.casefold():
            raise NotAsTold(f"{name} should have read '{part}' and read '{text}'.")
        return text
