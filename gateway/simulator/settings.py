"""What a simulator is told at start, and the file of callback addresses. Opens no socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx

from gateway.simulator.behaviour import BadRequest, Behaviour

CALLBACK_KINDS = ("sms", "ussd", "ussd-ended", "delivery", "optout", "subscription", "voice")


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """One simulated aggregator with one account.

    `callbacks` are full addresses by kind; they can be changed later. With a `username` or an
    `api_key` only requests that carry them are served.
    """

    callbacks: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 8001
    shortcode: str = "21512"
    voice_number: str = "+260970000000"
    ussd_code: str = "*384*99#"
    network_code: str = "64501"
    currency: str = "ZMW"
    username: str | None = None
    api_key: str | None = field(default=None, repr=False)
    behaviour: Behaviour = field(default_factory=Behaviour)
    callback_attempts: int = 50  # with `retry_ms` doubling to ten seconds: some eight minutes
    session_seconds: int = 180  # as long as operators keep a USSD session


def callbacks_from(
    described: object, base_url: str = "", channel: str | None = None
) -> dict[str, str]:
    """Return callback addresses by kind, made whole with the gateway's `base_url`.

    `described` is an object of addresses by kind, or the list that ``gateway channels list --json``
    prints, of which `channel` (or the only one) is taken. Raises `BadRequest`.
    """
    if isinstance(described, list):
        named = {entry.get("name"): entry for entry in described if isinstance(entry, dict)}
        if channel is None and len(named) == 1:
            channel = next(iter(named))
        if channel not in named:
            raise BadRequest(f"Choose a channel: {', '.join(map(str, named)) or 'none is listed'}.")
        described = named[channel].get("callbacks")
    if not isinstance(described, Mapping) or not all(
        kind in CALLBACK_KINDS and isinstance(url, str) for kind, url in described.items()
    ):
        raise BadRequest(f"Callbacks are addresses by kind: {', '.join(CALLBACK_KINDS)}.")
    addresses = {kind: urljoin(base_url, url) for kind, url in described.items()}
    for kind, url in addresses.items():
        if not _whole_address(url):
            raise BadRequest(f"The address for {kind} is not one of http:// or https://.")
    return addresses


def _whole_address(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in {"http", "https"} and bool(parsed.host)


def read_callbacks(path: Path, base_url: str = "", channel: str | None = None) -> dict[str, str]:
    """Read callback addresses from a JSON file. Raises `BadRequest` that names the file."""
    try:
        return callbacks_from(json.loads(path.read_text("utf-8")), base_url, channel)
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise BadRequest(f"{path}: {error}") from error
