"""One invented conversation, on the engine itself: what was said, how it ended, what it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from gateway.core.flow.engine import step
from gateway.core.flow.events import Ended, Failed, Prompted, Requested, WentHome
from gateway.core.flow.turn import Reply, Responded, Start, Step, TimedOut
from gateway.service.walkers.bill import Bill, bill
from gateway.service.walkers.people import Lot, Manners, answer, nonsense, obvious, person
from gateway.service.walkers.setting import Setting, context

_MOST_TURNS: Final = 100

COMPLETED: Final = "completed"
DROPPED: Final = "dropped"
HOME: Final = "went home"
FAILED: Final = "failed"
ENDLESS: Final = "endless"

# Seconds: to read a character, to type an answer, and for the network, by channel.
READING: Final = 0.05
TYPING: Final = 4.0
NETWORK: Final[Mapping[str, float]] = {"sms": 8.0, "ussd": 2.0}


@dataclass(slots=True)
class Walk:
    """How a conversation went. `last` is the step it was at, `path` the steps in their order."""

    language: str
    end: str = ""
    last: str = ""
    turns: int = 0
    received: int = 0
    bill: Bill = field(default_factory=Bill)
    seconds: float = 0.0
    path: list[str] = field(default_factory=list)


def walk(
    setting: Setting, flow: str, language: str, manners: Manners, chance: Random,
    *, main: bool = False,
) -> Walk:  # fmt: skip
    """Let somebody go through a flow to its end, or to where they break off.

    `main`: they answer what is obvious.
    """
    done = Walk(language)

    def trace(flow: str, node: str, category: str) -> None:
        if not category:
            done.last = f"{flow}.{node}"
            done.path.append(done.last)

    release = setting.release
    who = person(setting, release.flows[flow], language, chance)
    world = context(setting, language, who, Lot(chance), trace)
    turn = step(release, None, Start(flow), world)
    while True:
        _count(setting, done, turn)
        state = turn.state
        if state is None:
            done.end = _end(turn)
            return done
        if done.turns >= _MOST_TURNS:
            done.end = ENDLESS
            return done
        asked = next((one for one in reversed(turn.events) if isinstance(one, Requested)), None)
        if asked is not None and state.at is not None:
            status = 200 if chance.random() >= manners.wrong else 0
            turn = step(release, state, Responded(asked.ticket, status, setting.body), world)
            done.turns += 1
            continue
        frame = state.frames[-1]
        router = release.flows[frame.flow].nodes[frame.node].router
        wait = None if router is None else router.wait
        times = done.path.count(done.last) - 1
        # Nobody on the main way answers an open question again and again.
        silent = chance.random() < manners.drop or (main and times > 0 and not _offers(turn))
        if wait is None or router is None or (silent and wait.timeout is None):
            done.end = DROPPED
            return done
        done.turns += 1
        if wait.pause or silent:
            turn = step(release, state, TimedOut(), world)
            continue
        prompt = _prompt(turn)
        wrong = chance.random() < manners.wrong
        if main:
            text = obvious(router, prompt, setting.places, chance, times)
        else:
            text = nonsense(chance) if wrong else answer(router, prompt, setting.places, chance)
        done.received += 1
        done.seconds += TYPING
        turn = step(release, state, Reply(text), world)


class _Luck(Random):
    """A chance by which everything goes as it mostly does: the first of what there is."""

    def random(self) -> float:
        """Return the lowest number."""
        return 0.0

    def getrandbits(self, _bits: int, /) -> int:
        """Return no bit: the first of a list, the lowest of a range."""
        return 0


def main_walk(setting: Setting, flow: str, language: str) -> Walk:
    """Let somebody go the main way: all is understood, all succeeds, the first option is taken.

    Who comes to a menu again takes its next option.
    """
    return walk(setting, flow, language, Manners(0.0, 0.0), _Luck(), main=True)


def _prompt(turn: Step) -> Prompted | None:
    return next((one for one in reversed(turn.events) if isinstance(one, Prompted)), None)


def _offers(turn: Step) -> bool:
    """Whether a turn ends with options to choose from."""
    asked = _prompt(turn)
    return asked is not None and bool(asked.options)


def _count(setting: Setting, done: Walk, turn: Step) -> None:
    """Add what a turn sends and shows, and how long it takes."""
    taken = bill(setting, turn, opening=not done.bill.screens)
    done.bill += taken
    done.seconds += taken.characters * READING + NETWORK[setting.channel]


def _end(turn: Step) -> str:
    last = turn.events[-1] if turn.events else None
    if isinstance(last, Failed):
        return FAILED
    return HOME if isinstance(last, WentHome) else COMPLETED if isinstance(last, Ended) else DROPPED
