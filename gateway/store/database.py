"""Engine and transactions. The only module that knows which database this is, and that commits."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.store.streams import GENESIS, Head

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

BUSY_SECONDS = 30
# Statements of batches come in seven sizes, see `bulk`: more than the 128 that the driver keeps.
_STATEMENTS = 512
_STREAM_LOCK = 0x4D61736869  # "Mashi": our corner of PostgreSQL's advisory locks
_STREAMS = range(1, 1024)

# foreign_keys and the others are per connection; journal_mode stays in the file.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=10000",
    "PRAGMA temp_store=MEMORY",
)


# The database did not answer, or another transaction was in the way: the same may go through later.
UNAVAILABLE = (OperationalError, InterfaceError)
# Whatever a database's driver raises.
DRIVER_ERRORS = (DBAPIError,)


class DatabaseError(Exception):
    """The database cannot be used. One sentence that says which and what to do."""


Query = tuple[str, Sequence[object]]
# What `read` gives, for those who hand it on and never look at it.
View = Connection


@dataclass(slots=True)
class Transaction:
    """One writing transaction. `now` is its time in milliseconds; `head` its stream's row.

    `clock` is what the clock shows; where it was set back, `now` may be later than that.
    """

    connection: Connection
    dialect: str
    now: int
    head: Head
    clock: int = 0

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> Sequence[Any]:
        """Run one statement with positional parameters and return its rows."""
        return self.connection.exec_driver_sql(statement, tuple(parameters)).fetchall()

    def run(self, statement: str, parameters: Sequence[object]) -> None:
        """Run one statement that returns no rows, past SQLAlchemy's bookkeeping for results."""
        raw: Any = self.connection.connection.driver_connection
        dialect: Any = self.connection.dialect
        try:  # said here, because it is run for every table of every batch
            raw.cursor().execute(statement, parameters)
        except dialect.dbapi.Error as trouble:
            raise _told(dialect, trouble) from trouble

    def rows_of(self, queries: Sequence[Query]) -> list[Sequence[Any]]:
        """Run several queries, each as (statement, parameters), and return the rows of each.

        On PostgreSQL they make one journey to the server together, and run in their order.
        """
        raw: Any = self.connection.connection.driver_connection
        cursors = []
        with _telling(self.connection):
            with self.pipelined():
                for statement, parameters in queries:
                    cursor = raw.cursor()
                    cursor.execute(statement, parameters)
                    cursors.append(cursor)
            return [cursor.fetchall() for cursor in cursors]

    @contextmanager
    def pipelined(self) -> Iterator[None]:
        """Open a block whose statements return no rows and need not wait for each other's answers.

        On PostgreSQL they share their way to the server; an error comes at the end of the block at
        the latest. On SQLite there is no way to share.
        """
        if self.dialect == SQLITE:
            yield
            return
        raw: Any = self.connection.connection.driver_connection
        with _telling(self.connection), raw.pipeline():
            yield


@contextmanager
def _telling(connection: Connection) -> Iterator[None]:
    """Tell what kind of error a driver's is, as SQLAlchemy does for what goes through it."""
    dialect: Any = connection.dialect
    try:
        yield
    except dialect.dbapi.Error as trouble:
        raise _told(dialect, trouble) from trouble


def _told(dialect: Any, trouble: Exception) -> Exception:
    return DBAPIError.instance(
        None, None, trouble, dialect.dbapi.Error, hide_parameters=True, dialect=dialect
    )


_NO_HEAD = Head(b"", 0, 0, GENESIS, 0, 0)


