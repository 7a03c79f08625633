"""The questions of a YAML flow, ``ask`` and ``menu``, compiled into routers that wait."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from gateway.core.flow.answers import TESTS
from gateway.core.flow.graph import Case, Category, Menu, Option, Router, Rows, Wait
from gateway.flowfiles.expects import read_expect
from gateway.flowfiles.sections import Section
from gateway.flowfiles.texts import Texts

QUESTION_KEYS: Final = (
    "ask", "menu", "options", "options_from", "exact", "confirm", "expect", "skip", "save", "retry",
    "attempts", "give_up",
)  # fmt: skip
_OPTION_KEYS: Final = ("label", "then", "when", "unless", "save")
_KEY: Final = re.compile(r"0|[1-9]\d{0,3}|00", re.ASCII)

# How often a question is put before the step gives up.
ATTEMPTS: Final = 3

# (section, key) -> the step that it leads to
Target: TypeAlias = Callable[[Section, str], str | None]


def read_question(step: Section, texts: Texts, to: str | None, target: Target) -> Router | None:
    """Compile the question of a step; None where it asks nothing. `to` is where answers lead."""
    kind = next((key for key in ("ask", "menu") if key in step), None)
    if kind is None:
        return None
    name = step.name.removeprefix("step ")
    skip = Category("skipped", to)
    menu = _menu(step, texts, name, to, target) if kind == "menu" else None
    cases = [] if menu is not None else [_case(step, to)]
    if "skip" in step:
        cases.insert(0, Case("key", TESTS["key"], (step.text("skip") or "",), skip))
    give_up = skip if "skip" in step else None
    if "give_up" in step:
        give_up = Category("gave up", target(step, "give_up"))
    wait = Wait(
        prompt=texts.text(step, kind, f"{name}.{kind}"),
        menu=menu,
        retry=texts.text(step, "retry", f"{name}.retry") if "retry" in step else None,
        attempts=step.whole("attempts", ATTEMPTS),
        give_up=give_up,
    )
    return Router(tuple(cases), None, wait=wait, save=step.text("save"))


def _case(step: Section, to: str | None) -> Case:
    """Compile what an open question expects."""
    test, arguments = read_expect(step)
    return Case(test, TESTS[test], arguments, Category("answered", to))


def _menu(step: Section, texts: Texts, name: str, to: str | None, target: Target) -> Menu:
    """Compile the options of a menu: from data, from the file, or both."""
    if "options" not in step and "options_from" not in step:
        raise step.error("menu", f"{step.name} has no options", "Add options or options_from")
    options: list[Option] = []
    if "options" in step:
        section = step.section("options")
        for key in section:
            if not _KEY.fullmatch(key):
                raise section.error(
                    key, f"an option cannot be chosen by {key}", "Use the number that people press"
                )
            options.append(_option(section, key, texts, name, to, target))
    rows = None
    if "options_from" in step:
        rows = Rows(texts.one(step, "options_from"), Category("chosen", to))
    return Menu(
        options=tuple(options),
        by_key={option.key: option for option in options},
        rows=rows,
        exact=step.flag("exact", default=False),
        confirm=step.flag("confirm", default=False),
        plain=rows is None and all(option.condition is None for option in options),
    )


def _option(
    section: Section, key: str, texts: Texts, name: str, to: str | None, target: Target
) -> Option:
    """Compile one option: a label alone, or a section with where it leads and when it is shown."""
    place = f"{name}.option.{key}"
    if not section.is_section(key):
        return Option(key, key, texts.text(section, key, place), Category(key, to))
    option = section.section(key)
    option.name = f"option {key} of step {name}"
    option.only(_OPTION_KEYS)
    option.needs("label")
    return Option(
        key=key,
        code=option.scalar("save") if "save" in option else key,
        label=texts.text(option, "label", place),
        category=Category(key, target(option, "then") if "then" in option else to),
        condition=texts.condition(option),
    )
