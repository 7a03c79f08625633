"""One turn of a conversation: a pure function from a state and a reply to a state and events.

It walks the graph and decides nothing that the graph does not say. It never raises for what a
person types or for what a flow file says; a flow that runs in circles ends in a `Failed`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.flow.answers import Answer, Asked, Unsure, place_value
from gateway.core.flow.asking import HOME
from gateway.core.flow.choices import on_screen
from gateway.core.flow.events import Json, Prompted, Said, Waiting, WentHome
from gateway.core.flow.expressions.values import Value
from gateway.core.flow.graph import Category, Router, Shown, Wait
from gateway.core.flow.passages import (
    ANSWERED,
    BEGUN,
    GAVE_UP,
    LEFT,
    MISUNDERSTOOD,
    RAN_OUT,
    UNANSWERED,
    WENT_BACK,
)
from gateway.core.flow.release import Release
from gateway.core.flow.scene import LANGUAGE, RESUME, Run
from gateway.core.flow.state import ASIDE, PARENT, SINCE, State
from gateway.core.flow.turn import (
    Aside,
    Context,
    Expired,
    Given,
    Reply,
    Responded,
    Resume,
    Start,
    Step,
    TimedOut,
)
from gateway.core.flow.walking import EXPIRED, INTERRUPTED, Walking
from gateway.core.flow.webhooks import forget, take_in

# A conversation that takes more turns runs in circles.
TURN_LIMIT: Final = 500

# What flows with runs call what comes in, where it is no message.
_RESUMES: Final[Mapping[type, str]] = {TimedOut: "wait_timeout", Expired: "run_expiration"}


def step(release: Release, state: State | None, given: Given, context: Context) -> Step:
    """Take one turn. `state` is None where nothing is under way; the result's is None at the end.

    `Start` drops a conversation under way; all else needs one that is on this release. An answer of
    a server that is not waited for any more, and a time that is not over yet, change nothing. Every
    turn that leaves a wait with a time-out ends in a `Waiting` for the rest of its time. Raises
    ValueError for a flow that the release does not have or a state of another release.
    """
    if isinstance(given, Start):
        turn = _Turn(release, context, None)
        turn.start(given)
    elif state is None or state.release != release.hash:
        raise ValueError("a reply needs a conversation that is under way on this release")
    else:
        turn = _Turn(release, context, state)
        turn.go_on(given)
    if not turn.runs:
        return Step(None, tuple(turn.events), turn.language, tuple(turn.passages))
    if turn.due is not None:
        turn.events.append(Waiting(max(0, turn.due - turn.second())))
    forget(turn)
    return Step(turn.state(), tuple(turn.events), turn.language, tuple(turn.passages))


class _Turn(Walking):
    """The turn while it is taken: the flows that it walks."""

    __slots__ = ()

    # Beginning and going on

    def start(self, given: Start) -> None:
        """Begin a flow and walk the answers that came along, showing only the last screen."""
        if given.language is not None:
            self.save(LANGUAGE, given.language)
        flow = self.release.flows.get(given.flow)
        if flow is None:
            raise ValueError(f"the release has no flow named {given.flow}")
        run = Run(flow.name, flow.first or "")
        if given.parent is not None:
            run.replace(PARENT, dict(given.parent))
        if given.trigger is not None:
            self.values["trigger"] = dict(given.trigger)
        self.runs.append(run)
        self.note_flow(run, BEGUN)
        self.ahead = given.answers
        if flow.runs and self.contact is not None:
            self.contact.regroup()
        if flow.first is None:
            return self.walk(None)
        if given.message is not None:
            self.hear(given.message)
            self.answered_at_once(given.message)
        else:
            self.walk(flow.first)
        return self.use_ahead()

    def answered_at_once(self, message: str) -> None:
        """Begin a flow with the message that started it: a first step that waits has its answer."""
        self.walk(self.node.name)
        wait = self.wait if self.passed == 1 and self.listens() else None
        if wait is not None and wait.prompt is None:
            self.answer(message)

    def go_on(self, given: Given) -> None:
        """Take what came into a conversation that waits."""
        if self.comes_amiss(given):
            return None
        self.turns += not isinstance(given, Resume)
        if self.turns > TURN_LIMIT:
            return self.fail(f"{self.turns} turns in one conversation")
        if isinstance(given, Responded):
            return self.take_answer(given)
        if self.flow.runs:
            self.take_note(given)
        if isinstance(given, Expired):
            self.expire()
        elif self.at is not None:
            self.events.append(Said(self.system("please_wait")))
        elif isinstance(given, Reply):
            self.reply(given)
        elif isinstance(given, TimedOut):
            self.time_out()
        elif isinstance(given, Aside):
            self.step_aside(given)
        else:
            self.ask_again()
        return None

    def take_note(self, given: Given) -> None:
        """Note what a flow with runs may ask about: what came, and who the person is by now."""
        name = _RESUMES.get(type(given))
        if name is None:
            self.values.pop(RESUME, None)
        else:
            self.values[RESUME] = name
        if isinstance(given, TimedOut):
            self.values.pop("input", None)
        if self.contact is not None:
            self.contact.regroup()

    def comes_amiss(self, given: Given) -> bool:
        """Whether an answer is not waited for any more, or a time is not over yet."""
        if isinstance(given, Responded):
            return self.at is None or given.ticket != self.ticket
        return isinstance(given, TimedOut) and (self.due is None or self.due > self.second())

    def take_answer(self, given: Responded) -> None:
        """Go on with what a server answered."""
        at, self.at = self.at or 0, None
        take_in(self, self.node.actions[at - 1], given)
        self.walk(self.runs[-1].node, at=at)
        self.use_ahead()

    def reply(self, given: Reply) -> None:
        """Take what the person typed."""
        wait = self.wait
        if wait is not None and wait.pause:
            return
        text = self.tapped(given.text)
        self.hear(text, given.attachments)
        if self.answer(text):
            self.use_ahead()

    def hear(self, text: str, attachments: tuple[str, ...] = ()) -> None:
        """Keep what the person typed where flows with runs find it."""
        if self.flow.runs:
            self.values["input"] = {"text": text, "attachments": list(attachments)}

    def use_ahead(self) -> None:
        """Answer questions with what was given ahead of them, showing only the last screen."""
        while self.ahead and self.listens():
            answer, self.ahead = self.tapped(self.ahead[0]), self.ahead[1:]
            self.events[:] = [one for one in self.events if not isinstance(one, Said | Prompted)]
            self.hear(answer)
            if not self.answer(answer):
                break
        # Digits dialled behind a wrong one would choose from menus that nobody saw.
        if self.context.channel == "ussd" and self.at is None:
            self.ahead = ()

    def listens(self) -> bool:
        """Whether a question waits that was not put before what the person gave ahead of it."""
        if not self.runs or self.at is not None or self.returned:
            return False
        wait = self.wait
        return wait is not None and not wait.pause

    def step_aside(self, given: Aside) -> None:
        """Run another flow in the middle of a question; one that runs so already begins anew."""
        if given.language is not None:
            self.save(LANGUAGE, given.language)
        flow = self.release.flows.get(given.flow)
        if flow is None or flow.first is None or flow is self.flow:
            return self.ask_again()
        for index, run in enumerate(self.runs):
            if run.flow == flow.name and run.read(ASIDE):
                self.note(WENT_BACK)
                self.leave_aside(index)
                break
        question: dict[str, Json] = {
            "attempts": self.attempts,
            "candidates": list(self.candidates),
            "ahead": list(self.ahead),
            "trail": list(self.trail),
            "due": self.due,
            SINCE: None if self.since is None else list(self.since),
            "words": list(self.words),
        }
        self.ahead = self.trail = self.words = ()
        self.enter(Run(flow.name, flow.first, {ASIDE: question}))
        return self.walk(flow.first)

    def leave_aside(self, index: int) -> None:
        """Take up a question again that was left aside, dropping what came in between."""
        question = self.runs[index].read(ASIDE)
        self.interrupt(index, INTERRUPTED)
        if isinstance(question, dict):
            self.take_up(question)

    # Answering

    def answer(self, text: str) -> bool:
        """Take a reply to the question that waits. False: it was not understood."""
        router = self.node.router
        if router is None or router.wait is None:
            raise ValueError("the state waits at a node that asks nothing")
        wait = router.wait
        picked = self.pick(wait.menu, text) if self.candidates else None
        if picked is not None:
            return self.answer_which(router, wait, picked, text, self.asked())
        chosen, way = self.pressed(wait, text), None
        if chosen is None:
            way = self.navigation(text)
            if way == HOME and any(case.test == "text" for case in router.cases):
                return self.go_home()
            chosen = self.choice(wait, text, exact=way is not None)
        if chosen is not None:
            return self.choose(router, wait, chosen, text)
        operand = self.operand(router, text)
        found = self.read(router, operand, self.asked())
        if found is not None:
            case, answer = found
            if isinstance(answer, Unsure):
                return self.unsure(wait, answer.codes)
            self.keep(router, answer, case.category, operand)
            return self.accept(wait, case.category)
        if way is not None and (self.go_home() if way == HOME else self.go_back()):
            return True
        return self.answer_otherwise(router, wait, operand)

    def answer_otherwise(self, router: Router, wait: Wait, operand: Value) -> bool:
        """Take a reply that no case holds for: go the way for those, or ask again."""
        if router.default is not None:
            self.keep(router, Answer(None), router.default, operand)
            return self.accept(wait, router.default)
        if router.strict:
            self.no_way(router)
            return True
        retry = self.write(wait.retry) if wait.retry else ""
        self.again(wait, retry or self.system("not_understood"))
        return False

    def answer_which(
        self, router: Router, wait: Wait, picked: Shown, text: str, asked: Asked
    ) -> bool:
        """Take the answer to what was asked back; False where it was none of the candidates."""
        if picked.code is None:
            self.again(wait, "")
            return False
        if wait.menu is not None:
            rows = on_screen(wait.menu, self.language, self)
            return self.choose(router, wait, next(filter(self.doubted, rows)), text)
        category = next(one.category for one in router.cases if one.test == "place")
        self.keep(router, Answer(place_value(str(picked.code), asked)), category, text)
        return self.accept(wait, category)

    def choose(self, router: Router, wait: Wait, chosen: Shown, text: str) -> bool:
        """Take an option of the menu; a slip is asked back where the menu says so."""
        if chosen.slip and wait.menu is not None and wait.menu.confirm:
            return self.unsure(wait, (chosen.key,))
        self.keep(router, Answer(chosen.value()), chosen.category, text)
        return self.accept(wait, chosen.category)

    def accept(self, wait: Wait, category: Category) -> bool:
        """Go on with an answer that was understood."""
        if wait.prompt is not None:
            self.remember()
        self.note(ANSWERED)
        self.walk(self.take(category))
        return True

    def time_out(self) -> None:
        """Go on without a reply, where the wait allows it."""
        self.ahead = ()
        wait, router = self.wait, self.node.router
        if router is None or wait is None or wait.timeout is None:
            return
        category = wait.timeout.category
        if router.result is not None:
            at = self.environment.now().isoformat()
            self.keep_result(router.result, at, category, "")
        self.note(UNANSWERED)
        self.walk(self.take(category))

    def expire(self) -> None:
        """End the innermost flow because it waited too long; what called it goes on."""
        self.ahead, self.at = (), None
        self.note(RAN_OUT)
        self.walk(None, status=EXPIRED)

    def unsure(self, wait: Wait, codes: tuple[str, ...]) -> bool:
        """Ask back what was meant; one more reply that leaves it open is an attempt."""
        self.attempts += 1 if self.candidates else 0
        if self.attempts >= wait.attempts:
            self.give_up(wait)
            return False
        self.candidates = codes
        self.ask_again()
        return False

    def again(self, wait: Wait, before: str) -> None:
        """Count an attempt and ask again, or give up after as many as the step allows."""
        self.attempts += 1
        self.candidates = ()
        self.note(MISUNDERSTOOD)
        if self.attempts < wait.attempts:
            self.ask(wait, before)
        else:
            self.give_up(wait)

    def give_up(self, wait: Wait) -> None:
        """Leave a question that was not answered, or what was begun in the middle of another."""
        self.ahead = ()
        if wait.give_up is not None:
            self.note(UNANSWERED)
            return self.walk(self.take(wait.give_up))
        self.note(GAVE_UP)
        self.events.append(Said(self.system("gave_up")))
        aside = self.aside()
        if aside is None:
            return self.end()
        self.leave_aside(aside)
        return self.ask_again()

    # Ways back

    def go_back(self) -> bool:
        """Put the question before this one again; False where there is none to go back to."""
        aside = self.aside()
        if not self.trail and aside is None:
            return False
        self.note(WENT_BACK)
        if self.trail:
            self.retrace(self.trail[-1].split("\n"))
            self.put()
        elif aside is not None:
            self.leave_aside(aside)
        self.ask_again()
        return True

    def retrace(self, names: Sequence[str]) -> None:
        """Return to the question before this one, in the flows that it was put in."""
        self.trail = self.trail[:-1]
        self.attempts, self.candidates, self.ahead = 0, (), ()
        places = list(zip(names[::2], names[1::2], strict=True))
        same = 0
        for run, (flow, node) in zip(self.runs, places, strict=False):
            if run.flow != flow:
                break
            same += 1
            if run.node != node:
                run.node = node
                break
        self.interrupt(same, INTERRUPTED)
        for flow, node in places[same:]:
            call = self.node.call if self.runs else None
            run = Run(flow, node) if call is None else self.called(call, self.release.flows[flow])
            run.node = node
            self.enter(run)

    def go_home(self) -> bool:
        """End the conversation; the caller shows the first menu."""
        self.note(LEFT)
        self.interrupt(0, INTERRUPTED)
        self.events.append(WentHome())
        return True
