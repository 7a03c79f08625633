"""Servers for tests, on real ports: well-behaved ones and hostile ones. Each says one thing."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import PATIENCE_S


@dataclass
class Host:
    """A server on this machine. `requests` are what came, as it came."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The server as settings name it."""
        return f"127.0.0.1:{self.port}"


Speak = Callable[[socket.socket], None]


@contextmanager
def hosting(speak: Speak | bytes, tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    """Run a server until the end of the block. What it speaks follows each request."""
    listening = socket.create_server(("127.0.0.1", 0))
    host = Host(listening.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return  # the block is over
            threading.Thread(target=answer, args=(caller,), daemon=True).start()

    def answer(caller: socket.socket) -> None:
        caller.settimeout(PATIENCE_S)
        with contextlib.suppress(OSError), caller:
            spoken = caller if tls is None else tls.wrap_socket(caller, server_side=True)
            with spoken:
                host.requests.append(_read(spoken))
                if isinstance(speak, bytes):
                    spoken.sendall(speak)
                else:
                    speak(spoken)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield host
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def drip(head: bytes, drop: bytes, every_s: float = 0.05) -> Speak:
    """Return what sends a head and then drops, for as long as anybody listens."""

    def speak(caller: socket.socket) -> None:
        caller.sendall(head)
        while True:
            caller.sendall(drop)
            time.sleep(every_s)

    return speak


def flood(head: bytes) -> Speak:
    """Return what sends a head and then as much as the caller takes."""

    def speak(caller: socket.socket) -> None:
        caller.sendall(head)
        while True:
            caller.sendall(b"x" * 65_536)

    return speak


def identity(folder: Path, name: str, *, expired: bool = False) -> tuple[ssl.SSLContext, Path]:
    """Return what a server proves to be `name` with, and the file of whom to believe for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    until = now - timedelta(days=1) if expired else now + timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return context, certificate


def _read(caller: socket.socket) -> bytes:
    """Read one request, as long as it says that it is."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = caller.recv(65_536)
        if not piece:
            return came
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        piece = caller.recv(65_536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body
