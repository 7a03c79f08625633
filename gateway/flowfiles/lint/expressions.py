"""Expressions that cannot succeed, names that nothing gives, cases that are never the case."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from gateway.core.flow.expressions.answer_tests import ANSWER_TESTS
from gateway.core.flow.expressions.builtin import BUILTINS
from gateway.core.flow.expressions.folding import FAILS, Known, Trouble, fails_always, troubles
from gateway.core.flow.expressions.paths import Path
from gateway.core.flow.expressions.template import Part, Template
from gateway.core.flow.graph import Do, Flow, Node, Text, Webhook
from gateway.core.flow.names import ACTIONS, ROOTS
from gateway.core.flow.parts import templates
from gateway.core.flow.saved import shown, value_of
from gateway.core.flow.webhooks import ANSWERED, FAILED
from gateway.core.text.keywords import fold
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.lint.given import Given
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject

UNKNOWN: Final = Rule(
    "unknown-name",
    ERROR,
    "A name that nothing gives a value to, or nothing before it is read",
    "Where it stands people read nothing, and a condition on it never holds",
    "Save a value under that name first, or write the one that was meant",
    "hello: {say: Hello @participant.nmae.}",
)
IMPOSSIBLE: Final = Rule(
    "impossible",
    ERROR,
    "An expression that fails whatever it is given",
    "Where it stands people read nothing, and a condition on it never holds",
    "Mend it; docs/expressions.md has every function with examples",
    'hello: {say: "You are @(upper()) years old."}',
)
SAME: Final = Rule(
    "always-same",
    ERROR,
    "A comparison that always comes out alike",
    "What depends on it always happens, or never does",
    "Compare with a value that there can be, or leave the comparison out",
    'hello: {when: "@(channel = \\"email\\")", then: end}\nbye: {say: Bye.}',
)
NEVER: Final = Rule(
    "case-never",
    ERROR,
    "A case of a value that there never is",
    "The step that it leads to is never reached by it",
    "Write one of the values that there can be",
    "which: {menu: Which?, options: {1: {label: Red, save: red}, 2: Blue}, save: answer.x}\n"
    'lead: {when: "@answer.x.code", cases: {rde: end}}\nbye: {say: Bye.}',
)

RULES: Final = (UNKNOWN, IMPOSSIBLE, SAME, NEVER)

_ROOTS: Final = frozenset(ROOTS)


def together(flows: Mapping[str, Flow]) -> Sequence[Sequence[Flow]]:
    """Return the flows in groups that share their values, because one calls the other."""
    group = {name: name for name in flows}

    def found(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for flow in flows.values():
        for node in flow.nodes.values():
            if node.call is not None and node.call.flow in flows:
                group[found(node.call.flow)] = found(flow.name)
    groups: dict[str, list[Flow]] = {}
    for name, flow in flows.items():
        groups.setdefault(found(name), []).append(flow)
    return tuple(groups.values())


def givens(subject: Subject) -> Mapping[str, Given]:
    """Return what names lead to, by the names of flows. Imported flows have names of their own."""
    ours = {name: flow for name, flow in subject.release.flows.items() if not flow.runs}
    return {
        flow.name: given
        for flows in together(ours)
        for given in (Given(subject.release, flows),)
        for flow in flows
    }


def unknown(subject: Subject) -> Iterator[Finding]:
    """Find names that nothing gives, in texts in every language and in values."""
    if subject.broken:
        return  # what the broken steps save is not known
    known = givens(subject)
    told: set[tuple[str, int, str]] = set()
    for flow, node, template in _templates(subject):
        given = known.get(flow.name)
        for path in () if given is None else template.paths:
            if given is None or given.leads(path) or path.parts[0] in _OTHERS:
                continue
            place = subject.at(flow, node, template)
            if (place.path, place.line, path.full) not in told:
                told.add((place.path, place.line, path.full))
                near = difflib.get_close_matches(path.full, sorted(given.names()), n=1, cutoff=0.6)
                mend = f"Write @{near[0]}" if near else ""
                yield UNKNOWN.at(place, f"nothing gives @{path.full}", mend=mend)


# What is worked out for each thing of a list, where it stands; what it has is the list's business.
_OTHERS: Final = frozenset({"index", "item"})


def impossible(subject: Subject) -> Iterator[Finding]:
    """Find expressions that fail always, and comparisons that always come out alike."""
    known = givens(subject)
    told: set[tuple[str, int, str]] = set()
    for flow, node, template in _templates(subject):
        given = known.get(flow.name)
        for part in template.parts:
            if not isinstance(part, Part) or not part.source.startswith("@("):
                continue
            for kind, says in _wrong(part, node, given):
                place = subject.at(flow, node, template)
                if (place.path, place.line, says) not in told:
                    told.add((place.path, place.line, says))
                    rule = IMPOSSIBLE if kind == FAILS else SAME
                    yield rule.at(place, f"{_short(part.source)}: {says}")


def _wrong(part: Part, node: Node, given: Given | None) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an expression."""
    if part.trouble is not None:
        yield FAILS, part.trouble
        return
    yield from (
        (FAILS, f"there is no function {name}")
        for name in sorted(part.expression.functions - BUILTINS.keys())
    )

    def domain(path: Path) -> Known:
        return None if given is None else _domain(given, node, path)

    roots = frozenset(path.parts[0] for path in part.expression.paths) | _ROOTS
    inner = part.source[2:-1]
    if given is None or any(domain(path) for path in part.expression.paths):
        found = tuple(troubles(inner, roots, domain))
    else:
        found = _undecided(inner, roots)
    yield from ((one.kind, one.says) for one in found)


