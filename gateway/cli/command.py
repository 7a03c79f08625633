"""What every command shares: opening what it needs, and ending with one sentence when it cannot."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from gateway import bootstrap
from gateway.bootstrap import Station, Store
from gateway.config.errors import ConfigError
from gateway.config.settings import Settings, load_settings
from gateway.flowfiles.errors import FlowFileError
from gateway.service.channels import UnknownChannel
from gateway.service.refusal import Refusal
from gateway.service.staff import StaffError
from gateway.service.tokens import TokenError
from gateway.store.database import DRIVER_ERRORS, DatabaseError
from gateway.store.keyring import KeyFileError

COULD_NOT = 1
WRONG_USAGE = 2

# Errors that say in their own words what is wrong and what to do.
SPEAKING: tuple[type[Exception], ...] = (
    UnknownChannel,
    ConfigError,
    DatabaseError,
    FlowFileError,
    KeyFileError,
    Refusal,
    StaffError,
    TokenError,
)


def fail(sentence: str, code: int = COULD_NOT) -> NoReturn:
    """End the command: one sentence on stderr, and an exit code."""
    sys.stderr.write(f"gateway: {sentence}\n")
    raise typer.Exit(code)


@contextmanager
def speaking() -> Iterator[None]:
    """Turn every error that a person can mend into its sentence and exit code 1."""
    try:
        yield
    except SPEAKING as trouble:
        fail(str(trouble))
    except DRIVER_ERRORS as trouble:
        fail(f"The database refused ({type(trouble).__name__}). Is it running and reachable?")


@contextmanager
def settings_only() -> Iterator[Settings]:
    """Give a command the settings and nothing else."""
    with speaking():
        yield load_settings()


@contextmanager
def opened_store() -> Iterator[Store]:
    """Give a command the open database with its keys."""
    with speaking():
        store = bootstrap.open_store(load_settings())
        try:
            yield store
        finally:
            store.close()


@contextmanager
def opened() -> Iterator[Station]:
    """Give a command a whole station: database, keys, channels, places, flows."""
    with speaking():
        bootstrap.configure_logs(quiet=True)
        station = bootstrap.open_station(load_settings())
        try:
            yield station
        finally:
            station.close()
