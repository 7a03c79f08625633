"""Conditions and chance as RapidPro has them: splits by an expression, and random ones."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.core.flow.expressions.patterns import find_words
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Case, Router, Text
from gateway.core.flow.saved import shown
from gateway.core.text.keywords import fold
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.acting import Acting
from gateway.flowfiles.leaving.asking import target
from gateway.flowfiles.leaving.nodes import SPLITS, Nodes, Way
from gateway.flowfiles.leaving.wording import Around, Words

_HOLDS: Final = "yes"
# What is looked at where nothing is left of the value; the step tells of it.
_NOTHING: Final = '@("")'
_SIGNED: Final = re.compile(r"-\d+(?:\.\d+)?|\d+\.\d+")


class Deciding:
    """Writes the condition or the split of one step."""

    def __init__(
        self, around: Around, nodes: Nodes, acting: Acting, codes: Mapping[str, frozenset[str]]
    ) -> None:
        """`codes` are those of the options that are saved under a path."""
        self.around = around
        self.nodes = nodes
        self.acting = acting
        self.codes = codes

    def condition(self, router: Router) -> str:
        """Write a condition. Return the node."""
        default = Way(Words("else"), None if router.default is None else target(router.default.to))
        operand = router.operand
        if operand is None:
            return self.nodes.splits("split", SPLITS, _NOTHING, (), default)
        if any(case.test == "there" for case in router.cases):
            asked = f'@(if({self.around.wording.truth(operand)}, "{_HOLDS}", "no"))'
            tests = (("has_only_text", (Words(_HOLDS),)),)
            ways = [
                Way(Words(case.category.name), target(case.category.to), tests)
                for case in router.cases
            ]
            return self.nodes.splits("split", SPLITS, asked, ways, default)
        asked = self._operand(operand, router) or _NOTHING
        ways = [self._way(case) for case in router.cases]
        return self.nodes.splits("split", SPLITS, asked, ways, default)

    def _operand(self, operand: Template, router: Router) -> str:
        """Return what is looked at; of a choice, its code where the cases are codes."""
        single = operand.single
        values = {
            fold(shown(one))
            for case in router.cases
            if case.test == "one_of"
            for one in case.arguments
            if not isinstance(one, Template | Text)
        }
        if single is None or single.source.startswith("@("):
            return self.around.wording.template(operand).strip()
        path = single.source[1:].lower()
        if not values or path not in self.codes:
            return self.around.wording.template(operand).strip()
        known = {fold(code) for code in self.codes[path]}
        if values & known and values - known:
            self.around.notes.tell(limits.MIXED, f"when: @{path}")
        if values & known:
            return f"{self.around.wording.template(operand).strip()}_code"
        return self.around.wording.template(operand).strip()

    def _way(self, case: Case) -> Way:
        to = target(case.category.to)
        name = Words(case.category.name)
        arguments = tuple(Words(self.around.wording.value(one)) for one in case.arguments)
        if case.test != "one_of":
            return Way(name, to, ((case.test, arguments),))
        return Way(name, to, tuple(self._equals(one) for one in arguments))

    def _equals(self, wanted: Words) -> tuple[str, tuple[Words, ...]]:
        if _SIGNED.fullmatch(wanted.text.strip()):
            return "has_only_text", (Words(wanted.text.strip()),)
        if not find_words(wanted.text):
            self.around.notes.tell(limits.SIGN, f"a case {wanted.text}")
        return "has_only_phrase", (wanted,)

    def chance(self, router: Router) -> str:
        """Write a random split. Return the node."""
        ways = []
        kept: dict[str, str | None] = {}
        for category in router.chance:
            to = target(category.to)
            if router.save is not None:
                if category.name not in kept:
                    actions = list(self.acting.keeps(router.save, category.name))
                    place = f"then {category.name}"
                    kept[category.name] = self.nodes.acts(place, actions, to)
                to = kept[category.name]
            ways.append(Way(Words(category.name), to))
        return self.nodes.chance("split", ways, router.result or "")


def codes_of(routers: Mapping[str, Router]) -> dict[str, frozenset[str]]:
    """Return the codes of the options of all menus, by the path that they are saved under."""
    found: dict[str, set[str]] = {}
    for router in routers.values():
        menu = None if router.wait is None else router.wait.menu
        if menu is not None and router.save is not None:
            found.setdefault(router.save, set()).update(
                shown(option.code) for option in menu.options
            )
    return {path: frozenset(codes) for path, codes in found.items()}
