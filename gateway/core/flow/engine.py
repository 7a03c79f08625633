"""One turn of a conversation: a pure function from a state and a reply to a state and events.

It walks the graph and decides nothing that the graph does not say. It never raises for what a
person types or for what a flow file says; a flow that runs in circles ends in a `Failed`.
"""

from typing import Final

from gateway.core.flow.answers import Answer, Asked, Unsure, place_value
from gateway.core.flow.choices import Shown, choose, on_screen
from gateway.core.flow.events import Ended, Failed, Json, Prompted, Said
from gateway.core.flow.graph import Case, Category, Node, Router, Wait
from gateway.core.flow.release import Release
from gateway.core.flow.scene import LANGUAGE, Scene
from gateway.core.flow.state import Frame, State
from gateway.core.flow.turn import Context, Given, Reply, Start, Step

# A turn that passes more nodes than this, or calls deeper, runs in circles.
NODE_LIMIT: Final = 100
FRAME_LIMIT: Final = 20

# Where the last question is kept as it was shown.
PROMPT: Final = "prompt"
_NONE_OF_THESE: Final = "0"
_PICKED: Final = Category("picked", None)


def step(release: Release, state: State | None, given: Given, context: Context) -> Step:
    """Take one turn. `state` is None where nothing is under way; the result's is None at the end.

    `Start` drops a conversation under way; `Reply` and `Resume` need one that is on this release.
    Raises ValueError for a flow that the release does not have or a state of another release.
    """
    if isinstance(given, Start):
        turn = _Turn(release, context, None)
        turn.start(given)
    elif state is None or state.release != release.hash:
        raise ValueError("a reply needs a conversation that is under way on this release")
    else:
        turn = _Turn(release, context, state)
        if isinstance(given, Reply):
            turn.answer(given.text)
        else:
            turn.ask_again()
    return turn.result()


