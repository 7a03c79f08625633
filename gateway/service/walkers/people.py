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

NAMES: Final = ("Amina", "Mwansa Banda", "Chanda", "Grace Phiri", "Joseph", "Thandiwe Zulu")
_WORDS: Final = ("The borehole is broken", "No water since Monday", "The road is bad", "Thank you")
_NONSENSE: Final = ("??", "hm", "xqzw", "...")
_DATE: Final = "12-05-2026"
_MOST: Final = 60
_FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("yes", "no"),
    "phone": ("+260970000001",),
    "has_phone": ("+260970000001",),
    "has_time": ("10:30",),
    "has_email": ("amina@example.org",),
}
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Manners:
    """How often somebody answers wrongly, and breaks off at a question. From 0 to 1."""

    wrong: float = 0.08
    drop: float = 0.03


def person(flow: Flow, chance: Random) -> Mapping[str, Json]:
    """Return what flows can name of somebody: a member, unless the flow is there to make one."""
    joins = any(
        isinstance(action, Do) and action.action == "join"
        for node in flow.nodes.values()
        for action in node.actions
    )
    motion: Json = {"number": 12, "label": "Shall we march on Friday?"}
    return {
        "participant": {
            "name": chance.choice(NAMES),
            "number": str(chance.randrange(1000, 9999)),
            "member": not joins,
        },
        "motions": [motion],
        "session": {"direct": False, "code": "*384*20200#"},
        "pending": None,
    }


def answer(router: Router, asked: Prompted | None, places: Places, chance: Random) -> str:
    """Return something sensible to say to a question."""
    if asked is not None and asked.options:
        return chance.choice(asked.options)[0]
    if not router.cases:
        return chance.choice(_WORDS)
    return _fitting(chance.choice(router.cases), router, places, chance)


def nonsense(chance: Random) -> str:
    """Return something that answers few questions."""
    return chance.choice(_NONSENSE)


def _fitting(case: Case, router: Router, places: Places, chance: Random) -> str:
    """Return a reply for which a case holds, as far as that can be told from outside."""
    test, given = case.test, [_plain(one) for one in case.arguments]
    if test in _FIXED:
        return chance.choice(_FIXED[test])
    if "number" in test:
        low, high = _range(test, given)
        return str(chance.randint(low, high))
    if test == "place" or test.endswith(("_state", "_district", "_ward")):
        level = given[0] if given else "district"
        return chance.choice([place.name for place in places if place.level == level] or ["Lusaka"])
    if "date" in test:
        return _DATE
    if test == "text":
        named = router.save is not None and router.save.endswith("name")
        return chance.choice(NAMES if named else _WORDS)[: _whole(given, _MOST)]
    return _words(test, given, chance)


def _words(test: str, given: list[str], chance: Random) -> str:
    """Return a reply in which the words of a case are: one of them, or all."""
    if test in {"one_of", "key"}:
        return chance.choice([one for one in given if one] or ["0"])
    words = [word for one in given for word in one.split()]
    if test == "has_any_word" and words:
        return chance.choice(words)
    return " ".join(words) or chance.choice(_WORDS)


def _plain(given: Template | Text | Json) -> str:
    template = given.original if isinstance(given, Text) else given
    return template.source if isinstance(template, Template) else str(template)


def _range(test: str, given: list[str]) -> tuple[int, int]:
    """Return between which numbers an answer is right."""
    bounds = [round(float(one)) for one in given if _NUMBER.fullmatch(one)]
    if len(bounds) > 1:
        return min(bounds[:2]), max(bounds[:2])
    if not bounds:
        return 1, 99
    if test.endswith(("_lt", "_lte")):
        return bounds[0] - 10, bounds[0] - (test.endswith("_lt"))
    return bounds[0] + test.endswith("_gt"), bounds[0] + (0 if test.endswith("_eq") else 50)


def _whole(given: list[str], otherwise: int) -> int:
    return int(given[0]) if given and re.fullmatch("[0-9]{1,4}", given[0]) else otherwise
