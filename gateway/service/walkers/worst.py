"""The dearest walk that a flow can produce: all ways are gone on the engine, the longest is found.

A place in the search is where a conversation waits, with how often it was not understood there, and
with those of its values that decide where it goes. Of two ways to one place the one counts that
brought longer values along.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

import orjson

from gateway.core.flow.engine import TURN_LIMIT, step
from gateway.core.flow.events import Prompted, Requested
from gateway.core.flow.state import State
from gateway.core.flow.turn import Expired, Given, Reply, Responded, Start, Step, TimedOut
from gateway.service.walkers.beginnings import beginnings
from gateway.service.walkers.bill import Bill, bill
from gateway.service.walkers.deciding import Deciding
from gateway.service.walkers.fates import Script, draws, futures
from gateway.service.walkers.longest import replies
from gateway.service.walkers.setting import WHEN, Person, Setting, changed, context

# A flow that has more places than this is not searched to its end.
MOST_PLACES: Final = 2000

# In a circle values may grow with every round: a place is not looked at anew more often than this.
_MOST_LOOKS: Final = 25

Key: TypeAlias = tuple[object, ...]
_BEGIN: Final[Key] = ("begin",)
_OVER: Final[Key] = ("over",)


@dataclass(frozen=True, slots=True)
class Way:
    """A turn from one place to another: what it takes, and what was done to take it."""

    to: Key
    bill: Bill
    did: str
    received: int


@dataclass(frozen=True, slots=True)
class Worst:
    """The dearest walk. `path` says, turn by turn, at which step what was done.

    `endless`: it went on until no more turns were allowed. `whole`: every place was looked at.
    """

    bill: Bill
    turns: int
    received: int
    path: tuple[tuple[str, str], ...]
    endless: bool
    whole: bool


@dataclass(slots=True)
class _Place:
    """Where a conversation waits, as the way that brought the longest values came to it."""

    state: State
    person: Person
    asked: Prompted | None
    ticket: int
    size: int
    looks: int = 1
    ways: tuple[Way, ...] = ()


class Search:
    """All that can happen in a flow, in one language on one channel."""

    def __init__(self, setting: Setting, flow: str, language: str, most: int = MOST_PLACES) -> None:
        """Go every way, until no place is new or there are too many of them."""
        self._setting = setting
        self._language = language
        self._most = most
        self._deciding = Deciding(setting.release, flow)
        self._draws = draws(sorted(self._deciding.splits))
        self._places: dict[Key, _Place] = {}
        self._ahead: dict[Key, None] = {}
        self.whole = True
        begun: list[Way] = []
        for person in beginnings(setting, language, self._deciding):
            begun += self._ways(Start(flow), None, person, "")
        self._begun = tuple(begun)
        while self._ahead:
            place = self._places[self._ahead.popitem()[0]]
            place.ways = tuple(
                way
                for given, did in self._given(place)
                for way in self._ways(given, place.state, place.person, did)
            )

    def worst(self, measure: Callable[[Bill], int], turns: int = TURN_LIMIT) -> Worst:
        """Return the walk of at most so many turns with the most of what is measured."""
        numbered = {key: number for number, key in enumerate(self._places)}
        over = len(numbered)
        ways = [_dearest(place.ways, measure) for place in self._places.values()]
        ways += [[], _dearest(self._begun, measure)]
        leads = [
            [(numbered.get(way.to, over), measure(way.bill), way) for way in several]
            for several in ways
        ]
        most = [0] * len(leads)
        chosen: list[list[Way | None]] = []
        endless = True
        # The start is a turn before those that are counted.
        for _ in range(turns + 1):
            further, best = most.copy(), list[Way | None]([None]) * len(leads)
            for key, several in enumerate(leads):
                for to, taken, way in several:
                    ahead = taken + most[to]
                    if ahead > further[key] or (best[key] is None and ahead == further[key]):
                        further[key], best[key] = ahead, way
            chosen.append(best)
            if further == most:
                endless = False
                break
            most = further
        return self._walked(chosen, numbered, endless=endless)

    def _walked(
        self, chosen: list[list[Way | None]], numbered: Mapping[Key, int], *, endless: bool
    ) -> Worst:
        """Return the walk that was chosen, one turn after the other."""
        key, total, turns, received = _BEGIN, Bill(), -1, 0
        path: list[tuple[str, str]] = []
        for best in reversed(chosen):
            way = best[numbered.get(key, -1)]
            if way is None:
                break
            if key is not _BEGIN:
                path.append((self._named(key), way.did))
            total, turns, received = total + way.bill, turns + 1, received + way.received
            key = way.to
            if key is _OVER:
                break
        return Worst(total, turns, received, tuple(path), endless, self.whole)

    def _named(self, key: Key) -> str:
        frame = self._places[key].state.frames[-1]
        return f"{frame.flow}.{frame.node}"

    # Ways

    def _given(self, place: _Place) -> Iterator[tuple[Given, str]]:
        """Yield all that may come in where a conversation waits, and the words for it."""
        state, release = place.state, self._setting.release
        if state.at is not None:
            yield Responded(place.ticket, 200, self._setting.body), "the server answers"
            yield Responded(place.ticket, 0, "no answer"), "the server does not answer"
            return
        flow = release.flows[state.flow]
        router = flow.nodes[state.frames[-1].node].router
        wait = None if router is None else router.wait
        if router is None or wait is None:
            return
        if wait.timeout is not None:
            yield TimedOut(), "nothing comes in time"
        if flow.expires is not None:
            yield Expired(), "nothing comes for too long"
        if wait.pause:
            return
        given = replies(
            router, wait, place.asked, self._setting.places, self._deciding,
            asks_back=bool(state.candidates),
        )  # fmt: skip
        yield from ((Reply(text), text) for text in dict.fromkeys(given))

    def _ways(self, given: Given, state: State | None, person: Person, did: str) -> list[Way]:
        """Return every way that a turn may go, but for those into another language."""
        setting, now = self._setting, WHEN
        if isinstance(given, TimedOut) and state is not None and state.due is not None:
            now = max(WHEN, datetime.fromtimestamp(state.due, UTC))

        def take(fate: Script) -> Step:
            world = context(setting, self._language, person, fate, now=now)
            return step(setting.release, state, given, world)

        made = []
        for turn in futures(take, self._draws):
            if turn.language == self._language:
                taken = bill(setting, turn, opening=state is None)
                to = self._arrive(turn, person)
                made.append(Way(to, taken, did, int(isinstance(given, Reply))))
        return made

    def _arrive(self, turn: Step, person: Person) -> Key:
        """Return the place that a turn leads to; what is new, or longer, is to be looked at."""
        if turn.state is None:
            return _OVER
        state = replace(turn.state, turns=0, trail=())
        person = changed(person, turn.events)
        key = (
            tuple((frame.flow, frame.node) for frame in state.frames),
            state.at,
            state.attempts,
            state.candidates,
            state.due is None,
            self._deciding.part_of(state, person.roots),
            self._deciding.of_contact(person.contact),
        )
        own = [frame.own for frame in state.frames]
        size = len(orjson.dumps([state.values, own, person.roots, person.contact]))
        place = self._places.get(key)
        if place is None and len(self._places) >= self._most:
            self.whole = False
            return _OVER
        asked = [one for one in turn.events if isinstance(one, Prompted)]
        tickets = [one.ticket for one in turn.events if isinstance(one, Requested)]
        if place is not None and (size <= place.size or place.looks == _MOST_LOOKS):
            self.whole = self.whole and size <= place.size
            return key
        prompt, ticket = asked[-1] if asked else None, tickets[-1] if tickets else 0
        looks = 1 if place is None else place.looks + 1
        self._places[key] = _Place(state, person, prompt, ticket, size, looks)
        self._ahead[key] = None
        return key


def _dearest(ways: tuple[Way, ...], measure: Callable[[Bill], int]) -> list[Way]:
    """Return, of the ways to each place, the one with the most of what is measured."""
    best: dict[Key, Way] = {}
    for way in ways:
        before = best.get(way.to)
        if before is None or measure(way.bill) > measure(before.bill):
            best[way.to] = way
    return list(best.values())
