"""The steps of a YAML flow, compiled into nodes."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.core.flow.answers import TESTS
from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template, compile_template
from gateway.core.flow.graph import (
    Action,
    Assign,
    Call,
    Case,
    Category,
    Do,
    Node,
    Router,
    Say,
    SendSms,
)
from gateway.core.flow.names import ACTIONS, ROOTS, ActionSpec
from gateway.flowfiles.questions import QUESTION_KEYS, read_question
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Texts

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_SAVE: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")

# A step's name that says: here the flow is over.
END: Final = "end"

# Every key of a step, and the keys that it only has beside another one.
STEP_KEYS: Final = (
    "do", "with", "on", "set", "say", "text", "call", *QUESTION_KEYS, "when", "then", "else",
    "cases", "goto", "end",
)  # fmt: skip
_BESIDE: Final = {
    "with": ("do",),
    "on": ("do",),
    "options": ("menu",),
    "options_from": ("menu",),
    "exact": ("menu",),
    "confirm": ("menu",),
    "expect": ("ask",),
    "skip": ("ask",),
    "save": ("ask", "menu"),
    "retry": ("ask", "menu"),
    "attempts": ("ask", "menu"),
    "give_up": ("ask", "menu"),
    "then": ("when",),
    "else": ("when",),
    "cases": ("when",),
}
_ACTS: Final = ("ask", "menu", "say", "text", "set", "when", "goto", "call", "do", "end")
# What the arguments of actions are made of where a step leaves them out.
_DEFAULTS: Final = frozenset(ROOTS)
_OUTCOME: Final = compile_template("@outcome", frozenset({"outcome"}))


def saved_roots(steps: Section) -> frozenset[str]:
    """Return the first names of all paths that the steps save values under."""
    found: set[str] = set()
    for name in steps:
        if steps.is_section(name):
            step = steps.section(name)
            places = [step.text("save") or ""] if "save" in step else []
            places += step.section("set") if step.is_section("set") else ()
            found |= {place.partition(".")[0] for place in places}
    return frozenset(found)


class Steps:
    """Compiles the steps of one flow. `calls` fills with the flows they call and the lines."""

    def __init__(self, section: Section, texts: Texts) -> None:
        self.section = section
        self.texts = texts
        self.names = list(section)
        self.calls: list[tuple[str, int]] = []

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of the file; a step with ``on`` becomes two."""
        for name in self.names:
            if not NAME.fullmatch(name) or name == END:
                raise self.section.error(
                    name,
                    f"{name} cannot be a step's name",
                    "Use small letters, digits and _, and not the word end",
                )
        for name, following in zip(self.names, [*self.names[1:], None], strict=True):
            step = self.section.section(name)
            step.name = f"step {name}"
            self._check_keys(step)
            yield from self._step(step, name, following)

    def _check_keys(self, step: Section) -> None:
        """Refuse keys that do not go together."""
        step.only(STEP_KEYS)
        if not any(key in step for key in _ACTS):
            raise step.error(
                None, f"{step.name} does nothing", f"Give it one of {', '.join(_ACTS)}"
            )
        for key, owners in _BESIDE.items():
            if key in step and not any(owner in step for owner in owners):
                raise step.error(
                    key, f"{step.name} has {key} without {' or '.join(owners)}", f"Remove {key}"
                )
        for rivals in (("ask", "menu", "when"), ("goto", "end")):
            present = [key for key in rivals if key in step]
            if len(present) > 1:
                raise step.error(
                    present[1],
                    f"{step.name} has both {present[0]} and {present[1]}",
                    "Make two steps of it",
                )

    def _step(self, step: Section, name: str, following: str | None) -> Iterator[Node]:
        """Compile one step."""
        to = following
        if "goto" in step:
            to = self._target(step, "goto")
        elif step.flag("end", default=False):
            to = None
        actions = list(self._actions(step, name))
        if "on" in step:
            rest = f"{name}+"
            yield Node(name, (self._do(step),), None, self._on(step, rest), None, step.own_line)
            name = rest
        elif "do" in step:
            actions.insert(0, self._do(step))
        router = self._router(step, to)
        yield Node(name, tuple(actions), self._call(step), router, to, step.own_line)

    def _actions(self, step: Section, name: str) -> Iterator[Action]:
        """Compile what a step sets, says and sends."""
        if "set" in step:
            values = step.section("set")
            for place in values:
                check_save(values, place, place)
                yield Assign(place, self.texts.value(values, place))
        if "say" in step:
            yield Say(self.texts.text(step, "say", f"{name}.say"))
        if "text" in step:
            yield SendSms(self.texts.text(step, "text", f"{name}.text"))

    def _do(self, step: Section) -> Do:
        """Compile the action of the movement, with the arguments that it needs."""
        action = step.text("do") or ""
        defaults = _spec(step, action).arguments
        given = step.section("with") if "with" in step else None
        if given is not None:
            given.only(defaults)
        arguments: list[tuple[str, Template | Json]] = []
        for name, default in defaults.items():
            if given is not None and name in given:
                arguments.append((name, self.texts.value(given, name)))
            elif default is None:
                raise step.error("do", f"{action} needs {name}", f"Add {name} under with")
            else:
                arguments.append((name, compile_template(default, _DEFAULTS)))
        return Do(action, tuple(arguments))

    def _on(self, step: Section, rest: str) -> Router:
        """Compile where the outcomes of the action lead; those not named go on in the step."""
        branches = step.section("on")
        branches.only(_spec(step, step.text("do") or "").categories)
        cases = tuple(
            _is(category, Category(category, self._target(branches, category)))
            for category in branches
        )
        return Router(cases, Category("other", rest), operand=_OUTCOME)

    def _call(self, step: Section) -> Call | None:
        """Return the flow that the step calls."""
        called = step.text("call")
        if called is None:
            return None
        self.calls.append((called, step.line("call")))
        return Call(called)

    def _router(self, step: Section, to: str | None) -> Router | None:
        """Compile the question or the condition of the step, if it has one."""
        if "when" in step:
            return self._when(step, to)
        if "save" in step:
            check_save(step, "save", step.text("save") or "")
        return read_question(step, self.texts, to, self._target)

    def _when(self, step: Section, to: str | None) -> Router:
        """Compile a condition: true or not, or one case for each value."""
        template = self.texts.one(step, "when")
        default = Category("else", self._target(step, "else") if "else" in step else to)
        if "cases" not in step:
            step.needs("then")
            met = Category("then", self._target(step, "then"))
            return Router((Case("there", TESTS["there"], (), met),), default, operand=template)
        if "then" in step:
            raise step.error("then", f"{step.name} has both then and cases", "Keep one of them")
        branches = step.section("cases")
        cases = tuple(
            _is(value, Category(value, self._target(branches, value))) for value in branches
        )
        return Router(cases, default, operand=template)

    def _target(self, section: Section, key: str) -> str | None:
        """Return the step that a key leads to; None for the word end."""
        wanted = section.text(key) or ""
        if wanted == END:
            return None
        if wanted not in self.names:
            raise section.error(
                key,
                f"{key} leads to {wanted}, which is no step of this flow",
                f"Use one of {', '.join([*self.names, END])}",
            )
        return wanted


def check_save(section: Section, key: str, place: str) -> None:
    """Refuse a path that values cannot be saved under."""
    if not _SAVE.fullmatch(place) or place in ROOTS:
        raise section.error(
            key, f"nothing can be saved under {place}", "Write a path such as participant.name"
        )


def _spec(step: Section, action: str) -> ActionSpec:
    """Return what is known of an action."""
    if action not in ACTIONS:
        raise step.error("do", f"there is no action {action}", f"Use one of {', '.join(ACTIONS)}")
    return ACTIONS[action]


def _is(value: Json, category: Category) -> Case:
    """Return the case that holds for one value."""
    return Case("one_of", TESTS["one_of"], (value,), category)
