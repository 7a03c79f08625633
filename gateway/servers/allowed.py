"""Which servers may be asked: those that the settings name, and no other. Asks none."""

from dataclasses import dataclass
from typing import Protocol

import httpx

from gateway.servers.answers import Trouble

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that may be asked. `local`: it may be in this machine's own network."""

    url: httpx.URL
    host: str
    port: int
    secure: bool
    local: bool

    @property
    def name(self) -> str:
        """The server as settings write it."""
        return _name(self.url)


class Servers(Protocol):
    """What says whether a server may be asked."""

    def find(self, url: str) -> Server | Trouble:
        """Return the server of an address, or why it is not to be asked."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The servers of the settings, as ``host`` or ``host:port`` in small letters.

    Without a port it is that of the scheme. A `local` one may have a private address.
    """

    hosts: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()

    def find(self, url: str) -> Server | Trouble:
        """Return the server of an address, or why it is not to be asked."""
        read = _read(url)
        if read is None:
            return Trouble.NOT_AN_ADDRESS
        name = _name(read)
        if name not in self.hosts and name not in self.local:
            return Trouble.NOT_ALLOWED
        return _server(read, local=name in self.local)


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Any server, for laboratories, which ask none. A client does not take it."""

    def find(self, url: str) -> Server | Trouble:
        """Return the server of an address, if it is one."""
        read = _read(url)
        return Trouble.NOT_AN_ADDRESS if read is None else _server(read, local=False)


def _read(url: str) -> httpx.URL | None:
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    return None if read.scheme not in _PORTS or not read.host or read.userinfo else read


def _server(url: httpx.URL, *, local: bool) -> Server:
    host = url.raw_host.decode("ascii")
    return Server(url, host, url.port or _PORTS[url.scheme], url.scheme == "https", local)


def _name(url: httpx.URL) -> str:
    # httpx leaves out a port that is the scheme's own, and writes names in small ASCII letters.
    return url.netloc.decode("ascii")
