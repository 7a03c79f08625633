"""The walk through the graph: nodes, calls of other flows, waits. Reads no reply."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.core.flow.acts import act
from gateway.core.flow.answers import Answer
from gateway.core.flow.asking import Asking
from gateway.core.flow.contexts import summary
from gateway.core.flow.events import Ended, Entered, Failed, Json, Left, Requested, Said
from gateway.core.flow.graph import Call, Category, Flow, Node, Router, Wait, Webhook
from gateway.core.flow.passages import BEGUN, FINISHED, LEFT, Passage
from gateway.core.flow.scene import Run
from gateway.core.flow.state import ARGUMENTS, ASIDE, CHILD, PARENT, SINCE, VISITS, since_of
from gateway.core.flow.trails import remember

# A turn that passes more nodes than this, or calls deeper, runs in circles. Imported flows call as
# deep as one turn can take them.
NODE_LIMIT: Final = 100
FRAME_LIMIT: Final = 20
IMPORTED_FRAME_LIMIT: Final = NODE_LIMIT + 1

COMPLETED: Final = "completed"
EXPIRED: Final = "expired"
INTERRUPTED: Final = "interrupted"
FAILED: Final = "failed"

ENDED: Final = Ended()


class Walking(Asking):
    """A scene that moves: from node to node, into other flows and back."""

    __slots__ = ()

    def walk(self, to: str | None, *, at: int | None = None, status: str = COMPLETED) -> None:
        """Go on at a node of the innermost flow until something waits or all flows are over.

        `at` is the action of the node to go on with, for one that was reached before. `to` None
        leaves the innermost flow with `status`.
        """
        self.due = self.since = None
        while True:
            if to is None:
                if not self.leave(status):
                    return None
                status = COMPLETED
                node = self.node
            else:
                run = self.runs[-1]
                run.node = to
                flow = self.release.flows[run.flow]
                node = flow.nodes[to]
                if at is None and not self.arrive(flow, node):
                    return None
                if node.actions and not self.perform(node, at or 0):
                    return None
                at = None
                if node.call is not None:
                    to = self.call(node.call)
                    if to is not None:
                        continue
                    if not self.runs:
                        return None
            router = node.router
            if router is None:
                to = node.to
            elif router.wait is None:
                to = self.decide(router)
            else:
                return self.stop_at(router.wait)

    def arrive(self, flow: Flow, node: Node) -> bool:
        """Count a node that is reached; False where the turn ends because it runs in circles."""
        self.passed += 1
        if self.context.trace is not None:
            self.context.trace(flow.name, node.name, "")
        if flow.counts:
            self.visit(node)
        if flow.remembers:
            remember(self)
        if self.passed > NODE_LIMIT:
            self.fail(f"{self.passed} steps without a question")
            return False
        return True

    def visit(self, node: Node) -> None:
        """Count how often the innermost run was at a node."""
        visits = self.runs[-1].part(VISITS)
        before = visits.get(node.name)
        visits[node.name] = 1 + (before if isinstance(before, int) else 0)

    def perform(self, node: Node, begin: int) -> bool:
        """Do a node's actions from one on; False where the conversation waits for a server."""
        for index in range(begin, len(node.actions)):
            action = node.actions[index]
            act(self, action)
            if action.__class__ is Webhook and self.asks_server():
                self.at = index + 1
                if self.context.channel == "ussd":
                    self.events.append(Said(self.system("please_wait")))
                return False
        return True

    def asks_server(self) -> bool:
        """Whether the action that was done last has a server asked: its address may be none."""
        return bool(self.events) and isinstance(self.events[-1], Requested)

    def call(self, call: Call) -> str | None:
        """Begin another flow; return its first node. None: it is over already, or all is."""
        flow = self.release.flows.get(call.flow)
        if flow is None:
            self.fail(f"there is no flow {call.flow}")
            return None
        most = IMPORTED_FRAME_LIMIT if flow.runs else FRAME_LIMIT
        if len(self.runs) >= most and not call.last:
            self.fail(f"{len(self.runs)} flows inside each other")
            return None
        run = self.called(call, flow)
        if call.last:
            if flow.runs:
                run.replace(PARENT, summary(self, self.runs[-1], COMPLETED))
            self.trail = ()
            self.note_flow(self.runs[-1], FINISHED)
            self.interrupt(0, COMPLETED)
        self.enter(run, last=call.last)
        if flow.first is None:
            self.leave(COMPLETED)
        return flow.first

    def called(self, call: Call, flow: Flow) -> Run:
        """Return a run of a flow that the innermost one calls."""
        run = Run(flow.name, flow.first or "")
        if call.arguments:
            run.replace(ARGUMENTS, {name: self.fill(value) for name, value in call.arguments})
        return run

    def enter(self, run: Run, *, last: bool = False) -> None:
        """Begin a run within the others."""
        if self.release.flows[run.flow].runs:
            self.events.append(Entered(run.flow, last))
        self.runs.append(run)
        self.note_flow(run, BEGUN)

    def interrupt(self, kept: int, status: str) -> None:
        """End all runs but so many of the outer ones."""
        while len(self.runs) > kept:
            run = self.runs.pop()
            self.part_with(run, status)
            question = run.read(ASIDE)
            if isinstance(question, dict) and len(self.runs) > kept:
                self.lose(question)

    def lose(self, question: Mapping[str, Json]) -> None:
        """Note that a question that was left aside is not taken up any more."""
        run, since = self.runs[-1], since_of(question.get(SINCE))
        if since is not None:
            self.passages.append(Passage(run.flow, run.node, LEFT, since))

    def leave(self, status: str) -> bool:
        """End the innermost flow. False where nothing goes on: all is over or a question waits."""
        if not self.runs:
            return False  # it failed
        run = self.runs.pop()
        self.part_with(run, status)
        if status is COMPLETED:
            self.note_flow(run, FINISHED)
        if not self.runs:
            self.events.append(ENDED)
            return False
        question = run.read(ASIDE)
        if isinstance(question, dict):
            self.take_up(question)
            self.ask_again()
            return False
        self.runs[-1].replace(CHILD, summary(self, run, status))
        call = self.node.call
        for path, value in call.results if call is not None else ():
            self.save(path, self.fill(value))
        return True

    def take_up(self, question: Mapping[str, Any]) -> None:
        """Return to a question that was left aside, with all that was known of it."""
        self.attempts, self.due = question["attempts"], question["due"]
        self.since = since_of(question.get(SINCE))
        self.candidates = tuple(question["candidates"])
        self.words = tuple(question.get("words", ()))
        self.ahead, self.trail = tuple(question["ahead"]), tuple(question["trail"])
        self.returned = True

    def part_with(self, run: Run, status: str) -> None:
        """Say that a flow with runs is over."""
        if self.release.flows[run.flow].runs:
            self.events.append(Left(run.flow, status))

    def decide(self, router: Router) -> str | None:
        """Return where a router leads that looks at a value or at chance, and at no reply."""
        if router.chance:
            drawn = int(self.environment.chance() * len(router.chance))
            category = router.chance[drawn]
            if router.save is not None:
                self.save(router.save, category.name)
            if router.result is not None:
                self.keep_result(router.result, str(drawn), category, str(drawn))
            return self.take(category)
        operand = None if router.operand is None else self.evaluate(router.operand)
        case, answer = self.read(router, operand, self.asked()) or (None, None)
        if case is not None and isinstance(answer, Answer):
            self.keep(router, answer, case.category, operand)
            return self.take(case.category)
        if router.default is None:
            self.no_way(router)
            return None
        self.keep(router, Answer(None), router.default, operand)
        return self.take(router.default)

    def no_way(self, router: Router) -> None:
        """Leave a router of which no case holds: the flow is over, or stops as a mistake."""
        if router.strict:
            self.fail("no category fits")

    def take(self, category: Category) -> str | None:
        """Return where a category leads."""
        if self.context.trace is not None:
            run = self.runs[-1]
            self.context.trace(run.flow, run.node, category.name)
        return category.to

    def stop_at(self, wait: Wait) -> None:
        """Wait for a reply."""
        self.attempts = 0
        self.candidates = ()
        self.put()
        self.be_patient(wait)
        if wait.prompt is None and not wait.pause:
            self.note_words()
        else:
            self.words = ()
            self.ask(wait)

    def end(self) -> None:
        """End the conversation with all its flows."""
        self.interrupt(0, COMPLETED)
        self.events.append(ENDED)

    def fail(self, reason: str) -> None:
        """Stop a conversation that runs in circles, saying where."""
        run = self.runs[-1]
        where = f"flow {run.flow}, step {run.node}: {reason}"
        self.interrupt(0, FAILED)
        self.events.append(Failed(where, run.flow, run.node))
