"""One flow as a definition of RapidPro's, version 13.6.1, with what of it cannot be expressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.graph import Action, Do, Flow, Node, Router, Webhook
from gateway.core.flow.release import Release
from gateway.core.flow.scene import result_key
from gateway.flowfiles.leaving import limits
from gateway.flowfiles.leaving.acting import STUB, Acting
from gateway.flowfiles.leaving.asking import Asking, target
from gateway.flowfiles.leaving.deciding import Deciding, codes_of
from gateway.flowfiles.leaving.meanings import Meanings
from gateway.flowfiles.leaving.naming import (
    UNKNOWN_LANGUAGE,
    Ids,
    key_of,
    result_of,
    three_letters,
)
from gateway.flowfiles.leaving.nodes import ASKS, CALLS, STEP, Drawn, JsonObject, Nodes, Way, canvas
from gateway.flowfiles.leaving.notes import Notes
from gateway.flowfiles.leaving.wording import Around, Localization, Wording, Words

SPEC: Final = "13.6.1"

# The times after which runs expire that RapidPro offers, in minutes.
_EXPIRES: Final = (5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880, 4320, 10080, 20160)
_MINUTE: Final = 60
_OUTCOME: Final = "outcome"


@dataclass(frozen=True, slots=True)
class Called:
    """A flow that may be called: its title and uuid."""

    title: str
    uuid: str


class Writing:
    """Writes one flow."""

    def __init__(
        self,
        flow: Flow,
        release: Release,
        meanings: Meanings,
        called: Mapping[str, Called],
        notes: Notes,
    ) -> None:
        """`called` are the flows that there are, by name."""
        self.flow = flow
        self.release = release
        self.called = called
        self.notes = notes
        self.uuid = called[flow.name].uuid
        self.meanings = meanings
        self.around = Around(
            Ids(self.uuid), Wording(flow.name, flow.language, meanings, notes), notes,
            Localization(),
        )  # fmt: skip
        routers = {name: one.router for name, one in flow.nodes.items() if one.router is not None}
        self.codes = codes_of(routers)
        self.entries: dict[str, str | None] = {}
        self.stickies: dict[str, tuple[str, str]] = {}

    def definition(self) -> JsonObject:
        """Return the definition."""
        self.notes.at("", 1)
        language = three_letters(self.flow.language)
        if language is None:
            self.notes.tell(limits.LANGUAGE_CODE, f"the language {self.flow.language}", line=1)
        self._check_names()
        self._note_ways_back()
        drawn = {name: self._step(node) for name, node in self.flow.nodes.items()}
        nodes = [node for one in drawn.values() for node, _ in (*one.main, *one.beside)]
        self._lead_on(nodes)
        first = None if self.flow.first is None else self._reached(self.flow.first)
        nodes.sort(key=lambda node: node["uuid"] != first)
        return {
            "uuid": self.uuid,
            "name": self.called[self.flow.name].title,
            "spec_version": SPEC,
            "language": language or UNKNOWN_LANGUAGE,
            "type": "messaging",
            "revision": 1,
            "expire_after_minutes": self._expires(),
            "localization": self.around.localization.found if first is not None else {},
            "nodes": nodes if first is not None else [],
            "_ui": canvas(list(drawn.values()) if first is not None else [], self.stickies),
        }

    def _check_names(self) -> None:
        """Note what would be called the same there."""
        for one, other in self.meanings.clashes(self.flow.name):
            self.notes.tell(limits.CLASH, f"{one} and {other} are both saved", line=1)

    def _note_ways_back(self) -> None:
        """Note at the first question that nobody can go back."""
        questions = [
            node
            for node in self.flow.nodes.values()
            if node.router is not None
            and node.router.wait is not None
            and node.router.wait.prompt is not None
        ]
        if questions:
            step = questions[0]
            self.notes.at(step.name.removesuffix("+"), step.line)
            self.notes.tell(limits.BACK, "a question")

    def _expires(self) -> int:
        wanted = self.flow.expires
        if wanted is None:
            return _EXPIRES[-1]
        minutes = next((one for one in _EXPIRES if one * _MINUTE >= wanted), _EXPIRES[-1])
        if minutes * _MINUTE != wanted:
            self.notes.tell(limits.EXPIRES, f"expires is {wanted // _MINUTE} minutes", line=1)
        return minutes

    # Steps

    def _step(self, node: Node) -> Drawn:
        """Write the nodes of a step, from its end to its beginning."""
        step = node.name.removesuffix("+")
        self.notes.at(step, node.line)
        nodes = Nodes(self.around, node.name)
        acting = Acting(self.around, self.flow.name, node.name)
        front, to = self._left(node, nodes, acting)
        if node.call is not None:
            to = self._called(node, nodes, acting, front, to)
            front = []
        to = self._acted(node, nodes, acting, front, to)
        if self.notes.stubs:
            to = self._stub(nodes, acting, step, to)
        self.entries[node.name] = to
        return nodes.drawn

    def _acted(
        self, node: Node, nodes: Nodes, acting: Acting, front: list[JsonObject], to: str | None
    ) -> str | None:
        """Write what a step does before it is left; a server is asked in a node of its own."""
        pending, number = list(front), 0
        for action in reversed(_acts(node)):
            if isinstance(action, Webhook):
                to = nodes.acts(f"do {number}", pending, to)
                pending, number = [], number + 1
                to = self._asks(node, nodes, acting, action, number, (to, to))
            else:
                pending = [*acting.written(action), *pending]
        return nodes.acts(f"do {number}", pending, to)

    def _asks(
        self,
        node: Node,
        nodes: Nodes,
        acting: Acting,
        action: Webhook,
        number: int,
        ways: tuple[str | None, str | None],
    ) -> str:
        asked = acting.asks_server(action, node.name)
        well, failed = ways
        return nodes.splits(
            f"ask server {number}",
            ASKS,
            f"@results.{asked['result_name']}.category",
            [Way(Words("Success"), well, (("has_only_text", (Words("Success"),)),))],
            Way(Words("Failure"), failed),
            actions=[asked],
        )

    def _called(
        self,
        node: Node,
        nodes: Nodes,
        acting: Acting,
        front: list[JsonObject],
        to: str | None,
    ) -> str | None:
        """Write the call of another flow, with what it is given and what is kept of it."""
        call = node.call
        if call is None:
            return to
        front = [*acting.takes_back(call), *front]
        to = nodes.acts("back", front, to)
        flow = self.called[call.flow]
        to = nodes.splits(
            "call",
            CALLS,
            "@child.status",
            [Way(Words("Complete"), to, (("has_only_text", (Words("completed"),)),))],
            Way(Words("Expired"), to),
            actions=[acting.enters(flow.title, flow.uuid)],
        )
        given = list(acting.hands_over(call, self.meanings.arguments.get(call.flow, frozenset())))
        return nodes.acts("give", given, to)

    def _left(
        self, node: Node, nodes: Nodes, acting: Acting
    ) -> tuple[list[JsonObject], str | None]:
        """Write how a step is left. Return what is said before that, and where it begins."""
        router = node.router
        if router is None:
            return [], target(node.to)
        for name in filter(None, (router.result, router.save and f"{router.save}_reply")):
            if result_key(result_of(name)) != result_key(key_of(name)):
                self.notes.tell(limits.RESULT, f"the name {name}")
        if _is_outcome(router):
            return [], self._outcome(node, router, nodes, acting)
        if router.wait is not None:
            asking = Asking(self.around, self.release, nodes, acting, self.flow.name, node)
            return asking.written(router, router.wait)
        deciding = Deciding(self.around, nodes, acting, self.codes)
        return [], deciding.chance(router) if router.chance else deciding.condition(router)

    def _outcome(self, node: Node, router: Router, nodes: Nodes, acting: Acting) -> str | None:
        """Write where the outcomes of what a step did lead: only those of servers are known."""
        rest = None if router.default is None else target(router.default.to)
        last = node.actions[-1] if node.actions else None
        if not (isinstance(last, Webhook) and _decides(node)):
            if not isinstance(last, Do) or last.action in _KNOWN:
                self.notes.tell(limits.OUTCOME, "where outcomes lead")
            return rest
        led = {
            str(argument): target(case.category.to)
            for case in router.cases
            for argument in case.arguments
        }
        ways = (led.get("answered", rest), led.get("failed", rest))
        return self._asks(node, nodes, acting, last, 0, ways)

    def _stub(self, nodes: Nodes, acting: Acting, step: str, to: str | None) -> str | None:
        """Write, before a step, what was left out of it."""
        left_out = "; ".join(self.notes.stubs)
        where = f"{self.notes.path}:{self.notes.line}: step {step}: {left_out}"
        stub = nodes.acts("left out", [acting.stub(where)], to)
        if stub is not None:
            self.stickies[stub] = (f"{STUB}: step {step}", where)
        return stub

    # From step to step

    def _lead_on(self, nodes: list[JsonObject]) -> None:
        for node in nodes:
            for way in node["exits"]:
                to = way["destination_uuid"]
                if to is not None and to.startswith(STEP):
                    way["destination_uuid"] = self._reached(to.removeprefix(STEP))

    def _reached(self, name: str) -> str | None:
        """Return the node that a step begins with; a step of none is that which follows it."""
        seen: set[str] = set()
        while True:
            to = self.entries[name]
            if to is None or not to.startswith(STEP):
                return to
            if name in seen:
                self.notes.tell(limits.CIRCLE, f"step {name}", line=self.flow.nodes[name].line)
                return None
            seen.add(name)
            name = to.removeprefix(STEP)


# Actions that RapidPro does too, without saying what came of them.
_KNOWN: Final = frozenset({"add_to_group", "leave_group", "set_language"})


def _is_outcome(router: Router) -> bool:
    operand = router.operand
    return operand is not None and operand.source == f"@{_OUTCOME}" and router.wait is None


def _acts(node: Node) -> tuple[Action, ...]:
    """Return the actions of a step, but for a server whose outcome decides how it is left."""
    return node.actions[:-1] if _decides(node) else node.actions


def _decides(node: Node) -> bool:
    """Whether a step is left by what a server said, which it asks last."""
    last = node.actions[-1] if node.actions else None
    router = node.router
    if not isinstance(last, Webhook) or router is None or not _is_outcome(router):
        return False
    return all(case.test == "one_of" for case in router.cases)
