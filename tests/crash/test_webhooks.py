"""kill -9 while servers are asked: nothing is asked twice that may not be, and nobody waits on."""

import socket
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from gateway.channels.base import CallbackKind
from gateway.store import tables
from gateway.store.database import Database
from gateway.web.callbacks import callback_path
from tests.conftest import PostgresServer
from tests.crash.crowd import aggregator
from tests.patience import until
from tests.processes import Process
from tests.servers.hosting import hosting, response
from tests.servers.market import market
from tests.serving import SECRET

AMINA, BWALYA = "+260970000001", "+260970000002"
SMS_PATH = callback_path("demo", SECRET, CallbackKind.SMS)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_gateway_that_is_killed_while_it_asks(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
):
    url = None
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template0")
    open_again = threading.Event()

    def speak(caller: socket.socket) -> None:
        if open_again.is_set():
            caller.sendall(response(b'{"bag": 320}'))
        else:
            caller.recv(1)  # until the gateway is gone

    with aggregator() as network, hosting(speak) as host:
        variables = market(tmp_path, url, network.url, host.name)
        first = Process.start(variables, tmp_path / "first.log").wait_until_ready()
        for number, (phone, text) in enumerate(
            ((AMINA, "PRICE"), (AMINA, "maize"), (BWALYA, "BOOK"), (BWALYA, "maize"))
        ):
            form = {"from": phone, "to": "20200", "text": text, "id": f"sms-{number}"}
            assert httpx.post(first.url + SMS_PATH, data=form).status_code == 200
        until(lambda: len(host.requests) == 2)
        first.kill()
        open_again.set()
        with Database(variables["GATEWAY_DATABASE_URL"]) as database:
            _let_leases_run_out(database)
            second = Process.start(variables, tmp_path / "second.log").wait_until_ready()
            until(lambda: network.sent[AMINA, "A bag is K320."] == 1)
            until(lambda: network.sent[BWALYA, "The market is silent."] == 1)
            assert second.stop() == 0
            methods = Counter(one.split(b" ")[0] for one in host.requests)
            assert methods == {b"GET": 2, b"POST": 1}
            with database.read() as view:
                w = tables.webhooks
                found = view.execute(select(w.c.method, w.c.status, w.c.request_sealed)).all()
            assert sorted(map(tuple, found)) == [("GET", "done", None), ("POST", "lost", None)]
        assert max(network.sent.values()) == 1


def _let_leases_run_out(database: Database) -> None:
    w = tables.webhooks
    with database.write() as tx:
        ran_out = update(w).where(w.c.status == "asking").values(due_at=tx.now - 1)
        assert tx.connection.execute(ran_out).rowcount == 2
