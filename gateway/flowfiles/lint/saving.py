"""What steps save under names that are not theirs, and take back though nothing is there."""

from collections.abc import Iterator
from typing import Final

from gateway.core.flow.graph import Assign, Node, Schedule, Unschedule, Webhook
from gateway.core.flow.names import ACTIONS, GIVEN
from gateway.flowfiles.findings import ERROR, Finding
from gateway.flowfiles.lint.rules import Rule
from gateway.flowfiles.lint.subject import Subject

TAKEN: Final = Rule(
    "given-name",
    ERROR,
    "A value that is saved under a name which the gateway itself fills in",
    "What people read there, and what conditions look at, is not so any more",
    "Save it under answer, or under another name of participant",
    "name: {ask: What is your number?, save: participant.number}",
)
NOTHING: Final = Rule(
    "never-scheduled",
    ERROR,
    "A name that is taken back and that nothing is scheduled under",
    "Nothing is taken back, and people read what was meant to be over",
    "Write the name that a schedule has",
    "stay: {say: Good., unschedule: meeting}",
)

RULES: Final = (TAKEN, NOTHING)

# What is known of the person, and what flows ask for so that an action finds it.
_ASKED_FOR: Final = ("participant.name", "participant.place.code", "participant.place.name")


def _given() -> Iterator[str]:
    """Yield the names that are the gateway's own, and those of what actions give."""
    for root, inside in GIVEN.items():
        if root == "participant":
            yield from (f"{root}.{one.removesuffix('.**')}" for one in inside)
        else:
            yield root
    for action in ACTIONS.values():
        yield from action.values


_GIVEN: Final = frozenset(_given()).difference(_ASKED_FOR)


def taken(subject: Subject) -> Iterator[Finding]:
    """Find values that hide what the gateway gives."""
    for flow, node in subject.nodes():
        for path in () if flow.runs else dict.fromkeys(_saved(node)):
            if any(f"{path}.".startswith(f"{name}.") for name in _GIVEN):
                yield TAKEN.at(subject.at(flow, node), f"step {node.name} saves {path}")


def _saved(node: Node) -> Iterator[str]:
    """Yield the paths that a step names itself."""
    for action in node.actions:
        if isinstance(action, Assign):
            yield action.path
        elif isinstance(action, Webhook) and action.save is not None:
            yield action.save
    if node.call is not None:
        yield from (path for path, _ in node.call.results)
    if node.router is not None and node.router.save is not None:
        yield node.router.save


def never_scheduled(subject: Subject) -> Iterator[Finding]:
    """Find what is taken back under a name that no step of any flow schedules."""
    if subject.broken:
        return  # what the broken steps schedule is not known
    nodes = [node for flow in subject.release.flows.values() for node in flow.nodes.values()]
    names = {one.name for node in nodes for one in node.actions if isinstance(one, Schedule)}
    for flow, node in subject.nodes():
        for one in node.actions:
            if isinstance(one, Unschedule) and one.name not in names:
                yield NOTHING.at(subject.at(flow, node), f"nothing is scheduled under {one.name}")


CHECKS: Final = (taken, never_scheduled)
