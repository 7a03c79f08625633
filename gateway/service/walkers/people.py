"""What an invented person is and answers. Deterministic by the chance that is given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.core.flow.events import Json, Prompted
from gateway.core.flow.expressions.template import Template
from gateway.core.flow.graph import Case, Do, Flow, Router, Text
from gateway.core.movement.places import Places
from gateway.service.walkers.setting import Person, Setting, person_of

NAMES: Final = ("Amina", "Mwansa Banda", "Chanda", "Grace Phiri", "Joseph", "Thandiwe Zulu")
_WORDS: Final = ("The borehole is broken", "No water since Monday", "The road is bad", "Thank you")
_NONSENSE: Final = ("??", "hm", "xqzw", "...")
DATE: Final = "12-05-2026"
_MOST: Final = 60
FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("yes", "no"),
    "phone": ("+260970000001",),
    "has_phone": ("+260970000001",),
    "has_time": ("10:30",),
    "has_email": ("amina@example.org",),
}
_VALUES: Final[Mapping[str, Json]] = {
    "motion.number": 12,
    "motion.question": "Shall we march on Friday?",
    "motion.options": [{"number": 1, "label": "Yes"}, {"number": 2, "label": "No"}],
    "motion.closes": "18 Dec 18:00",
    "report.code": "K7QM-2X",
    "participant.number": "4821307",
    "participant.member": True,
}
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Manners:
    """How often somebody answers wrongly, and breaks off at a question. From 0 to 1."""

    wrong: float = 0.08
    drop: float = 0.03


def person(setting: Setting, flow: Flow, language: str, chance: Random) -> Person:
    """Return what flows can name of somebody: a member, unless the flow is there to make one."""
    joins = any(
        isinstance(action, Do) and action.action == "join"
        for node in flow.nodes.values()
        for action in node.actions
    )
    motion: Json = {"number": 12, "label": "Shall we march on Friday?"}
    roots: dict[str, Json] = {
        "participant": {
            "name": chance.choice(NAMES),
            "number": str(chance.randrange(1000, 9999)),
            "member": not joins,
        },
        "motions": [motion],
        "session": {"direct": False, "code": "*384*20200#"},
        "pending": None,
    }
    return person_of(setting, roots, language)


class Lot:
    """A fate that is drawn by chance: of ten actions nine succeed."""

    def __init__(self, chance: Random) -> None:
        """Take the chance that decides."""
        self._chance = chance

    def outcome(self, _action: str, categories: tuple[str, ...]) -> str:
        """Return what becomes of an action."""
        return categories[0] if self._chance.random() < 0.9 else self._chance.choice(categories)

    def values(self, _action: str, paths: tuple[str, ...]) -> Mapping[str, Json]:
        """Return what an action gives values to."""
        return {path: _VALUES.get(path, "") for path in paths}

    def draw(self) -> float:
        """Return a number from 0 to 1."""
        return self._chance.random()


def answer(router: Router, asked: Prompted | None, places: Places, chance: Random) -> str:
    """Return something sensible to say to a question."""
    if asked is not None and asked.options:
        return chance.choice(asked.options)[0]
    if not router.cases:
        return chance.choice(_WORDS)
    return _fitting(chance.choice(router.cases), router, places, chance)


def obvious(
    router: Router, asked: Prompted | None, places: Places, chance: Random, times: int
) -> str:
    """Return what most people say to a question that they come to again so many times."""
    if asked is not None and asked.options:
        return asked.options[times % len(asked.options)][0]
    # A key skips a question.
    cases = [case for case in router.cases if case.test != "key"] or list(router.cases)
    if not cases:
        return chance.choice(_WORDS)
    return _fitting(cases[times % len(cases)], router, places, chance)


def nonsense(chance: Random) -> str:
    """Return something that answers few questions."""
    return chance.choice(_NONSENSE)


def _fitting(case: Case, router: Router, places: Places, chance: Random) -> str:
    """Return a reply for which a case holds, as far as that can be told from outside."""
    test, given = case.test, [plain(one) for one in case.arguments]
    if test in FIXED:
        return chance.choice(FIXED[test])
    if "number" in test:
        low, high = span(test, given)
        return str(chance.randint(low, high))
    if asks_place(test):
        level = given[0] if given else "district"
        return chance.choice([place.name for place in places if place.level == level] or ["Lusaka"])
    if "date" in test:
        return DATE
    if test == "text":
        named = router.save is not None and router.save.endswith("name")
        return chance.choice(NAMES if named else _WORDS)[: whole(given, _MOST)]
    return chance.choice(spoken(test, given) or _WORDS)


def spoken(test: str, given: list[str]) -> tuple[str, ...]:
    """Return replies in which the words of a case are: each with one of them, or all in one."""
    if test in {"one_of", "key"}:
        return tuple(one for one in given if one) or ("0",)
    words = tuple(word for one in given for word in one.split())
    if test == "has_any_word":
        return words
    return (" ".join(words),) if words else ()


def asks_place(test: str) -> bool:
    """Whether an answer test holds for places."""
    return test == "place" or test.endswith(("_state", "_district", "_ward"))


def plain(given: Template | Text | Json) -> str:
    """Return an argument of a case as it is written."""
    template = given.original if isinstance(given, Text) else given
    return template.source if isinstance(template, Template) else str(template)


def span(test: str, given: list[str], most: int = 99) -> tuple[int, int]:
    """Return between which numbers an answer is right; `most` where the test names no bound."""
    bounds = [round(float(one)) for one in given if _NUMBER.fullmatch(one)]
    if len(bounds) > 1:
        return min(bounds[:2]), max(bounds[:2])
    if not bounds:
        return 1, most
    if test.endswith(("_lt", "_lte")):
        return bounds[0] - 10, bounds[0] - (test.endswith("_lt"))
    far = 0 if test.endswith("_eq") else max(most - bounds[0], 50) if most > 99 else 50
    return bounds[0] + test.endswith("_gt"), bounds[0] + far


def whole(given: list[str], otherwise: int) -> int:
    """Return the whole number that a case names, such as the most letters."""
    return int(given[0]) if given and re.fullmatch("[0-9]{1,4}", given[0]) else otherwise
