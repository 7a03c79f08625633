"""The nodes of RapidPro, put together: exits, categories, cases, and how they lie on the canvas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from gateway.flowfiles.leaving.naming import LONGEST_CATEGORY, result_of
from gateway.flowfiles.leaving.wording import Around, Words

JsonObject: TypeAlias = dict[str, Any]

# Before the name of a step that an exit leads to, until the steps have their nodes.
STEP: Final = "step:"

# What nodes are drawn as.
ACTS: Final = "execute_actions"
WAITS: Final = "wait_for_response"
SPLITS: Final = "split_by_expression"
CALLS: Final = "split_by_subflow"
ASKS: Final = "split_by_webhook"
CHANCE: Final = "split_by_random"

_TOP: Final = 260
_ACROSS: Final = 320
_TALLER: Final = 90


@dataclass(frozen=True, slots=True)
class Way:
    """A category, where it leads to, and the tests that lead there: a type, and its arguments."""

    name: Words
    to: str | None
    tests: tuple[tuple[str, tuple[Words, ...]], ...] = ()


@dataclass
class Drawn:
    """The nodes of one step: those on its main way from above, and those beside it."""

    main: list[tuple[JsonObject, str]] = field(default_factory=list)
    beside: list[tuple[JsonObject, str]] = field(default_factory=list)


class Nodes:
    """Makes the nodes of one step. Every id follows from the flow, the step and the place in it."""

    def __init__(self, around: Around, step: str) -> None:
        self.around = around
        self.ids = around.ids.within(step)
        self.drawn = Drawn()

    def acts(self, place: str, actions: Sequence[JsonObject], to: str | None) -> str | None:
        """Add a node that only acts, where there is anything to do. Return where it is entered."""
        if not actions:
            return to
        node = self._node(place, actions, None, [(to, "on")])
        return self._add(node, ACTS, place)

    def splits(
        self,
        place: str,
        drawn_as: str,
        operand: str,
        ways: Sequence[Way],
        default: Way,
        *,
        actions: Sequence[JsonObject] = (),
        result: str = "",
        timeout: tuple[int, Way] | None = None,
    ) -> str:
        """Add a node that is left by what a value is, or by a reply. Return where it is entered."""
        every = [*ways, default, *(() if timeout is None else (timeout[1],))]
        categories = [self._category(place, number, way) for number, way in enumerate(every)]
        router: JsonObject = {
            "type": "switch",
            "operand": operand,
            "cases": [
                self._case(place, f"{number} {at}", test, categories[number]["uuid"])
                for number, way in enumerate(ways)
                for at, test in enumerate(way.tests)
            ],
            "categories": categories,
            "default_category_uuid": categories[len(ways)]["uuid"],
        }
        if result:
            router["result_name"] = result_of(result)
        if drawn_as == WAITS:
            router["wait"] = {"type": "msg"}
            if timeout is not None:
                seconds, _ = timeout
                uuid = categories[-1]["uuid"]
                router["wait"]["timeout"] = {"seconds": seconds, "category_uuid": uuid}
        exits = [(way.to, str(number)) for number, way in enumerate(every)]
        return self._add(self._node(place, actions, router, exits), drawn_as, place)

    def chance(self, place: str, ways: Sequence[Way], result: str) -> str:
        """Add a node that is left by chance. Return where it is entered."""
        categories = [self._category(place, number, way) for number, way in enumerate(ways)]
        router: JsonObject = {"type": "random", "categories": categories}
        if result:
            router["result_name"] = result_of(result)
        exits = [(way.to, str(number)) for number, way in enumerate(ways)]
        return self._add(self._node(place, (), router, exits), CHANCE, place)

    def _category(self, place: str, number: int, way: Way) -> JsonObject:
        uuid = self.ids(place, "category", str(number))
        self.around.localization.add(uuid, "name", [way.name])
        return {
            "uuid": uuid,
            "name": way.name.text[:LONGEST_CATEGORY].strip() or "Other",
            "exit_uuid": self.ids(place, "exit", str(number)),
        }

    def _case(
        self, place: str, number: str, test: tuple[str, tuple[Words, ...]], category: str
    ) -> JsonObject:
        kind, arguments = test
        uuid = self.ids(place, "case", number)
        self.around.localization.add(uuid, "arguments", arguments)
        return {
            "uuid": uuid,
            "type": kind,
            "arguments": [one.text for one in arguments],
            "category_uuid": category,
        }

    def _node(
        self,
        place: str,
        actions: Sequence[JsonObject],
        router: JsonObject | None,
        exits: Sequence[tuple[str | None, str]],
    ) -> JsonObject:
        made: JsonObject = {
            "uuid": self.ids(place, "node"),
            "actions": list(actions),
            "exits": [
                {"uuid": self.ids(place, "exit", name), "destination_uuid": to}
                for to, name in exits
            ],
        }
        return made if router is None else {**made, "router": router}

    def _add(self, node: JsonObject, drawn_as: str, place: str) -> str:
        """Keep a node; what is made last stands first, for steps are made from their end."""
        beside = place.startswith("then") or place.endswith(" again")
        (self.drawn.beside if beside else self.drawn.main).insert(0, (node, drawn_as))
        return str(node["uuid"])


def canvas(steps: Sequence[Drawn], stickies: Mapping[str, tuple[str, str]]) -> JsonObject:
    """Return how a flow lies on the canvas: steps one below the other, what belongs to one beside.

    `stickies` are notes, a title and a text, by the id of the node that they stand beside.
    """
    nodes: JsonObject = {}
    notes: JsonObject = {}
    top = 0
    for step in steps:
        row = top
        for node, drawn_as in step.main:
            nodes[node["uuid"]] = _lies(0, top, drawn_as)
            if node["uuid"] in stickies:
                title, body = stickies[node["uuid"]]
                notes[node["uuid"]] = {
                    "position": {"left": 0, "top": top},
                    "title": title,
                    "body": body,
                    "color": "yellow",
                }
            top += _TOP + _TALLER * max(0, len(node["actions"]) - 1)
        for number, (node, drawn_as) in enumerate(step.beside, start=1):
            nodes[node["uuid"]] = _lies(_ACROSS * number, row, drawn_as)
        top = max(top, row + _TOP) if step.main or step.beside else top
    return {"nodes": nodes, "stickies": notes}


def _lies(left: int, top: int, drawn_as: str) -> JsonObject:
    return {"position": {"left": left + _ACROSS, "top": top}, "type": drawn_as, "config": {}}
