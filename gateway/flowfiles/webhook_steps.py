"""The ``webhook`` of a step: a server's address, and what is sent to it. Asks no server."""

import re
from typing import Final

from gateway.core.flow.expressions.template import Part, Template, compile_template
from gateway.core.flow.graph import Webhook
from gateway.core.text.quoting import quote
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.language.step_parts import METHODS, WAITING_SCREENS, WEBHOOK
from gateway.flowfiles.paths import read_path
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Texts
from gateway.flowfiles.yaml_tree import Branch, Leaf, Node

SECONDS: Final = 10
MOST_SECONDS: Final = 60

# The host stands in the file, so that nothing a person types can send their answers elsewhere.
_HOST: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?]\S*)?")
_SECRET: Final = re.compile(r"[a-z][a-z0-9_]*")
_CONTENT_TYPE: Final = "Content-Type"
_JSON: Final = compile_template("application/json", frozenset())


def read_webhook(step: Section, texts: Texts) -> Webhook:
    """Compile the question to a server. Raises `FlowFileError`."""
    section = step.section("webhook")
    check(section, WEBHOOK)
    headers, secrets = _headers(section, texts)
    body = None
    if section.is_section("body"):
        source = f"@(json({_as_json(section.items['body'], section, texts)}))"
        body = texts.compile(source, section.path, section.line("body"))
        if not any(name.lower() == _CONTENT_TYPE.lower() for name, _ in headers):
            headers = (*headers, (_CONTENT_TYPE, _JSON))
    elif "body" in section:
        body = texts.template(section, "body")
    seconds = section.whole("seconds", SECONDS)
    if seconds > MOST_SECONDS:
        raise section.error(
            "seconds", f"nobody waits {seconds} seconds", f"Write {MOST_SECONDS} at most"
        )
    return Webhook(
        method=section.choice("method", METHODS, "GET" if body is None else "POST"),
        url=_address(section, texts),
        headers=headers,
        body=body,
        save=read_path(section, "save"),
        seconds=seconds,
        waits=section.choice("waits", tuple(WAITING_SCREENS), "screen"),
        secrets=secrets,
    )


def _address(section: Section, texts: Texts) -> Template:
    """Compile the server's address."""
    url = texts.template(section, "url")
    begin = url.parts[0] if isinstance(url.parts[0], str) else ""
    whole = _HOST.fullmatch(begin)
    if whole is None or (url.plain is None and begin.count("/") < 3 and "?" not in begin):
        raise section.error(
            "url",
            "url does not begin with the address of a server",
            "Write one such as https://server.example/path, with values after the host only",
        )
    return url


def _headers(
    section: Section, texts: Texts
) -> tuple[tuple[tuple[str, Template], ...], tuple[tuple[str, str], ...]]:
    """Compile the headers, and which of them are secrets of what name."""
    if "headers" not in section:
        return (), ()
    given = section.section("headers")
    secrets = [name for name in given if given.is_section(name)]
    written = tuple((name, texts.template(given, name)) for name in given if name not in secrets)
    return written, tuple((name, _secret(given.section(name))) for name in secrets)


def _secret(header: Section) -> str:
    """Return the name of the secret that a header holds."""
    header.only(("secret",))
    header.needs("secret")
    name = header.text("secret") or ""
    if not _SECRET.fullmatch(name):
        raise header.error(
            "secret",
            "this is no name of a secret",
            "Write a name that [webhooks] secrets of the settings has, in small letters",
        )
    return name


def _as_json(node: Node, section: Section, texts: Texts) -> str:
    """Return the expression that makes what a node of the file says, with its values filled in."""
    if isinstance(node, Branch):
        pairs = [
            f"{quote(key)}, {_as_json(one, section, texts)}" for key, one in node.items.items()
        ]
        return f"object({', '.join(pairs)})"
    if isinstance(node, Leaf):
        return _value(node, section, texts)
    return f"array({', '.join([_as_json(one, section, texts) for one in node.items])})"


def _value(leaf: Leaf, section: Section, texts: Texts) -> str:
    """Return the expression for one value: a constant, an expression alone, or a text with some."""
    if leaf.value is None:
        return "null"
    if not isinstance(leaf.value, str):
        return leaf.written.lower()
    template = texts.compile(leaf.value, section.path, leaf.line)
    if template.plain is not None:
        return quote(template.plain)
    if template.single is not None:
        return _source(template.single)
    parts = [quote(part) if isinstance(part, str) else _source(part) for part in template.parts]
    return " & ".join(parts)


def _source(part: Part) -> str:
    """Return an expression as it stands in another one."""
    return part.source.removeprefix("@")
