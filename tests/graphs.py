"""Graphs put together by hand, for what the engine does whatever a flow was written in."""

from dataclasses import replace
from typing import Any

from gateway.core.flow.answers import TESTS
from gateway.core.flow.assets import Assets
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template, compile_template, names_in
from gateway.core.flow.graph import Action, Call, Case, Category, Flow, Node, Router, Text, Wait
from gateway.core.flow.release import Release
from gateway.flowfiles.releases import read_release
from tests.stage import FLOWS

SHIPPED = read_release(FLOWS)


def template(source: str) -> Template:
    """Compile one text."""
    return compile_template(source, names_in(source), strict=False)


def text(source: str, **translations: str) -> Text:
    """Return a text with its translations."""
    return Text(template(source), {code: template(one) for code, one in translations.items()})


def node(
    name: str,
    *actions: Action,
    to: str | None = None,
    router: Router | None = None,
    call: Call | None = None,
) -> Node:
    """Return a node."""
    return Node(name, actions, call, router, to)


def asks(question: str, to: str | None = None, **wait: Any) -> Router:
    """Return a router that asks a question and goes on with any answer."""
    case = Case("text", TESTS["text"], (), Category("answered", to))
    return Router((case,), None, Wait(text(question), **wait), save="answer.x")


def flow(name: str, *nodes: Node, **more: Any) -> Flow:
    """Return a flow that begins at the first node."""
    first = nodes[0].name if nodes else None
    made = Flow(
        name=name,
        title=name.title(),
        language="en",
        first=first,
        nodes={one.name: one for one in nodes},
        resume=True,
        keeps_prompt=frozenset(),
    )
    return replace(made, **more)


def release_of(*flows: Flow, assets: Assets | None = None) -> Release:
    """Return a release of flows, with the shipped texts and words of the system."""
    return replace(
        SHIPPED,
        hash="by-hand",
        flows={one.name: one for one in flows},
        imports=any(one.runs for one in flows),
        assets=assets or Assets(),
    )


def person(**more: Json) -> dict[str, Json]:
    """Return a person as the caller of the engine knows one."""
    return {
        "uuid": "p-1",
        "id": 7,
        "name": "Amina Phiri",
        "language": "eng",
        "status": "active",
        "urns": ["tel:+260970000001"],
        "groups": [],
        "fields": {},
        **more,
    }
