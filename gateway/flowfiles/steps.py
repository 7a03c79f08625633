"""The steps of a YAML flow, compiled into nodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.events import Json
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Action, Assign, Call, Node, Router, Say, SendSms
from gateway.flowfiles.acting import read_acting, read_outcomes
from gateway.flowfiles.branches import read_split, read_wait, read_when
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.language.kinds import NAME_FORM
from gateway.flowfiles.language.step_parts import CALL, STEP_PART
from gateway.flowfiles.later import read_later
from gateway.flowfiles.paths import check_path
from gateway.flowfiles.questions import read_question
from gateway.flowfiles.sections import Section
from gateway.flowfiles.targets import END, Targets
from gateway.flowfiles.texts import Texts

# Every key of a step.
STEP_KEYS: Final = STEP_PART.names


@dataclass(frozen=True, slots=True)
class Reference:
    """A flow that a step names, the line, and what it is named for: ``to call``."""

    flow: str
    line: int
    what: str


class Steps:
    """Compiles the steps of one flow. `references` fills with the other flows that they name."""

    def __init__(self, section: Section, texts: Texts) -> None:
        self.section = section
        self.texts = texts
        self.target = Targets(list(section))
        self.references: list[Reference] = []

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of the file; a step with ``on`` becomes two."""
        names = list(self.section)
        for name in names:
            if not NAME_FORM.fullmatch(name) or name == END:
                raise self.section.error(
                    name,
                    f"{name} cannot be a step's name",
                    "Use small letters, digits and _, and not the word end",
                )
        for name, following in zip(names, [*names[1:], None], strict=True):
            step = self.section.section(name)
            step.name = f"step {name}"
            check(step, STEP_PART)
            yield from self._step(step, name, following)

    def _step(self, step: Section, name: str, following: str | None) -> Iterator[Node]:
        """Compile one step."""
        to = following
        if "goto" in step:
            to = self.target(step, "goto")
        elif step.flag("end", default=False):
            to = None
        acting = read_acting(step, self.texts)
        saying = self._saying(step, name)
        if "on" in step:
            rest = f"{name}+"
            outcomes = read_outcomes(step, acting.outcomes, rest, self.target)
            yield Node(name, acting.first, None, outcomes, None, step.own_line)
            name, actions = rest, (*acting.rest, *saying)
        else:
            actions = (*acting.first, *acting.rest, *saying)
        router = self._router(step, to)
        yield Node(name, actions, self._call(step), router, to, step.own_line)

    def _saying(self, step: Section, name: str) -> Iterator[Action]:
        """Compile what a step sets, says, sends, schedules and hands over."""
        if "set" in step:
            values = step.section("set")
            for place in values:
                check_path(values, place, place)
                yield Assign(place, self.texts.value(values, place))
        if "say" in step:
            yield Say(self.texts.text(step, "say", f"{name}.say"))
        if "text" in step:
            yield SendSms(self.texts.text(step, "text", f"{name}.text"))
        yield from read_later(step, name, self.texts, self._refer)

    def _call(self, step: Section) -> Call | None:
        """Return the flow that the step calls, with what it is given and what is kept of it."""
        if "call" not in step:
            return None
        if not step.is_section("call"):
            return Call(self._refer(step, "call", "to call"))
        section = step.section("call")
        check(section, CALL)
        arguments: list[tuple[str, Template | Json]] = []
        results: list[tuple[str, Template | Json]] = []
        if "with" in section:
            given = section.section("with")
            for name in given:
                if not NAME_FORM.fullmatch(name):
                    raise given.error(
                        name, f"{name} cannot be an argument's name", "Use small letters"
                    )
                arguments.append((name, self.texts.value(given, name)))
        if "save" in section:
            kept = section.section("save")
            for place in kept:
                check_path(kept, place, place)
                results.append((place, self.texts.value(kept, place)))
        flow = self._refer(section, "flow", "to call")
        return Call(flow, arguments=tuple(arguments), results=tuple(results))

    def _refer(self, section: Section, key: str, what: str) -> str:
        """Return the flow under a key, and note that it has to be there."""
        flow = section.text(key) or ""
        self.references.append(Reference(flow, section.line(key), what))
        return flow

    def _router(self, step: Section, to: str | None) -> Router | None:
        """Compile the question, the condition, the wait or the split of a step, if it has one."""
        if "when" in step:
            return read_when(step, self.texts, to, self.target)
        if "wait" in step:
            return read_wait(step, to, self.target)
        if "split" in step:
            return read_split(step, self.target)
        return read_question(step, self.texts, to, self.target)
