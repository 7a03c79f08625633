"""Where a server's name leads to, and which of these addresses are never gone to.

Names are given out by whoever runs them: one that is allowed may lead to a machine beside ours
today. So each address is looked at, and what was looked at is what is connected to.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, TypeAlias

# (host, port) -> its addresses. Raises OSError.
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

# Addresses of IPv4 that are reached through a translator (RFC 6052, RFC 8215).
_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as this machine knows them, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def resolved(how: Resolve, host: str, port: int) -> Sequence[str]:
    """Resolve a name in a thread that nobody waits for: a hanging resolver can be left alone."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: object) -> None:
        if not future.done():
            setter(value)

    def work() -> None:
        try:
            found = how(host, port)
        except (OSError, UnicodeError) as trouble:
            told: tuple[Callable[[Any], None], object] = (future.set_exception, trouble)
        else:
            told = (future.set_result, found)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *told)

    threading.Thread(target=work, name="resolver", daemon=True).start()
    return await future


def may_be_gone_to(address: str, *, local: bool) -> bool:
    """Whether an address may be connected to; a `local` server may have a private one.

    Where machines of a cloud find their own secrets (link-local) is no server of anybody's.
    """
    read = _inner(ip_address(address))
    if read.is_multicast or read.is_unspecified or read.is_link_local:
        return False
    old = isinstance(read, IPv6Address) and read.is_site_local  # private before RFC 4193
    return local or (read.is_global and not read.is_reserved and not old)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the address of IPv4 that one of IPv6 stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    )
