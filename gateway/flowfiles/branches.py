"""Steps that lead somewhere without a question: conditions, waits, chance."""

import math
from typing import Final

from gateway.core.flow.answers import TESTS
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Case, Category, Router, Timeout, Wait
from gateway.flowfiles.acting import is_value
from gateway.flowfiles.durations import read_duration
from gateway.flowfiles.expects import read_match
from gateway.flowfiles.language import step_parts as parts
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.language.kinds import NAME_FORM
from gateway.flowfiles.paths import read_path
from gateway.flowfiles.sections import Section
from gateway.flowfiles.targets import Targets
from gateway.flowfiles.texts import Texts

MOST_WEIGHT: Final = 100
_MOST_WAYS: Final = 50

PASSED: Final = "time passed"
REPLIED: Final = "replied"


def read_when(step: Section, texts: Texts, to: str | None, target: Targets) -> Router:
    """Compile a condition: true or not, or one case for each value or test."""
    operand = texts.one(step, "when")
    default = Category("else", target(step, "else") if "else" in step else to)
    if "cases" not in step:
        step.needs("then")
        met = Category("then", target(step, "then"))
        return Router((Case("there", TESTS["there"], (), met),), default, operand=operand)
    branches = step.section("cases")
    cases = tuple(_case(branches, written, texts, target) for written in branches)
    return Router(cases, default, operand=operand)


def _case(branches: Section, written: str, texts: Texts, target: Targets) -> Case:
    """Compile one case: a test such as ``has_number_gt(5)``, or a value."""
    if not written.strip():
        raise branches.error(written, f"a case of {branches.name} is empty", "Write a value")
    category = Category(written, target(branches, written))
    matched = read_match(branches, written, written, texts)
    if matched is not None:
        return Case(*matched, category)
    value: Template | str = written
    if "@" in written:
        template = texts.compile(written, branches.path, branches.line(written))
        value = template if template.plain is None else template.plain
    return is_value(value, category)


def read_wait(step: Section, to: str | None, target: Targets) -> Router:
    """Compile a wait: until time has passed, or until a reply comes before."""
    passed = Category(PASSED, to)
    if not step.is_section("wait"):
        wait = Wait(None, timeout=Timeout(read_duration(step, "wait"), passed), pause=True)
        return Router((), passed, wait=wait)
    section = step.section("wait")
    check(section, parts.WAIT)
    replied = Category(REPLIED, target(section, "reply"))
    wait = Wait(None, timeout=Timeout(read_duration(section, "for"), passed))
    anything = Case("text", TESTS["text"], (), replied)
    return Router((anything,), replied, wait=wait, save=read_path(section, "save"))


def read_timeout(step: Section, to: str | None, target: Targets) -> Timeout | None:
    """Compile what happens where a question is not answered."""
    if "timeout" not in step:
        return None
    section = step.section("timeout")
    check(section, parts.TIMEOUT)
    leads = target(section, "then") if "then" in section else to
    return Timeout(read_duration(section, "after"), Category("timed out", leads))


def read_split(step: Section, target: Targets) -> Router:
    """Compile the ways that chance may take; those with more weight are there more than once."""
    ways: dict[str, tuple[str | None, int]] = {}
    if step.is_list("split"):
        for name in step.words("split"):
            ways[name] = (target.step(step, "split", name), 1)
    else:
        section = step.section("split")
        for name in section:
            ways[name] = _way(section, name, target)
    for name in ways:
        if not NAME_FORM.fullmatch(name):
            raise step.error(
                "split", f"{name} cannot be a way's name", "Use small letters, digits and _"
            )
    if not 2 <= len(ways) <= _MOST_WAYS:
        raise step.error(
            "split",
            f"{step.name} has {len(ways)} ways",
            f"Give it 2 to {_MOST_WAYS}",
        )
    shared = math.gcd(*(weight for _, weight in ways.values()))
    chance = tuple(
        Category(name, to) for name, (to, weight) in ways.items() for _ in range(weight // shared)
    )
    return Router((), None, save=read_path(step, "save"), result=step.text("result"), chance=chance)


def _way(section: Section, name: str, target: Targets) -> tuple[str | None, int]:
    """Return where a way leads, and its weight."""
    if not section.is_section(name):
        return target(section, name), 1
    way = section.section(name)
    check(way, parts.WAY)
    weight = way.whole("weight", 1)
    if weight > MOST_WEIGHT:
        raise way.error("weight", f"weight is {weight}", f"Write {MOST_WEIGHT} at most")
    return target(way, "then"), weight