@lru_cache(maxsize=4096)
def _undecided(source: str, roots: frozenset[str]) -> tuple[Trouble, ...]:
    """Return the troubles of an expression of whose names nothing is known."""
    return tuple(troubles(source, roots, lambda _path: None))


def _domain(given: Given, node: Node, path: Path) -> Known:
    """Return the values that a name can have at a node."""
    if path.full == "outcome":
        return _outcomes(node)
    return given.domain(path)


def _outcomes(node: Node) -> Known:
    """Return what can have come of what the node does; of what was done before, anything."""
    for action in reversed(node.actions):
        if isinstance(action, Do):
            return ACTIONS[action.action].categories
        if isinstance(action, Webhook):
            return (ANSWERED, FAILED)
    if node.call is not None:
        return None
    categories = {one for spec in ACTIONS.values() for one in spec.categories}
    return (*sorted(categories), ANSWERED, FAILED, "")


def cases(subject: Subject) -> Iterator[Finding]:
    """Find cases that compare a value with one that it never has, and tests that always fail."""
    known = givens(subject)
    for flow, node in subject.nodes():
        router, given = node.router, known.get(flow.name)
        if router is None or given is None:
            continue
        operand = None if router.operand is None else router.operand.single
        path = None if operand is None else operand.expression.path
        possible = None if path is None else _possible(given, node, path)
        for case in router.cases:
            constant = [one for one in case.arguments if not isinstance(one, Template | Text)]
            if case.test == "one_of" and possible is not None and constant == [*case.arguments]:
                if not {fold(shown(one)) for one in constant} & possible:
                    values = ", ".join(sorted(one for one in possible if one))
                    yield NEVER.at(
                        subject.at(flow, node),
                        f"@{path.full if path else ''} is never {shown(constant[0])}",
                        mend=f"Write one of {values}",
                    )
            elif case.test in ANSWER_TESTS:
                arguments: list[Known] = [
                    None if isinstance(one, Template | Text) else (value_of(one),)
                    for one in case.arguments
                ]
                says = fails_always(case.test, [None, *arguments])
                if says is not None:
                    yield IMPOSSIBLE.at(subject.at(flow, node), f"{case.test}: {says}")


def _possible(given: Given, node: Node, path: Path) -> frozenset[str] | None:
    """Return the values that a name can have, as cases compare them, or None."""
    several = given.saved.get(path.full, [])
    if several and all(one.codes is not None for one in several):
        values = [one for saved in several for one in (*(saved.codes or ()), *saved.labels)]
        return frozenset(map(fold, values))
    domain = _domain(given, node, path)
    return None if domain is None else frozenset(fold(shown(one)) for one in domain)


def _templates(subject: Subject) -> Iterator[tuple[Flow, Node, Template]]:
    """Yield every template of every step, with the translations of texts."""
    for flow, node in subject.nodes():
        for template in templates(node):
            yield flow, node, template


def _short(source: str) -> str:
    return source if len(source) <= 60 else f"{source[:57]}..."


CHECKS: Final = (unknown, impossible, cases)
