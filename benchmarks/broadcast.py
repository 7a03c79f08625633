"""Queueing a call to a million people, and draining it to the simulator over HTTP.

Queueing is compared with a bare `INSERT … SELECT` of the very same rows into a table of the same
shape with the same indexes, in one transaction. The audience is everybody, one in fifty has said
STOP or not agreed, and the texts are in three languages.

    python benchmarks/broadcast.py [--recipients 1000000] [--postgresql] [--personal]

The last line is one JSON object. `queued_to_bare` is the ratio of the two in rows per second;
`memory_mb` is the largest this process became while it queued and drained.
"""

import argparse
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx
from sqlalchemy import MetaData, insert, select
from sqlalchemy.sql.elements import quoted_name

from benchmarks.stations import free_port, postgresql
from gateway.channels.account import Account
from gateway.channels.africastalking import AfricasTalking
from gateway.core.delivery.status import Status
from gateway.core.movement.audience import Audience
from gateway.flowfiles.call_files import CallPlan
from gateway.flowfiles.place_files import read_places
from gateway.service.broadcast import Broadcasts
from gateway.service.deliver import Deliverer
from gateway.service.lane import Route
from gateway.service.outcomes import Policy
from gateway.simulator.client import SimulatorClient
from gateway.store import bulk, channels, node, schema, tables
from gateway.store.broadcasts import BroadcastRow, has_waiting
from gateway.store.database import Database
from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.outbox import NUMBER
from gateway.store.vault import Vault

VAULT = Vault(Keyring(b"i" * KEY_BYTES, {1: b"r" * KEY_BYTES}, 1))
PLACES = read_places(ROOT / "config" / "places" / "zm.csv")
DISTRICTS = [place.code for place in PLACES if place.level == "district"]
AT_ONCE = 20_000
DAY_MS = 86_400_000
RECIPIENTS_PER_REQUEST = 500
TEXTS = {
    "en": "The water meeting is on Saturday at 10:00 at the boma hall. Bring a neighbour.",
    "ny": "Msonkhano wa madzi uli pa Chisanu ndi chimodzi nthawi ya 10:00 ku holo ya boma.",
    "bem": "Ukulongana pa menshi kuli pa Cibelushi pa 10:00 ku holo ya boma.",
}


def main() -> None:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--personal", action="store_true", help="greet everybody by name")
    chosen = parser.parse_args()
    with _database_url(server=chosen.postgresql) as url:
        _elsewhere(fill, url, chosen.recipients)
        with Database(url) as database, _simulator() as simulator_url:
            print(json.dumps(measure(database, simulator_url, personal=chosen.personal)))


