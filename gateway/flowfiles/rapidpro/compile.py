"""Compiles flow definitions of RapidPro and TextIt, brought up to date, into the graph.

Nothing is dropped: a node or an action that cannot be carried becomes one that tells the staff.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.core.flow.graph import Call, Case, Category, Flow, Node, Router, Timeout, Wait
from gateway.core.flow.routing import answer_test
from gateway.flowfiles.rapidpro.compile_actions import Actions
from gateway.flowfiles.rapidpro.compile_texts import Words

JsonObject = Mapping[str, Any]

_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Naming:
    """How flows are called here: names by uuid, and the titles of those that are not here."""

    names: Mapping[str, str]

    def of(self, reference: JsonObject) -> str:
        """Return the name of a flow that a definition refers to."""
        uuid = str(reference.get("uuid") or "")
        return self.names.get(uuid, uuid)


def compile_flow(definition: JsonObject, naming: Naming, default_language: str = "") -> Flow:
    """Compile a definition of the version that `migrations.chain` gives.

    `default_language` is what people read whose language a text has no translation in; empty for
    the flow's own.
    """
    uuid = str(definition["uuid"])
    language = str(definition.get("language") or "und")
    words = Words(definition.get("localization") or {}, language, default_language)
    builder = _Builder(words, naming)
    nodes = {node.name: node for node in map(builder.node, definition.get("nodes") or ())}
    minutes = definition.get("expire_after_minutes")
    return Flow(
        name=naming.names.get(uuid, uuid),
        title=str(definition.get("name") or uuid),
        language=language,
        first=next(iter(nodes), None),
        nodes=nodes,
        resume=True,
        keeps_prompt=frozenset(),
        runs=True,
        expires=minutes * _MINUTE if isinstance(minutes, int) and minutes > 0 else None,
    )


class _Builder:
    """Compiles the nodes of one flow."""

    def __init__(self, words: Words, naming: Naming) -> None:
        self.words = words
        self.naming = naming
        self.actions = Actions(words, naming.of)

    def node(self, node: JsonObject) -> Node:
        """Compile a node. The flow that one of its actions enters is called after all of them."""
        exits = {one["uuid"]: one.get("destination_uuid") for one in node["exits"]}
        router = node.get("router")
        calls = [one for one in node.get("actions") or () if one["type"] == "enter_flow"]
        called = calls[-1] if calls else None
        return Node(
            name=str(node["uuid"]),
            actions=tuple(self._actions(node.get("actions") or ())),
            call=None
            if called is None
            else Call(self.naming.of(called["flow"]), bool(called.get("terminal"))),
            router=None if router is None else self._router(router, exits),
            to=next(iter(exits.values()), None),
        )

    def _actions(self, actions: Sequence[JsonObject]) -> Iterator[Any]:
        for action in actions:
            if action["type"] != "enter_flow":
                yield from self.actions.compiled(action)

    def _router(self, router: JsonObject, exits: Mapping[str, str | None]) -> Router:
        categories = {
            one["uuid"]: Category(
                one["name"],
                exits[one["exit_uuid"]],
                self.words.text(one["uuid"], "name", one["name"]),
            )
            for one in router["categories"]
        }
        result = router.get("result_name") or None
        wait = self._wait(router.get("wait"), categories)
        if router["type"] == "random":
            return Router((), None, wait, result=result, chance=tuple(categories.values()))
        default = categories.get(router.get("default_category_uuid") or "")
        return Router(
            cases=tuple(self._cases(router.get("cases") or (), categories)),
            default=default or Category("", None),
            wait=wait,
            operand=self.words.template(router.get("operand") or ""),
            result=result,
        )

    def _cases(
        self, cases: Sequence[JsonObject], categories: Mapping[str, Category]
    ) -> Iterator[Case]:
        for case in cases:
            yield Case(
                case["type"],
                answer_test(case["type"]),
                self.words.texts(case["uuid"], "arguments", case.get("arguments") or ()),
                categories[case["category_uuid"]],
            )

    def _wait(self, wait: JsonObject | None, categories: Mapping[str, Category]) -> Wait | None:
        if wait is None:
            return None
        timeout = wait.get("timeout")
        if not timeout:
            return Wait(None)
        category = categories[timeout["category_uuid"]]
        return Wait(None, timeout=Timeout(int(timeout["seconds"]), category))
