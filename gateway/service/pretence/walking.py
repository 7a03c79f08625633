"""One conversation of somebody made up, on the engine itself: to its end, or to a question.

Only what the made-up year tells of comes about: who did not join in it breaks off before the last
answer. The engine changes nothing by itself, so an answer is tried before it is given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Final

from gateway.core.flow.engine import step
from gateway.core.flow.events import Failed, Json, Prompted
from gateway.core.flow.graph import Do, Router
from gateway.core.flow.names import ACTIONS
from gateway.core.flow.passages import Passage
from gateway.core.flow.release import Release
from gateway.core.flow.state import State
from gateway.core.flow.turn import Context, Outcome, Reply, Start, Step
from gateway.service.walkers.people import Lot, answer, nonsense
from gateway.service.walkers.setting import Person, Setting, context

_MOST_TURNS: Final = 30
_MOST_TRIES: Final = 8  # answers to a question of which the fitting one is not known
_CHOOSE: Final = "choose_motion"
_LANGUAGE: Final = "set_language"


@dataclass(frozen=True, slots=True)
class Manners:
    """How somebody talks: from 0 to 1, how often they break off, answer wrongly, and do so again.

    Who `finishes` does what the conversation is for; who does not comes to the last question of it
    at most.
    """

    drop: float
    finishes: bool
    wrong: float = 0.05
    again: float = 0.4


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who talks: in which language, known how, when, and what actions bring them."""

    language: str
    person: Person
    now: datetime
    brings: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Talk:
    """What became of questions on the way, where it waits now, and whether its end was reached."""

    passages: tuple[Passage, ...] = ()
    state: State | None = None
    done: bool = False


class Walker:
    """Lets people go through the conversations of a release."""

    def __init__(self, release: Release, chance: Random) -> None:
        """Take the chance that decides what people say."""
        self.release = release
        self.chance = chance
        self.flows_of = {
            action: frozenset(_doing(release, action)) for action in ("join", "report", "cast_vote")
        }
        self._known: dict[tuple[str, str, str], str] = {}  # keys that lead on, by goal and step

    def walk(
        self, setting: Setting, start: Start, speaker: Speaker, goal: str, manners: Manners
    ) -> Talk:
        """Let somebody begin a flow for the sake of an action; a `goal` of "" is to look about."""
        return _Walk(self, setting, speaker, goal, manners).through(start)

    def known(self, goal: str, state: State) -> str | None:
        """Return what leads on from where a conversation waits, if somebody found that before."""
        return self._known.get((goal, state.flow, state.frames[-1].node))

    def learn(self, goal: str, state: State, key: str) -> None:
        """Keep what led on."""
        self._known[goal, state.flow, state.frames[-1].node] = key


class _Walk:
    """One conversation under way."""

    def __init__(
        self, walker: Walker, setting: Setting, speaker: Speaker, goal: str, manners: Manners
    ) -> None:
        self._walker = walker
        self._chance = walker.chance
        self._setting = setting
        self._speaker = speaker
        self._goal = goal
        self._manners = manners
        self._did = False  # what it is for, in the turn that was tried last
        self._forbidden = False  # something else that the year does not tell of
        lot = Lot(walker.chance)
        made = context(setting, speaker.language, speaker.person, lot, now=speaker.now)
        self._context: Context = replace(made, perform=self._perform)

    def through(self, start: Start) -> Talk:
        """Begin, and go on to where it ends or somebody breaks off."""
        turn = self._try(None, start)
        if self._forbidden or _failed(turn) or (self._did and not self._manners.finishes):
            return Talk()
        passages, done, wrong = list(turn.passages), self._did, self._manners.wrong
        for _ in range(_MOST_TURNS):
            state = turn.state
            router = None if state is None else asked(self._walker.release, state)
            if state is None or router is None or self._chance.random() < self._manners.drop:
                break
            following = self._on(turn, state, router, wrong, done=done)
            if following is None:
                break
            turn, did = following
            done = done or did
            passages += turn.passages
            mistaken = turn.state is not None and turn.state.attempts > 0
            wrong = self._manners.again if mistaken else self._manners.wrong
        return Talk(tuple(passages), turn.state, done)

    def _on(
        self, turn: Step, state: State, router: Router, wrong: float, *, done: bool
    ) -> tuple[Step, bool] | None:
        """Answer. Return the turn and whether it reached the goal; None where nothing leads on."""
        if self._chance.random() < wrong:
            tried = self._try(state, Reply(nonsense(self._chance)))
            if self._may(tried) and not self._did:
                return tried, False
        for text in self._answers(turn, state, router):
            tried = self._try(state, Reply(text))
            if self._may(tried) and (done or self._leads(state, tried)):
                if tried.state is not None and tried.state.flow != state.flow:
                    self._walker.learn(self._goal, state, text)
                return tried, self._did
        return None

    def _answers(self, turn: Step, state: State, router: Router) -> Iterator[str]:
        """Yield what may be said, what is known to lead on first."""
        asks = next((one for one in reversed(turn.events) if isinstance(one, Prompted)), None)
        if asks is None or not asks.options:
            for _ in range(_MOST_TRIES):
                yield answer(router, asks, self._setting.places, self._chance)
            return
        keys = [key for key, _ in asks.options]
        known = self._walker.known(self._goal, state) if self._goal else None
        if known in keys:
            yield known
        yield from self._chance.sample(keys, len(keys))

    def _try(self, state: State | None, given: Start | Reply) -> Step:
        self._did = self._forbidden = False
        return step(self._walker.release, state, given, self._context)

    def _may(self, turn: Step) -> bool:
        """Whether a turn that was tried leaves nothing that the year does not tell of."""
        return not (self._forbidden or _failed(turn) or (self._did and not self._manners.finishes))

    def _leads(self, before: State, turn: Step) -> bool:
        """Whether a turn comes nearer to what somebody wants."""
        if self._did:
            return True
        inside = None if turn.state is None else turn.state.flow
        if not self._goal:  # what others come for is not looked at, as nobody may do it
            return not any(inside in flows for flows in self._walker.flows_of.values())
        return inside == before.flow or inside in self._walker.flows_of[self._goal]

    def _perform(
        self, action: str, given: Mapping[str, Json], _values: Mapping[str, Json]
    ) -> Outcome:
        spec = ACTIONS.get(action)
        if action == self._goal:
            self._did = True
        elif not (
            action == _CHOOSE
            or (action == _LANGUAGE and given.get("language") == self._speaker.language)
        ):
            self._forbidden = True
        category = "done" if spec is None else spec.categories[0]
        return Outcome(category, self._speaker.brings.get(action, {}))


def asked(release: Release, state: State) -> Router | None:
    """Return the question that a conversation waits at; None where it waits for something else."""
    if state.at is not None:
        return None
    frame = state.frames[-1]
    router = release.flows[frame.flow].nodes[frame.node].router
    wait = None if router is None else router.wait
    return None if wait is None or wait.pause or wait.timeout is not None else router


def _doing(release: Release, action: str) -> Iterator[str]:
    """Yield the names of the flows that do something."""
    for name, flow in release.flows.items():
        actions = (one for node in flow.nodes.values() for one in node.actions)
        if any(isinstance(one, Do) and one.action == action for one in actions):
            yield name


def _failed(turn: Step) -> bool:
    return bool(turn.events) and isinstance(turn.events[-1], Failed)
