"""Compiles flow definitions of RapidPro and TextIt, brought up to date, into the graph.

Nothing is dropped: a node or an action that cannot be carried becomes one that tells the staff.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from gateway.core.flow.graph import Call, Case, Category, Flow, Node, Router, Timeout, Wait
from gateway.core.flow.routing import answer_test
from gateway.flowfiles.rapidpro.compile_actions import Actions
from gateway.flowfiles.rapidpro.compile_texts import Words
from gateway.flowfiles.rapidpro.neighbours import Neighbours

JsonObject = Mapping[str, Any]

_MINUTE: Final = 60

# What a text that asks how often a node was reached has in it.
_COUNT: Final = b"visit_count"
# What one has that asks where a run has been, or since when it is under way; or for all of a run.
_TRAIL: Final = (b"run.path", b"run.created_on", b"json(run")


def compile_flow(definition: JsonObject, around: Neighbours) -> Flow:
    """Compile a definition of the version that `migrations.chain` gives."""
    uuid = str(definition["uuid"])
    title = str(definition.get("name") or uuid)
    language = str(definition.get("language") or "und")
    words = Words(definition.get("localization") or {}, language, around)
    builder = _Builder(words, title, around)
    nodes = {node.name: node for node in map(builder.node, definition.get("nodes") or ())}
    minutes = definition.get("expire_after_minutes")
    written = orjson.dumps(definition).lower()
    return Flow(
        name=around.names.get(uuid, uuid),
        title=title,
        language=language,
        first=next(iter(nodes), None),
        nodes=nodes,
        resume=True,
        keeps_prompt=frozenset(),
        runs=True,
        expires=minutes * _MINUTE if isinstance(minutes, int) and minutes > 0 else None,
        counts=_COUNT in written,
        remembers=any(one in written for one in _TRAIL),
    )


class _Builder:
    """Compiles the nodes of one flow."""

    def __init__(self, words: Words, title: str, around: Neighbours) -> None:
        self.words = words
        self.around = around
        self.actions = Actions(words, title, around)

    def node(self, node: JsonObject) -> Node:
        """Compile a node. The flow that one of its actions enters is called after all of them."""
        exits = {str(one["uuid"]): _place(one.get("destination_uuid")) for one in node["exits"]}
        router = node.get("router")
        called = next(filter(self._enters, reversed(node.get("actions") or ())), None)
        return Node(
            name=str(node["uuid"]),
            actions=tuple(self._actions(node.get("actions") or ())),
            call=None
            if called is None
            else Call(self.around.name(called["flow"]), bool(called.get("terminal"))),
            router=None if router is None else self._router(router, exits),
            to=next(iter(exits.values()), None),
        )

    def _actions(self, actions: Sequence[JsonObject]) -> Iterator[Any]:
        for action in actions:
            if not self._enters(action):
                yield from self.actions.compiled(action)

    def _enters(self, action: JsonObject) -> bool:
        """Whether an action enters a flow that is here."""
        return action["type"] == "enter_flow" and not self.around.lacks(action["flow"])

    def _router(self, router: JsonObject, exits: Mapping[str, str | None]) -> Router:
        categories = {
            str(one["uuid"]): Category(
                str(one["name"]),
                exits[str(one["exit_uuid"])],
                self.words.name(one["uuid"], str(one["name"])),
            )
            for one in router["categories"]
        }
        result = str(router.get("result_name") or "") or None
        wait = self._wait(router.get("wait"), categories)
        if router["type"] == "random":
            return Router((), None, wait, result=result, chance=tuple(categories.values()))
        default = categories.get(str(router.get("default_category_uuid") or ""))
        return Router(
            cases=tuple(self._cases(router.get("cases") or (), categories)),
            default=default,
            wait=wait,
            strict=True,
            operand=self.words.template(router.get("operand") or ""),
            result=result,
        )

    def _cases(
        self, cases: Sequence[JsonObject], categories: Mapping[str, Category]
    ) -> Iterator[Case]:
        for case in cases:
            yield Case(
                str(case["type"]),
                answer_test(str(case["type"])),
                self.words.arguments(case["uuid"], case.get("arguments") or ()),
                categories[str(case["category_uuid"])],
            )

    def _wait(self, wait: JsonObject | None, categories: Mapping[str, Category]) -> Wait | None:
        if wait is None:
            return None
        timeout = wait.get("timeout")
        if not timeout:
            return Wait(None)
        category = categories[str(timeout["category_uuid"])]
        return Wait(None, timeout=Timeout(int(timeout["seconds"]), category))


def _place(destination: Any) -> str | None:
    """Return the node that an exit leads to; None where the flow ends."""
    return None if destination in (None, "") else str(destination)
