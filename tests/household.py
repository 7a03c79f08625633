"""A gateway as it is run for real: `gateway serve` and the simulator, each a process of its own.

It is no demo: staff have to set a password and codes. Phones are the simulator's, which posts
callbacks over HTTP as the aggregator does and takes what is sent.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.cli.demo.folder import SERVICE_CODE, prepare
from gateway.cli.ports import free_ports
from gateway.simulator.client import Screen, SimulatorClient
from gateway.simulator.network import Inboxed
from tests.demo import gateway, plain_environment
from tests.patience import until
from tests.processes import Process


@dataclass(slots=True)
class Phone:
    """Somebody's phone, and how many SMS were read on it."""

    network: SimulatorClient
    number: str
    read: int = 0

    def text(self, words: str) -> None:
        """Send an SMS, which the gateway must take."""
        assert self.network.send_sms(self.number, words).acknowledged, words

    def receive(self) -> str:
        """Return the next SMS."""
        came: list[Inboxed] = []

        def look() -> bool:
            came[:] = self.network.inbox(self.number, after=self.read, wait=5)
            return bool(came)

        until(look, lambda: f"{self.number} gets no SMS")
        self.read += 1
        return came[0].text

    def ask(self, words: str) -> str:
        """Send an SMS and return the answer."""
        self.text(words)
        return self.receive()

    def dial(self, *answers: str) -> Screen:
        """Dial, answer each screen, and return the last."""
        screen = self.network.dial(self.number, SERVICE_CODE)
        for one in answers:
            screen = self.network.answer(screen.session, one)
        return screen


@dataclass(frozen=True, slots=True)
class Household:
    """Where the gateway answers, its network of phones, and its commands."""

    url: str
    network: SimulatorClient
    environment: dict[str, str]

    def phone(self, number: int) -> Phone:
        """Return a phone of fiction."""
        return Phone(self.network, f"+2609700{number:05}")

    def command(self, *arguments: str) -> str:
        """Run a `gateway` command and return what it prints."""
        return gateway(*arguments, environment=self.environment, check=True).stdout

    def way_in(self, username: str, name: str, *roles: str) -> str:
        """Make an account by a command and return the path of the link that signs in to it."""
        options = [part for one in roles for part in ("--role", one)]
        told = self.command("staff", "add", username, "--name", name, *options, "--link")
        found = re.search(r"/signin/link/\S+", told)
        assert found, told
        return found[0]


@contextmanager
def household(folder: Path) -> Iterator[Household]:
    """Run a gateway and a simulator until the end of the block."""
    port, simulator_port = free_ports()
    made = prepare(folder, host="127.0.0.1", port=port, simulator_port=simulator_port)
    environment = {**plain_environment(), **made.environment, "GATEWAY_DEMO_ENABLED": "false"}
    log = folder / "log"
    simulator = Process.run(
        ["simulator", "--port", str(simulator_port)],
        environment,
        log,
        simulator_port,
        health="/simulator/state",
    )
    served = Process.run(["serve"], environment, log, port)
    with ExitStack() as stack:
        stack.callback(simulator.kill)
        stack.callback(served.kill)
        network = stack.enter_context(SimulatorClient(simulator.wait_until_ready().url))
        served.wait_until_ready()
        network.behave(report_delay_ms=10)
        yield Household(served.url, network, environment)
