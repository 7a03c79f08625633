"""kill -9 while timers are carried out: each brings about its message once, and none is lost.

Once at every write there is, before its commit and after; and real gateways at random moments.
"""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from gateway import bootstrap
from gateway.bootstrap import Store
from gateway.channels.base import CallbackKind
from gateway.config.settings import load_settings
from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.flow.triggers import Timetable
from gateway.core.movement.places import Places
from gateway.service.due import Alarm
from gateway.store import node
from gateway.store.database import Database, Transaction
from gateway.store.vault import Vault
from tests.conftest import Clock, PostgresServer
from tests.crash.crowd import Aggregator, aggregator
from tests.crash.fleet import Fleet, Site, lay_out
from tests.exchange import FLOWS, Exchange
from tests.patience import until

ROUNDS = min(6, int(os.environ.get("CRASH_ROUNDS", "50")))

MEETING = """
flow: meeting
language: en
start: {keywords: [meeting]}
steps:
  comes: {schedule: {text: Come to the hall., after: 1 hour}}
"""
LATER = """
flow: later
language: en
start: {keywords: [later]}
steps:
  first: {schedule: {flow: hello, after: 1 hour}}
"""
HELLO = """
flow: hello
language: en
steps:
  words: {say: Hello again.}
"""
WATER = """
flow: water
language: en
start: {keywords: [water]}
steps:
  families:
    ask: How many families?
    expect: number
    save: answer.families
    timeout: {after: 1 hour, then: remind}
  over: {end: true}
  remind: {say: You can write WATER again.}
"""
ROUND = """
flow: round
language: en
%s
steps:
  words: {say: The marshals meet.}
"""
# What is written, how many do so, and what comes of it an hour later.
DONE = (
    ("meeting", 60, "Come to the hall."),
    ("later", 40, "Hello again."),
    ("water", 40, "You can write WATER again."),
)
MEMBERS = 70
MEETS = "The marshals meet."


def _phones() -> Iterator[tuple[str, str, str]]:
    """Yield numbers, each with what is written from there and what comes of it."""
    numbers = (f"+26097{number:07}" for number in count(1))
    for text, times, comes in DONE:
        for _ in range(times):
            yield next(numbers), text, comes
    for _ in range(MEMBERS):
        yield next(numbers), "JOIN Amina, Chipata, 1", MEETS


def _prepare(exchange: Exchange) -> None:
    """Let everybody write."""
    batch = [
        exchange.callback(CallbackKind.SMS, exchange.sms_form(number, text))
        for number, text, _ in _phones()
    ]
    assert {answer.status for answer in exchange.receiver.receive(batch)} == {200}


def _wanted(exchange: Exchange) -> Counter[tuple[bytes, str]]:
    return Counter((exchange.vault.phone_id(number), text) for number, _, text in _phones())


class Mortal(Database):
    """A database whose process dies at its next write, before the commit or right after it."""

    mortal: bool = False
    late: bool = False

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with super().write() as tx:
            yield tx
            if self.mortal and not self.late:
                os.kill(os.getpid(), signal.SIGKILL)
        if self.mortal:
            os.kill(os.getpid(), signal.SIGKILL)


def _ring_and_die(exchange: Exchange, url: str, *, late: bool) -> bool:
    """Carry out what is due in a process that dies at its first write. Return whether it lived."""
    child = os.fork()
    if child == 0:
        try:
            mortal = Mortal(url, clock=exchange.database.clock)
            mortal.claim_stream()
            mortal.mortal, mortal.late = True, late
            alarm = Alarm(mortal, exchange.ground)
            while alarm.turn():
                pass
            os._exit(0)
        finally:
            os._exit(1)
    _, how = os.waitpid(child, 0)
    if os.WIFSIGNALED(how):
        assert os.WTERMSIG(how) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(how) == 0
    return True


def test_a_process_that_dies_at_any_write_loses_no_timer_and_repeats_none(
    exchange_url: tuple[Exchange, str], clock: Clock
):
    exchange, url = exchange_url
    _prepare(exchange)
    at = exchange.ground.at(clock.advance(hours=1))
    table = Timetable("round", tuple(range(7)), at.hour * 60 + at.minute)
    exchange.add(MEETING, LATER, HELLO, WATER, ROUND % "", timetables=(table,))
    clock.advance(seconds=60)
    deaths = 0
    for step in count():
        if _ring_and_die(exchange, url, late=step % 2 == 1):
            break
        deaths += 1
    assert deaths > 8, "hardly anything was written: nothing was proved"
    assert exchange.rows("timers") == []
    assert _said(exchange) == _wanted(exchange)


