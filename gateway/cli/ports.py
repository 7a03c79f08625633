"""Ports that a command listens on. One that is taken ends the command with a sentence."""

import os
import socket

from gateway.cli.command import fail


def listening(host: str, port: int, option: str) -> socket.socket:
    """Return a socket that listens; else end the command, naming the option that mends it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as trouble:
        # A name that cannot be resolved has a number of its own, which the system has no words for.
        known = trouble.errno is not None and trouble.errno > 0
        why = os.strerror(trouble.errno or 0) if known else (trouble.strerror or "unknown address")
        fail(f"Port {port} on {host}: {why}. Stop what uses it, or choose another with {option}.")


def free_ports() -> tuple[int, int]:
    """Return two ports of this machine on which nothing listens."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        return one.getsockname()[1], other.getsockname()[1]


def usual_ports(one: int, other: int) -> tuple[int, int]:
    """Return two ports of this machine: the usual ones, or others where one of them is taken."""
    try:
        socket.create_server(("127.0.0.1", one)).close()
        socket.create_server(("127.0.0.1", other)).close()
    except OSError:
        return free_ports()
    return one, other