def measure(database: Database, simulator_url: str, *, personal: bool) -> dict[str, object]:
    """Queue, compare, drain; return what came out."""
    with database.write() as tx:
        channel = channels.number(tx, ["demo"])["demo"]
    calls = Broadcasts(database, VAULT, PLACES, movement="Mashinani", language="en")
    greeting = "@participant.name: " if personal else ""
    texts = {language: greeting + text for language, text in TEXTS.items()}
    number = calls.create(
        CallPlan("Water", None, texts, Audience(), None, database.clock() + DAY_MS), channel
    )
    started = time.perf_counter()
    queued = calls.send(number)
    queueing_s = time.perf_counter() - started
    print(f"queued {queued:,} in {queueing_s:.1f} s: {queued / queueing_s:,.0f} rows/s")
    address = database.url.render_as_string(hide_password=False)
    bare_s = _elsewhere(bare, address, number)
    print(f"the same rows, bare, in {bare_s:.1f} s: {queued / bare_s:,.0f} rows/s")
    drained_s = _drain(database, calls.find(number), simulator_url)
    with SimulatorClient(simulator_url) as simulator:
        arrived = simulator.state()["counts"]["accepted"]
    left = calls.progress(number).messages
    print(f"drained in {drained_s:.1f} s: {queued / drained_s:,.0f} messages/s")
    print(f"the simulator took {arrived:,}; the gateway holds {left}")
    if left != {Status.ACCEPTED: queued} or arrived != queued:
        raise SystemExit("Not everything that was queued arrived exactly once.")
    return {
        "benchmark": "broadcast",
        "database": database.dialect,
        "recipients": queued,
        "queued_per_second": round(queued / queueing_s),
        "bare_per_second": round(queued / bare_s),
        "queued_to_bare": round(bare_s / queueing_s, 3),
        "drained_per_second": round(queued / drained_s),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def fill(url: str, count: int) -> None:
    """Lay out a database with `count` people who get a call, and one in fifty who does not."""
    chance = random.Random(1)
    with Database(url) as database:
        schema.upgrade(database)
        node.settle(database, VAULT)
        made = reached = 0
        while reached < count:
            size = min(AT_ONCE, count - reached)
            rows = [_person(made + one, chance) for one in range(size)]
            reached += sum(phone[3] is None and person[9] == "yes" for phone, person in rows)
            made += size
            with database.write() as tx:
                for table, columns, some in (
                    (tables.phones, _PHONE, [phone for phone, _ in rows]),
                    (tables.participants, _PARTICIPANT, [person for _, person in rows]),
                ):
                    bulk.insert(tx, table, columns, sorted(some))
        with database.write_schema() as connection:
            if database.dialect == "postgresql":
                connection.exec_driver_sql("ANALYZE")


_PHONE = ("id", "number_sealed", "salt", "opted_out_at", "created_at")
_PARTICIPANT = (
    "id",
    "phone",
    "slot",
    "number",
    "name_sealed",
    "salt",
    "place",
    "language",
    "status",
    "consent",
    "channel",
    "joined_at",
)


def _person(number: int, chance: random.Random) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Return the rows of one phone and its participant."""
    e164 = f"+26097{number:07}"
    phone, salt, own = VAULT.phone_id(e164), VAULT.new_salt(), VAULT.new_salt()
    name = VAULT.person(own).seal(b"name", f"Member {number}".encode())
    stopped = 1 if chance.random() < 0.01 else None
    consent = "no" if chance.random() < 0.01 else "yes"
    return (
        (phone, VAULT.person(salt).seal(NUMBER, e164.encode()), salt, stopped, 1),
        (
            VAULT.participant_id(phone, 1),
            phone,
            1,
            number + 1,
            name,
            own,
            chance.choice(DISTRICTS),
            chance.choice(tuple(TEXTS)),
            "member",
            consent,
            "demo",
            1,
        ),
    )


def bare(url: str, number: int) -> float:
    """Insert the very rows that were queued once more, bare; return the seconds it took."""
    with Database(url) as database:
        return _bare(database, number)


def _bare(database: Database, number: int) -> float:
    copy = tables.messages.to_metadata(MetaData(), name="bare_messages")
    copy.primary_key.name = quoted_name("pk_bare_messages", quote=None)
    for index in copy.indexes:
        index.name = quoted_name(f"bare_{index.name}", quote=None)
    with database.write_schema() as connection:
        copy.create(connection)
    rows = select(tables.messages).where(tables.messages.c.broadcast == number)
    names = [column.name for column in copy.c]
    started = time.perf_counter()
    with database.write() as tx:
        tx.connection.execute(insert(copy).from_select(names, rows.order_by(tables.messages.c.id)))
    seconds = time.perf_counter() - started
    with database.write_schema() as connection:
        copy.drop(connection)
    return seconds


def _drain(database: Database, call: BroadcastRow, simulator_url: str) -> float:
    """Deliver until nothing waits; return the seconds it took."""
    aggregator = AfricasTalking(Account("sandbox", "none", simulator_url, "20200"))
    route = Route(call.channel, "demo", aggregator, 1_000_000, RECIPIENTS_PER_REQUEST)
    deliverer = Deliverer(
        database,
        VAULT,
        [route],
        Policy(batch=2 * RECIPIENTS_PER_REQUEST * 3),
        places=PLACES,
        movement="Mashinani",
        language="en",
        chance=random.random,
    )
    started = time.perf_counter()
    deliverer.start()
    waiting = True
    while waiting:
        time.sleep(0.5)
        with database.read() as connection:
            waiting = has_waiting(connection, call)
    seconds = time.perf_counter() - started
    deliverer.close()
    aggregator.close()
    return seconds


def _elsewhere(work: Callable[..., Any], *arguments: object) -> Any:
    """Do something in another process, so that its memory is not counted as the gateway's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


@contextmanager
def _database_url(*, server: bool) -> Iterator[str]:
    if server:
        with postgresql() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
        yield f"sqlite:///{folder}/gateway.db"


@contextmanager
def _simulator() -> Iterator[str]:
    """Run the simulator in a process of its own; it counts what it gets and keeps none of it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gateway.simulator", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        with SimulatorClient(url) as simulator:
            _wait_for(simulator)
            simulator.behave(remember=False)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(simulator: SimulatorClient) -> None:

    end = time.monotonic() + 30
    while True:
        try:
            simulator.state()
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    main()