@pytest.fixture
def exchange_url(
    database: Database, database_url: str, vault: Vault, places: Places
) -> tuple[Exchange, str]:
    """An exchange over each of the two databases, and where the database is."""
    exchange = Exchange(database, vault, places)
    exchange.add(MEETING, LATER, HELLO, WATER, ROUND % "")
    return exchange, database_url


def _said(exchange: Exchange) -> Counter[tuple[bytes, str]]:
    """Count what was queued by timers, by phone and text."""
    salts = {row["id"]: row["salt"] for row in exchange.rows("phones")}
    said: Counter[tuple[bytes, str]] = Counter()
    for row in exchange.rows("messages"):
        if row["purpose"] == Purpose.NOTICE:
            sealer = exchange.vault.person(salts[row["phone"]])
            said[row["phone"], sealer.open(b"text", row["text_sealed"]).decode()] += 1
    return said


@pytest.mark.parametrize(("kind", "size"), [("sqlite", 1), ("postgresql", 2)])
def test_gateways_killed_while_timers_go_off_send_each_message_once(
    kind: str, size: int, tmp_path: Path, places: Places, request: pytest.FixtureRequest
):
    """Two processes at one timetable on PostgreSQL; every timer is due while they are killed."""
    url = None
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    with aggregator() as network:
        folder = tmp_path / "flows"
        site = lay_out(tmp_path, url, network.url, FLOWS_DIRECTORY=str(folder))
        try:
            exchange = _schedule(site, folder, places)
            _play(site, size)
            _prove(site, exchange, network)
        finally:
            site.database.close()


def _schedule(site: Site, folder: Path, places: Places) -> Exchange:
    """Let people write an hour ago, a part of them each second, and a timetable be due now."""
    clock = Clock(int(time.time() * 1000) - 3_600_000)
    shutil.copytree(FLOWS, folder)
    settings = load_settings(site.variables)
    earlier = Database(site.variables["GATEWAY_DATABASE_URL"], clock=clock)
    node.settle(earlier, site.vault)
    exchange = Exchange(earlier, site.vault, places)
    local = exchange.ground.at(clock.now) + timedelta(hours=1, minutes=-2)
    start = f'start: {{every: {{at: "{local:%H:%M}"}}}}'
    for name, text in (
        ("meeting", MEETING), ("later", LATER), ("hello", HELLO), ("water", WATER),
        ("round", ROUND % start),
    ):  # fmt: skip
        (folder / f"{name}.yaml").write_text(text)
    bootstrap.publisher(Store(settings, earlier, site.vault)).open()
    exchange.add(MEETING, LATER, HELLO, WATER)
    clock.advance(seconds=4)
    batches: list[list[tuple[str, str, str]]] = [[] for _ in range(12)]
    for place, one in enumerate(_phones()):
        batches[place % len(batches)].append(one)
    for batch in batches:
        clock.advance(seconds=1)
        callbacks = [
            exchange.callback(CallbackKind.SMS, exchange.sms_form(number, text))
            for number, text, _ in batch
        ]
        assert {answer.status for answer in exchange.receiver.receive(callbacks)} == {200}
    with earlier.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM messages")
    return exchange


def _play(site: Site, size: int) -> None:
    """Kill gateways at random moments, then let those that are left come to an end of it."""
    chance = Random(29)
    fleet = Fleet(site, size)
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.05, 1.2))
        before = chance.uniform(0, 0.5) if chance.random() < 0.2 else None
        fleet.replace(chance.choice(fleet.live), before=before)
    until(lambda: not _waits(site), lambda: str(Counter(site.rows("timers", "kind"))), every_s=0.2)
    fleet.end()


def _waits(site: Site) -> bool:
    """Whether a timer is left, or a message that has not left."""
    if site.rows("timers", "id") or not site.rows("occasions", "name"):
        return True
    return any(row.status < Status.UNKNOWN for row in site.rows("messages", "status"))


def _prove(site: Site, exchange: Exchange, network: Aggregator) -> None:
    assert _said(exchange) == _wanted(exchange)
    assert [bool(row.finished) for row in site.rows("occasions", "finished")] == [True]
    columns = ("purpose", "status", "attempts")
    rows = [row for row in site.rows("messages", *columns) if row.purpose == Purpose.NOTICE]
    assert {row.status for row in rows} == {Status.ACCEPTED}
    sent = {
        (site.vault.phone_id(number), text): times for (number, text), times in network.sent.items()
    }
    assert set(sent) == set(_wanted(exchange))
    # A message may leave again only where a gateway died between the sending and its record.
    assert sum(sent.values()) <= sum(row.attempts for row in rows)
    exchange.database.close()
