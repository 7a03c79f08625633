"""Asks the servers that flows want asked, and goes on with what they answer. Decides no flow.

A question is claimed in one transaction, asked without any, and taken in by another, under the lock
of its phone and only by whoever holds its lease. A process that dies while it asks leaves a lease
that runs out: the question is asked again where that does nothing twice, else it has failed.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from typing import Final, TypeAlias

import structlog

from gateway.core.flow.turn import Responded
from gateway.servers.answers import REPEATABLE, Answer, Request, Trouble, no_answer
from gateway.service import apply, parking, speaking, turns, webhooks
from gateway.service.gather import Wanted, gather
from gateway.service.ground import Ground, Line
from gateway.service.speaking import Shown
from gateway.service.world import Caller, World
from gateway.store import webhooks as stored
from gateway.store.database import UNAVAILABLE, Database, Transaction
from gateway.store.vault import Sealed
from gateway.store.webhooks import DONE, DROPPED, HELD, LOST, Claimed, Settled, WebhookRow

log = structlog.get_logger()

Ask: TypeAlias = Callable[[Request], Answer]

MARGIN_MS: Final = 30_000  # of a lease, beyond the time that the server has
_TIMES: Final = 3  # that one question is claimed, while processes die
_SLICE: Final = 20  # of a transaction: callbacks wait for no more than these
_LOOK_S: Final = 0.5
_BREATH_S: Final = 0.1  # between two looks, whoever nudges
_STUCK: Final = "the answer of a server could not be taken in"


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one question. `answer` None: nobody is to be asked any more."""

    webhook: Claimed
    answer: Answer | None


