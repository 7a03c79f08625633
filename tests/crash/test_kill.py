"""kill -9 at any moment under load: nothing acknowledged is lost, nothing counts or leaves twice.

`CRASH_ROUNDS` says how often each database's gateways are killed; 50 if it says nothing.
"""

import os
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from gateway.channels.base import CallbackKind
from gateway.core.delivery.purpose import Purpose
from gateway.core.delivery.status import Status
from gateway.core.movement import facts as kinds
from gateway.core.movement.audience import Audience
from gateway.core.movement.places import Places
from gateway.flowfiles.call_files import CallPlan
from gateway.service import replay
from gateway.service.broadcast import Broadcasts
from gateway.store import node, tables
from gateway.store.inbox import Taken
from tests.conftest import PostgresServer
from tests.crash.crowd import Aggregator, Crowd, Person, aggregator
from tests.crash.fleet import Fleet, Site, lay_out, settle
from tests.exchange import Exchange
from tests.service.open_questions import open_of, waiting_of
from tests.serving import SECRET

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "50"))
CALL = "People's meeting on Saturday at the market."
READERS = 2000


@pytest.mark.parametrize(("kind", "size"), [("sqlite", 1), ("postgresql", 2)])
def test_gateways_killed_at_any_moment_keep_every_promise(
    kind: str, size: int, tmp_path: Path, places: Places, request: pytest.FixtureRequest
):
    url = None
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    with aggregator() as network:
        site = lay_out(tmp_path, url, network.url)
        try:
            crowd = _crowd(site, places)
            _play(site, crowd, size)
            settle(site, size)
            _prove(site, crowd, network)
        finally:
            site.database.close()


def _crowd(site: Site, places: Places) -> Crowd:
    """Make people who act, people who only read, an open motion and a call on its way."""
    node.settle(site.database, site.vault)
    exchange = Exchange(site.database, site.vault, places)
    people = [Person(f"+26097{number:07}") for number in range(1, 25)]
    readers = [f"+26097{number:07}" for number in range(1000, 1000 + READERS)]
    joined = "JOIN Amina, Chipata, 1"
    numbers = [*(one.phone for one in people), *readers]
    batch = [
        exchange.callback(CallbackKind.SMS, exchange.sms_form(number, joined)) for number in numbers
    ]
    assert {answer.status for answer in exchange.receiver.receive(batch)} == {200}
    exchange.open_motions()
    with site.database.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM messages")
        tx.connection.exec_driver_sql("DELETE FROM inbox")
    calls = Broadcasts(site.database, site.vault, places, movement="Mashinani", language="en")
    valid_until = site.database.clock() + 86_400_000
    plan = CallPlan("Meeting", None, {"en": CALL}, Audience(), None, valid_until)
    assert calls.send(calls.create(plan, 1)) == len(numbers)
    return Crowd(people, 12, threads=3, seed=11)


def _play(site: Site, crowd: Crowd, size: int) -> None:
    chance = Random(23)
    fleet = Fleet(site, size)
    crowd.urls[:] = [one.url for one in fleet.live]
    crowd.start()
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.02, 0.4))
        before = chance.uniform(0, 0.5) if chance.random() < 0.1 else None
        fleet.replace(chance.choice(fleet.live), before=before)
        crowd.urls[:] = [one.url for one in fleet.live]
    crowd.finish()
    fleet.end()


def _prove(site: Site, crowd: Crowd, network: Aggregator) -> None:
    assert crowd.refused > 0, "no callback met a gateway that was away: nothing was proved"
    _prove_callbacks(site, crowd)
    _prove_votes(site, crowd)
    _prove_reports(site, crowd)
    _prove_passages(site)
    _prove_call(site, network)
    _prove_answers(site, network)
    _prove_costs(site, network)
    assert replay.verify(site.database).broken == ()
    assert replay.replay(site.database).differences == ()


def _prove_callbacks(site: Site, crowd: Crowd) -> None:
    """Every acknowledged callback is there, once, and none failed."""
    kept = {bytes(row.key) for row in site.rows("inbox", "key")}
    told = [name for person in crowd.people for name in person.ids]
    assert len(told) > ROUNDS
    assert {site.vault.request_key("demo", "sms", name) for name in told} <= kept
    assert {row.status for row in site.rows("inbox", "status")} == {Taken.DONE}
    arrived = [row for row in site.rows("messages", "direction") if row.direction == 0]
    assert len(arrived) == len(told)


