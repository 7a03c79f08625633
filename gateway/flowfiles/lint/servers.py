"""Webhooks: servers that are not allowed, and people's data in addresses."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from gateway.core.flow.graph import Flow, Node, Webhook
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject

HOST: Final = Rule(
    "webhook-host",
    WARNING,
    "A webhook to a server that the settings do not allow",
    "It is never asked, and the flow goes on as if it had failed",
    "Add the server to [webhooks] allow, or ask one that is there",
)
ANY_HOST: Final = Rule(
    "webhook-any-host",
    WARNING,
    "A webhook whose server is worked out while people talk",
    "What somebody types may decide which server is asked",
    "Write the server's name out",
)
OPEN: Final = Rule(
    "webhook-open",
    WARNING,
    "A webhook that does not begin with https://",
    "Whoever is on the way reads what is sent, and can answer in the server's place",
    "Write https:// before the server's name",
    'ask: {webhook: {url: "http://example.org/prices"}}',
)
UNKNOWN: Final = Rule(
    "webhook-secret",
    WARNING,
    "A header with a secret that the settings do not have",
    "The server is never asked, and the flow goes on as if it had failed",
    "Add the secret to [webhooks] secrets, or correct its name",
)
PERSONAL: Final = Rule(
    "personal-url",
    ERROR,
    "Something of a person in the address of a webhook",
    "Servers and everything on the way keep addresses in their logs, in plain text",
    "Put it into the body",
    'ask: {webhook: {url: "https://example.org/?name=@participant.name"}}',
)

RULES: Final = (HOST, ANY_HOST, OPEN, UNKNOWN, PERSONAL)

# First names of what is a person's own; a place alone says nothing of who somebody is.
_PERSONAL: Final = frozenset(
    {"contact", "fields", "input", "participant", "phone", "report", "results", "urn", "urns"}
)
_COMMON: Final = ("participant.place", "participant.language", "participant.member")


def webhooks(subject: Subject) -> Iterator[Finding]:
    """Find what is wrong with the addresses of webhooks."""
    for flow, node in subject.nodes():
        for action in node.actions:
            if isinstance(action, Webhook):
                yield from _address(subject, flow, node, action)


def _address(subject: Subject, flow: Flow, node: Node, action: Webhook) -> Iterator[Finding]:
    url = action.url
    place = subject.at(flow, node, url)
    written = url.source.strip()
    scheme, _, rest = written.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    if "@" in host or scheme.startswith("@"):
        yield ANY_HOST.at(place, f"the server of step {node.name} is not written out")
    else:
        name = _server(written.partition("@")[0])
        if subject.deployment.hosts is not None and name not in subject.deployment.hosts:
            allowed = ", ".join(subject.deployment.hosts)
            mend = f"Ask one of {allowed}, or allow {name} in the settings" if allowed else ""
            yield HOST.at(place, f"the settings do not allow {name}", mend=mend)
        if scheme.lower() != "https" and name.partition(":")[0] not in {"localhost", "127.0.0.1"}:
            yield OPEN.at(place, f"the address of step {node.name} begins with {scheme}://")
    known = subject.deployment.secrets
    for header, secret in action.secrets:
        if known is not None and secret not in known:
            yield UNKNOWN.at(place, f"{header} of step {node.name} is the secret {secret}")
    for path in url.paths:
        if path.parts[0] in _PERSONAL and not path.full.startswith(_COMMON):
            yield PERSONAL.at(place, f"@{path.full} stands in the address of step {node.name}")


def _server(address: str) -> str:
    """Return the server of an address as settings name it: with a port that is not the usual."""
    try:
        read = urlsplit(address)
        usual = {"http": 80, "https": 443}.get(read.scheme)
        port = "" if read.port in {None, usual} else f":{read.port}"
    except ValueError:
        return ""
    return f"{read.hostname or ''}{port}"


CHECKS: Final = (webhooks,)
