"""Empties one channel's outbox: claim, commit, send, commit. Decides nothing about the answers.

Each channel has a lane of its own, so that an aggregator that hangs holds up no other. Within a
lane one worker is kept free of calls to action, so that answers never wait behind them. Workers
only send; one thread writes, and records what came of requests together with its next claim.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event, Lock, Thread

import structlog

from gateway.channels.base import Accepted, Aggregator, ChannelPaused, Outgoing, Refused, SendFailed
from gateway.core.delivery.purpose import BULK, ORDINARY, PRIORITIES, URGENT, WHILE_QUIET
from gateway.core.delivery.retry import next_attempt
from gateway.core.movement import facts as kinds
from gateway.core.movement.facts import Fact
from gateway.core.movement.wording import Wording, read_wording
from gateway.service.letters import Letters, Parcel
from gateway.service.outcomes import (
    Chance,
    Policy,
    judge,
    judge_failure,
    put_back,
    rests_channel,
    unopened,
)
from gateway.service.spending import Till
from gateway.store import broadcasts, claims, journal, people, spending, timers
from gateway.store.claims import Claim, Recipient, Settled
from gateway.store.database import UNAVAILABLE, Database, Transaction
from gateway.store.spending import Spent

log = structlog.get_logger()

BREATH_S = 0.02  # between claims that do not fill a batch: answers of a moment leave together
_LONGEST_REST_S = 60.0  # an uplink that comes back is noticed within this time
_SHORTEST_REST_S = 1.0
_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Route:
    """A channel as messages leave through it. `id` is its number in the database."""

    id: int
    name: str
    aggregator: Aggregator
    rate_per_second: float
    recipients_per_request: int


@dataclass(frozen=True, slots=True)
class _Finished:
    """What came of one request, to be recorded. `left` are the phones of people who are gone.

    `spent` is what the messages cost that the aggregator took.
    """

    outcomes: Sequence[Settled]
    refusal: ChannelPaused | None = None
    left: Sequence[bytes] = ()
    spent: Spent | None = None


class Lane:
    """The deliverer of one channel. `start` and `close` are called once; `nudge` by anybody."""

    def __init__(
        self,
        database: Database,
        route: Route,
        letters: Letters,
        policy: Policy,
        chance: Chance,
        language: str,
        surviving: Callable[[], AbstractContextManager[None]],
        *,
        till: Till | None,
    ) -> None:
        """Prepare; nothing runs yet. `language` is what calls are in for whom no text is.

        What runs within `surviving` ends no thread; leases bring back what was in hand. Without a
        `till` nobody counts what messages cost.
        """
        self._database = database
        self._route = route
        self._letters = letters
        self._policy = policy
        self._chance = chance
        self._language = language
        self._surviving = surviving
        self._till = till
        self._wordings: dict[int, Wording] = {}
        self._urgent: deque[Parcel] = deque()
        self._bulk: deque[Parcel] = deque()
        self._finished: deque[_Finished] = deque()
        self._lock = Lock()
        self._under_way = 0
        self._bulk_under_way = 0
        self._failures = 0
        self._resting_until = 0
        self._wake = Event()
        self._closing = Event()
        self._thread: Thread | None = None
        self._workers: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Begin to send."""
        name = f"lane-{self._route.name}"
        self._workers = ThreadPoolExecutor(self._policy.workers, thread_name_prefix=name)
        self._thread = Thread(target=self._run, args=(self._workers,), name=name, daemon=True)
        self._thread.start()

    def nudge(self) -> None:
        """Look into the outbox now: something was put there."""
        self._wake.set()

    def close(self) -> None:
        """Stop: finish the requests under way, and put back what has not been sent."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._workers is not None:
            self._workers.shutdown()
        with self._surviving():
            self._put_back_waiting()
            self._exchange(())

    def run_once(self) -> int:
        """Claim once and send it, in the calling thread. Return how many messages it was about.

        A channel that rests after a failure is left alone.
        """
        if self._resting_ms() > 0:
            return 0
        claim = self._exchange(WHILE_QUIET if self._is_quiet() else PRIORITIES)
        self._accept(claim)
        while self._urgent or self._bulk:
            self._deliver((self._urgent or self._bulk).popleft())
        self._exchange(())
        return len(claim.messages) + claim.dropped

    def _run(self, workers: ThreadPoolExecutor) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            idle_s = self._policy.poll_s
            with self._surviving():
                idle_s = self._turn(workers)
            if idle_s:
                self._wake.wait(idle_s)

    def _turn(self, workers: ThreadPoolExecutor) -> float:
        """Record, claim and hand out what there is room for; return the seconds to wait then."""
        resting_ms = self._resting_ms()
        if resting_ms > 0:
            self._put_back_waiting()
            self._exchange(())
            return min(resting_ms / _SECOND_MS, self._policy.poll_s)
        self._hand_out(workers)
        claim = self._exchange(self._wanted())
        self._accept(claim)
        self._hand_out(workers)
        handled = len(claim.messages) + claim.dropped
        if handled < self._policy.batch:
            self._closing.wait(BREATH_S)
        if handled:
            return 0.0
        if claim.wait_ms:
            return min(self._policy.poll_s, claim.wait_ms / _SECOND_MS)
        return self._policy.poll_s  # or until a worker is free, or somebody nudges

    def _is_quiet(self) -> bool:
        return self._policy.is_quiet(self._database.clock())

    def _resting_ms(self) -> int:
        return self._resting_until - self._database.clock()

    def _wanted(self) -> Sequence[int]:
        """Return the priorities for which nothing is in hand and a worker is free."""
        with self._lock:
            if self._under_way >= self._policy.workers or self._urgent:
                return ()
            if self._is_quiet():
                return WHILE_QUIET
            return (URGENT, ORDINARY) if self._bulk or not self._bulk_may_go() else PRIORITIES

    def _bulk_may_go(self) -> bool:
        return self._bulk_under_way < max(1, self._policy.workers - 1)

    def _hand_out(self, workers: ThreadPoolExecutor) -> None:
        while (taken := self._take()) is not None:
            workers.submit(self._work, *taken)

    def _take(self) -> tuple[Parcel, bool] | None:
        """Take the next request for which there is room, and whether it is a call to action's."""
        with self._lock:
            if self._under_way >= self._policy.workers:
                return None
            bulk = not self._urgent
            if bulk and not (self._bulk and self._bulk_may_go()):
                return None
            self._under_way += 1
            self._bulk_under_way += bulk
            return (self._bulk if bulk else self._urgent).popleft(), bulk

    def _work(self, parcel: Parcel, bulk: bool) -> None:  # noqa: FBT001 - submitted by position
        """Send one request and then what waits in hand, without asking the lane's thread."""
        taken: tuple[Parcel, bool] | None = (parcel, bulk)
        while taken is not None:
            parcel, bulk = taken
            with self._surviving():
                self._deliver(parcel)
            with self._lock:
                self._under_way -= 1
                self._bulk_under_way -= bulk
            self._wake.set()
            taken = None if self._closing.is_set() else self._take()

    def _exchange(self, priorities: Sequence[int]) -> Claim:
        """Record what is finished and claim more, in one transaction. Nothing to do is no work."""
        finished = [self._finished.popleft() for _ in range(len(self._finished))]
        if not finished and not priorities:
            return Claim()
        try:
            with self._database.write() as tx:
                self._record(tx, finished)
                if not priorities:
                    return Claim()
                return claims.claim(
                    tx,
                    self._route.id,
                    rate=self._route.rate_per_second,
                    limit=self._policy.batch,
                    lease_ms=self._policy.lease_ms,
                    priorities=priorities,
                )
        except UNAVAILABLE:
            self._finished.extendleft(reversed(finished))  # what left must not be forgotten
            raise

    def _record(self, tx: Transaction, finished: Sequence[_Finished]) -> None:
        left = {phone for one in finished for phone in one.left}
        if left:
            journal.record(tx, self._departures(tx, left))
            timers.erase(tx, left)
        for one in finished:
            if one.refusal is not None:
                claims.pause(tx, self._route.id, one.refusal.error, one.refusal.advice)
        outcomes = [outcome for one in finished for outcome in one.outcomes]
        if outcomes:
            claims.settle(tx, self._route.id, outcomes)
        spent = [one.spent for one in finished if one.spent is not None]
        spending.add(tx, self._route.id, spent)

    def _accept(self, claim: Claim) -> None:
        """Open what was claimed and put it in hand."""
        self._learn({one.broadcast for one in claim.messages if one.broadcast is not None})
        people = self._people(claim)
        for bulk, queue in ((False, self._urgent), (True, self._bulk)):
            some = [one for one in claim.messages if (one.purpose.priority == BULK) is bulk]
            parcels, broken = self._letters.pack(
                some, self._wordings, people, self._route.recipients_per_request
            )
            with self._lock:
                queue.extend(parcels)
            if broken:
                self._finished.append(_Finished([unopened(message) for message in broken]))

    def _people(self, claim: Claim) -> Mapping[bytes, Recipient]:
        """Return whom personal calls address; most calls are the same for everybody."""
        phones = [
            one.phone
            for one in claim.messages
            if one.broadcast is not None and self._wordings[one.broadcast].personal
        ]
        if not phones:
            return {}
        with self._database.read() as connection:
            return claims.recipients(connection, phones)

    def _learn(self, numbers: set[int]) -> None:
        """Compile the texts of calls that are new to us; one that was sent never changes."""
        unknown = numbers - self._wordings.keys()
        if not unknown:
            return
        with self._database.read() as connection:
            texts = broadcasts.texts(connection, unknown)
        for number, written in texts.items():
            # The movement may speak another language first by now; the call was made before that.
            default = self._language if self._language in written else next(iter(written))
            self._wordings[number] = read_wording(written, default, written)

    def _deliver(self, parcel: Parcel) -> None:
        """Send one request, with no transaction open, and note what is to be recorded."""
        now = self._database.clock()
        if now >= parcel.lease - self._policy.lease_ms // 2 or now < self._resting_until:
            # Too late to be sure of recording the answer in time, or the channel just fell silent.
            self._put_back(parcel)
            return
        held = any(one.purpose.priority not in WHILE_QUIET for one in parcel.messages)
        if held and self._policy.is_quiet(now):
            self._put_back(parcel)  # the hours began while it was in hand
            return
        try:
            answer = self._route.aggregator.send(
                Outgoing(parcel.text, parcel.numbers, None, parcel.link_id)
            )
        except ChannelPaused as refusal:
            log.warning("channel_paused", channel=self._route.name, error=refusal.error)
            self._put_back(parcel, refusal)
            return
        except SendFailed as failure:
            self._fail(parcel, failure)
            return
        self._failures = 0
        now = self._database.clock()
        together = list(zip(parcel.messages, answer, strict=True))
        left = [
            message.phone
            for message, outcome in together
            if isinstance(outcome, Refused) and outcome.opted_out
        ]
        outcomes = [
            judge(message, outcome, now, self._policy, self._chance)
            for message, outcome in together
        ]
        taken = [
            number
            for number, outcome in zip(parcel.numbers, answer, strict=True)
            if isinstance(outcome, Accepted)
        ]
        spent = self._till.reckon(parcel.text, taken, now) if self._till and taken else None
        self._finished.append(_Finished(outcomes, left=left, spent=spent))

    def _fail(self, parcel: Parcel, failure: SendFailed) -> None:
        now = self._database.clock()
        log.warning("send_failed", channel=self._route.name, error=failure.error)
        if rests_channel(failure):
            self._failures += 1
            longest = min(self._policy.backoff_max_s, _LONGEST_REST_S)
            rest = next_attempt(self._failures, self._policy.backoff_s, longest, self._chance())
            self._resting_until = now + int(max(rest, _SHORTEST_REST_S) * _SECOND_MS)
        outcomes = [
            judge_failure(message, failure, now, self._policy, self._chance)
            for message in parcel.messages
        ]
        self._finished.append(_Finished(outcomes))

    def _put_back(self, parcel: Parcel, refusal: ChannelPaused | None = None) -> None:
        self._finished.append(
            _Finished([put_back(message) for message in parcel.messages], refusal)
        )

    def _departures(self, tx: Transaction, left: Collection[bytes]) -> list[Fact]:
        """Return the facts that people left through their operator, as far as that is news."""
        known = people.phones(tx, left, lock=True)
        news = [phone for phone, row in known.items() if row.opted_out_at is None]
        body = {"how": "operator", "channel": self._route.name}
        facts = [Fact(kinds.PHONE_STOPPED, phone, body) for phone in news]
        members = people.participants(tx, news)
        return facts + [
            Fact(kinds.PARTICIPANT_LEFT, member.id, body)
            for several in members.values()
            for member in several
            if member.status == "member"
        ]

    def _put_back_waiting(self) -> None:
        with self._lock:
            waiting = [*self._urgent, *self._bulk]
            self._urgent.clear()
            self._bulk.clear()
        for parcel in waiting:
            self._put_back(parcel)