def _prove_votes(site: Site, crowd: Crowd) -> None:
    """Every vote was counted once, and the last one stands."""
    cast = Counter(
        bytes(row.subject)
        for row in site.rows("journal", "kind", "subject")
        if row.kind == kinds.BALLOT_CAST
    )
    standing = {
        bytes(row.participant): (row.option, row.changes)
        for row in site.rows("ballots", "participant", "option", "changes")
    }
    voters = {
        site.vault.participant_id(site.vault.phone_id(person.phone), 1): person.votes
        for person in crowd.people
        if person.votes
    }
    assert cast == {who: len(votes) for who, votes in voters.items()}
    assert standing == {who: (votes[-1], len(votes) - 1) for who, votes in voters.items()}


def _prove_reports(site: Site, crowd: Crowd) -> None:
    """Every case code that a person was shown is a report, and there are no others."""
    stored = [f"{row.code[:3]}-{row.code[3:]}" for row in site.rows("reports", "code")]
    told = [code for person in crowd.people for code in person.codes]
    assert sorted(stored) == sorted(told)


def _prove_passages(site: Site) -> None:
    """The counts of questions say of every conversation where it waits."""
    names = [column.name for column in tables.passages.columns]
    passages = [row._mapping for row in site.rows("passages", *names)]
    salts = {bytes(row.id): row.salt for row in site.rows("phones", "id", "salt")}
    threads = [row._mapping for row in site.rows("conversations", "phone", "state_sealed")]
    assert any(row["step"] for row in passages)
    assert open_of(passages) == waiting_of(site.vault, threads, salts)


def _prove_call(site: Site, network: Aggregator) -> None:
    """Nobody got the call twice; who is recorded as having it has it."""
    columns = ("phone", "purpose", "status")
    calls = [row for row in site.rows("messages", *columns) if row.purpose == Purpose.BROADCAST]
    owners = {
        site.vault.phone_id(number): times
        for (number, text), times in network.sent.items()
        if text == CALL
    }
    assert len(calls) == READERS + 24
    assert set(owners.values()) == {1}
    for row in calls:
        times = owners.get(bytes(row.phone), 0)
        assert row.status in {Status.ACCEPTED, Status.UNKNOWN}
        assert times == 1 or row.status == Status.UNKNOWN


def _prove_answers(site: Site, network: Aggregator) -> None:
    """Every answer left, and left again only where its first attempt may not have arrived."""
    salts = {bytes(row.id): bytes(row.salt) for row in site.rows("phones", "id", "salt")}
    columns = ("phone", "direction", "purpose", "status", "attempts", "text_sealed")
    stored: Counter[tuple[bytes, str]] = Counter()
    attempts: Counter[tuple[bytes, str]] = Counter()
    for row in site.rows("messages", *columns):
        if row.direction == 1 and row.purpose != Purpose.BROADCAST:
            phone = bytes(row.phone)
            text = site.vault.person(salts[phone]).open(b"text", bytes(row.text_sealed)).decode()
            assert row.status == Status.ACCEPTED
            stored[phone, text] += 1
            attempts[phone, text] += row.attempts
    sent = {
        (site.vault.phone_id(number), text): times
        for (number, text), times in network.sent.items()
        if text != CALL
    }
    assert set(sent) == set(stored)
    for what, times in sent.items():
        assert stored[what] <= times <= attempts[what]
    assert SECRET not in "".join(file.read_text() for file in site.log.parent.glob("*.log"))


def _prove_costs(site: Site, network: Aggregator) -> None:
    """All that is recorded as sent was paid for, and nothing that the aggregator did not take."""
    counted = site.rows("spending", "messages", "segments", "thousandths")
    paid = sum(row.messages for row in counted)
    recorded = [row for row in site.rows("messages", "provider_ref") if row.provider_ref]
    assert len(recorded) <= paid <= network.sent.total()
    assert all(row.messages <= row.segments < row.thousandths for row in counted)
