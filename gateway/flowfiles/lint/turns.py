"""What people read in one turn: the texts of steps that follow each other without a question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.flow.graph import Flow, Menu, Node, Say, Text
from gateway.core.flow.parts import waits, ways
from gateway.core.text import gsm7, screens
from gateway.flowfiles.findings import WARNING, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject
from gateway.flowfiles.messages.placeholders import filled

LONG_TURN: Final = Rule(
    "long-turn",
    WARNING,
    "Texts of several steps that are read at once and take more than two screens together, or "
    "more than four in an alphabet outside GSM-7",
    "People page through words before they come to the question, or never come to it",
    "Say less before the question, or put a question between the texts",
    "\n".join(
        f"s{number}: {{say: Bring your friends and a bottle of water. Be there early because the "
        "hall is small and many will come from far away.}"
        for number in range(1, 5)
    ),
)

RULES: Final = (LONG_TURN,)

_SCREENS: Final[Mapping[bool, int]] = {True: 2, False: 4}

# How far is looked: steps in one turn, and ways from one question.
_MOST_STEPS: Final = 30
_MOST_WAYS: Final = 60


@dataclass(frozen=True, slots=True)
class _Turn:
    """Texts that are read at once, with the menu at their end if there is one, and where it is."""

    flow: Flow
    node: Node
    texts: tuple[Text, ...]
    menu: Menu | None = None


def turns(subject: Subject) -> Iterator[Finding]:
    """Find turns that are too long, each end of one once in a language."""
    told: set[tuple[str, str, str]] = set()
    for turn in _turns(subject):
        if len(turn.texts) < 2:
            continue
        for language in subject.release.languages:
            key = (turn.flow.name, turn.node.name, language)
            taken, plain = _measured(subject, turn, language)
            if taken > _SCREENS[plain] and key not in told:
                told.add(key)
                yield LONG_TURN.at(
                    subject.at(turn.flow, turn.node),
                    f"what is read up to step {turn.node.name} takes {taken} screens",
                    language=language,
                )


def _measured(subject: Subject, turn: _Turn, language: str) -> tuple[int, bool]:
    """Return how many screens a turn takes, and whether it is in GSM-7."""
    lines = "\n".join(_read(text, language) for text in turn.texts)
    options = [
        (option.key, _read(option.label, language))
        for option in (() if turn.menu is None else turn.menu.options)
    ]
    limit = min(subject.deployment.screen, *subject.deployment.networks.values(), 1 << 30)
    try:
        pages = screens.pages(
            lines,
            options,
            limit=limit,
            first_limit=limit,
            more=subject.release.text("more", language),
            back=subject.release.text("back", language),
        )
    except ValueError:
        return 0, True  # a screen without room is another rule's
    whole = "".join([lines, *(label for _, label in options)])
    return len(pages), gsm7.is_gsm7(whole)


def _read(text: Text, language: str) -> str:
    return filled(text.translations.get(language, text.original).source)


def _turns(subject: Subject) -> Iterator[_Turn]:
    """Yield the turns that begin a flow or follow an answer."""
    for flow, node in subject.nodes():
        if node.name == flow.first:
            yield from _from(subject, flow, node.name)
        if waits(node):
            for name in {way.to for way in ways(node) if way.to is not None}:
                yield from _from(subject, flow, name)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way under way: the step that is next, who called the flow, what was read, where it is."""

    flow: Flow
    step: str | None
    at: Node
    held: tuple[tuple[Flow, Node], ...] = ()
    texts: tuple[Text, ...] = ()
    steps: int = 0


def _from(subject: Subject, flow: Flow, name: str) -> Iterator[_Turn]:
    """Yield what may be read from a step on until something waits or all is over."""
    ahead = [_Way(flow, name, flow.nodes[name])]
    found = 0
    while ahead and found < _MOST_WAYS:
        way = ahead.pop()
        if way.steps >= _MOST_STEPS or (way.step is None and not way.held):
            found += 1
            yield _Turn(way.flow, way.at, way.texts)
        elif way.step is None:
            holder, calling = way.held[-1]
            back = replace(way, flow=holder, held=way.held[:-1], steps=way.steps + 1)
            ahead += [replace(back, step=to) for to in _after(calling)]
        else:
            node = way.flow.nodes[way.step]
            said = tuple(one.text for one in node.actions if isinstance(one, Say))
            on = replace(way, at=node, texts=(*way.texts, *said), steps=way.steps + 1)
            called = None if node.call is None else subject.release.flows.get(node.call.flow)
            if called is not None and called.first is not None:
                held = (*on.held, (on.flow, node))
                ahead.append(replace(on, flow=called, step=called.first, held=held))
            elif waits(node):
                found += 1
                yield _asked(on)
            else:
                ahead += [replace(on, step=to) for to in _after(node)]


def _asked(way: _Way) -> _Turn:
    """Return the turn that ends with the question of a step."""
    wait = None if way.at.router is None else way.at.router.wait
    if wait is None or wait.prompt is None:
        return _Turn(way.flow, way.at, way.texts)
    return _Turn(way.flow, way.at, (*way.texts, wait.prompt), wait.menu)


def _after(node: Node) -> list[str | None]:
    return list(dict.fromkeys(way.to for way in ways(node)))


CHECKS: Final = (turns,)