class _Turn(Scene):
    """The turn while it is taken: the frames it walks, and the question it asks."""

    __slots__ = ("attempts", "candidates", "frames", "passed")

    def __init__(self, release: Release, context: Context, state: State | None) -> None:
        super().__init__(release, context, state)
        self.frames: list[Frame] = [] if state is None else list(state.frames)
        self.attempts = 0 if state is None else state.attempts
        self.candidates: tuple[str, ...] = () if state is None else state.candidates
        self.passed = 0

    def result(self) -> Step:
        """Return the state that waits, if one does, and what happened."""
        events = tuple(self.events)
        if not self.frames:
            return Step(None, events, self.language)
        waiting = State(
            self.release.hash, tuple(self.frames), self.values, self.attempts, self.candidates
        )
        return Step(waiting, events, self.language)

    # Walking

    def start(self, given: Start) -> None:
        """Begin a flow and walk the answers that came along, showing only the last screen."""
        if given.language is not None:
            self.save(LANGUAGE, given.language)
        flow = self.release.flows.get(given.flow)
        if flow is None:
            raise ValueError(f"the release has no flow named {given.flow}")
        self.frames.append(Frame(flow.name, flow.first))
        self.walk(flow.first)
        for answer in given.answers:
            if not self.frames:
                return
            self.events = [one for one in self.events if not isinstance(one, Said | Prompted)]
            if not self.answer(answer):
                return

    def walk(self, to: str | None) -> None:
        """Go on at a node of the innermost flow until a question waits or all flows are over."""
        while True:
            if to is None:
                self.frames.pop()
                if not self.frames:
                    self.events.append(Ended())
                    return None
                node = self.node()
            else:
                self.passed += 1
                if self.passed > NODE_LIMIT:
                    return self.fail(f"{self.passed} steps without a question")
                self.frames[-1] = Frame(self.frames[-1].flow, to)
                node = self.node()
                for action in node.actions:
                    self.act(action)
                if node.call is not None:
                    if len(self.frames) >= FRAME_LIMIT:
                        return self.fail(f"{len(self.frames)} flows inside each other")
                    to = self.release.flows[node.call].first
                    self.frames.append(Frame(node.call, to))
                    continue
            router = node.router
            if router is None:
                to = node.to
            elif router.wait is None:
                to = self.decide(router)
            else:
                self.attempts = 0
                self.candidates = ()
                return self.ask(router.wait)

    def node(self) -> Node:
        """Return the node that the innermost flow has reached."""
        frame = self.frames[-1]
        return self.release.flows[frame.flow].nodes[frame.node]

    def decide(self, router: Router) -> str | None:
        """Return where a router leads that looks at a value rather than at a reply."""
        operand = None if router.operand is None else router.operand.value(self.find)
        asked = Asked(self.context, self.release.vocabulary)
        for case in router.cases:
            answer = case.check(operand, self.arguments(case), asked)
            if isinstance(answer, Answer):
                self.save_answer(router, answer.value)
                return case.category.to
        return None if router.default is None else router.default.to

    def end(self) -> None:
        """End the conversation with all its flows."""
        self.frames.clear()
        self.events.append(Ended())

    def fail(self, reason: str) -> None:
        """Stop a conversation that runs in circles, saying where."""
        frame = self.frames[-1]
        self.frames.clear()
        self.events.append(Failed(f"flow {frame.flow}, step {frame.node}: {reason}"))

    # Asking

    def ask(self, wait: Wait, before: str = "") -> None:
        """Put the question, after the words that say why it is put again."""
        prompt = wait.prompt.render(self.language, self.find)
        options: tuple[tuple[str, str], ...] = ()
        if wait.menu is not None:
            rows = on_screen(wait.menu, self.language, self.find)
            options = tuple([(row.key, row.label) for row in rows])
        frame = self.frames[-1]
        if frame.node in self.release.flows[frame.flow].keeps_prompt:
            lines = [prompt, *(f"{key} {label}" for key, label in options)]
            self.values[PROMPT] = "\n".join(lines)
        self.events.append(Prompted(f"{before}\n{prompt}" if before else prompt, options))

    def ask_again(self) -> None:
        """Put the question that waits once more."""
        if self.candidates:
            return self.ask_which()
        router = self.node().router
        if router is not None and router.wait is not None:
            self.ask(router.wait)
        return None

    def ask_which(self) -> None:
        """Offer the places that an ambiguous name may mean."""
        options = tuple([(row.key, row.label) for row in self.offered()])
        self.events.append(Prompted(self.system("place_which"), options))

    def offered(self) -> list[Shown]:
        """Return the candidates as options; those of one name carry what holds them."""
        places = [self.context.places.get(code) for code in self.candidates]
        names = [place.name for place in places if place is not None]
        rows: list[Shown] = []
        for number, place in enumerate(places, start=1):
            if place is None:
                continue
            label = place.name
            holder = self.context.places.get(place.parent) if place.parent else None
            if holder is not None and names.count(label) > 1:
                label = f"{label}, {holder.name}"
            rows.append(Shown(str(number), label, place.code, _PICKED))
        rows.append(Shown(_NONE_OF_THESE, self.system("place_none"), _NONE_OF_THESE, _PICKED))
        return rows

    # Answering

    def answer(self, text: str) -> bool:
        """Take a reply to the question that waits. False: it was not understood."""
        router = self.node().router
        if router is None or router.wait is None:
            raise ValueError("the state waits at a node that asks nothing")
        asked = Asked(self.context, self.release.vocabulary)
        if self.candidates:
            picked = self.pick(text)
            if picked == _NONE_OF_THESE:
                self.again(router.wait, "")
                return True
            if picked is not None:
                to = next(case.category.to for case in router.cases if case.test == "place")
                self.save_answer(router, place_value(picked, asked))
                self.walk(to)
                return True
        if router.wait.menu is not None:
            chosen = self.choice(router.wait, text)
            if chosen is not None:
                self.save_answer(router, chosen.value())
                self.walk(chosen.category.to)
                return True
        return self.try_cases(router, router.wait, text, asked)

    def try_cases(self, router: Router, wait: Wait, text: str, asked: Asked) -> bool:
        """Let the cases read the reply, one after the other."""
        for case in router.cases:
            answer = case.check(text, self.arguments(case), asked)
            if isinstance(answer, Unsure):
                return self.unsure(wait, answer.codes)
            if answer is not None:
                self.save_answer(router, answer.value)
                self.walk(case.category.to)
                return True
        if router.default is not None:
            self.walk(router.default.to)
            return True
        retry = wait.retry.render(self.language, self.find) if wait.retry else ""
        self.again(wait, retry or self.system("not_understood"))
        return False

    def unsure(self, wait: Wait, codes: tuple[str, ...]) -> bool:
        """Offer the places that a name may mean; one more name after an offer is an attempt."""
        self.attempts += 1 if self.candidates else 0
        if self.attempts >= wait.attempts:
            self.give_up(wait)
            return False
        self.candidates = codes
        self.ask_which()
        return True

    def again(self, wait: Wait, before: str) -> None:
        """Count an attempt and ask again, or give up after as many as the step allows."""
        self.attempts += 1
        self.candidates = ()
        if self.attempts < wait.attempts:
            self.ask(wait, before)
        else:
            self.give_up(wait)

    def give_up(self, wait: Wait) -> None:
        """Leave a question that was not answered."""
        if wait.give_up is not None:
            self.walk(wait.give_up.to)
        else:
            self.events.append(Said(self.system("gave_up")))
            self.end()

    def choice(self, wait: Wait, text: str) -> Shown | None:
        """Return the option of the menu that a reply means."""
        menu = wait.menu
        if menu is None:
            return None
        if menu.plain:
            option = menu.by_key.get(text)
            if option is not None:
                label = option.label.render(self.language, self.find)
                return Shown(option.key, label, option.code, option.category)
        rows = on_screen(menu, self.language, self.find)
        return choose(text, rows, self.release.vocabulary.numbers, exact=menu.exact)

    def pick(self, text: str) -> str | None:
        """Return the code of the candidate that a reply means, "0" for none of them, or None."""
        numbers = self.release.vocabulary.numbers
        chosen = choose(text, self.offered(), numbers, exact=True)
        return None if chosen is None else str(chosen.code)

    # Values

    def arguments(self, case: Case) -> tuple[Json, ...]:
        """Return a case's arguments with their values filled in."""
        return tuple([self.fill(one) for one in case.arguments]) if case.arguments else ()

    def save_answer(self, router: Router, value: Json) -> None:
        """Save what a reply meant where the step says so."""
        if router.save is not None and value is not None:
            self.save(router.save, value)