class Asker:
    """Asks servers. `start` and `close` are called once; `nudge` by anybody."""

    def __init__(
        self,
        database: Database,
        ground: Ground,
        ask: Ask,
        surviving: Callable[[], AbstractContextManager[None]],
        *,
        at_once: int = 8,
    ) -> None:
        """Prepare; nothing runs yet. `at_once` is how many servers may be asked at once.

        What runs within `surviving` ends no thread; leases bring back what was in hand.
        """
        self._database = database
        self._ground = ground
        self._ask = ask
        self._surviving = surviving
        self._at_once = at_once
        self._finished: deque[_Came] = deque()
        self._under_way = 0
        self._lock = Lock()
        self._wake = Event()
        self._closing = Event()
        self._thread: Thread | None = None
        self._workers: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Begin to ask."""
        self._workers = ThreadPoolExecutor(self._at_once, thread_name_prefix="webhook")
        self._thread = Thread(target=self._run, args=(self._workers,), name="webhooks", daemon=True)
        self._thread.start()

    def nudge(self) -> None:
        """Look now: something may have been asked for."""
        self._wake.set()

    def close(self) -> None:
        """Stop: wait for the servers that are being asked, and take in what they answer."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._workers is not None:
            self._workers.shutdown()
        with self._surviving():
            self._take_in_finished()

    def run_once(self, most: int | None = None) -> int:
        """Ask what may be asked now, `most` at most, in the calling thread. Return how much it did.

        What was held for a screen for too long goes out by SMS.
        """
        did = self._send_held()
        for claimed in self._claim(self._at_once if most is None else most):
            self._finished.append(_Came(claimed, self._answer(claimed)))
            did += 1
        self._take_in_finished()
        return did

    def _run(self, workers: ThreadPoolExecutor) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            with self._surviving():
                self._turn(workers)
            self._closing.wait(_BREATH_S)
            self._wake.wait(_LOOK_S)

    def _turn(self, workers: ThreadPoolExecutor) -> None:
        self._take_in_finished()
        self._send_held()
        with self._lock:
            room = self._at_once - self._under_way
        for claimed in self._claim(room):
            with self._lock:
                self._under_way += 1
            workers.submit(self._work, claimed)

    def _work(self, claimed: Claimed) -> None:
        """Ask one server, and let the thread that writes know."""
        try:
            with self._surviving():
                self._finished.append(_Came(claimed, self._answer(claimed)))
        finally:
            with self._lock:
                self._under_way -= 1
            self._wake.set()

    def _claim(self, room: int) -> Sequence[Claimed]:
        if room <= 0:
            return ()
        with self._database.read() as view:
            if not stored.any_due(view, self._database.clock()):
                return ()
        with self._database.write() as tx:
            return stored.claim(tx, room, MARGIN_MS)

    def _answer(self, claimed: Claimed) -> Answer | None:
        """Ask, with no transaction open, unless it is not wanted or may have been asked before."""
        if claimed.salt is None or claimed.request_sealed is None or claimed.stopped:
            return None
        waited_ms = self._database.clock() - claimed.created_at
        if waited_ms > self._ground.limits.reminder_ms:
            return None
        if claimed.before and (claimed.method not in REPEATABLE or claimed.before >= _TIMES):
            return no_answer(Trouble.LOST)
        sealer = self._ground.vault.person(claimed.salt)
        try:
            request = webhooks.opened(sealer, claimed.request_sealed)
        except Sealed:
            return None  # of somebody who was erased, and has come back since
        began = time.monotonic()
        answer = self._ask(request)
        if not answer.went_well:
            why = answer.trouble.name.lower() if answer.trouble else f"status {answer.status}"
            took_ms = int((time.monotonic() - began) * 1000)
            log.warning("webhook_failed", webhook=claimed.id, why=why, took_ms=took_ms)
        return answer

    def _take_in_finished(self) -> None:
        while came := [self._finished.popleft() for _ in range(min(_SLICE, len(self._finished)))]:
            try:
                self._together(came)
            except UNAVAILABLE:
                self._finished.extendleft(reversed(came))
                raise
            except Exception as trouble:  # noqa: BLE001 - taken apart to find the culprit
                log.warning("webhooks_taken_apart", error=type(trouble).__name__)
                for one in came:
                    self._alone(one)

    def _together(self, several: Sequence[_Came]) -> None:
        with self._database.write() as tx:
            known = [one for one in several if one.webhook.salt is not None]
            world = self._gather(tx, {one.webhook.phone for one in known})
            rows = stored.lock(tx, [one.webhook.id for one in several])
            outcomes = []
            for one in several:
                row = rows.get(one.webhook.id)
                if row is None or (row.status, row.due_at) != (stored.ASKING, one.webhook.lease):
                    continue  # somebody else has it by now
                caller = world.callers.get(row.phone)
                if caller is None or caller.new:
                    outcomes.append(_unwanted(row))  # the person was erased
                else:
                    outcomes.append(_take_in(world, caller, row, one.answer))
            _forget_erased(world)
            stored.settle(tx, outcomes)
            apply.write(tx, world)

    def _alone(self, one: _Came) -> None:
        try:
            self._together([one])
        except UNAVAILABLE:
            raise
        except Exception as trouble:  # noqa: BLE001 - staff are told of it below
            log.error("webhook_stuck", webhook=one.webhook.id, error=type(trouble).__name__)
            self._give_up(one)

    def _give_up(self, one: _Came) -> None:
        """Let staff look at a conversation that cannot go on."""
        with self._database.write() as tx:
            world = self._gather(tx, {one.webhook.phone})
            row = stored.lock(tx, [one.webhook.id]).get(one.webhook.id)
            if row is None or (row.status, row.due_at) != (stored.ASKING, one.webhook.lease):
                return
            caller, line = world.callers[row.phone], _line(world, row)
            if caller.thread.asked == row.id and line is not None:
                caller.thread.asked, caller.moved = 0, True
                parking.park(world, caller, line, parking.where(caller), _STUCK)
            code = one.answer.status if one.answer else 0
            stored.settle(tx, [Settled(row.id, DONE, code, _named(Trouble.FAULT))])
            _forget_erased(world)
            apply.write(tx, world)

    def _send_held(self) -> int:
        """Send by SMS what nobody came back to the screen for."""
        with self._database.read() as view:
            numbers = stored.held(view, self._database.clock(), _SLICE)
            phones = stored.phones_of(view, numbers) if numbers else {}
        if not phones:
            return 0
        with self._database.write() as tx:
            world = self._gather(tx, set(phones.values()))
            rows = stored.lock(tx, list(phones))
            outcomes = []
            for row in rows.values():
                if row.status == HELD and row.due_at <= world.now:
                    _go_out(world, world.callers[row.phone], row)
                    outcomes.append(Settled(row.id, DONE, row.code or 0, row.error))
            _forget_erased(world)
            stored.settle(tx, outcomes)
            apply.write(tx, world)
        return len(outcomes)

    def _gather(self, tx: Transaction, phones: set[bytes]) -> World:
        return gather(tx, self._ground, [Wanted(None, phone) for phone in sorted(phones)])


