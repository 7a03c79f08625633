"""What a step does before it says anything: actions of the movement, groups, servers, outcomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.answers import TESTS
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template, compile_template
from gateway.core.flow.graph import Action, Case, Category, Do, Router
from gateway.core.flow.names import ACTIONS, ActionSpec
from gateway.core.flow.webhooks import ANSWERED, FAILED
from gateway.flowfiles.sections import Section
from gateway.flowfiles.targets import Targets
from gateway.flowfiles.texts import Texts
from gateway.flowfiles.webhook_steps import read_webhook

# The short forms of two actions.
GROUPS: Final = {"join_group": "add_to_group", "leave_group": "leave_group"}

_OUTCOME: Final = compile_template("@outcome", frozenset({"outcome"}))


@dataclass(frozen=True, slots=True)
class Acting:
    """What a step does. Where `on` says where outcomes lead, what is `rest` goes on after it."""

    first: tuple[Action, ...]
    outcomes: tuple[str, ...]
    rest: tuple[Action, ...]


def read_acting(step: Section, texts: Texts) -> Acting:
    """Compile what a step does, with what may become of that which `on` belongs to."""
    first: list[Action] = []
    outcomes: tuple[str, ...] = ()
    if "do" in step:
        spec = _spec(step)
        first.append(_do(step, spec, texts))
        outcomes = spec.categories
    elif "webhook" in step:
        first.append(read_webhook(step, texts))
        outcomes = (ANSWERED, FAILED)
    groups = {key: list(_groups(step, key, texts)) for key in GROUPS if key in step}
    if "on" in step and not first:
        if len(groups) > 1:
            raise step.error(
                "on", f"on of {step.name} may belong to either group", "Make two steps of it"
            )
        ((key, actions),) = groups.items()
        return Acting(tuple(actions), ACTIONS[GROUPS[key]].categories, ())
    rest = [action for actions in groups.values() for action in actions]
    return Acting(tuple(first), outcomes, tuple(rest))


def read_outcomes(step: Section, outcomes: tuple[str, ...], rest: str, target: Targets) -> Router:
    """Compile where the outcomes lead; those not named go on with the rest of the step."""
    branches = step.section("on")
    branches.only(outcomes)
    cases = tuple(is_value(one, Category(one, target(branches, one))) for one in branches)
    return Router(cases, Category("other", rest), operand=_OUTCOME)


def is_value(value: Template | Json, category: Category) -> Case:
    """Return the case that holds for one value."""
    return Case("one_of", TESTS["one_of"], (value,), category)


def _do(step: Section, spec: ActionSpec, texts: Texts) -> Do:
    """Compile the action of the movement, with the arguments that it needs."""
    action = step.text("do") or ""
    given = step.section("with") if "with" in step else None
    if given is not None:
        given.only(spec.arguments)
    arguments: list[tuple[str, Template | Json]] = []
    for name, default in spec.arguments.items():
        if given is not None and name in given:
            arguments.append((name, texts.value(given, name)))
        elif default is None:
            raise step.error("do", f"{action} needs {name}", f"Add {name} under with")
        else:
            usual = texts.compile(default, step.path, step.line("do"))
            arguments.append((name, usual if usual.plain is None else usual.plain))
    return Do(action, tuple(arguments))


def _spec(step: Section) -> ActionSpec:
    """Return what is known of the action of a step."""
    action = step.text("do") or ""
    if action not in ACTIONS:
        raise step.error("do", f"there is no action {action}", f"Use one of {', '.join(ACTIONS)}")
    return ACTIONS[action]


def _groups(step: Section, key: str, texts: Texts) -> Iterator[Do]:
    """Compile the short form of an action on one group or several."""
    for name in step.one_or_more(key):
        group = texts.compile(name, step.path, step.line(key))
        yield Do(GROUPS[key], (("group", group if group.plain is None else group.plain),))
