"""Fleets of real gateways for crash tests, and what is looked at from outside."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gateway.core.delivery.status import Status
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.keyring import read_keyring
from gateway.store.vault import Vault
from tests.patience import until
from tests.processes import Process
from tests.serving import environment

CHANNEL = """
[channels.demo]
kind = "africastalking"
address = "20200"
service_code = "*384*20200#"
username = "sandbox"
api_key_env = "TEST_API_KEY"
secret_env = "TEST_SECRET"
base_url = "{url}"
rate_per_second = 200
recipients_per_request = 20
"""


@dataclass
class Site:
    """A gateway's settings, its keys and its database, looked at from outside."""

    variables: Mapping[str, str]
    database: Database
    vault: Vault
    log: Path

    def rows(self, table: str, *columns: str) -> list[Any]:
        found = tables.metadata.tables[table]
        with self.database.read() as connection:
            return list(connection.execute(select(*(found.c[name] for name in columns))))


class Fleet:
    """The processes that serve: so many at once, of as many families, each with its own log."""

    def __init__(self, site: Site, size: int) -> None:
        self._site = site
        self._size = size
        self._names = count(1)
        self.live = [self._next().wait_until_ready() for _ in range(size)]

    def _next(self) -> Process:
        number = next(self._names)
        log = self._site.log.with_name(f"gateway-{number}.log")
        return Process.start(self._site.variables, log, family=number % self._size)

    def replace(self, one: Process, *, before: float | None) -> Process:
        """Kill one and put another in its place; `before` it is ready, kill that one as well."""
        one.kill()
        self.live.remove(one)
        fresh = self._next()
        if before is not None:
            time.sleep(before)
            fresh.kill()
            fresh = self._next()
        self.live.append(fresh.wait_until_ready())
        return fresh

    def end(self) -> None:
        """Ask those that serve to stop."""
        assert [one.stop() for one in self.live] == [0] * len(self.live)


def lay_out(folder: Path, url: str | None, network: str, **more: str) -> Site:
    """Lay out settings, keys and an empty database in a folder. `more` are settings."""
    variables = environment(
        folder, url, DELIVERY_LEASE_SECONDS="5", DELIVERY_POLL_SECONDS="0.05", **more
    )
    (folder / "config" / "channels.toml").write_text(CHANNEL.format(url=network))
    vault = Vault(read_keyring(Path(variables["GATEWAY_KEY_FILE"])))
    database = Database(variables["GATEWAY_DATABASE_URL"])
    return Site(variables, database, vault, folder / "gateway.log")


def settle(site: Site, size: int) -> None:
    """Serve until nothing waits and no lease is out."""
    fleet = Fleet(site, size)
    until(
        lambda: all(row.status >= Status.UNKNOWN for row in site.rows("messages", "status")),
        lambda: str(Counter(site.rows("messages", "status"))),
        every_s=0.1,
    )
    fleet.end()
