"""Asks a server: once, within a time, over a connection of its own. Follows nobody anywhere.

Nothing of the surroundings is used (no proxies, no netrc), no redirect is followed, no answer is
unpacked, and what is larger than allowed is not read to its end. Nothing is logged.
"""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from typing import Final

import httpx

from gateway.servers.addresses import Resolve, may_be_gone_to, resolve, resolved
from gateway.servers.allowed import Allowed, Server
from gateway.servers.answers import Answer, Request, Trouble, no_answer

# What a flow does not decide: where the request goes, how long it is, how it travels.
_OURS: Final = frozenset(
    {
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_DEFAULTS: Final = {"accept": "*/*", "user-agent": "mashinani"}
_ADDRESSES: Final = 3  # of one server that are tried


class Client:
    """Asks servers that are allowed. Any number of threads may use one."""

    def __init__(
        self,
        allowed: Allowed,
        secrets: Mapping[str, str],
        *,
        max_bytes: int,
        how: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Take what may be asked, the secrets by name, and the largest answer.

        `how` finds addresses; `trust` is whom to believe who they are, else whom browsers believe.
        """
        self._allowed = allowed
        self._secrets = secrets
        self._max_bytes = max_bytes
        self._how = how
        self._trust = trust or httpx.create_ssl_context(trust_env=False)

    def ask(self, request: Request) -> Answer:
        """Ask and wait for what comes of it. Raises nothing for what a server does."""
        server = self._allowed.find(request.url)
        if isinstance(server, Trouble):
            return no_answer(server)
        if request.secrets and not (server.secure or server.local):
            return no_answer(Trouble.NOT_PRIVATE)
        if any(name not in self._secrets for _, name in request.secrets):
            return no_answer(Trouble.UNKNOWN_KEY)
        return asyncio.run(self._within(server, request))

    async def _within(self, server: Server, request: Request) -> Answer:
        try:
            async with asyncio.timeout(request.seconds):
                return await self._connect(server, request)
        except TimeoutError:
            return no_answer(Trouble.SLOW)

    async def _connect(self, server: Server, request: Request) -> Answer:
        """Go to the addresses of the server, one after the other, until one takes the request."""
        try:
            addresses = await resolved(self._how, server.host, server.port)
        except (OSError, UnicodeError):
            return no_answer(Trouble.UNKNOWN)
        if not all(may_be_gone_to(one, local=server.local) for one in addresses):
            return no_answer(Trouble.PRIVATE)
        found = no_answer(Trouble.UNKNOWN)
        tried = addresses[:_ADDRESSES]
        for address in tried:
            found = await self._exchange(server, address, request, of=len(tried))
            if found.trouble is not Trouble.UNREACHABLE:
                break
        return found

    async def _exchange(self, server: Server, address: str, request: Request, *, of: int) -> Answer:
        """Ask at one of `of` addresses, which share the time that it may take to connect."""
        # Before the whole time is over: what is connecting then would not be closed.
        connecting = 0.8 * request.seconds / of
        made = httpx.Request(
            request.method,
            server.url.copy_with(host=address),
            headers=[*self._headers(server, request)],
            content=request.body.encode() if request.body else None,
            # The name is proved, though it is the address that is connected to.
            extensions={"sni_hostname": server.host, "timeout": {"connect": connecting}},
        )
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
        try:
            async with httpx.AsyncHTTPTransport(
                verify=self._trust, trust_env=False, limits=limits
            ) as transport:
                response = await transport.handle_async_request(made)
                try:
                    return await self._read(response)
                finally:
                    await response.aclose()
        except httpx.ConnectTimeout:
            return no_answer(Trouble.UNREACHABLE)
        except httpx.ConnectError as trouble:
            return no_answer(Trouble.UNTRUSTED if _is_of_tls(trouble) else Trouble.UNREACHABLE)
        except (httpx.TransportError, httpx.StreamError):
            return no_answer(Trouble.BROKEN)

    async def _read(self, response: httpx.Response) -> Answer:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > self._max_bytes:
                return no_answer(Trouble.TOO_LARGE)
        return Answer(response.status_code, _text(bytes(body), response))

    def _headers(self, server: Server, request: Request) -> Iterator[tuple[bytes, bytes]]:
        yield b"host", server.url.netloc
        yield b"connection", b"close"
        yield b"accept-encoding", b"identity"
        given = {name.lower(): value for name, value in request.headers}
        given |= {name.lower(): self._secrets[secret] for name, secret in request.secrets}
        for name, value in {**_DEFAULTS, **given}.items():
            if name not in _OURS:
                yield name.encode(), _line(value).encode()


def _line(value: str) -> str:
    """Return a header's value on one line: nothing that a person typed begins another header."""
    return "".join([letter if letter.isprintable() else " " for letter in value]).strip()


def _text(body: bytes, response: httpx.Response) -> str:
    """Return an answer as text; one that is none, or is packed though we asked not to, is empty."""
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        return ""
    try:
        return body.decode(response.charset_encoding or "utf-8")
    except UnicodeDecodeError:
        return ""
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _is_of_tls(trouble: BaseException | None) -> bool:
    while trouble is not None:
        if isinstance(trouble, ssl.SSLError):
            return True
        trouble = trouble.__cause__ or trouble.__context__
    return False
