"""Which servers may be asked: those that the settings name, and no other. Asks none."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Allowed:
    """The servers of the settings, as ``host`` or ``host:port`` in small letters.

    Without a port it is that of the scheme. A `local` one may have a private address.
    """

    hosts: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()

    def find(self, url: str) -> Server | Trouble:
        """Return the server of an address, or why it is not to be asked."""
        try:
            read = httpx.URL(url)
        except httpx.InvalidURL:
            return Trouble.NOT_AN_ADDRESS
        if read.scheme not in _PORTS or not read.host or read.userinfo:
            return Trouble.NOT_AN_ADDRESS
        name = _name(read)
        if name not in self.hosts and name not in self.local:
            return Trouble.NOT_ALLOWED
        host = read.raw_host.decode("ascii")
        port = read.port or _PORTS[read.scheme]
        return Server(read, host, port, read.scheme == "https", name in self.local)


def _name(url: httpx.URL) -> str:
    # httpx leaves out a port that is the scheme's own, and writes names in small ASCII letters.
    return url.netloc.decode("ascii")
