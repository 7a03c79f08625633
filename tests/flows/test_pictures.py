"""Flows as pictures: shapes, labels, links, and nothing of a hostile text that could act."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.core.drawing.diagram import Diagram, diagram, wrapped
from gateway.core.drawing.svg import svg
from gateway.core.drawing.written import address, dot, mermaid
from gateway.core.flow.graph import Category, Flow, Node, Router
from gateway.flowfiles.releases import Source, compile_release, read_release
from tests.flows.grown import GROWN
from tests.stage import FLOWS, release, steps

SYSTEM = (FLOWS / "system.yaml").read_bytes()
SVG = "{http://www.w3.org/2000/svg}"

ALL_KINDS = """\
  name: {ask: Your name?, save: participant.name, give_up: bye}
  choice: {menu: Which?, options: {1: {label: Wells, then: known}, 2: {label: Roads, then: again}}}
  again: {goto: choice}
  known: {when: "@participant.member", then: other, else: server}
  server: {webhook: {url: "https://example.org/"}}
  pause: {wait: 1 hour}
  other: {call: two}
  bye: {say: Goodbye.}
"""


def drawn(text: str) -> Diagram:
    return diagram(release(steps(text), two="flow: two\nsteps:\n  a: {say: Hello.}\n").flows["one"])


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        ("name", "question"), ("choice", "menu"), ("known", "condition"), ("server", "webhook"),
        ("pause", "wait"), ("other", "call"), ("bye", "say"),
    ],
)  # fmt: skip
def test_each_kind_of_step_has_a_shape_of_its_own(step: str, shape: str) -> None:
    boxes = {box.name: box.shape for box in drawn(ALL_KINDS).boxes}
    assert boxes[step] == shape


def test_branches_are_labelled_and_giving_up_is_dashed() -> None:
    picture = drawn(ALL_KINDS)
    names = {box.id: box.name for box in picture.boxes}
    ways = {(names[one.begin], names[one.end]): one for one in picture.arrows}
    assert ways["choice", "known"].labels == ("1 Wells",)
    assert ways["name", "bye"].aside
    assert ways["name", "bye"].labels == ("gave up",)
    assert not ways["choice", "known"].aside


def test_a_call_is_a_link_to_the_picture_of_its_flow() -> None:
    picture = drawn(ALL_KINDS)
    assert '<a href="two.svg">' in svg(picture)
    assert re.search(r'^  click n\d+ href "two.svg"$', mermaid(picture), re.MULTILINE)
    assert 'URL="two.svg"' in dot(picture)


def test_an_svg_has_a_title_a_description_every_step_and_every_arrow() -> None:
    picture = drawn(ALL_KINDS)
    tree = ET.fromstring(svg(picture))  # noqa: S314 - our own picture
    assert tree.findtext(f"{SVG}title") == "one"
    assert "steps" in (tree.findtext(f"{SVG}desc") or "")
    words = [one.text for one in tree.iter(f"{SVG}text")]
    assert {box.name for box in picture.boxes if box.shape not in {"end", "start"}} <= set(words)
    arrows = [one for one in tree.iter(f"{SVG}path") if one.get("marker-end")]
    assert len(arrows) == len(picture.arrows)
    assert "prefers-color-scheme: dark" in svg(picture)


HOSTILE = '"]; click x "javascript:alert(1)" <script>alert(1)</script> & \\" \u0001'


def hostile() -> Flow:
    """A flow as an import may bring it: names are whatever somebody wrote."""
    router = Router((), Category(HOSTILE, "b"))
    nodes = {"a": Node(HOSTILE, (), None, router, None), "b": Node("b", (), None, None, None)}
    nodes = {node.name: node for node in nodes.values()}
    return Flow(HOSTILE, HOSTILE, "en", HOSTILE, nodes, False, frozenset(), runs=True)


def test_hostile_names_stay_words_in_an_svg() -> None:
    tree = ET.fromstring(svg(diagram(hostile())))  # noqa: S314 - our own picture
    assert not list(tree.iter(f"{SVG}script"))
    assert not list(tree.iter(f"{SVG}a"))


def test_hostile_names_stay_words_in_mermaid() -> None:
    text = mermaid(diagram(hostile()))
    assert "<script" not in text
    assert not re.search(r"^  click", text, re.MULTILINE)
    for line in text.splitlines():
        assert line.count('"') in {0, 2}
        assert ";" not in re.sub(r"#\d+;", "", line)


def test_hostile_names_stay_words_in_dot() -> None:
    for line in dot(diagram(hostile())).splitlines():
        assert len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) % 2 == 0


@pytest.mark.parametrize(
    ("flow", "file"),
    [
        ("join", "join.svg"),
        ("a b/../c", "a%20b%2F..%2Fc.svg"),
        ("javascript:x", "javascript%3Ax.svg"),
    ],
    ids=["a plain name", "no way up the folders", "no scheme"],
)
def test_a_link_leads_to_a_file_beside_it(flow: str, file: str) -> None:
    assert address(flow, "svg") == file


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ("one two", "three")),
        ("incomprehensible", ("incompr…",)),
        ("one two three four five six", ("one two", "three…")),
        ("", ()),
    ],
    ids=["between words", "a long word is cut", "what does not fit is left out", "nothing"],
)
def test_the_first_words_of_a_text_are_shown(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 8, 2) == lines


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GROWN)
def test_any_flow_that_loads_can_be_drawn(files: dict[str, bytes]) -> None:
    for flow in compile_release(Source({**files, "system.yaml": SYSTEM})).flows.values():
        picture = diagram(flow)
        ET.fromstring(svg(picture))  # noqa: S314 - our own picture
        assert mermaid(picture)
        assert dot(picture)
        assert svg(picture) == svg(diagram(flow))


def test_every_shipped_flow_is_drawn_whole() -> None:
    for flow in read_release(FLOWS).flows.values():
        assert {box.name for box in diagram(flow).boxes} >= set(flow.nodes)
