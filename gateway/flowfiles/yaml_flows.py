"""Reads a flow written in YAML into the graph. Refuses what it does not know, with the line.

Within a step things happen in one order, whatever order they are written in: do, set, say, text,
call, then the question or the condition, then on to the next step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Do, Flow, Node
from gateway.core.text.keywords import fold
from gateway.flowfiles.catalogues import Catalogue
from gateway.flowfiles.sections import Section
from gateway.flowfiles.steps import NAME, Steps, saved_roots
from gateway.flowfiles.texts import Original, Texts

SPEC: Final = 1

_TOP: Final = ("flow", "name", "language", "spec", "start", "resume", "steps")
_START: Final = ("keywords", "ussd")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that starts a flow, folded, with its language and the line it stands on."""

    word: str
    language: str
    line: int


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow as its file states it. `calls` are the flows it calls, with the lines.

    `originals` are its texts as they are written.
    """

    path: str
    line: int
    flow: Flow
    keywords: tuple[Keyword, ...]
    ussd: bool
    calls: tuple[tuple[str, int], ...]
    originals: tuple[Original, ...]


def read_flow(file: Section, catalogues: Mapping[str, Catalogue]) -> FlowFile:
    """Compile a flow from its file's sections. Raises `FlowFileError`."""
    file.only(_TOP)
    for key in ("flow", "steps"):
        file.needs(key)
    name = file.text("flow") or ""
    if not NAME.fullmatch(name):
        raise file.error(
            "flow", f"{name} cannot be a flow's name", "Use small letters, digits and _"
        )
    if file.whole("spec", SPEC) != SPEC:
        raise file.error("spec", "this gateway reads spec 1 of the flow language", "Write spec: 1")
    language = file.text("language", "en") or ""
    section = file.section("steps")
    texts = Texts(name, language, catalogues, saved_roots(section))
    steps = Steps(section, texts)
    nodes = {node.name: node for node in steps.nodes()}
    flow = Flow(
        name=name,
        title=file.text("name", name) or name,
        language=language,
        first=next(iter(nodes)),
        nodes=nodes,
        resume=file.flag("resume", default=True),
        keeps_prompt=_keepers(nodes),
    )
    keywords, ussd = _start(file, language)
    return FlowFile(
        file.path, file.line("flow"), flow, keywords, ussd, tuple(steps.calls), tuple(texts.found)
    )


def _keepers(nodes: Mapping[str, Node]) -> frozenset[str]:
    """Return the questions after which an action wants their text, before any other question."""
    found = set()
    for node in nodes.values():
        if not _asks(node):
            continue
        ahead, seen = _exits(node), set[str]()
        while ahead:
            name = ahead.pop()
            if name is None or name in seen:
                continue
            seen.add(name)
            if _wants_prompt(nodes[name]):
                found.add(node.name)
            if not _asks(nodes[name]):
                ahead += _exits(nodes[name])
    return frozenset(found)


def _asks(node: Node) -> bool:
    """Whether the node waits for a reply."""
    return node.router is not None and node.router.wait is not None


def _exits(node: Node) -> list[str | None]:
    """Return the nodes that may follow."""
    router = node.router
    if router is None:
        return [node.to]
    leads = [case.category.to for case in router.cases]
    leads += [category.to for category in (router.default,) if category is not None]
    if router.wait is not None:
        leads += [router.wait.give_up.to] if router.wait.give_up is not None else []
        menu = router.wait.menu
        leads += [option.category.to for option in menu.options] if menu is not None else []
        leads += [menu.rows.category.to] if menu is not None and menu.rows is not None else []
    return leads


def _wants_prompt(node: Node) -> bool:
    """Whether an action of the node is given the last question as it was shown."""
    return any(
        isinstance(value, Template) and any(path.full == "prompt" for path in value.paths)
        for action in node.actions
        if isinstance(action, Do)
        for _, value in action.arguments
    )


def _start(file: Section, language: str) -> tuple[tuple[Keyword, ...], bool]:
    """Read what starts the flow: keywords, in one language or by language, and the USSD code."""
    if "start" not in file:
        return (), False
    start = file.section("start")
    start.only(_START)
    ussd = start.flag("ussd", default=False)
    if "keywords" not in start:
        return (), ussd
    if start.is_list("keywords"):
        return _keywords(start, "keywords", language), ussd
    by_language = start.section("keywords")
    found = [one for code in by_language for one in _keywords(by_language, code, code)]
    return tuple(found), ussd


def _keywords(section: Section, key: str, language: str) -> tuple[Keyword, ...]:
    """Read a language's keywords: single words, since only a first word starts a flow."""
    words = section.words(key)
    for word in words:
        if not fold(word) or " " in fold(word):
            raise section.error(key, f"the keyword {word!r} is not one word", "Write single words")
    return tuple(Keyword(fold(word), language, section.line(key)) for word in words)