class Database:
    """One database, SQLite file or PostgreSQL. Thread-safe."""

    def __init__(self, url: str, *, clock: Callable[[], int] | None = None) -> None:
        """Prepare the engine; nothing is connected yet. `clock` gives milliseconds since 1970.

        Raises `DatabaseError` for an address that names neither SQLite nor PostgreSQL.
        """
        self.url = _checked(url)
        self.dialect = self.url.get_backend_name()
        self.clock = clock or _wall_clock
        self.engine = _sqlite(self.url) if self.dialect == SQLITE else _postgresql(self.url)
        self._stream = 1
        self._stream_holder: Connection | None = None
        self._node: bytes | None = None

    def __enter__(self) -> Self:
        """Return the database; `close` is called at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.close()

    def claim_stream(self) -> int:
        """On PostgreSQL take a stream that no other process is writing, and return its number.

        The hold is an advisory lock, so it ends with the process however that ends.
        """
        if self.dialect == POSTGRESQL and self._stream_holder is None:
            holder = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for number in _STREAMS:
                query = "SELECT pg_try_advisory_lock(%s, %s)"
                if holder.exec_driver_sql(query, (_STREAM_LOCK % 2**31, number)).scalar():
                    self._stream = number
                    break
            self._stream_holder = holder
        return self._stream

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a writing transaction; commit at the end of the block, roll back on any error."""
        with self.engine.connect() as connection, connection.begin():
            tx = Transaction(connection, self.dialect, 0, _NO_HEAD)
            while not self._lock_head(tx):
                self._add_head(connection)
            tx.now = tx.clock = self.clock()
            before = tx.head.next_id, tx.head.seq
            yield tx
            if (tx.head.next_id, tx.head.seq) != before:
                self._save_head(tx)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a reading transaction: one consistent view, no lock that a writer waits for."""
        with self.engine.connect() as connection:
            reading = connection.execution_options(**self._reading_options())
            with reading.begin():
                yield reading

    @contextmanager
    def write_schema(self) -> Iterator[Connection]:
        """Open a transaction for a migration, which may rebuild tables on SQLite."""
        with self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if self.dialect == SQLITE:
                raw.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
            if self.dialect == SQLITE:
                raw.execute("PRAGMA foreign_keys=ON")

    def ping(self) -> bool:
        """Return whether the database answers."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Close every connection and give the stream back."""
        if self._stream_holder is not None:
            self._stream_holder.close()
            self._stream_holder = None
        self.engine.dispose()

    def _reading_options(self) -> dict[str, Any]:
        if self.dialect == SQLITE:
            return {"mashinani_begin": "BEGIN"}
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def _lock_head(self, tx: Transaction) -> bool:
        """Lock and read the head of this process's stream. Return False if it has none yet."""
        lock = "" if self.dialect == SQLITE else " FOR UPDATE"
        mark = "?" if self.dialect == SQLITE else "%s"
        query = f"SELECT seq, hash, hlc, next_id FROM streams WHERE id={mark}{lock}"
        [rows] = tx.rows_of([(query, (self._stream,))])
        if not rows:
            return False
        if self._node is None:
            self._node = bytes(tx.rows("SELECT id FROM node")[0][0])
        seq, chained, hlc, next_id = rows[0]
        tx.head = Head(self._node, self._stream, seq, bytes(chained), hlc, next_id)
        return True

    def _add_head(self, connection: Connection) -> None:
        connection.execute(
            text(
                "INSERT INTO streams (id, seq, hash, hlc, next_id) VALUES (:id, 0, :hash, 0, 1)"
                " ON CONFLICT (id) DO NOTHING"
            ),
            {"id": self._stream, "hash": GENESIS},
        )

    def _save_head(self, tx: Transaction) -> None:
        mark, head = "?" if self.dialect == SQLITE else "%s", tx.head
        tx.run(
            f"UPDATE streams SET seq={mark}, hash={mark}, hlc={mark}, next_id={mark}"
            f" WHERE id={mark}",
            (head.seq, head.hash, head.hlc, head.next_id, head.stream),
        )


def may_be_there(url: str) -> bool:
    """Whether there is a database to open: a file that exists, or a server, which is not asked."""
    checked = _checked(url)
    return checked.get_backend_name() != SQLITE or Path(str(checked.database)).is_file()


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "The database address cannot be read. Write sqlite:///var/gateway.db or "
            "postgresql://user:password@host/name in GATEWAY_DATABASE_URL."
        ) from None
    backend = parsed.get_backend_name()
    if backend == SQLITE:
        return parsed.set(drivername="sqlite+pysqlite")
    if backend == POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseError(f"The database '{backend}' is not known. Use sqlite or postgresql.")


def _sqlite(url: URL) -> Engine:
    if url.database in {None, "", ":memory:"}:
        raise DatabaseError(
            "A database in memory loses everything at the end. Give a file, such as "
            "sqlite:///var/gateway.db."
        )
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={
            "check_same_thread": False,
            "timeout": BUSY_SECONDS,
            "cached_statements": _STATEMENTS,
        },
        hide_parameters=True,  # an error's text must not hold what somebody wrote
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # the driver must not begin transactions behind our back
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        raw: Any = connection.connection.driver_connection
        with _telling(connection):
            raw.execute(options.get("mashinani_begin", "BEGIN IMMEDIATE"))

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, hide_parameters=True)
