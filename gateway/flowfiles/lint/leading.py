"""Where flows lead: steps that nothing reaches, that nobody gets away from, that run in circles."""

from collections.abc import Iterator, Mapping
from typing import Final

from gateway.core.flow.graph import Flow, Node, Schedule
from gateway.core.flow.parts import ON, reached, waits, ways
from gateway.flowfiles.findings import ERROR, WARNING, Finding
from gateway.flowfiles.lint.circles import circles
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject

UNREACHABLE: Final = Rule(
    "unreachable",
    WARNING,
    "A step that nothing leads to",
    "Nobody will ever see it",
    "Lead to it with goto or then, or delete it",
    "hello: {say: Hello., end: true}\nlost: {say: Nobody reads this.}",
)
UNUSED: Final = Rule(
    "unused-flow",
    WARNING,
    "A flow that nothing begins, nor calls from where somebody comes",
    "Nobody will ever be in it",
    "Give it a keyword under start, call it from another flow, or delete the file",
)
NO_END: Final = Rule(
    "no-end",
    ERROR,
    "A step from which no way leads to an end",
    "Whoever comes here goes round until the conversation is stopped",
    "Give one of the answers a way to a step with end: true",
    "colour: {ask: Which colour?}\nthanks: {say: Thank you., goto: colour}",
)
LOOP: Final = Rule(
    "loop",
    ERROR,
    "Steps that lead round without a question",
    "A turn of more than 100 steps is stopped, and the person reads an apology",
    "Put a question into the circle, or lead out of it",
    'one: {set: {answer.a: "1"}}\ntwo: {when: "@answer.a", then: one, else: end}',
)
CALLS: Final = Rule(
    "call-circle",
    ERROR,
    "Flows that call each other round",
    "Each call waits for the one inside it; 20 inside each other are stopped",
    "Lead back with goto, or end the flow and let the one that called it go on",
    "again: {call: one}",
)

RULES: Final = (UNREACHABLE, UNUSED, NO_END, LOOP, CALLS)

# A node of a flow, by both their names.
_Spot = tuple[str, str]


def unreachable(subject: Subject) -> Iterator[Finding]:
    """Find steps that nothing leads to. A step that became two nodes is found once."""
    for flow in subject.flows.values():
        found = reached(flow)
        for node in flow.nodes.values():
            if node.name not in found and node.name.removesuffix("+") not in found:
                place = subject.at(flow, node)
                if not node.name.endswith("+"):
                    yield UNREACHABLE.at(place, f"nothing leads to step {node.name}")


def unused(subject: Subject) -> Iterator[Finding]:
    """Find flows that nothing begins."""
    begun = _begun(subject)
    for flow in subject.flows.values():
        if flow.name not in begun:
            yield UNUSED.at(subject.at(flow), f"nothing begins the flow {flow.name}")


def _begun(subject: Subject) -> set[str]:
    """Return the names of the flows that a trigger begins, or a step of one of these.

    What begins at a broken step is not known, so whatever stands in a broken flow counts.
    """
    triggers = subject.release.triggers
    found = {trigger.flow for trigger in triggers.words.values()}
    found |= {trigger.flow for trigger in triggers.whole.values()}
    found |= {pattern.trigger.flow for pattern in triggers.patterns}
    found |= {*triggers.codes.values(), *triggers.short_codes.values()}
    found |= {timetable.flow for timetable in triggers.timetables}
    found |= {event.flow for event in triggers.campaigns}
    others = ("dial", "newcomer", "joined", "missed_call", "broadcast_reply", "other")
    found |= {name for other in others if (name := getattr(triggers, other)) is not None}
    # One that claims what another has is found to do so; no need to say it twice.
    found |= {file.flow.name for file in subject.files if file.starts.claims}
    ahead = [name for name in found | set(subject.broken) if name in subject.release.flows]
    while ahead:
        flow = subject.release.flows[ahead.pop()]
        named = {one for name in reached(flow) for one in _begins(flow.nodes[name])} - found
        found |= named
        ahead += [name for name in named if name in subject.release.flows]
    return found


def _begins(node: Node) -> Iterator[str]:
    """Yield the flows that a step begins."""
    if node.call is not None:
        yield node.call.flow
    for action in node.actions:
        if isinstance(action, Schedule) and action.flow is not None:
            yield action.flow