def _take_in(world: World, caller: Caller, row: WebhookRow, answer: Answer | None) -> Settled:
    """Let the conversation go on with an answer, if it still waits for that one."""
    thread = caller.thread
    state = thread.state
    if thread.asked != row.id or state is None or state.at is None or state.ticket != row.ticket:
        return _unwanted(row)
    release, line = world.known(state.release), _line(world, row)
    by_screen = thread.channel == turns.USSD
    silent = caller.opted_out and not by_screen
    late = world.now - row.created_at > world.ground.limits.reminder_ms
    if answer is None or release is None or line is None or silent or late or thread.parked:
        # What was to be said is out of date or not wanted, and nobody waits for ever.
        thread.state, thread.asked, caller.moved = None, 0, True
        return _unwanted(row)
    said = answer.trouble.value if answer.trouble else answer.body
    given = Responded(row.ticket, answer.status, said)
    shown = turns.go_on(world, caller, line, thread.channel, release, given)
    outcome = Settled(row.id, DONE, answer.status, _named(answer.trouble))
    if answer.trouble is Trouble.LOST:
        outcome = replace(outcome, stage=LOST)
    if not by_screen:
        _text(world, caller, line, shown)
        return outcome
    webhooks.hold(caller, shown)
    if thread.asked:
        return outcome  # the next server is asked already
    thread.asked = row.id
    limits = world.ground.limits
    wait_ms = limits.resume_ms if line.answers_by is None else limits.held_ms
    return replace(outcome, stage=HELD, due_at=world.now + wait_ms)


def _go_out(world: World, caller: Caller, row: WebhookRow) -> None:
    """Send what a screen was to show, and go on by SMS. Nothing is sent after STOP."""
    thread, line = caller.thread, _line(world, row)
    if caller.new or thread.asked != row.id or thread.held is None or line is None:
        return
    caller.moved, thread.asked = True, 0
    if caller.opted_out or line.answers_by is None:
        return  # it is shown when they dial again
    held = webhooks.take_held(world, caller)
    if held is not None:
        thread.channel = turns.SMS
        speaking.answer(world, caller, line, held)


def _text(world: World, caller: Caller, line: Line, shown: Shown) -> None:
    """Answer by SMS, with what a screen was to show before if nobody saw it."""
    before = caller.thread.held
    if before is not None:
        caller.thread.held = None
        shown = replace(shown, texts=(*before.texts, *shown.texts))
    speaking.answer(world, caller, line, shown)


def _line(world: World, row: WebhookRow) -> Line | None:
    ground = world.ground
    others = (line for line in ground.lines.values() if line.answers_by is not None)
    return ground.line(row.channel) or next(others, None)


def _unwanted(row: WebhookRow) -> Settled:
    return Settled(row.id, DROPPED, error=_named(Trouble.UNWANTED))


def _named(trouble: Trouble | None) -> str | None:
    return None if trouble is None else trouble.name.lower()


def _forget_erased(world: World) -> None:
    """Write nothing of people who were erased: they are no new callers."""
    world.callers = {phone: one for phone, one in world.callers.items() if not one.new}
