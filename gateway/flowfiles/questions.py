"""The questions of a YAML flow, ``ask`` and ``menu``, compiled into routers that wait."""

import re
from typing import Final

from gateway.core.flow.answers import TESTS
from gateway.core.flow.choices import INDEX, ITEM
from gateway.core.flow.expressions.template import Template, compile_template
from gateway.core.flow.graph import Case, Category, Menu, Option, Router, Rows, Wait
from gateway.core.flow.saved import shown
from gateway.flowfiles.branches import read_timeout
from gateway.flowfiles.expects import read_expect
from gateway.flowfiles.language import step_parts as parts
from gateway.flowfiles.language.keys import check
from gateway.flowfiles.language.kinds import KEY_PATTERN
from gateway.flowfiles.paths import read_path
from gateway.flowfiles.sections import Section
from gateway.flowfiles.targets import Targets
from gateway.flowfiles.texts import Texts

_KEY: Final = re.compile(KEY_PATTERN)
_OF_ITEM: Final = frozenset({ITEM, INDEX})

# How often a question is put before the step gives up.
ATTEMPTS: Final = 3


def read_question(step: Section, texts: Texts, to: str | None, target: Targets) -> Router | None:
    """Compile the question of a step; None where it asks nothing. `to` is where answers lead."""
    kind = next((key for key in ("ask", "menu") if key in step), None)
    if kind is None:
        return None
    name = step.name.removeprefix("step ")
    skip = Category("skipped", to)
    prompt = texts.text(step, kind, f"{name}.{kind}")
    menu = _menu(step, texts, name, to, target) if kind == "menu" else None
    cases = [] if menu is not None else [read_expect(step, texts, Category("answered", to))]
    if "skip" in step:
        cases.insert(0, Case("key", TESTS["key"], (step.text("skip") or "",), skip))
    give_up = skip if "skip" in step else None
    if "give_up" in step:
        give_up = Category("gave up", target(step, "give_up"))
    wait = Wait(
        prompt=prompt,
        menu=menu,
        retry=texts.text(step, "retry", f"{name}.retry") if "retry" in step else None,
        attempts=step.whole("attempts", ATTEMPTS),
        give_up=give_up,
        timeout=read_timeout(step, to, target),
    )
    return Router(
        tuple(cases), None, wait=wait, save=read_path(step, "save"), result=step.text("result")
    )


def _menu(step: Section, texts: Texts, name: str, to: str | None, target: Targets) -> Menu:
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
    rows = _rows(step, texts, to, target) if "options_from" in step else None
    return Menu(
        options=tuple(options),
        by_key={option.key: option for option in options},
        rows=rows,
        exact=step.flag("exact", default=False),
        plain=rows is None and all(option.condition is None for option in options),
        confirm=step.flag("confirm", default=False),
    )


def _option(
    section: Section, key: str, texts: Texts, name: str, to: str | None, target: Targets
) -> Option:
    """Compile one option: a label alone, or a section with where it leads and when it is shown."""
    place = f"{name}.option.{key}"
    if not section.is_section(key):
        label = texts.text(section, key, place)
        return Option(key, key, label, Category(key, to, label))
    option = section.section(key)
    option.name = f"option {key} of step {name}"
    check(option, parts.OPTION)
    label = texts.text(option, "label", place)
    return Option(
        key=key,
        code=option.scalar("save") if "save" in option else key,
        label=label,
        category=Category(key, target(option, "then") if "then" in option else to, label),
        condition=texts.condition(option),
    )


def _rows(step: Section, texts: Texts, to: str | None, target: Targets) -> Rows:
    """Compile options out of a list: the list alone, or a section that says how they look."""
    if not step.is_section("options_from"):
        return Rows(texts.one(step, "options_from"), Category("chosen", to))
    section = step.section("options_from")
    check(section, parts.OPTIONS_FROM)
    return Rows(
        source=texts.one(section, "list"),
        category=Category("chosen", target(section, "then") if "then" in section else to),
        number=_of_item(section, "number", texts),
        label=_of_item(section, "label", texts),
        code=_of_item(section, "save", texts),
    )


def _of_item(section: Section, key: str, texts: Texts) -> Template | None:
    """Compile what is said of each thing in a list."""
    if key not in section:
        return None
    value = texts.value(section, key, _OF_ITEM)
    return value if isinstance(value, Template) else compile_template(shown(value), frozenset())