def no_end(subject: Subject) -> Iterator[Finding]:
    """Find where people are caught: the first step of each circle without a way to an end."""
    ending = _ending(subject)
    told: set[_Spot] = set()
    for flow, node in subject.nodes():
        spot = (flow.name, node.name)
        if spot in ending or spot in told:
            continue
        told |= {(flow.name, name) for name in reached(flow, node.name)}
        if node.call is not None and node.call.flow in subject.broken:
            continue
        yield NO_END.at(subject.at(flow, node), f"from step {node.name} no way leads to an end")


def _ending(subject: Subject) -> set[_Spot]:
    """Return the nodes from which an end can be reached, through the flows that they call."""
    spots = [(flow, node) for flow in subject.release.flows.values()
             for node in flow.nodes.values()]  # fmt: skip
    found: set[_Spot] = set()
    ends = {flow.name: flow.first is None for flow in subject.release.flows.values()}
    ends |= dict.fromkeys(subject.broken, True)
    changed = True
    while changed:
        changed = False
        for flow, node in reversed(spots):  # most steps lead to later ones, so once is enough
            spot = (flow.name, node.name)
            if spot not in found and _ends(flow, node, ends, found):
                found.add(spot)
                ends[flow.name] = ends[flow.name] or node.name == flow.first
                changed = True
    return found


def _ends(flow: Flow, node: Node, ends: Mapping[str, bool], found: set[_Spot]) -> bool:
    if not any(ways(node)):
        return True
    if node.call is not None and not ends.get(node.call.flow, True):
        return False
    if node.call is not None and node.call.last:
        return True
    leads = [way.to for way in ways(node)]
    if any(lead is None for lead in leads):
        # An unanswered question ends the conversation, but nobody means to leave it so.
        leads = [way.to for way in ways(node) if way.name or way.kind == ON]
    return any(lead is None or (flow.name, lead) in found for lead in leads)


def loops(subject: Subject) -> Iterator[Finding]:
    """Find circles of steps that ask nothing; a flow that is called counts as one step."""
    asking = {name: asks(subject, name, set()) for name in subject.release.flows}
    for flow in subject.flows.values():
        there = reached(flow)
        leads = {
            node.name: []
            if waits(node) or (node.call is not None and asking.get(node.call.flow, False))
            else [way.to for way in ways(node) if way.to in flow.nodes]
            for node in flow.nodes.values()
            if node.name in there
        }
        for circle in circles(leads):
            first = min((flow.nodes[name] for name in circle), key=lambda node: node.line)
            named = " > ".join([*sorted(circle, key=lambda name: flow.nodes[name].line)])
            what = f"steps {named} lead round without a question"
            yield LOOP.at(subject.at(flow, first), what)


def asks(subject: Subject, name: str, seen: set[str]) -> bool:
    """Whether a flow asks, or waits for, something on every way through it, or may at least."""
    flow = subject.release.flows.get(name)
    if flow is None or name in seen:
        return False
    seen.add(name)
    # Whether some way from the first node to an end passes no question.
    ahead, passed = [flow.first], set[str | None]()
    while ahead:
        here = ahead.pop()
        if here is None:
            return False
        if here in passed:
            continue
        passed.add(here)
        node = flow.nodes[here]
        if not waits(node) and not (node.call and asks(subject, node.call.flow, seen)):
            ahead += [way.to for way in ways(node)]
    return True


def call_circles(subject: Subject) -> Iterator[Finding]:
    """Find flows that call each other round without the one that calls being over."""
    calls: dict[str, list[str]] = {}
    for flow, node in subject.nodes():
        called = calls.setdefault(flow.name, [])
        if node.call is not None and not node.call.last and not flow.runs:
            called.append(node.call.flow)
    for circle in circles(calls):
        name = min(circle)
        flow = subject.release.flows[name]
        calling = next(
            (node for node in flow.nodes.values() if node.call and node.call.flow in circle), None
        )
        others = ", ".join(sorted(circle - {name}))
        what = f"the flow {name} calls itself"
        if others:
            what = f"the flows {name}, {others} call each other round"
        yield CALLS.at(subject.at(flow, calling), what)


CHECKS: Final = (unreachable, unused, no_end, loops, call_circles)
